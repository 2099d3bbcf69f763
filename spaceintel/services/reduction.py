"""Long series of minutes, reduced to what a picture can show; no peak is averaged away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Avg, Count, Max, Min, QuerySet
from django.db.models.functions import Substr

from deepspace.envelope import Envelope, coarser, envelope
from deepspace.reading import UtcText, read_columns
from spaceintel.services.windows import Span, instant
from spaceintel.states import Reduced

PIXELS: Final = 866  # of the time axis: up to here each value is drawn by itself
COLUMNS: Final = 433  # beyond, their range in columns two pixels wide
MINUTE_S: Final = 60
_BY_MINUTES: Final = timedelta(days=8)  # longer spans are reduced by the database before they are read
_BY_TENS: Final = timedelta(days=62)  # to ten minutes up to here, else to hours
_TEN_MINUTES, _HOUR = (
    len("2026-11-21 03:1"),
    len("2026-11-21 03"),
)  # of an instant as text: the bin it lies in


def read(rows: QuerySet[Any], names: Sequence[str], span: Span) -> Envelope:
    """One-minute values, each by itself, or in bins for a long span; ``count`` is of the first column."""
    rows = span.rows(rows)
    if _is_binned(span):
        return _binned(rows, names, _TEN_MINUTES if span.until - span.start <= _BY_TENS else _HOUR)
    blocks = list(read_columns(rows, "timestamp_utc", names))
    if not blocks:
        return nothing(len(names))
    utc = np.concatenate([times for times, _ in blocks])
    values = np.concatenate([block for _, block in blocks])
    minute = np.timedelta64(MINUTE_S, "s")
    return envelope(utc, values, instant(span.start).astype("datetime64[m]").astype("datetime64[us]"), minute)


def _is_binned(span: Span) -> bool:
    return span.until - span.start > _BY_MINUTES


def _binned(rows: QuerySet[Any], names: Sequence[str], length: int) -> Envelope:
    parts = {
        f"{name}_{label}": function(name)
        for name in names
        for label, function in (("low", Min), ("mean", Avg), ("high", Max))
    }
    found = list(
        rows.annotate(bin=Substr(UtcText("timestamp_utc"), 1, length))
        .values("bin")
        .annotate(values_known=Count(names[0]), **parts)
        .order_by("bin")
        .values_list("bin", "values_known", *parts)
    )
    if not found:
        return nothing(len(names))
    numbers = np.array([row[2:] for row in found], dtype=np.float64).reshape(len(found), len(names), 3)
    return Envelope(
        utc=np.array([_whole(row[0]) for row in found], dtype="datetime64[us]"),
        count=np.array([row[1] for row in found], dtype=np.int64),
        low=numbers[..., 0],
        mean=numbers[..., 1],
        high=numbers[..., 2],
    )


def _whole(text: str) -> str:
    return f"{text}0" if len(text) == _TEN_MINUTES else text


def nothing(columns: int) -> Envelope:
    """No value."""
    none = np.empty((0, columns))
    return Envelope(np.empty(0, "datetime64[us]"), np.empty(0, np.int64), none, none, none)


def reduced(fine: Envelope, span: Span) -> Reduced:
    """The values themselves while the picture has room, else their range in equal columns."""
    if len(fine.utc) <= PIXELS and not _is_binned(span):
        return Reduced(fine.utc, float(MINUTE_S), fine.low, fine.mean, fine.high, is_envelope=False)
    start = instant(span.start)
    column = (instant(span.until) - start) // COLUMNS + np.timedelta64(1, "us")
    found = coarser(fine, start, column)
    step_s = float(column / np.timedelta64(1, "s"))
    return Reduced(found.utc, step_s, found.low, found.mean, found.high, is_envelope=True)
