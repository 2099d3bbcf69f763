"""A finding as a row of a file."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from import_export import fields, resources

from insights import workflow
from insights.admin.transfer.confirmation import Looked
from insights.admin.transfer.diff import Diff
from insights.admin.transfer.rows import DATA, REFERENCE, as_rows, replace, wanted
from insights.admin.transfer.widgets import PagesWidget, RowsWidget, TagsWidget
from insights.constants import IMPORT_ROWS
from insights.models import ContentVersion, ResearchInsight
from insights.records import IMPORTED, imported_references, note

_BELOW: Final = {"references": REFERENCE, "data_references": DATA}
_REFUSED: Final = "You may not change the finding “{}”."


class InsightResource(resources.ModelResource):  # type: ignore[misc]  # the library has no types
    """A finding as a row, told by its slug. What comes in is a draft of whoever imports it."""

    tags = fields.Field(attribute="tags", column_name="tags", widget=TagsWidget())
    references = fields.Field(
        column_name="references", widget=RowsWidget(), dehydrate_method="dehydrate_references"
    )
    data_references = fields.Field(
        column_name="data_references", widget=RowsWidget(), dehydrate_method="dehydrate_data"
    )
    pages = fields.Field(attribute="pages", column_name="pages", widget=PagesWidget(), default=list)
    author = fields.Field(column_name="author", readonly=True, dehydrate_method="dehydrate_author")

    class Meta:
        model = ResearchInsight
        import_id_fields = ("slug",)
        fields = (
            *("slug", "title", "project", "category", "summary", "description", "tags", "confidence"),
            *(
                "observed_on",
                "byline",
                "pages",
                "references",
                "data_references",
                "status",
                "author",
                "published_at",
            ),
        )
        export_order = fields
        clean_model_instances = True
        skip_unchanged = False
        use_transactions = True
        store_instance = True
        report_skipped = True

    def __init__(
        self, user: Any = None, looked: Looked | None = None, *, public_too: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self._user, self._looked, self._public_too = user, looked, public_too
        self._met: dict[str, int] = {}  # slug: its row
        for name in ("status", "published_at"):
            self.fields[name].readonly = True

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Without the library's inline styles, which the policy refuses."""
        return Diff

    def dehydrate_references(self, insight: ResearchInsight) -> str:
        """Publications."""
        return RowsWidget().render(as_rows(insight.references.all(), REFERENCE) if insight.pk else [])

    def dehydrate_data(self, insight: ResearchInsight) -> str:
        """Data references."""
        return RowsWidget().render(as_rows(insight.data_references.all(), DATA) if insight.pk else [])

    def dehydrate_author(self, insight: ResearchInsight) -> str:
        """For readers; an import does not look at it."""
        return insight.author_name

    def before_import(self, dataset: Any, **options: Any) -> None:
        """Refuse what is too long to be looked through; then nobody else writes until all of it is in."""
        if len(dataset) > IMPORT_ROWS:
            while len(dataset):  # the library notes the error, and would go on with the rows
                dataset.pop()
            raise ValidationError(f"The file has more than {IMPORT_ROWS:,} rows. Import it in parts.")
        ContentVersion.take_turn()

    def before_import_row(self, row: Any, **options: Any) -> None:
        """Refuse the second row of a finding: it would replace what the first one brings."""
        slug = row["slug"] = str(row.get("slug") or "").strip()
        first = self._met.setdefault(slug, options["row_number"])
        if first != options["row_number"]:
            raise ValidationError(
                f"“{slug}” is in the file twice: in the rows {first} and {options['row_number']}."
            )

    def after_init_instance(self, instance: ResearchInsight, new: bool, row: Any, **options: Any) -> None:  # noqa: FBT001 (the library's call)
        """Refuse what this account does not see, and what has changed since the dry run."""
        slug = row["slug"]
        may = (
            workflow.has(self._user, "add_researchinsight") if new else workflow.can_see(self._user, instance)
        )
        if not may:
            raise ValidationError(_REFUSED.format(slug))
        if self._looked is None:
            return
        seen = self._looked.versions.get(slug)
        if new and seen is not None:
            raise ValidationError(f"“{slug}” was deleted since you looked. Import the file again.")
        if not new and seen is None:
            raise ValidationError(f"Somebody made “{slug}” since you looked. Import the file again.")
        if not new and seen != instance.version:
            raise ValidationError(f"“{slug}” was changed since you looked. Import the file again.")

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Leave a finding alone that the file does not change; refuse the change that this account may not make."""
        is_new = original.pk is None
        if not is_new and not import_validation_errors and self._is_unchanged(instance, original, row):
            return True
        if not is_new and not workflow.can_edit(self._user, original):
            raise ValidationError(_REFUSED.format(original.slug))
        if self._looked is not None and original.is_public and not self._public_too:
            raise ValidationError(
                f"“{original.slug}” is public: readers would see the change at once. Tick the box that says so."
            )
        return False

    def before_save_instance(self, instance: ResearchInsight, row: Any, **options: Any) -> None:
        """New findings are drafts of whoever imports them."""
        if instance._state.adding:  # noqa: SLF001 (Django documents it)
            instance.author = self._user
        note(instance, IMPORTED, self._user)

    def after_save_instance(self, instance: ResearchInsight, row: Any, **options: Any) -> None:
        """Replace the references by those of the file, where it has such a column."""
        changed = [
            replace(getattr(instance, column), instance, RowsWidget().clean(row[column]), names)
            for column, names in _BELOW.items()
            if column in row
        ]
        if any(changed):
            imported_references(instance)

    def _is_unchanged(self, instance: Any, original: Any, row: Any) -> bool:
        plain = [
            field
            for field in self.get_import_fields()
            if field.attribute and not field.readonly and field.attribute != "tags"
        ]
        if any(
            _one_line_end(one.get_value(instance)) != _one_line_end(one.get_value(original)) for one in plain
        ):
            return False
        if "tags" in row and set(TagsWidget().clean(row["tags"])) != set(original.tags.all()):
            return False
        for column, names in _BELOW.items():
            stored = getattr(original, column)
            if column in row and as_rows(stored.all(), names) != as_rows(
                wanted(stored.model, original, RowsWidget().clean(row[column]), names), names
            ):
                return False
        return True


def _one_line_end(value: Any) -> Any:
    """Browsers send text with other line ends than spreadsheets write."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
