"""Long series of minutes, reduced to what a picture can show; no peak is averaged away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import connections
from django.db.models import Avg, Count, Max, Min, QuerySet, Value

from deepspace.envelope import Envelope, coarser, envelope
from deepspace.reading import read_columns
from spaceintel.services.windows import Span, instant
from spaceintel.states import Reduced

PIXELS: Final = 866  # of the time axis: up to here each value is drawn by itself
COLUMNS: Final = 433  # beyond, their range in columns two pixels wide
MINUTE_S: Final = 60
_BY_MINUTES: Final = timedelta(days=8)  # longer spans are reduced by the database before they are read
_MICROSECOND: Final = timedelta(microseconds=1)
_LOW, _HIGH = datetime(1, 1, 2, tzinfo=UTC), datetime(1, 1, 3, tzinfo=UTC)  # no row is of that time


def read(rows: QuerySet[Any], names: Sequence[str], span: Span) -> Envelope:
    """One-minute values, each by itself, or in equal columns for a long span; ``count`` is of rows."""
    if _is_binned(span):
        return _binned(rows, names, span)
    blocks = list(read_columns(span.rows(rows), "timestamp_utc", names))
    if not blocks:
        return nothing(len(names))
    utc = np.concatenate([times for times, _ in blocks])
    values = np.concatenate([block for _, block in blocks])
    minute = np.timedelta64(MINUTE_S, "s")
    return envelope(utc, values, instant(span.start).astype("datetime64[m]").astype("datetime64[us]"), minute)


def _is_binned(span: Span) -> bool:
    return span.until - span.start > _BY_MINUTES


def _column(span: Span) -> timedelta:
    return (span.until - span.start) // COLUMNS + _MICROSECOND


def _binned(rows: QuerySet[Any], names: Sequence[str], span: Span) -> Envelope:
    found = [(low, row) for low, row in _each_column(rows, names, span) if row[0]]
    if not found:
        return nothing(len(names))
    numbers = np.array([row[1:] for _, row in found], dtype=np.float64).reshape(len(found), len(names), 3)
    return Envelope(
        utc=np.array([instant(low) for low, _ in found], dtype="datetime64[us]"),
        count=np.array([row[0] for _, row in found], dtype=np.int64),
        low=numbers[..., 0],
        mean=numbers[..., 1],
        high=numbers[..., 2],
    )


def _each_column(
    rows: QuerySet[Any], names: Sequence[str], span: Span
) -> Iterator[tuple[datetime, tuple[Any, ...]]]:
    """Start of each column, and count, smallest, mean and largest values of its rows.

    One short query each: the index finds its rows, and nothing is sorted. One query that groups all of them takes
    twice as long, because the database cannot know that the rows come in the order of the columns.
    """
    parts = {
        f"{name}_{label}": function(name)
        for name in names
        for label, function in (("low", Min), ("mean", Avg), ("high", Max))
    }
    asked = rows.filter(timestamp_utc__gte=_LOW, timestamp_utc__lt=_HIGH).order_by()
    as_one = asked.values(all=Value(1)).annotate(rows_known=Count("pk"), **parts)
    statement, values = as_one.values_list("rows_known", *parts).query.sql_with_params()
    connection = connections[rows.db]
    adapt = connection.ops.adapt_datetimefield_value
    low_place, high_place = values.index(adapt(_LOW)), values.index(adapt(_HIGH))
    own = list(values)
    column = _column(span)
    with connection.cursor() as cursor:
        for number in range(COLUMNS):
            low = span.start + number * column
            own[low_place] = adapt(low)
            own[high_place] = adapt(min(low + column, span.until + _MICROSECOND))
            cursor.execute(statement, own)
            yield low, cursor.fetchone()


def nothing(columns: int) -> Envelope:
    """No value."""
    none = np.empty((0, columns))
    return Envelope(np.empty(0, "datetime64[us]"), np.empty(0, np.int64), none, none, none)


def reduced(fine: Envelope, span: Span) -> Reduced:
    """The values themselves while the picture has room, else their range in equal columns."""
    step_s = _column(span).total_seconds()
    if _is_binned(span):
        return Reduced(fine.utc, step_s, fine.low, fine.mean, fine.high, is_envelope=True)
    if len(fine.utc) <= PIXELS:
        return Reduced(fine.utc, float(MINUTE_S), fine.low, fine.mean, fine.high, is_envelope=False)
    found = coarser(fine, instant(span.start), np.timedelta64(_column(span), "us"))
    return Reduced(found.utc, step_s, found.low, found.mean, found.high, is_envelope=True)
