"""The long series of the magnetic field: hourly averages, and the hours of 48 s ones where none are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_version
from deepspace.reading import read_columns
from voyager.constants import HOURLY_CADENCE_S, VIM_CADENCE_S
from voyager.field import NAMES, Series, Times
from voyager.models import FieldHour
from voyager.services.windows import inside, instant, part_inside
from voyager.services.windows import utc as aware

HOURLY: Final = "voyager.magnetic_field_1h"
VIM: Final = "voyager.magnetic_field_48s"
SIGMAS: Final = ("b_sigma_nt", "br_sigma_nt", "bt_sigma_nt", "bn_sigma_nt")
TIME: Final = "timestamp_utc"
_DAY: Final = np.timedelta64(1, "D")
# The archive's hourly averages come in files of a month or a year. A shorter hole between them is the archive's own.
_HOLE_DAYS: Final = 20
_TYPICAL: Final = 101


@dataclass(frozen=True)
class Archive:
    """Every hour of the field that is stored."""

    series: Series
    is_computed: NDArray[np.bool_]  # (n,) hours that are means of 48 s averages, computed at ingest

    def newest(self, end: datetime | None = None) -> datetime | None:
        """When the last hour at or before an instant begins."""
        until = part_inside(self.series.utc, None, end).stop
        return aware(self.series.utc[until - 1]) if until else None

    def between(self, start: datetime, end: datetime) -> tuple[Series, int]:
        """The hours that begin in a window ``(start, end]``, and how many of them were computed here."""
        chosen = part_inside(self.series.utc, start, end)
        part = Series(self.series.utc[chosen], self.series.values[chosen], None, HOURLY_CADENCE_S)
        return part, int(self.is_computed[chosen].sum())


@per_version(HOURLY, VIM)
def archive() -> Archive:
    """All hours of the mission, read once per data version and process."""
    utc, values = _read(rows(HOURLY))
    found = [(utc, values)]
    for first, last in _holes(utc):
        hours = FieldHour.objects.filter(timestamp_utc__gte=aware(first), timestamp_utc__lt=aware(last))
        found.append(_read(hours))
    all_utc = np.concatenate([one[0] for one in found])
    order = np.argsort(all_utc, kind="stable")
    is_computed = np.arange(len(all_utc)) >= len(utc)
    series = Series(all_utc[order], np.concatenate([one[1] for one in found])[order], None, HOURLY_CADENCE_S)
    return Archive(series, is_computed[order])


def rows(key: str, start: datetime | None = None, end: datetime | None = None) -> QuerySet[Any]:
    """Stored averages of a product that begin in a window ``(start, end]``."""
    return inside(stored_rows(product(key)), start, end)


def read_vim(start: datetime, end: datetime, exact: int) -> Series:
    """48 s averages of a window ``(start, end]``, with their uncertainties.

    Beyond ``exact`` averages, the median uncertainty of the newest ones stands for all: it is the same number in
    each row of a file, and reading it takes as long as reading the field.
    """
    chosen = rows(VIM, start, end)
    utc, values = _read(chosen)
    if len(utc) <= exact:
        sigma = np.concatenate([np.empty((0, 4)), *(one[1] for one in read_columns(chosen, TIME, SIGMAS))])
    else:
        newest = chosen.order_by(f"-{TIME}").values_list(*SIGMAS)[:_TYPICAL]
        sigma = np.median(np.array(newest, dtype=np.float64), axis=0, keepdims=True)
    return Series(utc, values, sigma, VIM_CADENCE_S)


def _read(chosen: QuerySet[Any]) -> tuple[Times, NDArray[np.float64]]:
    blocks = list(read_columns(chosen, TIME, NAMES))
    if not blocks:
        return np.empty(0, "datetime64[us]"), np.empty((0, 4))
    return np.concatenate([one[0] for one in blocks]), np.concatenate([one[1] for one in blocks])


def _holes(hourly_utc: Times) -> list[tuple[np.datetime64, np.datetime64]]:
    """Stretches of days with 48 s averages only: the first day, and the one after the last."""
    first, last = (
        rows(VIM).order_by(order).values_list(TIME, flat=True).first() for order in (TIME, f"-{TIME}")
    )
    if first is None or last is None:
        return []
    low, high = instant(first).astype("datetime64[D]"), instant(last).astype("datetime64[D]")
    days = np.unique(hourly_utc.astype("datetime64[D]"))
    days = np.concatenate([[low - _DAY], days[(days >= low) & (days <= high)], [high + _DAY]])
    steps = np.diff(days) // _DAY - 1
    wide = np.flatnonzero((steps >= _HOLE_DAYS) | ((steps > 0) & (len(days) == 2)))
    wide = np.union1d(wide, np.flatnonzero(steps[[0, -1]] > 0) * (len(steps) - 1))
    return [(days[i] + _DAY, days[i + 1]) for i in wide.tolist()]
