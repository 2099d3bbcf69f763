"""The parts of the picture that leads from a wideband recording to a density."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from voyager.constants import PLASMA_LINE_SEARCH_HZ, PLASMA_LINE_SIGMA, SUPPLY_LINE_HZ
from voyager.plots.density_columns import ROWS_APART, Column, bins_shown, spans_of
from voyager.plots.plasma import note_on, screen_colors, step_line
from voyager.science.plasma import plasma_frequency_hz
from voyager.science.waveform import interference_bands_hz
from voyager.spectra import ProcessData, Recording

_SCALE_DB: Final = (-3.0, 9.0)
_DENSITIES_CM3: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_HATCH: Final = "////"
_FRAME_HZ: Final = 90.0  # to either side of a line, where the marks of it are drawn


def draw_image(axes: Axes, data: ProcessData, edges: NDArray[np.float64], rows: list[Column]) -> None:
    """Power in colour, the masked bands, and the lines that count."""
    place, frequency = bins_shown(data)
    power = np.array([row.power_db[place] for row in rows]).T
    half = data.step_hz / 2
    bounds = np.append(frequency - half, frequency[-1] + half)
    low, high = _SCALE_DB
    axes.pcolormesh(edges, bounds, power, cmap=screen_colors(), vmin=low, vmax=high, rasterized=True)
    axes.set_xlim(edges[0], edges[-1])
    _frequency_axis(axes)
    _mask(axes)
    spans = spans_of(data, edges)
    for left, _ in spans[1:] if len(spans) <= ROWS_APART else []:
        axes.axvline(left, color=theme.BACKGROUND, linewidth=3, zorder=3)
    _draw_ridge(axes, edges, rows, apart=len(spans) <= ROWS_APART)
    note_on(
        axes,
        0.985,
        SUPPLY_LINE_HZ,
        "power supply, masked",
        theme.TEXT,
        transform=axes.get_yaxis_transform(),
        va="center",
        ha="right",
    )


def _draw_ridge(axes: Axes, edges: NDArray[np.float64], rows: list[Column], *, apart: bool) -> None:
    """The lines that count: framed, not covered."""
    counts = [row.of.is_significant or row.of.sigma is None for row in rows]
    ridge = np.array([row.ridge_hz if counted else np.nan for row, counted in zip(rows, counts, strict=True)])
    if not apart:
        middle = (edges[1:] + edges[:-1]) / 2
        axes.plot(middle, ridge, "o", color=theme.NOW, markerfacecolor="none", markersize=7, zorder=5)
        return
    for side in (-_FRAME_HZ, _FRAME_HZ):
        step_line(axes, edges, ridge + side, color=theme.NOW, linewidth=1.3, linestyle=(0, (4, 2)), zorder=5)


def _frequency_axis(axes: Axes) -> None:
    axes.set_ylim(*PLASMA_LINE_SEARCH_HZ)
    axes.yaxis.set_major_locator(FixedLocator([1_000, 2_000, 3_000, 4_000, 5_000]))
    axes.yaxis.set_major_formatter(FixedFormatter(["1k", "2k", "3k", "4k", "5k"]))


def _mask(axes: Axes) -> None:
    for low, high in interference_bands_hz(PLASMA_LINE_SEARCH_HZ[1]):
        if high > PLASMA_LINE_SEARCH_HZ[0]:
            axes.axhspan(
                low,
                high,
                facecolor=theme.BACKGROUND,
                edgecolor=theme.MUTED,
                hatch=_HATCH,
                linewidth=0,
                zorder=2,
            )


def draw_significance(axes: Axes, data: ProcessData, edges: NDArray[np.float64]) -> None:
    """How sure the strongest line of each recording is, and how sure it must be."""
    spans = spans_of(data, edges)
    sigma = np.array([np.nan if one.sigma is None else one.sigma for one in data.recordings])
    middle = np.array([(low + high) / 2 for low, high in spans])
    counts = sigma >= PLASMA_LINE_SIGMA
    width = min(6.0, max(1.0, 500.0 / len(spans) / 2))
    for chosen, color in ((counts, theme.SUN), (~counts, theme.MUTED)):
        axes.vlines(middle[chosen], 0.0, np.maximum(sigma[chosen], 0.0), color=color, linewidth=width)
        axes.plot(
            middle[chosen], np.maximum(sigma[chosen], 0.0), "o", color=color, markersize=max(3.0, width + 2)
        )
    axes.axhline(PLASMA_LINE_SIGMA, color=theme.SUN, linewidth=1.6, linestyle=(0, (5, 3)), zorder=2)
    top = max(1.5 * PLASMA_LINE_SIGMA, 1.12 * float(np.nanmax(sigma, initial=0.0)))
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0.0, top)
    axes.locator_params(axis="y", nbins=3, integer=True)
    axes.text(
        1.02,
        PLASMA_LINE_SIGMA,
        "needed for\na density",
        color=theme.SUN,
        fontsize=theme.FOOTER_PT,
        transform=axes.get_yaxis_transform(),
        va="top",
    )


def draw_mean(axes: Axes, data: ProcessData) -> None:
    """Mean spectrum of the most telling recording, and the axis of density on its right."""
    chosen = data.strongest or data.recordings[-1]
    place, frequency = bins_shown(data)
    theme.style_axes(axes, grid=False)
    axes.set_xlim(*_SCALE_DB)
    _frequency_axis(axes)
    _mask(axes)
    mean = chosen.mean_db[place]
    axes.plot(np.clip(mean, *_SCALE_DB), frequency, color=theme.SPACECRAFT, linewidth=1.4, zorder=1.5)
    _name_line(axes, chosen, float(np.interp(chosen.line_hz, frequency, mean)))
    axes.text(
        0.0,
        1.01,
        f"mean of {chosen.start:%Y-%m-%d}",
        color=theme.TEXT,
        fontsize=theme.FOOTER_PT,
        transform=axes.transAxes,
        va="bottom",
    )
    axes.yaxis.tick_right()
    axes.yaxis.set_major_locator(FixedLocator(plasma_frequency_hz(_DENSITIES_CM3).tolist()))
    axes.yaxis.set_major_formatter(FixedFormatter([f"{one:g}" for one in _DENSITIES_CM3]))
    axes.tick_params(labelbottom=False, length=5, pad=5)
    axes.set_xticks([])
    frame = axes.get_position()
    axes.spines["right"].set_visible(True)
    axes.spines["left"].set_color(theme.GRID)
    figure = axes.get_figure(root=True)
    if figure is not None:
        figure.text(
            1 - 16 / 1_000,
            (frame.y0 + frame.y1) / 2,
            "electron density (per cm³)",
            rotation=90,
            fontsize=theme.LABEL_PT,
            ha="center",
            va="center",
        )


def _name_line(axes: Axes, chosen: Recording, level_db: float) -> None:
    """A dot at the strongest line, filled where it counts, with its significance."""
    if not np.isfinite(chosen.line_hz):
        return
    is_weak = chosen.sigma is not None and not chosen.is_significant
    axes.plot(
        [level_db],
        [chosen.line_hz],
        "o",
        color=theme.SUN,
        markerfacecolor=theme.SUN if chosen.is_significant else "none",
        markersize=9,
        zorder=5,
    )
    axes.text(
        max(level_db, 0.0) + 1.0 if level_db < 4.0 else level_db - 1.0,
        chosen.line_hz,
        f"{chosen.sigma:.1f} sigma" if is_weak else "line",
        color=theme.SUN,
        fontsize=theme.FOOTER_PT,
        ha="left" if level_db < 4.0 else "right",
        va="center" if level_db < 4.0 else "bottom",
        zorder=5,
    )


def draw_bar(axes: Axes) -> None:
    """The colour scale, below the spectrum whose axis it is."""
    low, high = _SCALE_DB
    steps = np.linspace(low, high, 41)
    axes.pcolormesh(
        steps, [0.0, 1.0], (steps[1:] + steps[:-1])[None, :] / 2, cmap=screen_colors(), rasterized=True
    )
    axes.set_yticks([])
    axes.grid(False)
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([-3.0, 0.0, 3.0, 6.0, 9.0]))
    axes.xaxis.set_major_formatter(FixedFormatter(["−3", "0", "3", "6", "9 dB"]))
    for spine in axes.spines.values():
        spine.set_visible(False)


def axis_name(data: ProcessData) -> str:
    """What the axis of time is called."""
    first = data.recordings[0]
    if len(data.recordings) == 1:
        return f"seconds after {first.start:%Y-%m-%d %H:%M:%S} UTC"
    return "recordings side by side: start (UTC)"


def time_ticks(axes: Axes, data: ProcessData, edges: NDArray[np.float64], *, labelled: bool) -> None:
    """Seconds within the only recording; else the dates of some of them."""
    axes.tick_params(labelbottom=labelled)
    if len(data.recordings) == 1:
        axes.locator_params(axis="x", nbins=6)
        return
    spans = spans_of(data, edges)
    step = -(-len(spans) // 4)  # four dates have room
    places = range(0, len(spans), step)
    axes.xaxis.set_major_locator(FixedLocator([spans[place][0] for place in places]))
    axes.xaxis.set_major_formatter(
        FixedFormatter([f"{data.recordings[place].start:%Y-%m-%d}" for place in places])
    )
    if labelled:
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("left")
