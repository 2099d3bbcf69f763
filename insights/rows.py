"""The rows in a window of a product, and their checksum as they are now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet

from deepspace.ingestion.columns import data_fields
from deepspace.ingestion.registry import product as product_named
from deepspace.ingestion.store import stored_rows
from insights.canonical import pieces

_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Digest:
    """What a window holds: ``sha256`` is empty when that is nothing."""

    sha256: str
    rows: int


NOTHING: Final = Digest("", 0)


def rows_in(key: str, start: datetime, end: datetime) -> QuerySet[Any]:
    """The product's rows after a start and up to an end, as plots take a window; by whole days where time is a date."""
    product = product_named(key)
    low, high = start.astimezone(UTC), end.astimezone(UTC)
    field = product.model._meta.get_field(product.time_column)
    is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    name = product.time_column
    inside = (
        {f"{name}__range": (low.date(), high.date())}
        if is_day
        else {f"{name}__gt": low, f"{name}__lte": high}
    )
    return stored_rows(product).filter(**inside)


def read(key: str, start: datetime, end: datetime) -> Digest:
    """Read the rows as a stream, so that memory does not grow with the window."""
    product = product_named(key)
    fields = [field for field in data_fields(product.model) if field.name not in product.derived]
    names = [field.attname for field in fields]
    rows = rows_in(key, start, end).order_by(product.time_column).values_list(*names)
    total, count = hashlib.sha256(), 0
    for piece, rows_in_it in pieces(names, product.time_column, rows.iterator(_CHUNK)):
        total.update(piece)
        count += rows_in_it
    return Digest(total.hexdigest(), count) if count else NOTHING
