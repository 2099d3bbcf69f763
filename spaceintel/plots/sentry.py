"""Objects with possible impacts: how likely, and how large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import label_at, place
from deepspace.plotting.plot import Plot
from deepspace.plotting.scale import pixels
from deepspace.plotting.words import SMALL_PT, say, subtitle
from deepspace.provenance import Provenance
from spaceintel.plots.near_earth_parts import KEY_ROW_PX, draw_key, short_name
from spaceintel.services.keys import SENTRY
from spaceintel.services.sentry import sentry
from spaceintel.states import PossibleImpacts, Sentry

_KEY_TOP_PX: Final = 78
_LEFT_PX: Final = 206  # "1 in 1,000,000,000"
_NAMED: Final = 9
_LEVELS: Final = (  # lowest cumulative Palermo value, marker, size, name
    (-2.0, "D", 11.0, "Palermo −2 or more"),
    (-3.0, "s", 10.0, "Palermo −3 to −2"),
    (-np.inf, "o", 8.0, "Palermo below −3"),
)


class SentryObjectsPlot(Plot[Sentry]):
    """Probability against size for the first objects of the list."""

    name = "sentry-objects"
    title = "Sentry: what cannot be ruled out yet"
    caption = (
        "The objects of Sentry's list with the largest cumulative Palermo values: the chance that one of their "
        "possible impacts happens, and their size. Both axes are logarithmic. Markers tell the Palermo value: 0 would "
        "be as likely as an impact of that size by any other body by then, −2 a hundredth of it."
    )
    caveat = (
        "A chance of 1 in 1,000 is a 99.9 percent chance of a miss. Nearly all objects leave the list when they are "
        "observed again. Sizes are estimated from brightness."
    )
    products = (SENTRY,)
    size_px = (1000, 620)

    def data(self, parameters: Any) -> Sentry:
        """The newest state of the list."""
        return sentry()

    def provenance(self, data: Sentry) -> Sequence[Provenance]:
        """Of the list."""
        return (data.provenance,)

    def draw(self, figure: Figure, data: Sentry) -> None:
        """A marker for each object, the first ones named."""
        subtitle(figure, _subtitle(data))
        axes = theme.add_axes(
            figure,
            _LEFT_PX,
            theme.FOOTER_PX + theme.XAXIS_PX,
            theme.RIGHT_PX,
            _KEY_TOP_PX + 6 + KEY_ROW_PX,
        )
        theme.style_axes(axes, xlabel="diameter (m)", ylabel="chance of an impact")
        rows = _drawn(data)
        if not rows:
            axes.set_xticks([])
            axes.set_yticks([])
            say(axes, data.feed.statement)
            return
        _scale(axes, rows)
        handles = []
        for low, high, marker, size, name in _bands():
            chosen = [one for one in rows if low <= one.palermo_cumulative < high]
            if chosen:
                handles += axes.plot(
                    [_metres(one) for one in chosen],
                    [one.probability for one in chosen],
                    marker,
                    color=theme.SPACECRAFT,
                    markeredgecolor=theme.BACKGROUND,
                    markersize=size,
                    label=name,
                )
        draw_key(figure, handles, _KEY_TOP_PX)
        labels = [
            label_at(axes, _metres(one), one.probability, _label(one), theme.TEXT) for one in rows[:_NAMED]
        ]
        points = np.array([(_metres(one), one.probability) for one in rows])
        place(
            figure,
            labels,
            bounds=axes.get_window_extent().padded(-6),
            avoid=pixels(axes, points),
            rivals=pixels(axes, points),
            size_pt=SMALL_PT,
        )

    def alt(self, data: Sentry) -> str:
        """How many, and the first of them in words."""
        rows = _drawn(data)
        if not rows or data.issued_at is None:
            return f"No object is drawn. {data.feed.statement}"
        first = rows[0]
        years = f", in the years {first.year_from} to {first.year_until}" if first.year_from else ""
        torino = {None: "no Torino value is defined", 0: "all Torino values are 0, no hazard"}.get(
            data.highest_torino, f"the largest Torino value is {data.highest_torino}"
        )
        return (
            f"{len(rows)} of {data.count:,} objects of Sentry's list as of {data.issued_at:%Y-%m-%d}. Largest Palermo "
            f"value: {first.designation} with {_signed(first.palermo_cumulative)}, a chance of "
            f"{_one_in(first.probability)}{years}; {torino}."
        )

    def columns(self, data: Sentry) -> Mapping[str, NDArray[Any]]:
        """Every object drawn."""
        rows = _drawn(data)
        return {
            "designation": np.fromiter((one.designation for one in rows), dtype=object, count=len(rows)),
            "diameter_m": np.array([_metres(one) for one in rows], dtype=np.float64),
            "impact_probability": np.array([one.probability for one in rows], dtype=np.float64),
            "palermo_cumulative": np.array([one.palermo_cumulative for one in rows], dtype=np.float64),
        }


def _drawn(data: Sentry) -> list[PossibleImpacts]:
    """Those that have a place on logarithmic axes."""
    return [one for one in data.objects if one.diameter_km and one.probability > 0]


def _subtitle(data: Sentry) -> str:
    rows = _drawn(data)
    if not rows or data.issued_at is None:
        return ""
    return (
        f"the first {len(rows)} of {data.count:,} objects by Palermo value, as of {data.issued_at:%Y-%m-%d}"
    )


def _metres(one: PossibleImpacts) -> float:
    return 1_000.0 * (one.diameter_km or np.nan)


def _bands() -> list[tuple[float, float, str, float, str]]:
    highest = np.inf
    found = []
    for low, marker, size, name in _LEVELS:
        found.append((low, highest, marker, size, name))
        highest = low
    return found


def _scale(axes: Axes, rows: Sequence[PossibleImpacts]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes, chances = [_metres(one) for one in rows], [one.probability for one in rows]
    axes.set_xlim(min(sizes) / 2.2, max(sizes) * 2.2)
    axes.set_ylim(min(chances) / 6, min(max(chances) * 6, 1.5))
    for axis, name in ((axes.xaxis, lambda x, _: f"{x:,.10g}"), (axes.yaxis, lambda y, _: _one_in(y))):
        axis.set_major_locator(LogLocator(numticks=7))
        axis.set_major_formatter(FuncFormatter(name))
        axis.set_minor_locator(NullLocator())


def _one_in(probability: float) -> str:
    """A chance in words, to two digits."""
    n = 1.0 / probability
    return f"1 in {float(f'{n:.2g}'):,.10g}"


def _label(one: PossibleImpacts) -> str:
    return f"{short_name(one.designation)}\n{_one_in(one.probability)}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
