"""What the plots of the magnetic field share: their data, their table, steps and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.labels import Label, label_at
from deepspace.plotting.plot import Plot
from deepspace.plotting.scale import pixels
from deepspace.plotting.steps import runs as stretches
from deepspace.plotting.steps import steps as corners
from deepspace.plotting.timeaxis import days
from deepspace.plotting.words import length_name
from deepspace.provenance import Provenance
from voyager.constants import VIM_CADENCE_S
from voyager.field import NAMES, Drawn, FieldMark, FieldWindow, Floats
from voyager.parameters import FieldParameters
from voyager.plots.milestones import KINDS

COLORS: Final = (theme.SPACECRAFT, theme.JUPITER, theme.EARTH, theme.SATURN)  # strength, R, T, N
SUBTITLE_PX: Final = 30  # strip below the title that says which averages are shown
_LINE_PX: Final = 8.0
_DAY_S: Final = 86_400.0
_DAYS_AS_LINE: Final = 60.0  # in longer windows a day is as thin as a line


class FieldPlot(Plot[FieldWindow]):
    """A plot of the magnetometer service's answer."""

    products = ("voyager.magnetic_field_48s", "voyager.magnetic_field_1h", "voyager.events")
    parameters = FieldParameters

    def data(self, parameters: Any) -> FieldWindow:
        """The window asked, from the best rung that holds."""
        from voyager import services

        return services.magnetometer(parameters)

    def provenance(self, data: FieldWindow) -> Sequence[Provenance]:
        """The field, then the events marked."""
        return data.shown


def cadence_name(cadence_s: int) -> str:
    """What the averages are called."""
    return "48 s averages" if cadence_s == VIM_CADENCE_S else "hourly averages"


def subtitle(figure: Figure, data: FieldWindow) -> None:
    """One line below the title: which days, which averages, and how they are reduced."""
    width, height = figure.get_size_inches() * theme.DPI
    drawn = data.drawn
    text = f"{data.start:%Y-%m-%d} to {data.end:%Y-%m-%d %H:%M} UTC · "
    text += f"{data.statistics.count:,} {cadence_name(data.cadence_s)}"
    if drawn.is_envelope:
        text += f" in columns of {length_name(drawn.step_s)}"
    figure.text(
        22 / width, 1 - 63 / height, text, fontsize=theme.FOOTER_PT + 1, color=theme.MUTED, va="center"
    )


def runs(drawn: Drawn) -> list[slice]:
    """Stretches of columns between gaps."""
    return stretches(drawn.utc, drawn.step_s)


def steps(drawn: Drawn, *columns: Floats) -> tuple[Floats, ...]:
    """Corners of the steps on matplotlib's axis of days, then each column at them; NaN between stretches."""
    return corners(drawn.utc, drawn.step_s, *columns)


def band(drawn: Drawn, index: int) -> tuple[Floats, Floats]:
    """Range of the averages in each column, or the uncertainty of each average (NaN where none is given)."""
    if drawn.is_envelope:
        return drawn.low[:, index], drawn.high[:, index]
    mean, sigma = drawn.mean[:, index], drawn.sigma[:, index]
    return mean - sigma, mean + sigma


def draw_values(axes: Axes, drawn: Drawn, index: int, color: str, *, linewidth: float = 1.8) -> None:
    """Mean and band."""
    time, line, bottom, top = steps(drawn, drawn.mean[:, index], *band(drawn, index))
    if np.isfinite(bottom).any():
        axes.fill_between(
            time, bottom, top, color=color, alpha=0.34, linewidth=0, antialiased=False, zorder=2
        )
    axes.plot(time, line, color=color, linewidth=linewidth, solid_joinstyle="round", zorder=3)


def drawn_px(axes: Axes, drawn: Drawn, index: int, marks: Sequence[FieldMark]) -> Points:
    """Pixels of mean, band and marks, which labels should not hide; for limits already set."""
    time, *curves = steps(drawn, drawn.mean[:, index], *band(drawn, index))
    points = np.concatenate([pixels(axes, np.column_stack([time, one])) for one in curves])
    frame = axes.get_window_extent()
    heights = np.arange(frame.y0, frame.y1, _LINE_PX)
    places = pixels(axes, [(float(days(one.at)), 1.0) for one in marks])[:, 0]
    lines = [np.column_stack([np.full(len(heights), x), heights]) for x in places.tolist()]
    return np.concatenate([points[np.isfinite(points).all(axis=1)], *lines])


def draw_marks(axes: Axes, marks: Sequence[FieldMark]) -> None:
    """A vertical line at each boundary, shock and encounter; the day as a bar where only that is published."""
    left, right = axes.get_xlim()
    for one in marks:
        color, at = KINDS[one.kind].color, float(days(one.at))
        if not one.has_instant and right - left < _DAYS_AS_LINE:
            axes.axvspan(at - 0.5, at + 0.5, color=color, alpha=0.08, linewidth=0, zorder=1)
            ends = [max(at - 0.5, left), min(at + 0.5, right)]
            axes.plot(
                ends, [1.0, 1.0], color=color, linewidth=6, transform=axes.get_xaxis_transform(), zorder=4
            )
        else:
            axes.axvline(at, color=color, linewidth=1.6, linestyle=(0, (4, 2)), alpha=0.9, zorder=4)


def plain_ticks(axes: Axes) -> None:
    """Plain numbers on a logarithmic axis; powers of ten would need mathematical type."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}".replace("-", "\u2212")))
    axes.yaxis.set_minor_formatter(NullFormatter())


def mark_labels(axes: Axes, marks: Sequence[FieldMark], y: float, *, dated: bool = True) -> list[Label]:
    """Names of the marks, to be placed near the height ``y`` (data coordinates); boundaries first."""
    ordered = sorted(marks, key=lambda one: (one.name != "Heliopause", one.kind != "boundary", one.at))
    return [
        label_at(
            axes,
            float(days(one.at)),
            y,
            f"{one.name}\n{one.at:%Y-%m-%d}" if dated else one.name,
            KINDS[one.kind].color,
        )
        for one in ordered
    ]


def values_table(drawn: Drawn, cadence_s: int) -> Mapping[str, NDArray[Any]]:
    """What is drawn: one row per average, or per column with smallest, mean and largest value."""
    table: dict[str, NDArray[Any]] = {"utc": drawn.utc}
    if not drawn.is_envelope:
        table |= {name: drawn.mean[:, index] for index, name in enumerate(NAMES)}
        table |= {name.replace("_nt", "_sigma_nt"): drawn.sigma[:, i] for i, name in enumerate(NAMES)}
    else:
        table["averages"] = drawn.count
        for index, name in enumerate(NAMES):
            stem = name.removesuffix("_nt")
            table[f"{stem}_min_nt"] = drawn.low[:, index]
            table[f"{stem}_mean_nt"] = drawn.mean[:, index]
            table[f"{stem}_max_nt"] = drawn.high[:, index]
        table["column_s"] = np.full(len(drawn.utc), drawn.step_s)
    table["cadence_s"] = np.full(len(drawn.utc), cadence_s, dtype=np.int64)
    return table
