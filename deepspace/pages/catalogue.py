"""``/data`` and ``/data/<product>``: every product with its source, coverage, citation, table and columns."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import Error as DatabaseFailure
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace import fallback
from deepspace.ingestion import registry
from deepspace.ingestion.product import Product
from deepspace.models import IngestionLog
from deepspace.pages import metadata
from deepspace.pages.panels import FORMATS
from deepspace.pages.registry import pages
from deepspace.pages.standings import known_standings
from deepspace.plotting import registry as plots
from deepspace.versions import public

_RECENT = 10
_TYPES = {
    "BigAutoField": "integer",
    "BooleanField": "true or false",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "time (UTC)",
    "FloatField": "number (double)",
    "ForeignKey": "reference",
    "IntegerField": "integer",
    "JSONField": "JSON",
    "PositiveBigIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "SlugField": "text",
    "TextField": "text",
    "URLField": "text (address)",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a product's table; ``meaning`` carries unit and frame."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as the catalogue lists it."""

    product: Product
    standing: fallback.Standing | None
    table: str
    columns: list[Column]


def table(one: Product) -> str:
    """SQL name of the table that a product is stored in."""
    return one.model._meta.db_table


def columns(model: type[models.Model]) -> list[Column]:
    """Columns by their SQL names, in the order of the model."""
    return [
        Column(
            field.get_attname(),
            _TYPES.get(field.get_internal_type(), field.get_internal_type()),
            _meaning(field),
        )
        for field in model._meta.concrete_fields
    ]


def _meaning(field: models.Field[object, object]) -> str:
    return "Number of the row." if field.primary_key and not field.help_text else str(field.help_text)


@require_safe
@public(live=True, every_product=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    """All products."""
    entries = [
        Entry(row.product, row.standing, table(row.product), columns(row.product.model))
        for row in known_standings()
    ]
    return render(request, "pages/catalogue.html", {"entries": entries})


@require_safe
@public(live=True, every_product=True)
def product(request: HttpRequest, key: str) -> HttpResponse:
    """One product."""
    try:
        one = registry.product(key)
    except KeyError:
        raise Http404(f"no product {key!r}") from None
    standing = _standing(one)
    described = columns(one.model)
    context = {
        "meta": metadata.of_product(one, standing, {column.name: column.meaning for column in described}),
        "product": one,
        "standing": standing,
        "table": table(one),
        "columns": described,
        "logs": _recent(one),
        "formats": FORMATS,
        "plots": [plot for plot in plots.plots() if one.key in plot.products],
        "pages_showing": [page for page in pages() if one.key in page.products],
    }
    return render(request, "pages/product.html", context)


def _standing(one: Product) -> fallback.Standing | None:
    try:
        return fallback.standing(one.key)
    except DatabaseFailure:
        _log.exception("no standing: the database does not answer")
        return None


def _recent(one: Product) -> list[IngestionLog]:
    try:
        return list(IngestionLog.objects.filter(product=one.key).order_by("-pk")[:_RECENT])
    except DatabaseFailure:
        _log.exception("no log: the database does not answer")
        return []
