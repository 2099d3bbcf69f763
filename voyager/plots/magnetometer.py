"""Strength and components of the magnetic field in a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.boxes import Points, contain
from deepspace.plotting.labels import place
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days, share_ticks, utc_axis
from voyager.field import STRENGTH, Drawn, FieldMark, FieldWindow, Floats
from voyager.plots.field_base import (
    COLORS,
    SUBTITLE_PX,
    FieldPlot,
    cadence_name,
    draw_marks,
    draw_values,
    drawn_px,
    mark_labels,
    plain_ticks,
    subtitle,
    values_table,
)

_STRENGTH_PX: Final = 340
_GAP_PX: Final = 16
_LABELS: Final = ("|B| (nT)", "$B_R$ (nT)", "$B_T$ (nT)", "$B_N$ (nT)")
_LEFT_PX: Final = theme.LEFT_PX + 14  # tick labels have a sign and two decimals
_BAR_PX: Final = 320.0  # error bar and its explanation
_PLACES_FOR_BAR: Final = np.array([(x, y) for y in (0.04, 0.4, 0.72) for x in (0.01, 0.5, 0.98)])
_LEAST_SPAN_NT: Final = 0.06
_LOG_RATIO: Final = 40.0  # largest over median strength: from here on a linear axis shows only the largest
_SIDE: Final = 6  # columns on either side of a boundary that its jump is read from
_NEAR: Final = np.timedelta64(5, "D")  # they lie within this of it, or within twice their own length


class MagnetometerPlot(FieldPlot):
    """|B|, B_R, B_T, B_N."""

    name = "magnetometer"
    title = "Voyager 1: magnetic field"
    caption = (
        "Strength of the field (above) and its components: R away from the Sun, T along the Sun's rotation, N "
        "northward. Where there are more averages than pixels, the line is the mean of each column and the band "
        "reaches from the smallest to the largest average in it; else the band is the uncertainty of each average. "
        "Gaps are gaps in the data."
    )
    caveat = (
        "The 48 s averages are uncertain by 0.02 nT per component and 0.03 nT in strength (1 sigma, by the instrument "
        "team), and so is every mean of them: most of the error is the spacecraft's own field of 0.1 to 0.2 nT, "
        "removed partly by judgement, which does not average out. In the heliosheath that is as much as the field "
        "itself. The archive gives no uncertainty for hourly averages. One point of space is measured: whether a "
        "change passed over the spacecraft or the spacecraft flew through it cannot be told."
    )
    size_px = (1000, 980)

    def draw(self, figure: Figure, data: FieldWindow) -> None:
        """Four panels that share their time axis."""
        panels = _panels(figure)
        subtitle(figure, data)
        drawn = data.drawn
        shown = days(np.array([data.start, data.end], dtype=object)).tolist()
        is_log = _is_log(drawn)
        utc_axis(panels[-1], shown)
        share_ticks(panels)
        for index, axes in enumerate(panels):
            theme.style_axes(axes, ylabel=_LABELS[index])
            axes.yaxis.label.set_parse_math(index != STRENGTH)
            _limit(axes, drawn, index, is_log=is_log)
            draw_values(axes, drawn, index, COLORS[index])
            draw_marks(axes, data.marks)
        panels[-1].set_xlabel("date (UTC)")
        top = panels[0]
        avoid = drawn_px(top, drawn, STRENGTH, data.marks)
        taken = _uncertainty(top, drawn, avoid)
        height = top.get_ylim()[1] * 0.97 if not is_log else top.get_ylim()[1] * 0.7
        place(
            figure,
            mark_labels(top, data.marks, height),
            bounds=top.get_window_extent(),
            avoid=avoid,
            taken=taken,
            size_pt=theme.LABEL_PT - 1,
        )

    def alt(self, data: FieldWindow) -> str:
        """Statistics, and what the strength does at each boundary in the window."""
        found = data.statistics
        text = (
            f"From {data.start:%Y-%m-%d} to {data.end:%Y-%m-%d} the magnetic field strength at Voyager 1 is "
            f"{found.mean_nt:.3f} nT on average, between {found.min_nt:.3f} and {found.max_nt:.3f} nT, "
            f"from {found.count:,} {cadence_name(data.cadence_s)} that cover {found.coverage:.0%} of the time."
        )
        for one in data.marks:
            jump = _around(data.drawn, one)
            change = "" if jump is None else f": {jump[0]:.2f} nT before, {jump[1]:.2f} nT after"
            text += f" {one.name} on {one.at:%Y-%m-%d}{change}."
        return text if data.provenance.is_real else f"{text} All of this is modelled."

    def columns(self, data: FieldWindow) -> Mapping[str, NDArray[Any]]:
        """The averages, or the columns with smallest, mean and largest average."""
        return values_table(data.drawn, data.cadence_s)


def _panels(figure: Figure) -> list[Axes]:
    height = float(figure.get_size_inches()[1]) * theme.DPI
    top, bottom = theme.TITLE_PX + SUBTITLE_PX, theme.FOOTER_PX + theme.XAXIS_PX
    rest = (height - top - bottom - _STRENGTH_PX - 3 * _GAP_PX) / 3
    tops = [top, *(top + _STRENGTH_PX + _GAP_PX + index * (rest + _GAP_PX) for index in range(3))]
    heights = [_STRENGTH_PX, rest, rest, rest]
    return [
        theme.add_axes(figure, _LEFT_PX, height - one - tall, theme.RIGHT_PX, one)
        for one, tall in zip(tops, heights, strict=True)
    ]


def _is_log(drawn: Drawn) -> bool:
    strength = drawn.high[:, STRENGTH]
    return float(strength.max()) > _LOG_RATIO * float(np.median(drawn.mean[:, STRENGTH]))


def _limit(axes: Axes, drawn: Drawn, index: int, *, is_log: bool) -> None:
    """Limits that hold every value and its uncertainty; logarithmic when planets are in the window."""
    sigma = np.nan_to_num(drawn.sigma[:, index]) if not drawn.is_envelope else 0.0
    low, high = _extremes(drawn.low[:, index] - sigma, drawn.high[:, index] + sigma)
    if is_log and index == STRENGTH:
        axes.set_yscale("log")
        plain_ticks(axes)
        axes.set_ylim(max(low, 1e-3) / 1.5, high * 3.0)
        return
    if is_log:
        axes.set_yscale("symlog", linthresh=1.0, linscale=0.8)
        plain_ticks(axes)
        reach = max(abs(low), abs(high), 1.0)
        axes.set_ylim(-2.0 * reach, 2.0 * reach)
        power = 10.0 ** np.floor(np.log10(reach))
        axes.set_yticks([-power, 0.0, power])
        return
    middle, span = (low + high) / 2, max(high - low, _LEAST_SPAN_NT)
    room = 0.08 * span
    if index == STRENGTH:
        axes.set_ylim(0.0, high + 3.2 * room)  # from nothing: a strength; above, the names of what is marked
    else:
        axes.set_ylim(middle - span / 2 - room, middle + span / 2 + room)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
        if low < 0.0 < high:
            axes.axhline(0.0, color=theme.MUTED, linewidth=1.0, zorder=1)


def _extremes(low: Floats, high: Floats) -> tuple[float, float]:
    if not np.isfinite(low).any():
        return -1.0, 1.0  # no component is known
    return float(np.nanmin(low)), float(np.nanmax(high))


def _uncertainty(axes: Axes, drawn: Drawn, curve: Points) -> list[Bbox]:
    """An error bar of the size of one average's uncertainty, where it hides least; the band says something else."""
    if not drawn.is_envelope or not np.isfinite(drawn.sigma[0, STRENGTH]) or axes.get_yscale() == "log":
        return []
    sigma = float(drawn.sigma[0, STRENGTH])
    frame = axes.get_window_extent()
    half_px = max(float(np.diff(pixels(axes, [(0.0, 0.0), (0.0, sigma)])[:, 1])[0]), 10.0)
    size = np.array([_BAR_PX, 2 * half_px + 8])
    corners = frame.min + (frame.size - size) * _PLACES_FOR_BAR
    boxes = np.hstack([corners, corners + size])
    best = boxes[contain(boxes, curve, 4.0).sum(axis=0).argmin()]
    to_data = axes.transData.inverted()
    (x, y), (text_x, _y) = to_data.transform([(best[0] + 12, best[1::2].mean()), (best[0] + 28, 0.0)])
    axes.errorbar([x], [y], yerr=[sigma], color=theme.TEXT, capsize=6, linewidth=2, zorder=5)
    text = f"±{sigma:.2f} nT: 1σ of one average"
    axes.text(text_x, y, text, color=theme.TEXT, fontsize=theme.FOOTER_PT + 1, va="center", zorder=5)
    return [Bbox(best.reshape(2, 2))]


def _around(drawn: Drawn, mark: FieldMark) -> tuple[float, float] | None:
    """Mean strength in some columns before and after a mark, or its day; None where there are too few."""
    at = np.datetime64(mark.at.replace(tzinfo=None), "us")
    half_day = np.timedelta64(0 if mark.has_instant else 12, "h")
    step = np.timedelta64(round(drawn.step_s * 1e6), "us")
    until = int(np.searchsorted(drawn.utc + step, at - half_day, side="right"))  # columns that end before it
    since = int(np.searchsorted(drawn.utc, at + half_day))
    if until < _SIDE or since + _SIDE > len(drawn.utc):
        return None
    far = max(2 * _SIDE * step, _NEAR)
    if at - drawn.utc[until - _SIDE] > far or drawn.utc[since + _SIDE - 1] - at > far:
        return None  # a gap lies between: what is on its sides is not about the boundary
    strength = drawn.mean[:, STRENGTH]
    return float(strength[until - _SIDE : until].mean()), float(strength[since : since + _SIDE].mean())
