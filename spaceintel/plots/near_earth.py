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
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.provenance import Provenance
from spaceintel.parameters import SpaceParameters
from spaceintel.plots.near_earth_drawing import (
    MOON_LD,
    draw_key_of_future,
    draw_markers,
    draw_moon,
    draw_now,
    draw_ranges,
    draw_unknown,
    instants,
    limits,
    name_nearest,
    named,
    numbers,
    objects,
)
from spaceintel.plots.near_earth_parts import absence, legend_above
from spaceintel.services.near_earth import NEAR_EARTH, near_earth
from spaceintel.states_near_earth import NearEarth

_KEY_PX: Final = 62  # strip above the axes for the key
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
        "missing; small ones are mostly found when they are near. A shaded part of the axis was not retrieved: no "
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
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, theme.TITLE_PX + _KEY_PX
        )
        theme.style_axes(
            axes, xlabel=f"{data.start:%Y-%m-%d} to {data.end:%Y-%m-%d} (UTC)", ylabel="lunar distances"
        )
        utc_axis(axes, days(np.array([data.start, data.end], dtype=object)).tolist())
        axes.set_yscale("log")
        axes.set_ylim(*limits(data))
        axes.yaxis.set_major_locator(LogLocator(numticks=6))
        axes.yaxis.set_major_formatter(_LD_NUMBERS)
        axes.yaxis.set_minor_locator(NullLocator())
        draw_unknown(axes, data)
        taken = [*draw_moon(axes, data), *draw_now(axes, data)]
        if data.approaches:
            draw_ranges(axes, data)
            draw_markers(axes, data)
            draw_key_of_future(axes, data)
            name_nearest(figure, axes, data, taken)
        else:
            absence(axes, _absent(data))
        legend_above(axes, columns=5, last="3-sigma range")

    def alt(self, data: NearEarth) -> str:
        """How many, the nearest, and how many are to come."""
        closest = data.closest
        if closest is None:
            return f"No approach is drawn. {_absent(data)}"
        inside = sum(one.distance_ld < MOON_LD for one in data.approaches)
        ahead = sum(one.at > data.now for one in data.approaches)
        low, high = data.approaches[0].at, data.approaches[-1].at
        text = (
            f"{len(data.approaches):,} approaches from {low:%Y-%m-%d} to {high:%Y-%m-%d}, {inside or 'none'} of them "
            f"inside the Moon's distance. The nearest is {named(closest)} at {closest.distance_ld:.3g} lunar "
            f"distances on {closest.at:%Y-%m-%d}."
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


def _absent(data: NearEarth) -> str:
    """Why nothing is drawn: none in a list that is known, or what is unknown of each."""
    known = next((feed.statement for feed in (data.cneos, data.neos) if feed.is_none), None)
    return known or f"CNEOS: {data.cneos.statement} NeoWs: {data.neos.statement}"
