"""The checksum of the rows in a window of a product: equal exactly when the data are.

Canonical form: each row is its natural key and its data columns, named, in the exact text form of JSON; rows are
sorted as text. When a row was written and by which ingestion is no part of it: a refresh that finds nothing new, a
replay or a restore changes nothing. SQLite and PostgreSQL give the same digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.core.cache import cache
from django.db import models
from django.db.models import QuerySet

from deepspace import versions
from deepspace.ingestion.columns import data_fields
from deepspace.ingestion.registry import product as product_named
from deepspace.ingestion.store import stored_rows
from deepspace.plotting.store import cache_failures
from insights.constants import ROWS_PINNED

_KEPT_S: Final = 30 * 86_400
_CHUNK: Final = 5_000
_MOST_KEPT: Final = 4_096


@dataclass(frozen=True, slots=True)
class Digest:
    """What a window holds: ``sha256`` is empty when that is nothing."""

    sha256: str
    rows: int


NOTHING: Final = Digest("", 0)
_kept: dict[tuple[str, str, datetime, datetime], Digest] = {}


def forget() -> None:
    """Drop what this process keeps (between tests)."""
    _kept.clear()


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


def digest(key: str, start: datetime, end: datetime) -> Digest:
    """Checksum of a window as it is now; computed once per data version, for all processes.

    Raises
    ------
    KeyError
        There is no such product.
    django.db.Error
        The database does not answer.
    """
    version = versions.rows_token((key,))
    place = (version, key, start, end)
    known = _kept.get(place)
    if known is not None:
        return known
    name = hashlib.sha256(f"{version}|{key}|{start.isoformat()}|{end.isoformat()}".encode()).hexdigest()
    found = _shared(name)
    if found is None:
        found = compute(key, start, end)
        if versions.database_is_away() or versions.rows_token((key,)) != version:
            return found  # it may belong to a newer version than the one that it would be kept under
        _share(name, found)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[place] = found
    return found


def compute(key: str, start: datetime, end: datetime) -> Digest:
    """Checksum of a window, read from its rows."""
    fields = data_fields(product_named(key).model)
    names = [field.attname for field in fields]
    rows = rows_in(key, start, end).order_by().values_list(*names)[:ROWS_PINNED]
    lines = sorted(_lines(names, rows.iterator(_CHUNK)))
    if not lines:
        return NOTHING
    total = hashlib.sha256()
    for line in lines:
        total.update(line)
        total.update(b"\n")
    return Digest(total.hexdigest(), len(lines))


def _lines(names: list[str], rows: Iterable[tuple[Any, ...]]) -> Iterable[bytes]:
    for row in rows:
        named = {name: _canonical(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(named, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _canonical(value: Any) -> Any:
    """A value in the one form that both databases give."""
    if isinstance(value, date):  # an instant is one too
        return _instant(value) if isinstance(value, datetime) else value.isoformat()
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # SQLite gives -0.0 back as 0.0
    if isinstance(value, dict):
        return {str(name): _canonical(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(one) for one in value]
    return str(value)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _shared(name: str) -> Digest | None:
    try:
        found = cache.get(f"rows:{name}")
    except cache_failures():
        return None
    return found if isinstance(found, Digest) else None


def _share(name: str, found: Digest) -> None:
    try:
        cache.set(f"rows:{name}", found, timeout=_KEPT_S)
    except cache_failures():
        return
