"""Labels beside points, placed so that no two overlap and none hides the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme

Boxes = NDArray[np.float64]  # (n, 4): left, bottom, right, top in pixels

_RADII_PX: Final = np.array([15.0, 24.0, 36.0, 54.0, 76.0, 102.0, 132.0, 168.0])
_ANGLES: Final = np.radians(np.arange(0.0, 360.0, 15.0))
_RADIUS, _ANGLE = (grid.ravel() for grid in np.meshgrid(_RADII_PX, _ANGLES, indexing="ij"))
_GAP_PX: Final = 5.0  # kept free around each label
_LEADER_FROM_PX: Final = 22.0  # nearer labels need no line to their point
_LEADER_ENDS_PX: Final = 5.0  # before the label, or it reads as an underscore
_HIDDEN_POINT_COST: Final = 30.0  # pixels of distance worth one hidden point of the curve
_ALONG_LEADER: Final = np.linspace(0.25, 1.0, 8)


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to a point of the figure (pixels from the lower left corner)."""

    x_px: float
    y_px: float
    text: str
    color: str = theme.TEXT


def place(
    figure: Figure,
    labels: Sequence[Label],
    *,
    bounds: Bbox,
    avoid: NDArray[np.float64] | None = None,
    taken: Sequence[Bbox] = (),
    size_pt: float = theme.LABEL_PT,
) -> list[Text]:
    """Write labels near their points, the first ones first; return those for which there was room.

    Parameters
    ----------
    bounds : Bbox
        Part of the figure in which labels may stand, pixels.
    avoid : ndarray, shape (n, 2), optional
        Pixels that labels should not hide (the curve); they may where there is no other room.
    taken : sequence of Bbox
        Boxes that labels must not touch (legends, other panels), pixels.

    Notes
    -----
    Greedy over 192 candidate places per label. A label without room is left out rather than printed over
    another; its event is still in the CSV and in the timeline.
    """
    boxes = np.array([box.extents for box in taken], dtype=np.float64).reshape(-1, 4)
    points = _thinned(avoid)
    anchors = np.array([(label.x_px, label.y_px) for label in labels]).reshape(-1, 2)
    placed: list[Text] = []
    for index, label in enumerate(labels):
        text = figure.text(
            0, 0, label.text, color=label.color, fontsize=size_pt, linespacing=1.15, va="bottom"
        )
        extent = text.get_window_extent(renderer_of(figure))
        obstacles = np.vstack([points, np.delete(anchors, index, axis=0)])
        box = _best(anchors[index], extent.width, extent.height, np.array(bounds.extents), obstacles, boxes)
        if box is None:
            text.remove()
            continue
        boxes = np.vstack([boxes, box])
        width, height = figure.get_size_inches() * figure.dpi
        text.set_position((box[0] / width, box[1] / height))
        text.set_multialignment("right" if anchors[index][0] > (box[0] + box[2]) / 2 else "left")
        text.set_label("label")
        text.set_zorder(6)
        _leader(figure, anchors[index], box, label.color)
        placed.append(text)
    return placed


def legend(axes: Axes, location: str, *, named: Axes | None = None, **how: Any) -> list[Bbox]:
    """A legend of what has a label (in ``named``, an inset, when given).

    Returns the box it takes, none when there is nothing to name.
    """
    handles, names = (named or axes).get_legend_handles_labels()
    if not handles:
        return []
    drawn = axes.legend(handles, names, loc=location, **how)
    return [drawn.get_window_extent(renderer_of(cast("Figure", axes.figure)))]


def renderer_of(figure: Figure) -> Any:
    """The Agg renderer that measures texts."""
    return cast("FigureCanvasAgg", figure.canvas).get_renderer()


def _thinned(avoid: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """At most one point per 6 pixel cell: 18,000 samples of a curve are a few hundred such cells."""
    if avoid is None or not len(avoid):
        return np.empty((0, 2))
    finite = avoid[np.isfinite(avoid).all(axis=1)]
    return np.unique(np.round(finite / 6.0), axis=0) * 6.0


def _best(
    anchor: NDArray[np.float64],
    width: float,
    height: float,
    bounds: NDArray[np.float64],
    obstacles: NDArray[np.float64],
    boxes: Boxes,
) -> NDArray[np.float64] | None:
    """The cheapest box that touches nothing, or None."""
    candidates = _candidates(anchor, width, height)
    left, bottom, right, top = candidates.T
    inside = (left >= bounds[0]) & (bottom >= bounds[1]) & (right <= bounds[2]) & (top <= bounds[3])
    possible = np.flatnonzero(inside & ~_touches(candidates, boxes, _GAP_PX))
    if not len(possible):
        return None
    ends = _nearest(anchor, candidates[possible])
    path = anchor + (ends - anchor)[:, None, :] * _ALONG_LEADER[None, :, None]
    crossing = _contains(boxes, path.reshape(-1, 2)).any(axis=1).reshape(len(possible), -1).any(axis=1)
    possible = possible[~crossing]
    if not len(possible):
        return None
    hidden = _contains(candidates[possible], obstacles, _GAP_PX / 2).sum(axis=0)
    cost = _RADIUS[possible] + _HIDDEN_POINT_COST * hidden
    best: NDArray[np.float64] = candidates[possible[int(np.argmin(cost))]]
    return best


def _candidates(anchor: NDArray[np.float64], width: float, height: float) -> Boxes:
    """Boxes around a point; at every angle and radius the near edge of the box is that far away."""
    cos, sin = np.cos(_ANGLE), np.sin(_ANGLE)
    centre_x = anchor[0] + _RADIUS * cos + np.clip(cos * width, -width / 2, width / 2)
    centre_y = anchor[1] + _RADIUS * sin + np.clip(sin * height, -height / 2, height / 2)
    half = np.array([width, height]) / 2
    centre = np.column_stack([centre_x, centre_y])
    return np.hstack([centre - half, centre + half])


def _touches(candidates: Boxes, boxes: Boxes, gap: float) -> NDArray[np.bool_]:
    a, b = candidates[:, None, :], boxes[None, :, :]
    apart = (
        (a[..., 2] + gap <= b[..., 0])
        | (b[..., 2] + gap <= a[..., 0])
        | (a[..., 3] + gap <= b[..., 1])
        | (b[..., 3] + gap <= a[..., 1])
    )
    touching: NDArray[np.bool_] = (~apart).any(axis=1)
    return touching


def _contains(boxes: Boxes, points: NDArray[np.float64], gap: float = 0.0) -> NDArray[np.bool_]:
    """(points, boxes): whether the point lies in the box."""
    x, y = points[:, 0, None], points[:, 1, None]
    inside: NDArray[np.bool_] = (
        (x >= boxes[:, 0] - gap)
        & (x <= boxes[:, 2] + gap)
        & (y >= boxes[:, 1] - gap)
        & (y <= boxes[:, 3] + gap)
    )
    return inside


def _nearest(anchor: NDArray[np.float64], boxes: Boxes) -> NDArray[np.float64]:
    """The point of each box that is nearest to the anchor, shape (n, 2)."""
    return np.column_stack(
        [np.clip(anchor[0], boxes[:, 0], boxes[:, 2]), np.clip(anchor[1], boxes[:, 1], boxes[:, 3])]
    )


def _leader(figure: Figure, anchor: NDArray[np.float64], box: NDArray[np.float64], color: str) -> None:
    end = _nearest(anchor, box[None, :])[0]
    if np.hypot(*(end - anchor)) < _LEADER_FROM_PX:
        return
    end = end - _LEADER_ENDS_PX * (end - anchor) / np.hypot(*(end - anchor))
    size = figure.get_size_inches() * figure.dpi
    xs, ys = np.column_stack([anchor, end]) / size[:, None]
    figure.add_artist(
        Line2D(xs, ys, color=color, linewidth=1.0, alpha=0.8, zorder=5, transform=figure.transFigure)
    )
