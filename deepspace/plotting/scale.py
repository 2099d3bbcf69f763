"""Axes with one scale, and where their points are in pixels, known before anything is drawn."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from deepspace.plotting.boxes import Points

_TICK_EVERY_PX: Final = 85.0


def pixels(axes: Axes, xy: ArrayLike) -> Points:
    """Data coordinates (n, 2) to pixels of the figure, for limits already set."""
    transformed: Points = axes.transData.transform(np.asarray(xy, dtype=np.float64).reshape(-1, 2))
    return transformed


def fit(axes: Axes, left: float, bottom: float, right: float, top: float) -> None:
    """Limits that contain this box with one scale on both axes, the box in the middle.

    ``set_aspect`` would do the same during the draw; labels are placed before it and need the answer now.
    """
    frame = axes.get_window_extent()
    scale = max((right - left) / frame.width, (top - bottom) / frame.height, 1e-9)
    half_x, half_y = scale * frame.width / 2, scale * frame.height / 2
    axes.set_xlim((left + right) / 2 - half_x, (left + right) / 2 + half_x)
    axes.set_ylim((bottom + top) / 2 - half_y, (bottom + top) / 2 + half_y)
    for axis, length_px in ((axes.xaxis, frame.width), (axes.yaxis, frame.height)):
        ticks = max(2, int(length_px / _TICK_EVERY_PX))
        axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
