"""Labels beside points, placed so that no two overlap and none hides the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from deepspace.plotting import boxes, theme
from deepspace.plotting.boxes import Boxes, Points
from deepspace.plotting.scale import pixels

_GAP_PX: Final = 5.0  # kept free around each label
_MARK_PX: Final = 11.0  # half the size of the mark at a point
_LEADER_FROM_PX: Final = 23.0  # nearer labels need no line to their point
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


@dataclass(slots=True)
class _Scene:
    """What stands in the way of the next label."""

    bounds: Boxes
    curve: Points
    marks: Points
    taken: Boxes
    leaders: Points


def label_at(axes: Axes, x: float, y: float, text: str, color: str) -> Label:
    """A label that belongs to a point of the axes, in data coordinates."""
    ((x_px, y_px),) = pixels(axes, np.array([x, y]))
    return Label(float(x_px), float(y_px), text, color)


def place(
    figure: Figure,
    labels: Sequence[Label],
    *,
    bounds: Bbox,
    avoid: Points | None = None,
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
    scene = _Scene(
        bounds=np.array(bounds.extents),
        curve=_inside(boxes.thinned(avoid), bounds),
        marks=np.array([(label.x_px, label.y_px) for label in labels]).reshape(-1, 2),
        taken=np.array([box.extents for box in taken], dtype=np.float64).reshape(-1, 4),
        leaders=boxes.NOWHERE,
    )
    placed: list[Text] = []
    for label in labels:
        text = figure.text(0, 0, label.text, color=label.color, fontsize=size_pt, linespacing=1.15, va="bottom")
        anchor = np.array([label.x_px, label.y_px])
        box = _best(anchor, text.get_window_extent(renderer_of(figure)), scene)
        if box is None:
            text.remove()
            continue
        text.set_position(tuple(box[:2] / (figure.get_size_inches() * figure.dpi)))
        text.set_multialignment("right" if anchor[0] > (box[0] + box[2]) / 2 else "left")
        text.set_label("label")
        text.set_zorder(6)
        placed.append(text)
        scene.taken = np.vstack([scene.taken, box])
        scene.leaders = np.vstack([scene.leaders, _leader(figure, anchor, box, label.color)])
    return placed


def legend(
    axes: Axes,
    *,
    named: Axes | None = None,
    loc: Literal["lower right", "upper left"] = "lower right",
    anchor: tuple[float, float] | None = None,
) -> list[Bbox]:
    """A legend of what has a label (in ``named``, an inset, when given).

    Returns the box it takes, none when there is nothing to name.
    """
    handles, names = (named or axes).get_legend_handles_labels()
    if not handles:
        return []
    drawn = axes.legend(handles, names, loc=loc, bbox_to_anchor=anchor)
    return [drawn.get_window_extent(renderer_of(figure_of(axes)))]


def renderer_of(figure: Figure) -> Any:
    """The Agg renderer that measures texts."""
    return cast("Any", figure.canvas).get_renderer()


def figure_of(axes: Axes) -> Figure:
    """The figure on which axes stand."""
    return cast("Figure", axes.get_figure(root=True))


def _inside(points: Points, bounds: Bbox) -> Points:
    return points[boxes.contain(np.array([bounds.extents]), points)[:, 0]]


def _best(anchor: Points, size: Bbox, scene: _Scene) -> Boxes | None:
    """The cheapest box that touches nothing, or None."""
    candidates = boxes.around(anchor, size.width, size.height)
    crosses = boxes.contain(candidates, scene.leaders, _GAP_PX / 2).any(axis=0)
    is_free = boxes.within(candidates, scene.bounds) & ~boxes.touch(candidates, scene.taken, _GAP_PX) & ~crosses
    possible, distance = candidates[is_free], boxes.RADIUS_PX[is_free]
    ends = boxes.nearest(anchor, possible)
    way = anchor + (ends - anchor)[:, None, :] * _ALONG_LEADER[None, :, None]
    is_barred = boxes.contain(scene.taken, way.reshape(-1, 2)).any(axis=1).reshape(way.shape[:2]).any(axis=1)
    possible, distance = possible[~is_barred], distance[~is_barred]
    if not len(possible):
        return None
    others = scene.marks[(scene.marks != anchor).any(axis=1)]
    hidden = boxes.contain(possible, scene.curve, _GAP_PX / 2).sum(axis=0)
    hidden += 2 * boxes.contain(possible, others, _MARK_PX).sum(axis=0)
    best: Boxes = possible[int(np.argmin(distance + _HIDDEN_POINT_COST * hidden))]
    return best


def _leader(figure: Figure, anchor: Points, box: Boxes, color: str) -> Points:
    """Draw the line from a point to its label where the label stands off; returns pixels along it."""
    end = boxes.nearest(anchor, box[None, :])[0]
    length = float(np.hypot(*(end - anchor)))
    if length < _LEADER_FROM_PX:
        return boxes.NOWHERE
    end = end - _LEADER_ENDS_PX * (end - anchor) / length
    xs, ys = np.column_stack([anchor, end]) / (figure.get_size_inches() * figure.dpi)[:, None]
    figure.add_artist(Line2D(xs, ys, color=color, linewidth=1.0, alpha=0.8, zorder=5, transform=figure.transFigure))
    return np.linspace(anchor, end, 2 + int(length / 6.0))
