"""Admin lists that only show: for data that ingests write, and for tables too large to count on every view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property

from deepspace.ingestion.columns import data_fields, natural_key
from deepspace.provenance import Measurement

if TYPE_CHECKING:  # Django's classes take type parameters only in the stubs
    BasePaginator = Paginator[Any]
    BaseAdmin = admin.ModelAdmin[Model]
else:
    BasePaginator, BaseAdmin = Paginator, admin.ModelAdmin

_COLUMNS = 9  # of the data, in a plain list
COUNTED = 10_000  # rows that a list counts at most: filters and the date hierarchy lead further


class CappedPaginator(BasePaginator):
    """Counts no further than the cap, so that a list of millions opens at once."""

    @cached_property
    def count(self) -> int:
        """Rows, up to the cap."""
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())


class ReadOnlyAdmin(BaseAdmin):
    """Look, search and filter; the rows belong to ``manage.py ingest``."""

    paginator = CappedPaginator
    show_full_result_count = False
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"}
    }  # Django 5.2 warns where nothing is said
    show_facets = admin.ShowFacets.NEVER  # each facet would count the table
    list_per_page = 50

    class Media:
        css = {"all": ("deepspace/admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes rows by hand: they would no longer be what the archive says."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


def register_the_rest() -> None:
    """Give each data table that no app has a list for a plain one: its key, its first columns, and its provenance."""
    for model in apps.get_models():
        if issubclass(model, Measurement) and not admin.site.is_registered(model):
            admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), _plain_list(model)))


def _plain_list(model: type[Measurement]) -> dict[str, Any]:
    key = list(natural_key(model))
    others = [field.attname for field in data_fields(model) if field.attname not in key]
    columns = [*key, *others[: _COLUMNS - len(key)], "source", "ingested_at", "ingestion_id"]
    instants = [
        name
        for name in key
        if isinstance(model._meta.get_field(name), models.DateTimeField | models.DateField)
    ]
    described: dict[str, Any] = {"list_display": columns, "ordering": [f"-{name}" for name in key[:1]]}
    if instants:
        described |= {"date_hierarchy": instants[0], "search_fields": [f"{instants[0]}__startswith"]}
        described["search_help_text"] = "start of a UTC time, such as 1979-03-05"
    return described
