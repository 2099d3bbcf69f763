"""How approaches are drawn: the Moon's distance, now, ranges, markers by size, and their key."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from deepspace.plotting import theme
from deepspace.plotting.labels import figure_of, renderer_of
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days
from deepspace.plotting.words import BEHIND, SMALL_PT
from spaceintel.plots.drawing import draw_stems, key_of_unknown
from spaceintel.plots.near_earth_parts import METRES, SIZE_NAMES, numbers
from spaceintel.states import Floats, NearEarth

MOON_LD: Final = 1.0
_CROWDED: Final = 400  # from here on markers are drawn smaller and thinner
_LINE_PX: Final = 3.0  # half of what names leave free around a line
_NOW_BELOW: Final = 1.64  # height of the word below the upper edge, as a factor


def limits(data: NearEarth) -> tuple[float, float]:
    """Room for every point, with the Moon's distance in view; ranges may be cut."""
    distances = [one.distance_ld for one in data.approaches if one.distance_ld > 0] or [MOON_LD, 100.0]
    return min(MOON_LD, *distances) / 2.0, max(10.0, *distances) * 1.6


def draw_moon(axes: Axes) -> list[Bbox]:
    """A line at the distance of the Moon; returns the boxes of its name and of itself."""
    axes.axhline(MOON_LD, color=theme.SUN, linewidth=1.8, linestyle=(0, (6, 3)), zorder=4.6)
    frame = axes.get_window_extent()
    y = pixels(axes, [axes.get_xlim()[0], MOON_LD])[0][1]
    line = Bbox.from_extents(frame.x0, y - _LINE_PX, frame.x1, y + _LINE_PX)
    return [line, _written(axes, 0.006, MOON_LD, "the Moon's distance", theme.SUN, "left")]


def draw_now(axes: Axes, data: NearEarth) -> list[Bbox]:
    """A line at now, where the window holds it; returns the boxes of its name and of itself."""
    if not data.start < data.now < data.end:
        return []
    now, (bottom, top) = float(days(data.now)), axes.get_ylim()
    axes.axvline(now, color=theme.NOW, linewidth=1.6, zorder=1)
    across, _ = axes.transAxes.inverted().transform(axes.transData.transform((now, bottom)))
    name = _written(axes, float(across) - 0.008, top / _NOW_BELOW, "now", theme.NOW, "right")
    left, foot = pixels(axes, [now, bottom])[0]
    height = axes.get_window_extent().height
    return [name, Bbox.from_bounds(left - _LINE_PX, foot, 2 * _LINE_PX, height)]


def _written(axes: Axes, x: float, y: float, text: str, color: str, side: str) -> Bbox:
    """A text just above a height of the data, at a share of the width; returns the box it takes."""
    drawn = axes.text(
        x,
        y * 1.06,
        text,
        transform=axes.get_yaxis_transform(),
        color=color,
        ha=side,
        va="bottom",
        fontsize=SMALL_PT,
        bbox=BEHIND,
        zorder=5.5,
    )
    return drawn.get_window_extent(renderer_of(figure_of(axes)))


def draw_ranges(axes: Axes, data: NearEarth, x: Floats) -> None:
    """3-sigma ranges of the distance, where CNEOS gives them; ``x``: the days of the approaches."""
    rows = with_range(data)
    if len(rows):
        floor = axes.get_ylim()[0] / 10
        draw_stems(
            axes,
            x[rows],
            np.maximum(numbers([data.approaches[row].distance_min_ld for row in rows]), floor),
            numbers([data.approaches[row].distance_max_ld for row in rows]),
            color=theme.MUTED,
            linewidth=1.6,
            zorder=2,
        )


def with_range(data: NearEarth) -> list[int]:
    """Places of the approaches of which the range is known."""
    return [
        row
        for row, one in enumerate(data.approaches)
        if one.distance_min_ld is not None and one.distance_max_ld is not None
    ]


def draw_markers(axes: Axes, data: NearEarth, x: Floats, distance: Floats) -> None:
    """Four sizes; filled in the past, open in the future."""
    is_crowded = len(data.approaches) > _CROWDED
    drawn: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for row, one in enumerate(data.approaches):
        drawn[one.size, one.at > data.now].append(row)
    for (size, is_ahead), rows in sorted(drawn.items()):
        axes.plot(
            x[rows],
            distance[rows],
            "o",
            color=theme.PREDICTED if is_ahead else theme.SPACECRAFT,
            markerfacecolor=theme.BACKGROUND if is_ahead else theme.SPACECRAFT,
            markeredgecolor=theme.PREDICTED if is_ahead else theme.BACKGROUND,
            markeredgewidth=1.6 if is_ahead else 0.6,
            markersize=METRES[size] * (0.6 if is_crowded else 1.0),
            alpha=0.75 if is_crowded and not is_ahead else 1.0,
            zorder=3 + is_ahead,
        )


def key(data: NearEarth, *, is_unknown: bool) -> list[Line2D | Patch]:
    """What the markers mean, of those that are drawn."""
    sizes = {one.size for one in data.approaches}
    handles: list[Line2D | Patch] = [
        Line2D(
            [], [], linestyle="none", marker="o", color=theme.SPACECRAFT, markersize=METRES[size], label=name
        )
        for size, name in SIZE_NAMES.items()
        if size in sizes
    ]
    if any(one.at > data.now for one in data.approaches):
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="o",
                color=theme.PREDICTED,
                markerfacecolor=theme.BACKGROUND,
                markeredgewidth=1.6,
                markersize=METRES["medium"],
                label="to come",
            )
        )
    if with_range(data):
        handles.append(Line2D([], [], color=theme.MUTED, linewidth=1.6, label="3-sigma range"))
    return [*handles, key_of_unknown()] if is_unknown else handles
