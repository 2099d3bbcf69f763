"""What every picture is held to: legible texts, an alt text and a table for all data, the same bytes each time."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from deepspace.plotting import render, table
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


def assert_legible(plot: Plot[Any], data: Any, seen: Seen) -> None:
    """Every text is inside the frame, and none lies over another."""
    draw(plot, data)
    assert not outside(plot, seen)
    assert not list(overlaps(seen))


def assert_told(plot: Plot[Any], data: Any) -> None:
    """The alt text is a sentence, and the table has all its columns as long as each other."""
    assert plot.alt(data).endswith(".")
    columns = plot.columns(data)
    rows = len(next(iter(columns.values())))
    assert {len(column) for column in columns.values()} == {rows}
    assert table.csv_bytes(columns).count(b"\r\n") == rows + 1


def assert_exact(plot: Plot[Any], data: Any, *, largest_bytes: float) -> None:
    """The same data give the same PNG, in the size that it says and within its bytes."""
    first, second = (render.png(render.compose(plot, data)) for _ in range(2))
    assert first == second
    assert Image.open(io.BytesIO(first)).size == plot.size_px
    assert len(first) <= largest_bytes


def line_plot_bytes(plot: Plot[Any], slack: float) -> float:
    """What the PNG of a line plot may have: 25 kB at 1000 x 600 pixels, and in proportion."""
    width, height = plot.size_px
    return 25_000 * (width * height) / 600_000 * slack
