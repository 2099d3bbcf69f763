"""What the services of measured series share: the convention for windows, and instants on numpy axes.

A window of a length with an end is half-open, ``(start, end]``: the record at its end belongs to it, the one at its
start to the window before. A day of hourly averages thus has 24 of them, and neighbouring windows share none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

AWAY_NOTE: Final = "The database does not answer, so that nothing stored can be shown. Shown is a model: "


def inside(rows: QuerySet[Any], start: datetime | None, end: datetime | None) -> QuerySet[Any]:
    """The rows of a window ``(start, end]``; None leaves that side open."""
    if start is not None:
        rows = rows.filter(timestamp_utc__gt=start)
    return rows if end is None else rows.filter(timestamp_utc__lte=end)


def part_inside(utc: NDArray[np.datetime64], start: datetime | None, end: datetime | None) -> slice:
    """Where the instants of a window ``(start, end]`` stand among ascending ones."""
    first = 0 if start is None else int(np.searchsorted(utc, instant(start), side="right"))
    last = len(utc) if end is None else int(np.searchsorted(utc, instant(end), side="right"))
    return slice(first, last)


def newest(rows: QuerySet[Any]) -> datetime | None:
    """The instant of the newest row."""
    found: datetime | None = rows.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True).first()
    return found


def instant(moment: datetime) -> np.datetime64:
    """An aware datetime on a numpy axis of UTC."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def utc(moment: np.datetime64) -> datetime:
    """The aware datetime of an instant on such an axis."""
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)


def number(value: float) -> float | None:
    """A finite number, or None."""
    return float(value) if np.isfinite(value) else None
