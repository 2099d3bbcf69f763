"""The curve of Voyager 1 in its parts, and now; the same in every plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.scale import pixels
from voyager.plots.base import utc_now
from voyager.states import TrajectoryData

_SEEN_PX: Final = 25.0
_DASHES: Final = (0, (3.0, 1.6))
_DOTS: Final = (0, (1.0, 1.4))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the curve that is drawn in one way."""

    chosen: NDArray[np.bool_]
    color: str
    linestyle: str | tuple[int, tuple[float, float]]
    name: str


def parts(data: TrajectoryData) -> list[Part]:
    """Design, past and predicted stretch; each runs on to its successor's first sample, so that no gap shows."""
    design = data.quality == "design"
    future = data.utc > utc_now(data)
    is_model = bool((data.quality == "model").any())
    stretches = [
        Part(_reaching(design), theme.DESIGN, _DASHES, "mission design, before 1981"),
        Part(
            _reaching(~design & ~future),
            theme.SPACECRAFT,
            "-",
            "modelled" if is_model else "fit to tracking data",
        ),
        Part(future, theme.PREDICTED, _DOTS, "predicted"),
    ]
    return [one for one in stretches if one.chosen.any()]


def _reaching(chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wider = chosen.copy()
    wider[1:] |= chosen[:-1]
    return wider


def draw_track(
    axes: Axes, data: TrajectoryData, xy: Points, *, linewidth: float = 2.4, named_from_px: float = _SEEN_PX
) -> None:
    """The curve ``xy`` (n, 2) in its parts, for limits already set.

    A part of a single sample becomes a dot; one shorter than ``named_from_px`` has no entry in the legend.
    """
    frame = axes.get_window_extent()
    for part in parts(data):
        own = xy[part.chosen]
        in_frame = np.clip(pixels(axes, own), frame.min, frame.max)
        is_seen = float(np.ptp(in_frame, axis=0).max()) >= named_from_px
        axes.plot(
            own[:, 0],
            own[:, 1],
            color=part.color,
            linestyle=part.linestyle,
            linewidth=linewidth,
            label=part.name if is_seen else "_nolegend_",
            marker="." if len(own) == 1 else "",
            zorder=3,
        )


def draw_now(axes: Axes, x: float, y: float) -> None:
    """An open ring, so that a milestone of these days still shows inside it."""
    axes.plot(
        [x],
        [y],
        marker="o",
        markersize=14,
        markerfacecolor="none",
        markeredgecolor=theme.NOW,
        markeredgewidth=2,
        zorder=6,
    )


def draw_now_line(axes: Axes, now: float) -> Points:
    """A line at now on a time axis; returns its pixels."""
    axes.axvline(now, color=theme.NOW, linewidth=1.2, alpha=0.6, zorder=1)
    bottom, top = axes.get_ylim()
    return pixels(axes, np.column_stack([np.full(60, now), np.linspace(bottom, top, 60)]))
