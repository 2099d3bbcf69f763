"""X-ray flux of the Sun with flare classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, label_at, place
from deepspace.plotting.scale import pixels
from deepspace.plotting.steps import steps
from deepspace.plotting.timeaxis import days
from spaceintel.constants import FLARE_CLASS_EXPONENTS, RADIO_BLACKOUT_FLUX_W_M2
from spaceintel.plots.base import (
    SpacePlot,
    as_known,
    averages_name,
    draw_series,
    say,
    subtitle,
    time_axis,
    window_name,
)
from spaceintel.science.space_weather import flare_class
from spaceintel.states import Flare, Reduced, SpaceWeather, XraySeries

_RIGHT_PX: Final = 62
_LONG, _SHORT = theme.JUPITER, theme.SPACECRAFT
_NAMED: Final = 12  # flares that are named at most, the strongest first
_NAMED_LONG: Final = 6  # the same in windows of more than a fortnight
_LONG_WINDOW: Final = timedelta(days=14)
_LEAST_NAMED_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[0]  # M1
_FLOOR, _CEILING = 1e-9, 1e-3  # W/m², as operational plots show them; more where a flare is larger


class XrayPlot(SpacePlot):
    """Both bands, logarithmic."""

    name = "space-xray"
    title = "X-ray flux of the Sun"
    caption = (
        "One-minute means of the GOES satellites. The upper curve (0.1 to 0.8 nm) is the one that flare classes A, B, "
        "C, M and X are read from, each ten times the one before; the lower one is 0.05 to 0.4 nm. Where there are "
        "more minutes than pixels the band reaches from the smallest to the largest minute: no peak is averaged away."
    )
    caveat = (
        "Gaps are gaps in the data, among them eclipses of the satellite by the Earth in spring and autumn."
    )
    products = ("spaceintel.xray", "spaceintel.goes_flares", "spaceintel.solar_events")

    def draw(self, figure: Figure, data: SpaceWeather) -> None:
        """Curves, and the names of the strongest flares."""
        found = data.xray
        subtitle(figure, _subtitle(found))
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, _RIGHT_PX, theme.TITLE_PX + 30
        )
        theme.style_axes(axes, ylabel="W/m²", xlabel="UTC")
        time_axis(axes, found.start, found.end)
        _class_axis(axes, found)
        if not found.minutes:
            say(axes, as_known(found.feed))
            return
        draw_series(axes, found.short, None, _SHORT, linewidth=1.4, alpha=0.38)
        draw_series(axes, found.long, None, _LONG, linewidth=1.8, alpha=0.5)
        _name_curves(axes)
        _name_flares(axes, found, _strongest(data))

    def alt(self, data: SpaceWeather) -> str:
        """The peak with its class, the newest minute, and what is known."""
        found = data.xray
        text = as_known(found.feed)
        if found.peak_w_m2 is None or found.peak_at is None:
            return f"X-ray flux of the Sun: {text}"
        peak = f"peaks at class {flare_class(found.peak_w_m2)} on {found.peak_at:%Y-%m-%d %H:%M} UTC"
        latest = ""
        if found.latest is not None:
            latest = f" The newest minute is {found.latest.flare_class}, from GOES-{found.latest.satellite}."
        return f"From {window_name(found.start, found.end)} the X-ray flux of the Sun {peak}.{latest} {text}"

    def columns(self, data: SpaceWeather) -> Mapping[str, NDArray[Any]]:
        """Both bands, one after the other."""
        bands = (("0.1-0.8nm", data.xray.long), ("0.05-0.4nm", data.xray.short))
        return {
            "utc": np.concatenate([one.utc for _, one in bands]),
            "band": np.array([name for name, one in bands for _ in range(len(one))], dtype=object),
            "flux_min_w_m2": np.concatenate([one.low for _, one in bands]),
            "flux_mean_w_m2": np.concatenate([one.mean for _, one in bands]),
            "flux_max_w_m2": np.concatenate([one.high for _, one in bands]),
            "column_s": np.concatenate([np.full(len(one), one.step_s) for _, one in bands]),
        }


def _subtitle(found: XraySeries) -> str:
    if not found.minutes:
        return window_name(found.start, found.end)
    names = ", ".join(f"GOES-{number}" for number in found.satellites)
    return f"{window_name(found.start, found.end)} · {names} · {averages_name(found.long)}"


def _class_axis(axes: Axes, found: XraySeries) -> None:
    """Powers of ten at the left, classes at the right, each named in the middle of its decade."""
    axes.set_yscale("log")
    ceiling = max(_CEILING, 2.0 * (found.peak_w_m2 or 0.0))
    axes.set_ylim(_FLOOR, ceiling)
    axes.yaxis.set_minor_locator(NullLocator())
    powers = range(-9, round(np.floor(np.log10(ceiling))) + 1)
    axes.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    axes.yaxis.set_major_formatter(FixedFormatter([_power(power) for power in powers]))
    axes.yaxis.set_minor_formatter(NullFormatter())
    for letter, exponent in FLARE_CLASS_EXPONENTS.items():
        axes.text(
            1.02,
            10.0 ** (exponent + 0.5),
            letter,
            transform=axes.get_yaxis_transform(),
            color=theme.TEXT,
            fontsize=theme.LABEL_PT,
            fontweight="bold",
            va="center",
        )


def _power(power: int) -> str:
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"10{str(power).translate(digits)}"


def _name_curves(axes: Axes) -> None:
    for y, text, color in ((0.035, "0.05–0.4 nm", _SHORT), (0.1, "0.1–0.8 nm", _LONG)):
        axes.text(
            0.012,
            y,
            text,
            transform=axes.transAxes,
            color=color,
            fontsize=theme.FOOTER_PT + 1,
            va="center",
            zorder=6,
            bbox={"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 2, "alpha": 0.8},
        )


def _strongest(data: SpaceWeather) -> list[Flare]:
    """Flares of M1 or more, the strongest first."""
    start, end = data.xray.start, data.xray.end
    inside = [
        one
        for one in data.flares
        if (one.peak_flux_w_m2 or 0.0) >= _LEAST_NAMED_W_M2 and start <= (one.peak_at or one.begin_at) <= end
    ]
    most = _NAMED if end - start <= _LONG_WINDOW else _NAMED_LONG
    return sorted(inside, key=lambda one: (-(one.peak_flux_w_m2 or 0.0), one.begin_at))[:most]


def _name_flares(axes: Axes, found: XraySeries, flares: list[Flare]) -> None:
    """Each at its peak, as its list gives it: flares of different lists and satellites can differ from the curve."""
    labels: list[Label] = []
    for one in flares:
        assert one.peak_flux_w_m2 is not None  # noqa: S101 (filtered before)
        x = float(days(one.peak_at or one.begin_at))
        axes.plot([x], [one.peak_flux_w_m2], marker="v", color=theme.TEXT, markersize=7, zorder=5)
        labels.append(label_at(axes, x, one.peak_flux_w_m2, one.flare_class or "?", theme.TEXT))
    figure = axes.get_figure(root=True)
    if figure is not None and labels:
        place(
            figure,
            labels,
            bounds=axes.get_window_extent(),
            avoid=_curve_px(axes, found.long),
            size_pt=theme.FOOTER_PT + 1,
        )


def _curve_px(axes: Axes, band: Reduced) -> NDArray[np.float64]:
    time, high = steps(band.utc, band.step_s, band.high)
    known = np.isfinite(time) & np.isfinite(high)
    return pixels(axes, np.column_stack([time[known], high[known]]))
