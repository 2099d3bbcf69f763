"""What the plots of space weather share: their data, words in place of an empty panel, and small drawing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter
from numpy.typing import ArrayLike

from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.plotting.steps import steps
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.provenance import Provenance
from spaceintel.parameters import SpaceParameters
from spaceintel.states import Feed, Floats, Reduced, SpaceWeather

SUBTITLE_PX: Final = 30  # strip below the title that says what is shown
QUIET: Final = theme.SPACECRAFT
SCALE_COLORS: Final = (
    QUIET,
    theme.SUN,
    theme.JUPITER,
    theme.BOUNDARY,
    theme.ALERT,
    theme.NOW,
)  # levels 0 to 5
_WRAPPED: Final = 52  # characters of a line in an empty panel


class SpacePlot(Plot[SpaceWeather]):
    """A plot of the space weather service's answer."""

    parameters = SpaceParameters

    def data(self, parameters: Any) -> SpaceWeather:
        """The window asked, each feed by itself."""
        from spaceintel import services

        return services.space_weather(parameters)

    def feeds(self, data: SpaceWeather) -> Sequence[Feed]:
        """The feeds that are drawn, the main one first."""
        return [data.feeds[key] for key in self.products if key in data.feeds]

    def provenance(self, data: SpaceWeather) -> Sequence[Provenance]:
        """Of the feeds that are drawn."""
        return [feed.provenance for feed in self.feeds(data)]


def subtitle(figure: Figure, text: str) -> None:
    """One line below the title."""
    width, height = figure.get_size_inches() * theme.DPI
    figure.text(
        22 / width, 1 - 63 / height, text, fontsize=theme.FOOTER_PT + 1, color=theme.MUTED, va="center"
    )


def say(axes: Axes, text: str) -> None:
    """A sentence where there is nothing to draw."""
    axes.text(
        0.5,
        0.5,
        "\n".join(textwrap.wrap(text, _WRAPPED)),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=theme.TEXT,
        fontsize=theme.LABEL_PT,
        linespacing=1.5,
    )
    axes.grid(False)


def time_axis(axes: Axes, start: datetime, end: datetime, *, labelled: bool = True) -> None:
    """The window, edge to edge."""
    first, last = (float(days(one)) for one in (start, end))
    utc_axis(axes, [first, last], labelled=labelled)
    axes.set_xlim(first, max(last, first + 1e-3))


def share_ticks(panels: Sequence[Axes]) -> None:
    """Give all panels the ticks of the last one, which alone names them."""
    places = panels[-1].get_xticks().tolist()
    for axes in panels[:-1]:
        axes.set_xlim(panels[-1].get_xlim())
        axes.xaxis.set_major_locator(FixedLocator(places))
        axes.xaxis.set_major_formatter(NullFormatter())


def draw_series(
    axes: Axes, found: Reduced, column: int | None, color: str, *, linewidth: float = 1.8, alpha: float = 0.34
) -> None:
    """Mean as a line, range of each column as a band; gaps stay gaps."""
    low, mean, high = (_column(one, column) for one in (found.low, found.mean, found.high))
    time, line, bottom, top = steps(found.utc, found.step_s, mean, low, high)
    if found.is_envelope:
        axes.fill_between(
            time, bottom, top, color=color, alpha=alpha, linewidth=0, antialiased=False, zorder=2
        )
    axes.plot(time, line, color=color, linewidth=linewidth, solid_joinstyle="round", zorder=3)


def _column(values: Floats, column: int | None) -> Floats:
    return values if column is None else values[:, column]


def draw_stems(axes: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, **style: Any) -> None:
    """Upright lines, one for each place: a single line with breaks, which is drawn ten times as fast as many."""
    places, feet, heads = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (x, low, high)))
    gap = np.full(places.shape, np.nan)
    # Snapped to pixels, or many of them together would be drawn blurred.
    axes.plot(
        np.column_stack([places, places, gap]).ravel(),
        np.column_stack([feet, heads, gap]).ravel(),
        solid_capstyle="butt",
        snap=True,
        **style,
    )


def length_name(step_s: float) -> str:
    """A length of time in the unit that reads best."""
    for size, unit in ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min")):
        if step_s >= 1.5 * size:
            return f"{step_s / size:.3g} {unit}"
    return f"{step_s:.3g} s"


def window_name(start: datetime, end: datetime) -> str:
    """The days of a window."""
    return f"{start:%Y-%m-%d} to {end:%Y-%m-%d %H:%M} UTC"


def averages_name(found: Reduced) -> str:
    """What is drawn of one-minute means."""
    if not found.is_envelope:
        return "one-minute means"
    return f"mean and range per {length_name(found.step_s)}"


def as_known(feed: Feed) -> str:
    """What is known of a feed, for an alt text; a picture is kept for hours, so that it says as of when."""
    known = (
        "" if feed.known_until is None or feed.unknown_since is not None else f" Known up to {_told(feed)}."
    )
    return f"{feed.statement}{known}"


def _told(feed: Feed) -> str:
    assert feed.known_until is not None  # noqa: S101 (asked before)
    return f"{feed.known_until:%Y-%m-%d %H:%M} UTC"


def room(low: float, high: float, share: float = 0.08) -> tuple[float, float]:
    """Limits with some room around the values."""
    span = high - low or abs(high) or 1.0
    return low - share * span, high + share * span


def finite(values: Floats) -> Floats:
    """Those that are numbers."""
    return values[np.isfinite(values)]
