"""Import and export of findings: drafts come in, and nothing that a spreadsheet would run goes out."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from import_export import fields, resources, widgets
from import_export.formats.base_formats import CSV, JSON
from import_export.forms import ImportForm

from insights import workflow
from insights.constants import IMPORT_BYTES, IMPORT_ROWS
from insights.models import DataReference, Reference, ResearchInsight, Tag
from insights.records import note

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what could begin one."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def unescaped(text: str) -> str:
    """The cell as it was before :func:`escaped`."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" ").startswith(_FORMULA) else text


class SafeCSV(CSV):  # type: ignore[misc]  # the library has no types
    """CSV whose cells are no formulas."""

    def export_data(self, dataset: Any, **options: Any) -> Any:
        """Escape every cell."""
        for _ in range(len(dataset)):
            dataset.append([escaped("" if cell is None else str(cell)) for cell in dataset.lpop()])
        return super().export_data(dataset, **options)

    def create_dataset(self, in_stream: Any, **options: Any) -> Any:
        """Take the escapes away again."""
        dataset = super().create_dataset(in_stream, **options)
        for _ in range(len(dataset)):
            dataset.append([unescaped(cell) if isinstance(cell, str) else cell for cell in dataset.lpop()])
        return dataset


FORMATS: Final = [SafeCSV, JSON]


class BoundedImportForm(ImportForm):  # type: ignore[misc]  # the library has no types
    """A file of bearable size."""

    def clean_import_file(self) -> Any:
        """Refuse a large file before it is read."""
        file = self.cleaned_data["import_file"]
        if file.size > IMPORT_BYTES:
            raise ValidationError(f"The file is larger than {IMPORT_BYTES // 2**20} MB. Import it in parts.")
        return file


class Diff:
    """What an import would change, field by field: escaped, marked with <del> and <ins>, without a style."""

    def __init__(self, resource: resources.Resource, instance: Any, new: bool) -> None:  # noqa: FBT001 (the library's call)
        self._before = [] if new else self._texts(resource, instance)
        self._after: list[str] = []

    def compare_with(self, resource: resources.Resource, instance: Any) -> None:
        """The state after the import."""
        self._after = self._texts(resource, instance)

    def as_html(self) -> list[SafeString]:
        """One cell per field."""
        before = self._before or [""] * len(self._after)
        after = self._after or [""] * len(before)
        return [_marked(old, new) for old, new in zip(before, after, strict=True)]

    @staticmethod
    def _texts(resource: resources.Resource, instance: Any) -> list[str]:
        shown = resource.get_user_visible_fields()
        return [str(resource.export_field(one, instance) if instance else "") for one in shown]


def _marked(old: str, new: str) -> SafeString:
    """Words that go and words that come."""
    if old == new:
        return escape(new[:300])
    before, after = old.split(" ")[:400], new.split(" ")[:400]
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = escape(" ".join(before[i:j])), escape(" ".join(after[k:m]))
        if kind == "equal":
            parts.append(come)
            continue
        parts += [f"<del>{gone}</del>"] if gone else []
        parts += [f"<ins>{come}</ins>"] if come else []
    return mark_safe(" ".join(parts))  # noqa: S308 (every piece is escaped above)


class TagsWidget(widgets.ManyToManyWidget):  # type: ignore[misc]  # the library has no types
    """Tags by name, made where they are new."""

    def __init__(self) -> None:
        super().__init__(Tag, separator=",", field="name")

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[Tag]:
        """Tags of a cell.

        Raises
        ------
        ValidationError
            A name is not one.
        """
        found = []
        for name in dict.fromkeys(part.strip() for part in str(value or "").split(",") if part.strip()):
            tag = Tag(name=name)
            tag.clean_fields()
            found.append(Tag.objects.get_or_create(slug=tag.slug, defaults={"name": name})[0])
        return found


class RowsWidget(widgets.Widget):  # type: ignore[misc]  # the library has no types
    """References as a JSON list in one cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[dict[str, Any]]:
        """The list.

        Raises
        ------
        ValueError
            It is none.
        """
        found = json.loads(value) if isinstance(value, str) and value.strip() else value or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError("This must be a JSON list of objects.")
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        """The list as one line."""
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


_REFERENCE: Final = ("kind", "identifier", "title")
_DATA: Final = ("product", "window_start", "window_end", "plot", "parameters", "caption")


def _rows(manager: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    def plain(value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    return [{name: plain(getattr(one, name)) for name in names} for one in manager.all()]


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
        return RowsWidget().render(_rows(insight.references, _REFERENCE) if insight.pk else [])

    def dehydrate_data(self, insight: ResearchInsight) -> str:
        """Data references."""
        return RowsWidget().render(_rows(insight.data_references, _DATA) if insight.pk else [])

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
            _replace(
                instance.references, Reference, instance, RowsWidget().clean(row["references"]), _REFERENCE
            )
        if "data_references" in row:
            _replace(
                instance.data_references,
                DataReference,
                instance,
                RowsWidget().clean(row["data_references"]),
                _DATA,
            )


def _replace(
    manager: QuerySet[Any] | Any,
    model: Any,
    insight: ResearchInsight,
    rows: list[dict[str, Any]],
    names: tuple[str, ...],
) -> None:
    """Rows as the file says; those that stay as they are keep their pins."""
    wanted = []
    for place, row in enumerate(rows):
        one = model(insight=insight, position=place, **{name: row[name] for name in names if name in row})
        one.clean_fields()
        one.clean()
        wanted.append(one)
    kept = {json.dumps(_rows(_Only(one), names), sort_keys=True, default=str): one for one in manager.all()}
    stay = set()
    for one in wanted:
        same = kept.get(json.dumps(_rows(_Only(one), names), sort_keys=True, default=str))
        if same is not None:
            stay.add(same.pk)
            continue
        if isinstance(one, DataReference):
            workflow.pin(one)
        one.save()
        stay.add(one.pk)
    for old in manager.all():
        if old.pk not in stay:
            old.delete()


class _Only:
    """One row, in the place of a manager."""

    def __init__(self, one: Any) -> None:
        self._one = one

    def all(self) -> list[Any]:
        """The row."""
        return [self._one]
