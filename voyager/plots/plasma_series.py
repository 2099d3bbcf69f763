"""Integrated field and every channel over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days
from voyager.plots.plasma import (
    PlasmaPlot,
    channel_columns,
    field_name,
    frequency_name,
    step_area,
    step_line,
    time_axis,
    window_name,
)
from voyager.spectra import MEDIAN, PlasmaData

_TOTAL_PX: Final = 190
_GAP_PX: Final = 34
_LEFT_PX: Final = 128  # "31.1 kHz"
_RIGHT_PX: Final = theme.RIGHT_PX + 18  # half of "Jan-01" at the window's end
_NARROWEST_DB: Final = 20.0  # between the base lines of neighbouring channels
_LEAST: Final = 0.1  # half height of the upper axes, as a share of the median
_MICRO: Final = 1e6


class PlasmaSeriesPlot(PlasmaPlot):
    """Time series."""

    name = "plasma-series"
    title = "Voyager 1: integrated field, and each channel"
    caption = (
        "Above: root of the summed squares of all channels shown, which is the square root of the integrated "
        "power. Below: each channel in decibels above its own median (the horizontal line at its name); mean "
        "(line) and span (area) per pixel."
    )
    size_px = (1000, 1080)

    def draw(self, figure: Figure, data: PlasmaData) -> None:
        """One axis of time for both."""
        height = float(figure.get_size_inches()[1]) * theme.DPI
        bottom = theme.FOOTER_PX + theme.XAXIS_PX
        total = theme.add_axes(
            figure, _LEFT_PX, height - theme.TITLE_PX - _TOTAL_PX, _RIGHT_PX, theme.TITLE_PX
        )
        strips = theme.add_axes(figure, _LEFT_PX, bottom, _RIGHT_PX, theme.TITLE_PX + _TOTAL_PX + _GAP_PX)
        theme.style_axes(total, ylabel="rms field (µV/m)")
        theme.style_axes(strips, xlabel=window_name(data), ylabel="channel", grid=False)
        time_axis(total, data, labelled=False)
        time_axis(strips, data)
        edges = days(data.column_edges)
        _draw_total(total, data, edges)
        _draw_strips(strips, data, edges)

    def alt(self, data: PlasmaData) -> str:
        """Level and largest value of the integrated field; the channel that rose most."""
        found = data.statistics
        text = f"Integrated electric field of {len(data.frequency_hz)} channels, {window_name(data)}"
        if found.median_rms_v_m is None or found.peak_rms_at is None:
            return f"{text}: no values."
        text += (
            f": median {field_name(found.median_rms_v_m)}, largest {field_name(found.peak_rms_v_m)} "
            f"on {found.peak_rms_at:%Y-%m-%d at %H:%M} UTC"
        )
        if found.loudest_db is not None and found.loudest_hz is not None:
            text += f"; of single channels {frequency_name(found.loudest_hz)} rose most, by {found.loudest_db:.0f} dB"
        return f"{text}."

    def columns(self, data: PlasmaData) -> Mapping[str, NDArray[Any]]:
        """Integrated field; mean, smallest and largest value of each channel per column."""
        window = data.window
        return {
            "utc": window.utc,
            "seconds": np.full(len(window.utc), window.column_s),
            "records": window.count,
            "rms_v_m": data.rms_v_m,
            **channel_columns(data, "mean", window.mean),
            **channel_columns(data, "low", window.low),
            **channel_columns(data, "high", window.high),
        }


def _draw_total(axes: Axes, data: PlasmaData, edges: NDArray[np.float64]) -> None:
    values = data.rms_v_m * _MICRO
    known = values[np.isfinite(values)]
    if not len(known):
        axes.set_ylim(0.0, 1.0)
        return
    median = float(np.median(known))
    low, high = min(float(known.min()), (1 - _LEAST) * median), max(float(known.max()), (1 + _LEAST) * median)
    axes.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    axes.locator_params(axis="y", nbins=4)
    step_line(axes, edges, values, color=theme.SPACECRAFT, linewidth=2.0)


def _draw_strips(axes: Axes, data: PlasmaData, edges: NDArray[np.float64]) -> None:
    window, chosen = data.window, data.chosen
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, low, high = (
            20.0 * np.log10(values[:, chosen] / window.quantiles[MEDIAN, chosen])
            for values in (window.mean, window.low, window.high)
        )
    known = high[np.isfinite(high)]
    largest = float(np.percentile(known, 99.9)) if len(known) else 0.0
    step_db = max(_NARROWEST_DB, float(np.ceil(largest / 10.0)) * 10.0)
    bases = np.arange(len(data.frequency_hz)) * step_db
    ceiling = 0.96 * step_db  # a strip never reaches into the next but one
    for place, base in enumerate(bases.tolist()):
        axes.axhline(base, color=theme.GRID, linewidth=1.0, zorder=0.5)
        top, floor = (np.clip(values[:, place], -ceiling / 2, ceiling) + base for values in (high, low))
        step_area(axes, edges, floor, top, color=theme.SPACECRAFT, alpha=0.45)
        line = np.clip(mean[:, place], -ceiling / 2, ceiling) + base
        step_line(axes, edges, line, color=theme.PREDICTED, linewidth=1.1)
    axes.set_ylim(-step_db / 2, bases[-1] + 1.1 * step_db)
    axes.yaxis.set_major_locator(FixedLocator(bases.tolist()))
    axes.yaxis.set_major_formatter(FixedFormatter([frequency_name(one) for one in data.frequency_hz]))
    axes.tick_params(axis="y", length=0)
    left, right = axes.get_xlim()
    x = right - 0.012 * (right - left)
    foot = bases[-1] + 0.05 * step_db
    axes.plot([x, x], [foot, foot + step_db], color=theme.TEXT, linewidth=3, solid_capstyle="butt", zorder=5)
    axes.text(
        right - 0.022 * (right - left),
        foot + step_db / 2,
        f"{step_db:.0f} dB",
        color=theme.TEXT,
        fontsize=theme.FOOTER_PT,
        ha="right",
        va="center",
        zorder=5,
    )
