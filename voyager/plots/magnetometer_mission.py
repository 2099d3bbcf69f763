"""The magnetic field of the whole mission, with a window on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import label_at, place
from deepspace.plotting.plot import Plot
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.provenance import Provenance
from voyager.field import STRENGTH, Mission
from voyager.parameters import FieldParameters
from voyager.plots.field_base import FieldPlot, draw_marks, draw_values, drawn_px, mark_labels, plain_ticks

_LEAST_PX: Final = 3.0  # a window narrower than this is drawn that wide
_SOLID_PX: Final = 9.0  # one wider than this lets the curve and the labels through


class MagnetometerMissionPlot(Plot[Mission]):
    """|B| since launch on a logarithmic axis."""

    name = "magnetometer-mission"
    title = "Voyager 1: magnetic field strength since launch"
    caption = (
        "All hourly averages of the archive, as mean, smallest and largest strength per column, on a logarithmic axis; "
        "the bright strip is the window shown above. The field falls as the Sun's wind carries it outwards, "
        "peaks at Jupiter and Saturn, and is strong and steady in interstellar space."
    )
    caveat = (
        "Gaps are days of which the archive, or this site's copy of it, has nothing. An hour with a single usable "
        "vector counts as much as a full one. Below 0.05 nT the uncertainty of the instrument is as large as the field."
    )
    products = FieldPlot.products
    parameters = FieldParameters
    size_px = (1000, 440)

    def data(self, parameters: Any) -> Mission:
        """The whole archive and the window asked."""
        from voyager import services

        return services.mission(parameters)

    def provenance(self, data: Mission) -> Sequence[Provenance]:
        """Of the averages, then the events marked."""
        return (*data.provenances, *((data.window.marks_provenance,) if data.marks else ()))

    def draw(self, figure: Figure, data: Mission) -> None:
        """One panel, all of the mission."""
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, theme.TITLE_PX
        )
        theme.style_axes(axes, xlabel="date (UTC)", ylabel="|B| (nT)")
        drawn = data.drawn
        utc_axis(axes, days(np.array([data.first, data.last], dtype=object)).tolist())
        axes.set_yscale("log")
        low, high = float(drawn.low[:, STRENGTH].min()), float(drawn.high[:, STRENGTH].max())
        axes.set_ylim(max(low, 1e-3) / 1.4, high * 6.0)
        plain_ticks(axes)
        middle = _window(axes, data)
        draw_values(axes, drawn, STRENGTH, theme.SPACECRAFT, linewidth=1.6)
        draw_marks(axes, data.marks)
        name = label_at(axes, middle, high * 3.0, "this window", theme.SUN)
        place(
            figure,
            [name, *mark_labels(axes, data.marks, high * 3.0, dated=False)],
            bounds=axes.get_window_extent(),
            avoid=drawn_px(axes, drawn, STRENGTH, data.marks),
            size_pt=theme.FOOTER_PT + 1,
        )

    def alt(self, data: Mission) -> str:
        """First and last value, and where the window lies."""
        strength = data.drawn.mean[:, STRENGTH]
        text = (
            f"Magnetic field strength from {data.first:%Y-%m-%d} to {data.last:%Y-%m-%d}, logarithmic: "
            f"{strength[0]:.2g} nT at first, {strength.min():.2g} nT at the lowest mean of a column, "
            f"{strength[-1]:.2g} nT at last. The window from {data.window.start:%Y-%m-%d} to "
            f"{data.window.end:%Y-%m-%d} is marked."
        )
        return text if data.provenances[0].is_real else f"{text} All of this is modelled."

    def columns(self, data: Mission) -> Mapping[str, NDArray[Any]]:
        """The columns drawn."""
        drawn = data.drawn
        return {
            "utc": drawn.utc,
            "averages": drawn.count,
            "b_min_nt": drawn.low[:, STRENGTH],
            "b_mean_nt": drawn.mean[:, STRENGTH],
            "b_max_nt": drawn.high[:, STRENGTH],
            "column_s": np.full(len(drawn.utc), drawn.step_s),
        }


def _window(axes: Axes, data: Mission) -> float:
    """The window as a bright strip, wide enough to be seen; returns its middle."""
    left, right = float(days(data.window.start)), float(days(data.window.end))
    low, high = axes.get_xlim()
    least = _LEAST_PX * (high - low) / axes.get_window_extent().width
    middle, half = (left + right) / 2, max(right - left, least) / 2
    axes.axvspan(
        max(middle - half, low),
        min(middle + half, high),
        color=theme.SUN,
        alpha=0.25 if half > _SOLID_PX / _LEAST_PX * least / 2 else 0.8,
        linewidth=0,
        zorder=1.5,
    )
    return middle
