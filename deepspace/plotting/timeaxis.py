"""Time axes in UTC that name their unit, with as few ticks as a phone can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter
from numpy.typing import NDArray

_dates: Any = dates  # matplotlib.dates has no types
_DAY_S: Final = 86_400.0
_DAYS_PER_YEAR: Final = 365.2425
_YEAR_STEPS: Final = (1, 2, 5, 10, 20, 50, 100)
_LONG_YEARS: Final = 4.0
_ROOM: Final = 0.02
_CHARACTER_PX: Final = 12.5  # mean width of a character of a tick label
# Of ticks at each step, and of those where the next larger unit begins: years, months, days, hours, minutes, seconds.
_FORMATS: Final = ("%Y", "%b", "%b %d", "%H:%M", "%H:%M", "%S.%f")
_FIRST_FORMATS: Final = ("", "%Y", "%b %d", "%b %d", "%H:%M", "%H:%M")


def days(instants: Any) -> NDArray[np.float64]:
    """Instants (``datetime64`` or aware datetimes, one or many) as matplotlib's days since 1970."""
    return cast("NDArray[np.float64]", np.asarray(_dates.date2num(instants), dtype=np.float64))


def days_of(moments: Iterable[datetime]) -> NDArray[np.float64]:
    """Aware datetimes as matplotlib's days: ten times as fast as ``days`` for many of them."""
    return np.fromiter((one.timestamp() for one in moments), dtype=np.float64) / _DAY_S


@lru_cache(maxsize=512)
def january(year: int) -> float:
    """The first instant of a year in matplotlib's days."""
    return float(days(datetime(year, 1, 1, tzinfo=UTC)))


def utc_axis(
    axes: Axes, shown: Sequence[float], *, labelled: bool = True, most: int = 7, room: float = _ROOM
) -> None:
    """Let the x axis hold the days ``shown``, with some room (a share of them), and give it at most ``most`` ticks.

    The ticks are found once, here: left to itself matplotlib looks for them four times per picture.
    """
    first, last = min(shown), max(shown)
    beside = room * (last - first) if last > first else 0.5
    first, last = first - beside, last + beside
    axes.set_xlim(first, last)
    if (last - first) / _DAYS_PER_YEAR >= _LONG_YEARS:
        years = year_ticks(first, last, most)
        places, names = [january(year) for year in years], [str(year) for year in years]
    else:
        places, names = _calendar_ticks(first, last, most)
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(_inside(axes, places, names)))
    axes.tick_params(labelbottom=labelled)


def share_ticks(panels: Sequence[Axes]) -> None:
    """Give all panels the ticks of the last one, which alone names them."""
    places = panels[-1].get_xticks().tolist()
    for axes in panels[:-1]:
        axes.set_xlim(panels[-1].get_xlim())
        axes.xaxis.set_major_locator(FixedLocator(places))
        axes.xaxis.set_major_formatter(NullFormatter())


def _calendar_ticks(first: float, last: float, most: int) -> tuple[list[float], list[str]]:
    """Ticks at round dates or hours with their names; days are told with their month."""
    locator = _dates.AutoDateLocator(tz=UTC, minticks=3, maxticks=most)
    found = locator.tick_values(*_dates.num2date([first, last], tz=UTC))
    places = [float(one) for one in found if first <= one <= last]
    formatter = _dates.ConciseDateFormatter(
        locator, tz=UTC, formats=list(_FORMATS), zero_formats=list(_FIRST_FORMATS), show_offset=False
    )
    return places, formatter.format_ticks(places)


def _inside(axes: Axes, places: Sequence[float], names: Sequence[str]) -> list[str]:
    """The names, without those that the edge of the picture would cut."""
    figure = axes.get_figure(root=True)
    width = 0.0 if figure is None else float(figure.get_size_inches()[0] * figure.dpi)
    across = [float(axes.transData.transform((place, 0.0))[0]) for place in places]
    return [
        name if x + _CHARACTER_PX * len(name) / 2 <= width else ""
        for x, name in zip(across, names, strict=True)
    ]


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
