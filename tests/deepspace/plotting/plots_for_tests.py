"""Plots that cost little: a line with markers, and an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.parameters import Integer, Parameters
from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance, Tier

REAL = Provenance("test.line", Tier.REAL, "jpl_horizons", datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
MODEL = Provenance("test.line", Tier.SYNTHETIC, "synthetic")


class Days(Parameters):
    days: Integer = 30


class LinePlot(Plot[int]):
    """A line, a grid and three small markers."""

    name = "line"
    title = "A line"
    caption = "A line."
    products = ("test.line",)
    parameters = Days
    shown: Provenance = REAL

    def __init__(self) -> None:
        self.drawn = 0

    def data(self, parameters: Any) -> int:
        return int(parameters.days)

    def provenance(self, data: int) -> Sequence[Provenance]:
        return (self.shown,)

    def draw(self, figure: Figure, data: int) -> None:
        self.drawn += 1
        axes = theme.add_axes(figure, 80, 80, 20, 60)
        theme.style_axes(axes, xlabel="x (au)", ylabel="y (au)")
        axes.plot(np.arange(data), np.sin(np.arange(data)), color=theme.SPACECRAFT)
        for index, color in enumerate((theme.BOUNDARY, theme.SATURN, theme.EARTH)):
            axes.plot([5.0 * index + 2.5], [0.8], marker="o", markersize=3, color=color)

    def alt(self, data: int) -> str:
        return f"A line of {data} <points> & three markers."

    def columns(self, data: int) -> Mapping[str, NDArray[Any]]:
        return {"x": np.arange(data), "y_au": np.sin(np.arange(data))}


class ImagePlot(LinePlot):
    """A smooth image, which must keep its many shades."""

    name = "image"

    def draw(self, figure: Figure, data: int) -> None:
        axes = theme.add_axes(figure, 80, 80, 20, 60)
        axes.imshow(np.linspace(0, 1, 256)[None, :], aspect="auto", cmap="cividis")
