"""A finding as a row of a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, resources, widgets

from insights import workflow
from insights.admin.transfer.diff import Diff
from insights.admin.transfer.rows import DATA, REFERENCE, as_rows, replace
from insights.admin.transfer.widgets import RowsWidget, TagsWidget
from insights.constants import IMPORT_ROWS
from insights.models import DataReference, Reference, ResearchInsight
from insights.records import note


class InsightResource(resources.ModelResource):  # type: ignore[misc]  # the library has no types
    """A finding as a row, told by its slug. What comes in is a draft of whoever imports it."""

    tags = fields.Field(attribute="tags", column_name="tags", widget=TagsWidget())
    references = fields.Field(
        column_name="references", widget=RowsWidget(), dehydrate_method="dehydrate_references"
    )
    data_references = fields.Field(
        column_name="data_references", widget=RowsWidget(), dehydrate_method="dehydrate_data"
    )
    pages = fields.Field(attribute="pages", column_name="pages", widget=widgets.JSONWidget(), default=list)
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

    def __init__(self, user: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self._user = user
        for name in ("status", "published_at"):
            self.fields[name].readonly = True

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Without the library's inline styles, which the policy refuses."""
        return Diff

    def dehydrate_references(self, insight: ResearchInsight) -> str:
        """Publications."""
        return RowsWidget().render(as_rows(insight.references, REFERENCE) if insight.pk else [])

    def dehydrate_data(self, insight: ResearchInsight) -> str:
        """Data references."""
        return RowsWidget().render(as_rows(insight.data_references, DATA) if insight.pk else [])

    def dehydrate_author(self, insight: ResearchInsight) -> str:
        """For readers; an import does not look at it."""
        return insight.author_name

    def before_import(self, dataset: Any, **options: Any) -> None:
        """Refuse what is too long to be looked through."""
        if len(dataset) > IMPORT_ROWS:
            while len(dataset):  # the library notes the error, and would go on with the rows
                dataset.pop()
            raise ValidationError(f"The file has more than {IMPORT_ROWS:,} rows. Import it in parts.")

    def before_import_row(self, row: Any, **options: Any) -> None:
        """Refuse a row for a finding that this account may not change."""
        existing = ResearchInsight.objects.filter(slug=row.get("slug") or "").first()
        if existing is not None and (self._user is None or not workflow.can_edit(self._user, existing)):
            raise ValidationError(f"You may not change the finding “{row.get('slug')}”.")

    def before_save_instance(self, instance: ResearchInsight, row: Any, **options: Any) -> None:
        """New findings are drafts of whoever imports them."""
        if instance._state.adding:  # noqa: SLF001 (Django documents it)
            instance.author = self._user
        note(instance, "Imported", self._user)

    def after_save_instance(self, instance: ResearchInsight, row: Any, **options: Any) -> None:
        """Replace the references by those of the file, where it has such a column."""
        if "references" in row:
            replace(
                instance.references, Reference, instance, RowsWidget().clean(row["references"]), REFERENCE
            )
        if "data_references" in row:
            replace(
                instance.data_references,
                DataReference,
                instance,
                RowsWidget().clean(row["data_references"]),
                DATA,
            )
