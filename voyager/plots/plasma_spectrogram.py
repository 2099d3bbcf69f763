"""Dynamic spectrogram: electric field by time and frequency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days
from voyager.plots.plasma import (
    INTERSTELLAR_NAME,
    SUPPLY_NAME,
    PlasmaPlot,
    channel_columns,
    field_name,
    frequency_name,
    interstellar_share,
    key_above,
    log_ticks,
    nice_numbers,
    plain_frequency,
    power_text,
    say_modelled,
    screen_colors,
    supply_lines,
    time_axis,
    window_name,
)
from voyager.spectra import PlasmaData

_BAR_PX: Final = 22
_BAR_LABELS_PX: Final = 104  # right of the bar
_BAR_GAP_PX: Final = 20
_NARROWEST: Final = 0.8  # of the colour scale, in powers of ten: noise is not blown up to a storm
_LOUD_DB: Final = 6.0
_KEY_PX: Final = 30  # strip above the axes for the key of the marks


class PlasmaSpectrogramPlot(PlasmaPlot):
    """Amplitude in colour over time and log frequency."""

    name = "plasma-spectrogram"
    title = "Voyager 1: plasma waves, dynamic spectrogram"
    caption = (
        "Strength of the electric field (colour, logarithmic) by time and frequency, in the sixteen channels "
        "of the plasma wave receiver; each spans to the geometric mean with its neighbours. Steady "
        "horizontal bands are the receiver's own noise; what changes with time is a wave, or interference. "
        "Dark gaps: nothing was received on the ground."
    )

    def draw(self, figure: Figure, data: PlasmaData) -> None:
        """The image, its colour bar, and the frequencies that are known beforehand."""
        right = _BAR_GAP_PX + _BAR_PX + _BAR_LABELS_PX
        bottom = theme.FOOTER_PX + theme.XAXIS_PX
        axes = theme.add_axes(figure, theme.LEFT_PX, bottom, right, theme.TITLE_PX + _KEY_PX)
        theme.style_axes(axes, xlabel=window_name(data), ylabel="frequency (Hz)", grid=False)
        time_axis(axes, data)
        levels = np.log10(data.window.mean[:, data.chosen].T)
        low, high = _limits(levels)
        edges = np.log10(data.edges_hz)
        axes.pcolormesh(
            days(data.column_edges),
            edges,
            np.ma.masked_invalid(levels),
            cmap=screen_colors(),
            vmin=low,
            vmax=high,
            rasterized=True,
        )
        axes.set_ylim(edges[0], edges[-1])
        ticks = nice_numbers(data.edges_hz[0], data.edges_hz[-1], most=6)
        log_ticks(axes.yaxis, ticks, [plain_frequency(one) for one in ticks])
        _mark(axes, data)
        say_modelled(axes, data.provenance)
        left = self.size_px[0] - _BAR_LABELS_PX - _BAR_PX
        bar = theme.add_axes(figure, left, bottom, _BAR_LABELS_PX, theme.TITLE_PX + _KEY_PX)
        _colour_bar(bar, low, high)

    def alt(self, data: PlasmaData) -> str:
        """What stands out, and when."""
        found = data.statistics
        text = (
            f"Electric field in {len(data.frequency_hz)} channels from {frequency_name(data.frequency_hz[0])} to "
            f"{frequency_name(data.frequency_hz[-1])}, {window_name(data)}"
        )
        if found.loudest_db is None or found.loudest_hz is None or found.loudest_at is None:
            return f"{text}: no values."
        where = f"the {frequency_name(found.loudest_hz)} channel on {found.loudest_at:%Y-%m-%d at %H:%M} UTC"
        if found.loudest_db < _LOUD_DB:
            return f"{text}: quiet, nothing stands {_LOUD_DB:.0f} dB above its channel's median; most does {where}."
        return (
            f"{text}: the strongest wave is in {where}, {found.loudest_db:.0f} dB above the channel's median "
            f"({field_name(found.loudest_v_m)})."
        )

    def columns(self, data: PlasmaData) -> Mapping[str, NDArray[Any]]:
        """The image, column by column."""
        window = data.window
        return {"utc": window.utc, "seconds": np.full(len(window.utc), window.column_s)} | dict(
            channel_columns(data, "mean", window.mean)
        )


def _limits(levels: NDArray[np.float64]) -> tuple[float, float]:
    """Ends of the colour scale: what all but the rarest values need, and never less than most of a decade."""
    known = levels[np.isfinite(levels)]
    if not len(known):
        return -7.0, -5.0
    low, high = np.percentile(known, [0.5, 99.9]).tolist()
    missing = max(0.0, _NARROWEST - (high - low))
    return low - missing / 2, high + missing / 2


def _mark(axes: Axes, data: PlasmaData) -> None:
    """The supply's lines, and beside the axes where the plasma frequency of interstellar space would be."""
    low, high = data.edges_hz[0], data.edges_hz[-1]
    right = axes.get_xlim()[1]
    for number, line in enumerate(supply_lines(low, high)):
        name = "" if number else SUPPLY_NAME
        axes.axhline(
            float(np.log10(line)),
            color=theme.TEXT,
            linewidth=1.3,
            linestyle=(0, (2, 4)),
            zorder=4,
            label=name,
        )
    band = interstellar_share(low, high)
    if band is not None:
        x = right + 0.008 * (right - axes.get_xlim()[0])
        axes.plot(
            [x, x],
            np.log10(band),
            color=theme.SUN,
            linewidth=7,
            solid_capstyle="butt",
            clip_on=False,
            label=INTERSTELLAR_NAME,
        )
        axes.set_xlim(right=right)
    key_above(axes)


def _colour_bar(axes: Axes, low: float, high: float) -> None:
    """Drawn as an image with ticks of its own: matplotlib's colour bar costs 90 ms."""
    steps = np.linspace(low, high, 41)
    middle = (steps[1:] + steps[:-1])[:, None] / 2
    axes.pcolormesh([0.0, 1.0], steps, middle, cmap=screen_colors(), rasterized=True)
    axes.set_xticks([])
    axes.grid(False)
    ticks = nice_numbers(10**low, 10**high, most=6)
    log_ticks(axes.yaxis, ticks, [power_text(one) for one in ticks])
    axes.yaxis.tick_right()
    axes.set_ylim(low, high)
    axes.set_title("V/m", fontsize=theme.LABEL_PT, loc="left", pad=13)
    for spine in axes.spines.values():
        spine.set_visible(False)
