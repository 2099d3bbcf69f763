"""Approaches to the Earth: miss distance against time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.plotting.timeaxis import days_of, utc_axis
from deepspace.plotting.words import say, subtitle
from deepspace.provenance import Provenance
from spaceintel.parameters import SpaceParameters
from spaceintel.plots.drawing import meet, shade_unknown
from spaceintel.plots.naming import days_name
from spaceintel.plots.near_earth_drawing import (
    MOON_LD,
    draw_markers,
    draw_moon,
    draw_now,
    draw_ranges,
    key,
    limits,
)
from spaceintel.plots.near_earth_names import name_nearest
from spaceintel.plots.near_earth_parts import (
    KEY_ROW_PX,
    draw_key,
    instants,
    key_rows,
    numbers,
    objects,
    short_name,
)
from spaceintel.services.keys import NEAR_EARTH
from spaceintel.services.near_earth import near_earth
from spaceintel.states import NearEarth

_KEY_TOP_PX: Final = 78
_LD_NUMBERS: Final = FuncFormatter(lambda value, _: f"{value:g}")


class NearEarthApproachesPlot(Plot[NearEarth]):
    """Each approach of the window as a point."""

    name = "near-earth-approaches"
    title = "Near-Earth objects: how near they pass"
    caption = (
        "Nominal distance of each approach from the Earth's centre, in distances of the Moon (384,400 km), on a "
        "logarithmic axis. Larger markers are larger objects; filled ones have passed, open ones are to come. Vertical "
        "bars are CNEOS's 3-sigma ranges where it lists the approach; most are smaller than the marker. The nearest "
        "are named."
    )
    caveat = (
        "Sizes are estimated from brightness and uncertain by a factor of two. Objects that nobody has found yet are "
        "missing; small ones are mostly found when they are near. A hatched part of the axis was not retrieved: no "
        "point there does not mean that nothing passed."
    )
    products = NEAR_EARTH
    parameters = SpaceParameters
    size_px = (1000, 620)

    def data(self, parameters: Any) -> NearEarth:
        """The approaches of the window."""
        return near_earth(parameters)

    def provenance(self, data: NearEarth) -> Sequence[Provenance]:
        """Of the lists, the longer one first."""
        return tuple(feed.provenance for feed in sorted((data.neos, data.cneos), key=lambda one: -one.count))

    def draw(self, figure: Figure, data: NearEarth) -> None:
        """The Moon's distance behind, then ranges, then markers, then names."""
        unknown = meet(data.neos.gaps, data.cneos.gaps)
        handles = key(data, is_unknown=bool(unknown))
        subtitle(figure, _subtitle(data))
        draw_key(figure, handles, _KEY_TOP_PX)
        top = _KEY_TOP_PX + 6 + KEY_ROW_PX * key_rows(handles)
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, float(top)
        )
        theme.style_axes(axes, xlabel=days_name(data.start, data.end), ylabel="lunar distances")
        utc_axis(axes, days_of([data.start, data.end]).tolist())
        axes.set_yscale("log")
        axes.set_ylim(*limits(data))
        axes.yaxis.set_major_locator(LogLocator(numticks=6))
        axes.yaxis.set_major_formatter(_LD_NUMBERS)
        axes.yaxis.set_minor_locator(NullLocator())
        shade_unknown(axes, unknown)
        taken = [*draw_moon(axes), *draw_now(axes, data)]
        if data.approaches:
            x = days_of(one.at for one in data.approaches)
            distance = numbers([one.distance_ld for one in data.approaches])
            draw_ranges(axes, data, x)
            draw_markers(axes, data, x, distance)
            name_nearest(axes, data, np.column_stack([x, distance]), taken)
        else:
            say(axes, _absent(data))

    def alt(self, data: NearEarth) -> str:
        """How many, the nearest, and how many are to come."""
        closest = data.closest
        if closest is None:
            return f"No approach is drawn. {_absent(data)}"
        nearest = f"{short_name(closest.name)} at {closest.distance_ld:.3g} lunar distances on {closest.at:%Y-%m-%d}."
        if len(data.approaches) == 1:
            return f"One approach{', to come' if closest.at > data.now else ''}: {nearest}"
        inside = sum(one.distance_ld < MOON_LD for one in data.approaches)
        ahead = sum(one.at > data.now for one in data.approaches)
        low, high = data.approaches[0].at, data.approaches[-1].at
        text = (
            f"{len(data.approaches):,} approaches from {low:%Y-%m-%d} to {high:%Y-%m-%d}, {inside or 'none'} of them "
            f"inside the Moon's distance. The nearest is {nearest}"
        )
        return f"{text} {ahead:,} are to come." if ahead else text

    def columns(self, data: NearEarth) -> Mapping[str, NDArray[Any]]:
        """Every point drawn."""
        rows = data.approaches
        return {
            "utc": instants([one.at for one in rows]),
            "designation": objects([one.designation for one in rows]),
            "name": objects([one.name for one in rows]),
            "listed_by": objects([" ".join(one.sources) for one in rows]),
            "miss_distance_ld": numbers([one.distance_ld for one in rows]),
            "miss_distance_min_ld": numbers([one.distance_min_ld for one in rows]),
            "miss_distance_max_ld": numbers([one.distance_max_ld for one in rows]),
            "diameter_min_km": numbers([one.diameter_min_km for one in rows]),
            "diameter_max_km": numbers([one.diameter_max_km for one in rows]),
            "size": objects([one.size for one in rows]),
            "is_to_come": np.array([one.at > data.now for one in rows], dtype=bool),
        }


def _subtitle(data: NearEarth) -> str:
    """How many there are, and where they are not of the days asked for, that too."""
    if not data.approaches:
        return "approaches that CNEOS and NeoWs list"
    inside = sum(one.distance_ld < MOON_LD for one in data.approaches)
    moved = " · nearest days known" if data.is_moved else ""
    number = "1 approach" if len(data.approaches) == 1 else f"{len(data.approaches):,} approaches"
    return f"{number}, {inside or 'none'} inside the Moon's distance{moved}"


def _absent(data: NearEarth) -> str:
    """Why nothing is drawn: none in a list that is known, or what is unknown of each."""
    known = next((feed.statement for feed in (data.cneos, data.neos) if feed.is_none), None)
    if known:
        return known
    told = (("CNEOS", data.cneos.statement), ("NeoWs", data.neos.statement))
    return " ".join(text if who in text else f"{text.removesuffix('.')} ({who})." for who, text in told)
