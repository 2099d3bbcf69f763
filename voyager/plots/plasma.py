"""What the plasma wave plots share: their data, axes of frequency and field, and the lines that are no plasma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from deepspace.plotting import marks, theme
from deepspace.plotting.plot import Plot
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.provenance import Provenance, Tier
from voyager.constants import SUPPLY_LINE_HZ
from voyager.parameters import PlasmaParameters
from voyager.science.plasma import plasma_frequency_hz
from voyager.spectra import PlasmaData
from voyager.synthetic_plasma import VLISM_CM3

CAVEAT: Final = (
    "These are amplitudes in sixteen broad channels, not field vectors. Most of what is seen is the "
    "receiver's own noise, which differs from channel to channel. A plasma oscillation near 3 kHz is "
    "narrower than a channel by far: it raises the channels at 1.78 or 3.11 kHz, but its frequency, and so a "
    "density, cannot be read off here. Below some 100 Hz, and at 2.4 kHz with its multiples, the spacecraft "
    "itself is heard."
)
SUPPLY_NAME: Final = f"{SUPPLY_LINE_HZ / 1_000:g} kHz and multiples: power supply"
INTERSTELLAR_NAME: Final = "interstellar plasma frequency"
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEVELS: Final = 40  # colours of a picture's palette that an image may take


def screen_colors() -> ListedColormap:
    """Viridis in as many steps as the palette of a PNG has room for."""
    import matplotlib as mpl

    return ListedColormap(mpl.colormaps["viridis"](np.linspace(0.0, 1.0, _LEVELS)))


class PlasmaPlot(Plot[PlasmaData]):
    """A plot of the plasma wave service's answer."""

    products = ("voyager.plasma_wave",)
    parameters = PlasmaParameters
    caveat = CAVEAT

    def data(self, parameters: Any) -> PlasmaData:
        """The window, from the best rung that holds."""
        from voyager import services

        return services.plasma(parameters)

    def provenance(self, data: PlasmaData) -> Sequence[Provenance]:
        """Of the spectra."""
        return (data.provenance,)


def channel_columns(data: PlasmaData, kind: str, values: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
    """One CSV column per chosen channel."""
    names = [f"{kind}_{frequency:g}_hz_v_m" for frequency in data.frequency_hz]
    return dict(zip(names, values[:, data.chosen].T, strict=True))


def frequency_name(frequency_hz: float) -> str:
    """``562 Hz``, ``1.78 kHz``."""
    return f"{frequency_hz / 1_000:g} kHz" if frequency_hz >= 1_000.0 else f"{frequency_hz:g} Hz"


def field_name(value_v_m: float | None) -> str:
    """``1.28 µV/m``."""
    if value_v_m is None:
        return "unknown"
    for scale, unit in ((1e-3, "mV/m"), (1e-6, "µV/m")):
        if value_v_m >= scale:
            return f"{value_v_m / scale:.3g} {unit}"
    return f"{value_v_m / 1e-9:.3g} nV/m"


def nice_numbers(low: float, high: float, *, most: int = 7) -> list[float]:
    """Numbers 1, 2, 5 times a power of ten between two positive ones; fewer per decade where the decades are many."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    found: list[float] = []
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        found = [float(f"{mantissa}e{decade}") for decade in decades for mantissa in mantissas]
        found = [one for one in found if low * 0.999 <= one <= high * 1.001]
        if len(found) <= most:
            return found
    return found[:: len(found) // most + 1]


def power_text(value: float) -> str:
    """``2·10⁻⁷``."""
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}·{power}"


def plain_frequency(value_hz: float) -> str:
    """``500``, ``2k``: for tick labels."""
    return f"{value_hz / 1_000:g}k" if value_hz >= 1_000.0 else f"{value_hz:g}"


def time_axis(axes: Axes, data: PlasmaData, *, labelled: bool = True) -> None:
    """The window exactly, named with its first and last instant: tick labels alone may lack the date."""
    start, end = data.window.start, data.window.end
    first, last = float(days(start)), float(days(end))
    utc_axis(axes, [first, last], labelled=labelled)
    axes.set_xlim(first, last)
    if labelled:
        axes.set_xlabel(window_name(data))


def window_name(data: PlasmaData) -> str:
    """``2014-04-04 23:59 to 2014-04-05 23:59 UTC``."""
    return f"{data.window.start:%Y-%m-%d %H:%M} to {data.window.end:%Y-%m-%d %H:%M} UTC"


def log_ticks(axis: Any, values: Sequence[float], texts: Sequence[str]) -> None:
    """Ticks of an axis whose coordinate is the logarithm: a log scale would measure every text twice."""
    axis.set_major_locator(FixedLocator([float(np.log10(one)) for one in values]))
    axis.set_major_formatter(FixedFormatter(list(texts)))


def supply_lines(low_hz: float, high_hz: float) -> list[float]:
    """The power supply's line and harmonics in a range of frequencies, the first three."""
    return [line for line in (SUPPLY_LINE_HZ * n for n in (1, 2, 3)) if low_hz < line < high_hz]


def interstellar_share(low_hz: float, high_hz: float) -> tuple[float, float] | None:
    """Plasma frequencies of the densities found in interstellar space, as far as a range of frequencies has them."""
    first, last = plasma_frequency_hz(VLISM_CM3).tolist()
    first, last = max(first, low_hz), min(last, high_hz)
    return (first, last) if first < last else None


def key_above(axes: Axes, columns: int = 4) -> None:
    """The key, in rows above the axes: nothing of the picture is hidden."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=columns,
            columnspacing=1.6,
            handletextpad=0.6,
            fontsize=theme.FOOTER_PT + 1,
        )


def note_on(axes: Axes, x: float, y: float, text: str, color: str, **options: Any) -> None:
    """A text on an image, on a piece of background so that it stays legible."""
    box = {"facecolor": theme.BACKGROUND, "edgecolor": "none", "alpha": 0.82, "pad": 4}
    axes.text(x, y, text, color=color, bbox=box, zorder=6, **({"fontsize": theme.FOOTER_PT} | options))


def say_modelled(axes: Axes, provenance: Provenance, *, at: float = 0.5) -> None:
    """On an image, which hides the watermark behind it: that it is a model."""
    if provenance.tier is Tier.SYNTHETIC:
        box = {"facecolor": theme.BACKGROUND, "edgecolor": theme.WARNING, "alpha": 0.85, "pad": 7}
        axes.text(
            0.5,
            at,
            marks.MODELLED,
            transform=axes.transAxes,
            color=theme.WARNING,
            fontsize=24,
            fontweight="bold",
            ha="center",
            va="center",
            bbox=box,
            zorder=8,
        )


def step_area(
    axes: Axes, edges: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], **style: Any
) -> None:
    """A filled column from ``low`` to ``high`` between each pair of edges; none where a value is missing.

    One path, added as an artist: ``Axes.stairs`` measures every corner in Python, a second for sixteen channels.
    """
    known = np.isfinite(low) & np.isfinite(high)
    left, right, low, high = edges[:-1][known], edges[1:][known], low[known], high[known]
    corners = np.stack(
        [
            np.column_stack([left, low]),
            np.column_stack([left, high]),
            np.column_stack([right, high]),
            np.column_stack([right, low]),
            np.column_stack([left, low]),
        ],
        axis=1,
    ).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(left))
    patch = PathPatch(
        Path(corners, codes),
        linewidth=0,
        antialiased=False,
        rasterized=True,
        transform=axes.transData,
        **style,
    )
    patch.set_clip_path(axes.patch)
    axes.add_artist(patch)


def step_line(axes: Axes, edges: NDArray[np.float64], values: NDArray[np.float64], **style: Any) -> None:
    """A horizontal piece of line between each pair of edges, joined where both neighbours have a value."""
    axes.plot(np.repeat(edges, 2)[1:-1], np.repeat(values, 2), **style)
