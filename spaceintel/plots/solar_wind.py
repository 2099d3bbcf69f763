"""Solar wind at L1: speed, density, field strength, and its north-south part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.steps import steps
from deepspace.plotting.timeaxis import share_ticks
from deepspace.plotting.words import BEHIND, SMALL_PT, panel_name, say, subtitle
from spaceintel.plots.base import SpacePlot
from spaceintel.plots.drawing import draw_series, finite, room, time_axis
from spaceintel.plots.naming import as_known, averages_name, shown_name, window_name
from spaceintel.states import BT, BZ, DENSITY, SPEED, WIND_NAMES, SpaceWeather, WindNow, WindSeries

_GAP_PX: Final = 14
_LEFT_PX: Final = 72
_NAMES: Final = ("speed (km/s)", "density (per cm³)", "field strength (nT)", "Bz, GSM (nT)")
_COLORS: Final = (theme.SPACECRAFT, theme.EARTH, theme.SATURN, theme.JUPITER)
_LEAST_BZ_NT: Final = 5.0
_ROOM_ABOVE: Final = 0.34  # for the name, as a share of the range


class SolarWindPlot(SpacePlot):
    """Four panels that share their time axis."""

    name = "space-solar-wind"
    title = "Solar wind at L1, an hour before the Earth"
    caption = (
        "Speed and density of the protons, strength of the magnetic field and its part along the Earth's magnetic axis "
        "(Bz, GSM), by the spacecraft that NOAA uses at the time. A southward field, shaded, couples to the Earth's: "
        "strong and long, it drives geomagnetic storms."
    )
    caveat = "One place, 1.5 million km sunward: structures can differ at the Earth, and arrive 30 to 60 minutes later."
    products = ("spaceintel.solar_wind",)
    size_px = (1000, 860)

    def draw(self, figure: Figure, data: SpaceWeather) -> None:
        """The panels, or a sentence."""
        found = data.wind
        subtitle(figure, _subtitle(found))
        if not found.minutes:
            _draw_nothing(figure, found)
            return
        panels = _panels(figure)
        time_axis(panels[-1], found.start, found.end)
        share_ticks(panels)
        for index, axes in enumerate(panels):
            theme.style_axes(axes, xlabel="UTC" if index == BZ else "")
            panel_name(axes, f"{_NAMES[index]}{_age(data, index)}", _COLORS[index])
            _draw_panel(axes, found, index)

    def alt(self, data: SpaceWeather) -> str:
        """The newest values, the fastest wind, the most southward field."""
        found = data.wind
        text = f"Solar wind, {window_name(found.start, found.end)}: {as_known(found.feed)}"
        if not found.minutes:
            return text
        parts = [text, *_extremes(found)]
        if found.latest is not None:
            parts.append(_newest(found.latest))
        return " ".join(part for part in parts if part)

    def columns(self, data: SpaceWeather) -> Mapping[str, NDArray[Any]]:
        """Smallest, mean and largest minute of each column."""
        values = data.wind.values
        table: dict[str, NDArray[Any]] = {"utc": values.utc, "column_s": np.full(len(values), values.step_s)}
        for index, name in enumerate(WIND_NAMES):
            stem, unit = name.split("_", 1)
            for label, column in (("min", values.low), ("mean", values.mean), ("max", values.high)):
                table[f"{stem}_{label}_{unit}"] = column[:, index]
        return table


def _draw_nothing(figure: Figure, found: WindSeries) -> None:
    axes = theme.add_axes(
        figure, _LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, theme.TITLE_PX + 30
    )
    theme.style_axes(axes, xlabel="UTC")
    axes.set_yticks([])
    time_axis(axes, found.start, found.end)
    say(axes, as_known(found.feed))


def _panels(figure: Figure) -> list[Axes]:
    height = float(figure.get_size_inches()[1]) * theme.DPI
    top, bottom = theme.TITLE_PX + 30, theme.FOOTER_PX + theme.XAXIS_PX
    tall = (height - top - bottom - 3 * _GAP_PX) / 4
    return [
        theme.add_axes(
            figure,
            _LEFT_PX,
            height - top - tall - index * (tall + _GAP_PX),
            theme.RIGHT_PX,
            top + index * (tall + _GAP_PX),
        )
        for index in range(4)
    ]


def _draw_panel(axes: Axes, found: WindSeries, index: int) -> None:
    values = found.values
    known = finite(np.concatenate([values.low[:, index], values.high[:, index]]))
    if not len(known):
        axes.set_yticks([])
        say(axes, "No value is known.")
        return
    draw_series(axes, values, index, _COLORS[index])
    low, high = room(float(known.min()), float(known.max()))
    if index in {DENSITY, BT}:
        low = 0.0
    if index == BZ:
        reach = max(abs(low), abs(high), _LEAST_BZ_NT)
        low, high = -reach, reach
        _shade_south(axes, found)
    axes.set_ylim(low, high + _ROOM_ABOVE * (high - low))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))


def _shade_south(axes: Axes, found: WindSeries) -> None:
    """From zero to the mean where that points south; the words stand beside the name, where no curve comes."""
    time, mean = steps(found.values.utc, found.values.step_s, found.values.mean[:, BZ])
    south = np.where(mean < 0.0, mean, 0.0)
    axes.fill_between(
        time,
        0.0,
        np.where(np.isfinite(mean), south, np.nan),
        color=theme.ALERT,
        alpha=0.6,
        linewidth=0,
        zorder=2.5,
    )
    axes.axhline(0.0, color=theme.MUTED, linewidth=1.0, zorder=1)
    axes.text(
        0.992,
        0.95,
        "shaded: southward",
        transform=axes.transAxes,
        color=theme.ALERT,
        fontsize=SMALL_PT,
        ha="right",
        va="top",
        zorder=6,
        bbox=BEHIND,
    )


def _age(data: SpaceWeather, index: int) -> str:
    """Up to when a panel goes, where its newest value is too old to say what the wind is now."""
    latest = data.wind.latest
    if latest is None or not data.is_live:
        return ""
    is_of_plasma = index in {SPEED, DENSITY}
    at = latest.plasma_at if is_of_plasma else latest.field_at
    is_current = latest.is_plasma_current if is_of_plasma else latest.is_field_current
    return "" if is_current or at is None else f", nothing newer than {at:%Y-%m-%d %H:%M} UTC"


def _subtitle(found: WindSeries) -> str:
    if not found.minutes:
        return shown_name(found.feed)
    names = ", ".join("spacecraft not named" if one == "summary" else one for one in found.spacecraft)
    return f"{shown_name(found.feed)} · {names} · {averages_name(found.values)}"


def _extremes(found: WindSeries) -> list[str]:
    parts = []
    speed, bz = found.values.high[:, SPEED], found.values.low[:, BZ]
    if np.isfinite(speed).any():
        parts.append(f"The fastest minute is {np.nanmax(speed):,.0f} km/s.")
    if np.isfinite(bz).any():
        south = float(np.nanmin(bz))
        text = f"The most southward Bz is {_true_minus(f'{south:.1f}')} nT."
        parts.append(text if south < 0 else "Bz never points south.")
    return parts


def _newest(latest: WindNow) -> str:
    """Plasma and field, each with its own instant."""
    plasma = (latest.speed_km_s, "{:,.0f} km/s", "speed"), (latest.density_cm3, "{:.1f} per cm³", "density")
    field = (latest.bt_nt, "{:.1f} nT", "field strength"), (latest.bz_gsm_nt, "{:.1f} nT", "Bz")
    told = []
    for at, values in ((latest.plasma_at, plasma), (latest.field_at, field)):
        known = [
            f"{name} {_true_minus(form.format(value))}" for value, form, name in values if value is not None
        ]
        if known and at is not None:
            told.append(f"{', '.join(known)} at {at:%Y-%m-%d %H:%M} UTC")
    return f"Newest: {'; '.join(told)}." if told else ""


def _true_minus(text: str) -> str:
    """A hyphen is passed over when a text is read aloud."""
    return text.replace("-", "\N{MINUS SIGN}")
