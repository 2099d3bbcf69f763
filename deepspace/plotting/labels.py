"""Labels beside points, placed so that no two overlap and none hides the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from deepspace.plotting import boxes, theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.placement import Problem, leader
from deepspace.plotting.scale import pixels


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to a point of the figure (pixels from the lower left corner)."""

    x_px: float
    y_px: float
    text: str
    color: str = theme.TEXT


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
    rivals: Points | None = None,
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
    rivals : ndarray, shape (n, 2), optional
        Pixels of all marks, named or not: a label should not stand where it seems to name another one.

    Notes
    -----
    Greedy over 192 candidate places per label; when a label finds no room, it goes first in another try. One
    that never finds any is left out rather than printed over another; its event is still in the CSV and in
    the timeline.
    """
    texts = [
        figure.text(0, 0, label.text, color=label.color, fontsize=size_pt, linespacing=1.15, va="bottom")
        for label in labels
    ]
    problem = Problem(
        anchors=np.array([(label.x_px, label.y_px) for label in labels]).reshape(-1, 2),
        sizes=[text.get_window_extent(renderer_of(figure)).size for text in texts],
        bounds=np.array(bounds.extents),
        curve=boxes.thinned(avoid),
        taken=np.array([box.extents for box in taken], dtype=np.float64).reshape(-1, 4),
        rivals=boxes.NOWHERE if rivals is None else rivals,
    )
    places = problem.solve()
    for index, text in enumerate(texts):
        if index not in places:
            text.remove()
            continue
        anchor, box = problem.anchors[index], places[index]
        text.set_position(tuple(box[:2] / (figure.get_size_inches() * figure.dpi)))
        text.set_multialignment("right" if anchor[0] > (box[0] + box[2]) / 2 else "left")
        text.set_label("label")
        text.set_zorder(6)
        _draw_leader(figure, leader(anchor, box), labels[index].color)
    return [text for index, text in enumerate(texts) if index in places]


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


def _draw_leader(figure: Figure, line: Points, color: str) -> None:
    if len(line):
        xs, ys = line[[0, -1]].T / (figure.get_size_inches() * figure.dpi)[:, None]
        line_2d = Line2D(xs, ys, color=color, linewidth=1.0, zorder=5, transform=figure.transFigure)
        figure.add_artist(line_2d)
