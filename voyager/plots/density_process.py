"""How a density is read off a wideband spectrum: the spectra, the line if there is one, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance
from voyager.constants import PLASMA_LINE_SEARCH_HZ, PLASMA_LINE_SIGMA, SUPPLY_LINE_HZ
from voyager.parameters import ProcessParameters
from voyager.plots.plasma import note_on, say_modelled, screen_colors, step_line
from voyager.science.plasma import plasma_frequency_hz
from voyager.science.waveform import bin_frequencies_hz, interference_bands_hz
from voyager.spectra import ProcessData, Recording

_SCALE_DB: Final = (-3.0, 9.0)
_ROWS_APART: Final = 12  # recordings up to which each of their rows is a column of the image
_DENSITIES_CM3: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_MEAN_PX: Final = 190
_DENSITY_PX: Final = 112  # labels and name of the density axis
_GAP_PX: Final = 16
_STRIP_PX: Final = 112
_STRIP_GAP_PX: Final = 26
_BAR_PX: Final = 16
_HATCH: Final = "////"
_FRAME_HZ: Final = 90.0  # to either side of a line, where the marks of it are drawn


class DensityProcessPlot(Plot[ProcessData]):
    """Wideband spectrogram, mean spectrum, significance."""

    name = "density-process"
    title = "From a wideband recording to a density"
    caption = (
        "Wideband recordings of 48 s, side by side: power (colour) relative to the receiver's noise, 1 to 5 "
        "kHz, averaged at ingest. Hatched: the 2.4 kHz power supply and its multiple, masked. Right: mean "
        "spectrum of the recording with the most significant line. Below: significance of each recording's "
        "strongest line. Only a line above 4 sigma is taken for the plasma's, and gives n_e = (f_pe / 8980 "
        "Hz)²."
    )
    caveat = (
        "The receiver's gain is not sent to the ground, so that power is relative, and strength cannot be "
        "compared between recordings. A plasma line inside the hatched bands (0.064 to 0.079 and 0.27 to "
        "0.30 per cm³) stays hidden. No line does not mean no plasma: the line is often weaker than the "
        "noise of 48 seconds. The instrument team averages longer and looks by eye; its published values are "
        "in the other plot, and the statistics are made from those alone."
    )
    products = ("voyager.plasma_waveform", "voyager.electron_density_ridge")
    parameters = ProcessParameters
    size_px = (1000, 780)

    def data(self, parameters: Any) -> ProcessData:
        """The recordings, from the best rung that holds."""
        from voyager import services

        return services.process(parameters)

    def provenance(self, data: ProcessData) -> Sequence[Provenance]:
        """Of the spectra; of the densities where there are any."""
        return data.provenances

    def draw(self, figure: Figure, data: ProcessData) -> None:
        """Image, mean spectrum and significance; frequency and density share the height."""
        height = self.size_px[1]
        foot = theme.FOOTER_PX + theme.XAXIS_PX
        low = foot + _STRIP_PX + _STRIP_GAP_PX
        right = _DENSITY_PX + _MEAN_PX + _GAP_PX
        image = theme.add_axes(figure, theme.LEFT_PX, low, right, theme.TITLE_PX)
        left = self.size_px[0] - _DENSITY_PX - _MEAN_PX
        mean = theme.add_axes(figure, left, low, _DENSITY_PX, theme.TITLE_PX)
        strip = theme.add_axes(figure, theme.LEFT_PX, foot, right, height - foot - _STRIP_PX)
        bar = theme.add_axes(
            figure, left, low - _STRIP_GAP_PX, _DENSITY_PX, height - low + _STRIP_GAP_PX - _BAR_PX
        )
        theme.style_axes(image, ylabel="frequency (Hz)", grid=False)
        theme.style_axes(strip, xlabel=_axis_name(data), ylabel="sigma")
        edges, rows = _columns(data)
        _draw_image(image, data, edges, rows)
        _draw_significance(strip, data, edges)
        _draw_mean(mean, data)
        _draw_bar(bar)
        for axes in (image, strip):
            _time_ticks(axes, data, edges, labelled=axes is strip)
        top = PLASMA_LINE_SEARCH_HZ[1] - 380.0  # below the upper mask
        note_on(
            image,
            0.015,
            top,
            finding(data),
            theme.SUN,
            transform=image.get_yaxis_transform(),
            va="top",
            fontsize=13,
        )
        say_modelled(image, data.provenances[0], at=0.13)

    def alt(self, data: ProcessData) -> str:
        """The density, or that there is none."""
        where = f"{len(data.recordings)} wideband recording{'s' if len(data.recordings) > 1 else ''}"
        span = f"{data.start:%Y-%m-%d %H:%M} to {data.end:%Y-%m-%d %H:%M} UTC"
        return f"{where}, {span}. {' '.join(finding(data).split())}"

    def columns(self, data: ProcessData) -> Mapping[str, NDArray[Any]]:
        """The image column by column, with the line of each recording."""
        _, rows = _columns(data)
        place, frequency = _bins(data)
        table: dict[str, NDArray[Any]] = {
            "utc": np.array([row.utc for row in rows]),
            "recording_utc": np.array([row.of.utc[0] for row in rows]),
            "line_hz": np.array([row.of.line_hz for row in rows]),
            "line_sigma": np.array([np.nan if row.of.sigma is None else row.of.sigma for row in rows]),
            "n_e_cm3": np.array([row.of.density.n_e_cm3 if row.of.density else np.nan for row in rows]),
            "n_e_sigma_cm3": np.array(
                [row.of.density.n_e_sigma_cm3 if row.of.density else np.nan for row in rows]
            ),
        }
        power = np.array([row.power_db[place] for row in rows])
        return table | {f"power_{hz:g}_hz_db": column for hz, column in zip(frequency, power.T, strict=True)}


class _Column:
    """One column of the image: a row of a recording, or all of it."""

    def __init__(
        self, of: Recording, utc: np.datetime64, power_db: NDArray[np.float64], ridge_hz: float
    ) -> None:
        self.of, self.utc, self.power_db, self.ridge_hz = of, utc, power_db, ridge_hz


def finding(data: ProcessData) -> str:
    """What the recordings say about the density, in two short lines."""
    if not data.provenances[0].is_real:
        last = data.recordings[-1]
        return f"Model: a line was put at {last.line_hz:.0f} Hz.\nNothing was measured."
    found, strongest = data.significant, data.strongest
    if not found:
        if strongest is None or strongest.sigma is None:
            return "No line was looked for here:\ntoo few frames, or not yet in interstellar space."
        reached = f"the strongest reaches {strongest.sigma:.1f} sigma of {PLASMA_LINE_SIGMA:g} needed."
        return f"No significant line, so no density:\n{reached}"
    last = found[-1]
    text = f"f_pe = {last.line_hz:.0f} Hz at {last.sigma:.1f} sigma ({last.start:%Y-%m-%d})"
    if last.density is not None:
        text += f":\nn_e = {last.density.n_e_cm3:.4f} ± {last.density.n_e_sigma_cm3:.4f} per cm³"
    if len(data.recordings) > 1:
        text += f"\n{len(found)} of {len(data.recordings)} recordings have a significant line."
    return text


def _bins(data: ProcessData) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Bins shown, and their centres."""
    bins = data.recordings[0].power_db.shape[1]
    frequency = bin_frequencies_hz(bins, data.step_hz)
    low, high = PLASMA_LINE_SEARCH_HZ
    place: NDArray[np.intp] = np.flatnonzero((frequency >= low) & (frequency <= high))
    return place, frequency[place]


def _columns(data: ProcessData) -> tuple[NDArray[np.float64], list[_Column]]:
    """Columns of the image and their edges: seconds for one recording, else counted."""
    if len(data.recordings) > _ROWS_APART:
        rows = [_Column(one, one.utc[0], one.mean_db, one.line_hz) for one in data.recordings]
        return np.arange(len(rows) + 1, dtype=np.float64), rows
    rows = [
        _Column(one, utc, power, ridge)
        for one in data.recordings
        for utc, power, ridge in zip(one.utc, one.power_db, one.ridge_hz.tolist(), strict=True)
    ]
    if len(data.recordings) > 1:
        return np.arange(len(rows) + 1, dtype=np.float64), rows
    seconds = (data.recordings[0].utc - data.recordings[0].utc[0]) / np.timedelta64(1, "s")
    last = seconds[-1] + (np.median(np.diff(seconds)) if len(seconds) > 1 else 3.0)
    return np.append(seconds, last), rows


def _spans(data: ProcessData, edges: NDArray[np.float64]) -> list[tuple[float, float]]:
    """First and last edge of each recording."""
    if len(data.recordings) > _ROWS_APART:
        return list(pairwise(edges.tolist()))
    ends = np.cumsum([0] + [len(one.utc) for one in data.recordings])
    return list(pairwise(edges[ends].tolist()))


def _draw_image(axes: Axes, data: ProcessData, edges: NDArray[np.float64], rows: list[_Column]) -> None:
    place, frequency = _bins(data)
    power = np.array([row.power_db[place] for row in rows]).T
    half = data.step_hz / 2
    bounds = np.append(frequency - half, frequency[-1] + half)
    low, high = _SCALE_DB
    axes.pcolormesh(edges, bounds, power, cmap=screen_colors(), vmin=low, vmax=high, rasterized=True)
    axes.set_xlim(edges[0], edges[-1])
    _frequency_axis(axes)
    _mask(axes)
    spans = _spans(data, edges)
    for left, _ in spans[1:] if len(spans) <= _ROWS_APART else []:
        axes.axvline(left, color=theme.BACKGROUND, linewidth=3, zorder=3)
    _draw_ridge(axes, edges, rows, apart=len(spans) <= _ROWS_APART)
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


def _draw_ridge(axes: Axes, edges: NDArray[np.float64], rows: list[_Column], *, apart: bool) -> None:
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


def _draw_significance(axes: Axes, data: ProcessData, edges: NDArray[np.float64]) -> None:
    spans = _spans(data, edges)
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


def _draw_mean(axes: Axes, data: ProcessData) -> None:
    """Mean spectrum of the most telling recording, and the axis of density on its right."""
    chosen = data.strongest or data.recordings[-1]
    place, frequency = _bins(data)
    theme.style_axes(axes, grid=False)
    axes.set_xlim(*_SCALE_DB)
    _frequency_axis(axes)
    _mask(axes)
    mean = chosen.mean_db[place]
    axes.plot(np.clip(mean, *_SCALE_DB), frequency, color=theme.SPACECRAFT, linewidth=1.4, zorder=1.5)
    if np.isfinite(chosen.line_hz):
        level = float(np.interp(chosen.line_hz, frequency, mean))
        text = (
            "line"
            if chosen.is_significant
            else f"{chosen.sigma:.1f} sigma"
            if chosen.sigma is not None
            else "line"
        )
        face = theme.SUN if chosen.is_significant else "none"
        axes.plot(
            [level], [chosen.line_hz], "o", color=theme.SUN, markerfacecolor=face, markersize=9, zorder=5
        )
        axes.text(
            max(level, 0.0) + 1.0,
            chosen.line_hz,
            text,
            color=theme.SUN,
            fontsize=theme.FOOTER_PT,
            va="center",
            zorder=5,
        )
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


def _draw_bar(axes: Axes) -> None:
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


def _axis_name(data: ProcessData) -> str:
    first = data.recordings[0]
    if len(data.recordings) == 1:
        return f"seconds after {first.start:%Y-%m-%d %H:%M:%S} UTC"
    return "recordings side by side: start (UTC)"


def _time_ticks(axes: Axes, data: ProcessData, edges: NDArray[np.float64], *, labelled: bool) -> None:
    """Seconds within the only recording; else the dates of some of them."""
    axes.tick_params(labelbottom=labelled)
    if len(data.recordings) == 1:
        axes.locator_params(axis="x", nbins=6)
        return
    spans = _spans(data, edges)
    step = -(-len(spans) // 4)  # four dates have room
    places = range(0, len(spans), step)
    axes.xaxis.set_major_locator(FixedLocator([spans[place][0] for place in places]))
    axes.xaxis.set_major_formatter(
        FixedFormatter([f"{data.recordings[place].start:%Y-%m-%d}" for place in places])
    )
    if labelled:
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("left")
