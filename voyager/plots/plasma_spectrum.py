"""The newest spectrum of a window, and how the others of the window spread around their median."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from voyager.plots.plasma import (
    INTERSTELLAR_NAME,
    SUPPLY_NAME,
    PlasmaPlot,
    field_name,
    frequency_name,
    interstellar_share,
    key_above,
    log_ticks,
    nice_numbers,
    plain_frequency,
    power_text,
    supply_lines,
    window_name,
)
from voyager.spectra import HIGH, HIGHEST, LOW, LOWEST, MEDIAN, PlasmaData

_LEGEND_PX: Final = 64
_ROOM: Final = 0.12  # above and below the data, of their span


class PlasmaSpectrumPlot(PlasmaPlot):
    """Amplitude over frequency."""

    name = "plasma-spectrum"
    title = "Voyager 1: the newest spectrum, and the window's spread"
    caption = (
        "Points: the newest spectrum of the window. Line: median of each channel over the window, with the "
        "span of nine tenths of all spectra (dark) and of all of them (light). Where the light span reaches "
        "far up, a wave passed."
    )

    def draw(self, figure: Figure, data: PlasmaData) -> None:
        """Spread, median and points over log frequency; both axes hold logarithms."""
        axes = theme.add_axes(
            figure,
            theme.LEFT_PX + 16,
            theme.FOOTER_PX + theme.XAXIS_PX,
            theme.RIGHT_PX,
            theme.TITLE_PX + _LEGEND_PX,
        )
        theme.style_axes(axes, xlabel="frequency (Hz)", ylabel="electric field (V/m)")
        x, edges = np.log10(data.frequency_hz), np.log10(data.edges_hz)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.log10(data.window.quantiles[:, data.chosen])
            newest = np.log10(data.window.last[data.chosen])
        axes.set_xlim(edges[0], edges[-1])
        _limit(axes, np.vstack([spread, newest]))
        for low, high, alpha, name in (
            (LOWEST, HIGHEST, 0.28, "every spectrum"),
            (LOW, HIGH, 0.55, "nine in ten"),
        ):
            axes.stairs(
                spread[high],
                edges,
                baseline=spread[low],
                fill=True,
                color=theme.SPACECRAFT,
                alpha=alpha,
                linewidth=0,
                label=name,
            )
        axes.stairs(
            spread[MEDIAN], edges, baseline=None, color=theme.SPACECRAFT, linewidth=2.4, label="median"
        )
        what = "newest hour" if data.window.cadence_s > 60 else "newest spectrum"
        axes.plot(x, newest, "o", color=theme.SUN, markersize=9, markeredgecolor=theme.BACKGROUND, label=what)
        _ticks(axes, data)
        _known(axes, data)
        key_above(axes, columns=3)

    def alt(self, data: PlasmaData) -> str:
        """The channel that varied most, and how far the newest spectrum is from the median."""
        with np.errstate(invalid="ignore"):
            ratio = data.window.last[data.chosen] / data.window.quantiles[MEDIAN, data.chosen]
        newest = np.datetime_as_string(data.window.last_utc, unit="m").replace("T", " ")
        if not np.isfinite(ratio).any():
            return f"Spectrum of {newest} UTC: no values."
        place = int(np.nanargmax(ratio))
        excess_db = 20.0 * float(np.log10(ratio[place]))
        channels = data.statistics.channels
        known = [one for one in channels if one.median_v_m is not None]
        lowest = min(known, key=lambda one: one.median_v_m or 0.0)
        highest = max(known, key=lambda one: one.median_v_m or 0.0)
        return (
            f"The newest spectrum ({newest} UTC) is at most {excess_db:.1f} dB above the window's median, at "
            f"{frequency_name(data.frequency_hz[place])}. Medians lie between {field_name(lowest.median_v_m)} "
            f"({frequency_name(lowest.frequency_hz)}) and {field_name(highest.median_v_m)} "
            f"({frequency_name(highest.frequency_hz)}), {window_name(data)}."
        )

    def columns(self, data: PlasmaData) -> Mapping[str, NDArray[Any]]:
        """One row per channel."""
        names = ("lowest_v_m", "percentile_5_v_m", "median_v_m", "percentile_95_v_m", "highest_v_m")
        rows = len(data.frequency_hz)
        return {
            "frequency_hz": data.frequency_hz,
            "from_hz": data.edges_hz[:-1],
            "to_hz": data.edges_hz[1:],
            "newest_utc": np.full(rows, data.window.last_utc),
            "newest_v_m": data.window.last[data.chosen],
            **dict(zip(names, data.window.quantiles[:, data.chosen], strict=True)),
        }


def _limit(axes: Axes, values: NDArray[np.float64]) -> None:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (-7.0, -5.0)
    room = max(_ROOM * (high - low), 0.2)
    axes.set_ylim(low - room, high + room)


def _ticks(axes: Axes, data: PlasmaData) -> None:
    frequencies = nice_numbers(data.edges_hz[0], data.edges_hz[-1], most=9)
    log_ticks(axes.xaxis, frequencies, [plain_frequency(one) for one in frequencies])
    low, high = axes.get_ylim()
    fields = nice_numbers(10**low, 10**high, most=6)
    log_ticks(axes.yaxis, fields, [power_text(one) for one in fields])


def _known(axes: Axes, data: PlasmaData) -> None:
    """The supply's lines, and the plasma frequencies of interstellar densities."""
    low, high = data.edges_hz[0], data.edges_hz[-1]
    band = interstellar_share(low, high)
    if band is not None:
        axes.axvspan(
            *np.log10(band), color=theme.SUN, alpha=0.2, linewidth=0, zorder=0.5, label=INTERSTELLAR_NAME
        )
    for number, line in enumerate(supply_lines(low, high)):
        axes.axvline(
            float(np.log10(line)),
            color=theme.TEXT,
            linewidth=1.4,
            linestyle=(0, (2, 4)),
            zorder=0.8,
            label="" if number else SUPPLY_NAME,
        )
