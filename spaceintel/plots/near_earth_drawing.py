"""How approaches are drawn: the Moon's distance, ranges, markers by size, and names of the nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import label_at, place, renderer_of
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days
from spaceintel.plots.base import draw_stems
from spaceintel.plots.near_earth_parts import METRES, SIZE_NAMES, metres
from spaceintel.states_near_earth import Approach, NearEarth

_NAMED: Final = 5  # the nearest ones
MOON_LD: Final = 1.0
_ALONG: Final = 20  # points along a range that names keep away from
_CROWDED: Final = 400  # from here on markers are drawn smaller and thinner


def limits(data: NearEarth) -> tuple[float, float]:
    """Room for every point, with the Moon's distance in view; ranges may be cut."""
    distances = [one.distance_ld for one in data.approaches if one.distance_ld > 0] or [MOON_LD, 100.0]
    return min(MOON_LD, *distances) / 2.0, max(10.0, *distances) * 1.6


def draw_unknown(axes: Axes, data: NearEarth) -> None:
    """Shade what neither list was asked for."""
    label: str | None = "not retrieved"
    for start, end in _unknown(data):
        axes.axvspan(
            float(days(start)),
            float(days(end)),
            facecolor="none",
            edgecolor=theme.MUTED,
            alpha=0.35,
            hatch="//",
            linewidth=0,
            zorder=0.3,
            label=label,
        )
        label = None


def _unknown(data: NearEarth) -> list[tuple[datetime, datetime]]:
    """Where the gaps of both lists meet."""
    pairs = [
        (max(a, c), min(b, d)) for a, b in data.neos.gaps for c, d in data.cneos.gaps if max(a, c) < min(b, d)
    ]
    return sorted(pairs)


def draw_moon(axes: Axes, data: NearEarth) -> list[Bbox]:
    """A line at the distance of the Moon; returns the box of its name."""
    axes.axhline(MOON_LD, color=theme.SUN, linewidth=1.8, linestyle=(0, (6, 3)), zorder=1)
    return [_written(axes, 0.006, MOON_LD, "the Moon's distance", theme.SUN, "left")]


def draw_now(axes: Axes, data: NearEarth) -> list[Bbox]:
    """A line at now, where the window holds it; returns the boxes of its name and of itself."""
    if not data.start < data.now < data.end:
        return []
    axes.axvline(float(days(data.now)), color=theme.NOW, linewidth=1.6, zorder=1)
    x = axes.transAxes.inverted().transform(axes.transData.transform((float(days(data.now)), MOON_LD)))[0]
    top = axes.get_ylim()[1] / 1.55
    name = _written(axes, float(x) - 0.008, top, "now", theme.NOW, "right")
    left, bottom = pixels(axes, [float(days(data.now)), axes.get_ylim()[0]])[0]
    return [name, Bbox.from_bounds(left - 1, bottom, 2, axes.get_window_extent().height)]


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
        fontsize=13,
    )
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)  # noqa: S101 (axes stand on one)
    return drawn.get_window_extent(renderer_of(figure))


def draw_ranges(axes: Axes, data: NearEarth) -> None:
    """3-sigma ranges of the distance, where CNEOS gives them."""
    rows = [
        one for one in data.approaches if one.distance_min_ld is not None and one.distance_max_ld is not None
    ]
    if rows:
        floor = axes.get_ylim()[0] / 10
        draw_stems(
            axes,
            days(instants([one.at for one in rows])),
            np.maximum(numbers([one.distance_min_ld for one in rows]), floor),
            numbers([one.distance_max_ld for one in rows]),
            color=theme.MUTED,
            linewidth=1.6,
            zorder=2,
            label="3-sigma range",
        )


def draw_markers(axes: Axes, data: NearEarth) -> None:
    """Four sizes; filled in the past, open in the future. The key shows each size once."""
    is_crowded = len(data.approaches) > _CROWDED
    drawn: dict[tuple[str, bool], list[Approach]] = defaultdict(list)
    for one in data.approaches:
        drawn[one.size, one.at > data.now].append(one)
    for size, points in METRES.items():
        for is_ahead in (False, True):
            rows = drawn[size, is_ahead]
            axes.plot(
                days(instants([one.at for one in rows])),
                [one.distance_ld for one in rows],
                "o",
                color=theme.PREDICTED if is_ahead else theme.SPACECRAFT,
                markerfacecolor=theme.BACKGROUND if is_ahead else theme.SPACECRAFT,
                markeredgecolor=theme.PREDICTED if is_ahead else theme.BACKGROUND,
                markeredgewidth=1.6 if is_ahead else 0.6,
                markersize=points * (0.6 if is_crowded else 1.0),
                alpha=0.75 if is_crowded and not is_ahead else 1.0,
                zorder=3 + is_ahead,
                # named once, by the filled marker where there is one
                label=SIZE_NAMES[size] if rows and not (is_ahead and drawn[size, False]) else None,
            )


def draw_key_of_future(axes: Axes, data: NearEarth) -> None:
    """An open marker in the key, where some are drawn."""
    if any(one.at > data.now for one in data.approaches):
        axes.plot(
            [],
            [],
            "o",
            color=theme.PREDICTED,
            markerfacecolor=theme.BACKGROUND,
            markeredgewidth=1.6,
            markersize=METRES["medium"],
            label="to come",
        )


def name_nearest(figure: Figure, axes: Axes, data: NearEarth, taken: Sequence[Bbox]) -> None:
    """Names and sizes of the nearest, where they hide nothing."""
    nearest = sorted(data.approaches, key=lambda one: (one.distance_ld, one.at))[:_NAMED]
    labels = [
        label_at(
            axes,
            float(days(one.at)),
            one.distance_ld,
            f"{named(one)}{_size(one)}",
            theme.PREDICTED if one.at > data.now else theme.TEXT,
        )
        for one in nearest
    ]
    points = np.column_stack(
        [days(instants([one.at for one in data.approaches])), [one.distance_ld for one in data.approaches]]
    )
    place(
        figure,
        labels,
        bounds=axes.get_window_extent().padded(-6),
        avoid=np.vstack([pixels(axes, points), *_ranges_px(axes, data)]),
        taken=list(taken),
        size_pt=13,
    )


def _ranges_px(axes: Axes, data: NearEarth) -> list[NDArray[np.float64]]:
    """Pixels along the ranges that are long enough to be hidden."""
    bottom, top = axes.get_ylim()
    rows = [
        one
        for one in data.approaches
        if one.distance_min_ld is not None
        and one.distance_max_ld is not None
        and one.distance_max_ld > 1.1 * max(one.distance_min_ld, bottom)
    ]
    if not rows:
        return []
    low = np.maximum(numbers([one.distance_min_ld for one in rows]), bottom)
    high = np.minimum(numbers([one.distance_max_ld for one in rows]), top)
    heights = np.geomspace(low, high, _ALONG)
    places = np.broadcast_to(days(instants([one.at for one in rows])), heights.shape)
    return [pixels(axes, np.column_stack([places.ravel(), heights.ravel()]))]


def named(one: Approach) -> str:
    """The name without the brackets of provisional designations; very long ones are cut."""
    name = one.name.strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    return name if len(name) <= 24 else f"{name[:23]}…"


def _size(one: Approach) -> str:
    if one.diameter_min_km is None or one.diameter_max_km is None:
        return ""
    return f"\n{metres(one.diameter_min_km, one.diameter_max_km)}"


def instants(moments: Sequence[datetime]) -> NDArray[np.datetime64]:
    """Aware instants as a numpy column in UTC."""
    return np.array([moment.replace(tzinfo=None) for moment in moments], dtype="datetime64[us]")


def numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Numbers as a column, NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def objects(values: Sequence[str]) -> NDArray[Any]:
    """Texts as a column."""
    return np.fromiter(values, dtype=object, count=len(values))
