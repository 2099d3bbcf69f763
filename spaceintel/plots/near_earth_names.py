"""Names and sizes of the nearest approaches, where they hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from deepspace.plotting import theme
from deepspace.plotting.boxes import cells
from deepspace.plotting.labels import figure_of, label_at, place
from deepspace.plotting.scale import pixels
from deepspace.plotting.words import SMALL_PT
from spaceintel.plots.near_earth_drawing import with_range
from spaceintel.plots.near_earth_parts import metres, numbers, short_name
from spaceintel.states import Approach, Floats, NearEarth

_NAMED: Final = 5  # the nearest ones
_ALONG: Final = 20  # points along a range that names keep away from
_LONG: Final = 1.1  # as a factor: a range that is longer than its marker


def name_nearest(axes: Axes, data: NearEarth, points: Floats, taken: Sequence[Bbox]) -> None:
    """The nearest ones; the first has the first choice of place.

    ``points``: days and distances of the approaches, shape (n, 2).
    """
    bottom = axes.get_ylim()[0]
    labels = []
    for row in np.argsort(points[:, 1], kind="stable")[:_NAMED].tolist():
        one = data.approaches[row]
        color = theme.PREDICTED if one.at > data.now else theme.TEXT
        text = f"{short_name(one.name)}{_size(one)}"
        labels.append(label_at(axes, points[row, 0], max(points[row, 1], bottom), text, color))
    marks = pixels(axes, points[points[:, 1] > 0])
    place(
        figure_of(axes),
        labels,
        bounds=axes.get_window_extent().padded(-6),
        avoid=cells(np.vstack([marks, *_ranges_px(axes, data, points[:, 0])])),
        taken=list(taken),
        rivals=cells(marks),
        size_pt=SMALL_PT,
    )


def _size(one: Approach) -> str:
    if one.diameter_min_km is None or one.diameter_max_km is None:
        return ""
    return f"\n{metres(one.diameter_min_km, one.diameter_max_km)}"


def _ranges_px(axes: Axes, data: NearEarth, x: Floats) -> list[Floats]:
    """Pixels along the ranges that are long enough to be hidden."""
    rows = with_range(data)
    if not rows:
        return []
    bottom, top = axes.get_ylim()
    low = np.maximum(numbers([data.approaches[row].distance_min_ld for row in rows]), bottom)
    high = np.minimum(numbers([data.approaches[row].distance_max_ld for row in rows]), top)
    is_long = high > _LONG * low
    heights = np.geomspace(low[is_long], high[is_long], _ALONG)
    places = np.broadcast_to(x[rows][is_long], heights.shape)
    return [pixels(axes, np.column_stack([places.ravel(), heights.ravel()]))]
