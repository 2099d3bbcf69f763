"""Admin lists that only show: for data that ingests write, and for tables too large to count on every view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property

if TYPE_CHECKING:  # Django's classes take type parameters only in the stubs
    BasePaginator = Paginator[Any]
    BaseAdmin = admin.ModelAdmin[Model]
else:
    BasePaginator, BaseAdmin = Paginator, admin.ModelAdmin

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
