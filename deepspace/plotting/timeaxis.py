"""Time axes in UTC that name their unit, with as few ticks as a phone can show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

_dates: Any = dates  # matplotlib.dates has no types
_DAYS_PER_YEAR: Final = 365.2425
_YEAR_STEPS: Final = (1, 2, 5, 10, 20, 50, 100)
_LONG_YEARS: Final = 4.0
_ROOM: Final = 0.02


def days(instants: Any) -> NDArray[np.float64]:
    """Instants (``datetime64`` or aware datetimes, one or many) as matplotlib's days since 1970."""
    return cast("NDArray[np.float64]", np.asarray(_dates.date2num(instants), dtype=np.float64))


@lru_cache(maxsize=512)
def january(year: int) -> float:
    """The first instant of a year in matplotlib's days."""
    return float(days(datetime(year, 1, 1, tzinfo=UTC)))


def utc_axis(axes: Axes, shown: Sequence[float], *, labelled: bool = True, most: int = 7) -> None:
    """Let the x axis hold the days ``shown``, with a little room, and give it at most ``most`` ticks.

    Spans of years get plain year ticks: the automatic locator costs 6 ms per draw there and finds the same.
    """
    first, last = min(shown), max(shown)
    room = _ROOM * (last - first) or 0.5
    first, last = first - room, last + room
    axes.set_xlim(first, last)
    if (last - first) / _DAYS_PER_YEAR >= _LONG_YEARS:
        years = year_ticks(first, last, most)
        axes.xaxis.set_major_locator(FixedLocator([january(year) for year in years]))
        axes.xaxis.set_major_formatter(FixedFormatter([str(year) for year in years]))
    else:
        locator = _dates.AutoDateLocator(tz=UTC, minticks=3, maxticks=most)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(_dates.ConciseDateFormatter(locator, tz=UTC, show_offset=False))
    axes.tick_params(labelbottom=labelled)


def year_ticks(first: float, last: float, most: int) -> list[int]:
    """Round years whose first instants lie between two days, at most ``most``."""
    start = int(np.floor(1970 + first / _DAYS_PER_YEAR)) - 1
    stop = int(np.ceil(1970 + last / _DAYS_PER_YEAR)) + 1
    inside = [year for year in range(start, stop + 1) if first <= january(year) <= last]
    for step in _YEAR_STEPS:
        ticks = [year for year in inside if year % step == 0]
        if len(ticks) <= most:
            return ticks
    return inside[:: len(inside) // most + 1]
