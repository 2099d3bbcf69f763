"""What every picture is held to: texts inside the frame, none over another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from deepspace.plotting import render
from deepspace.plotting.labels import renderer_of
from deepspace.plotting.plot import Plot

Seen = list[tuple[Text, Bbox]]  # the texts that were really drawn, with their boxes in pixels


def draw(plot: Plot[Any], data: Any) -> Figure:
    """The finished picture, drawn once."""
    figure = render.compose(plot, data)
    figure.draw(renderer_of(figure))
    return figure


def overlaps(seen: Iterable[tuple[Text, Bbox]]) -> Iterator[tuple[str, str]]:
    """Pairs of texts that lie over each other by more than a pixel; the watermark may lie under all."""
    printed = [(text, box) for text, box in seen if text.get_label() != "watermark"]
    for (one, box), (other, other_box) in itertools.combinations(printed, 2):
        common = Bbox.intersection(box, other_box)
        if common is not None and common.width > 1 and common.height > 1:
            yield one.get_text(), other.get_text()


def outside(plot: Plot[Any], seen: Seen) -> list[str]:
    """Texts that the frame cuts off."""
    width, height = plot.size_px
    return [
        text.get_text()
        for text, box in seen
        if not (box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height)
    ]
