"""What the Sun did: flares, coronal mass ejections with their arrivals, and storms, on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days
from spaceintel.constants import FLARE_CLASS_EXPONENTS
from spaceintel.plots.base import (
    SCALE_COLORS,
    SpacePlot,
    draw_stems,
    say,
    share_ticks,
    subtitle,
    time_axis,
    window_name,
)
from spaceintel.states import Cme, Feed, SpaceWeather, Storm

_TALL: Final = (230, 230, 120)  # pixels: flares, CMEs, storms
_GAP_PX: Final = 16
_LEFT_PX: Final = 84
_RIGHT_PX: Final = 40
_AHEAD: Final = timedelta(days=5)  # arrivals to come are drawn so far beyond the window
_FLARE_FLOOR: Final = 3e-7
_NAMES: Final = 14  # labels that have room beside each other
_NO_ROWS: Final[tuple[tuple[Any, ...], ...]] = ((),) * 7
_ARRIVAL: Final = theme.ALERT
_CME: Final = theme.EARTH
_FLARE: Final = theme.JUPITER


class SolarEventsPlot(SpacePlot):
    """Three panels."""

    name = "space-events"
    title = "What the Sun did"
    caption = (
        "Above: flares by the peak of their X-ray flux, with classes at the right. Middle: coronal mass ejections by "
        "speed; full circles are those that a model sees arrive at the Earth, a line leads to the modelled arrival. "
        "Below: geomagnetic storms by their largest Kp, with NOAA's level."
    )
    caveat = (
        "Speeds are of the cone model fitted to coronagraph pictures. Modelled arrivals are typically off by ten hours "
        "either way, and some never come. Ejections without a speed are drawn at zero."
    )
    products = ("spaceintel.solar_events", "spaceintel.goes_flares")
    size_px = (1000, 820)

    def draw(self, figure: Figure, data: SpaceWeather) -> None:
        """Panel by panel; one without events says why."""
        feed = data.feeds[self.products[0]]
        subtitle(
            figure, " · ".join(part for part in (window_name(feed.start, feed.end), _counts(data)) if part)
        )
        panels = _panels(figure)
        time_axis(panels[-1], feed.start, _end(data, feed))
        for axes in panels:
            theme.style_axes(axes, xlabel="UTC" if axes is panels[-1] else "")
        share_ticks(panels)
        _draw_flares(panels[0], data)
        _draw_cmes(panels[1], data)
        _draw_storms(panels[2], data)
        if data.is_live and not feed.is_moved:
            for axes in panels:
                axes.axvline(float(days(data.now)), color=theme.NOW, linewidth=1.4, zorder=5)

    def alt(self, data: SpaceWeather) -> str:
        """Counts, the strongest flare, the fastest ejection, arrivals to come, the largest storm."""
        told = [data.statements.get(name, "") for name in ("flares", "cmes", "storms")]
        flare = max(data.flares, key=lambda one: one.peak_flux_w_m2 or 0.0, default=None)
        if flare is not None and flare.flare_class:
            told.append(
                f"The strongest flare is {flare.flare_class}, from {flare.begin_at:%Y-%m-%d %H:%M} UTC."
            )
        fast = max(
            (one for one in data.cmes if one.speed_km_s), key=lambda one: one.speed_km_s or 0.0, default=None
        )
        if fast is not None:
            told.append(f"The fastest ejection has {fast.speed_km_s:,.0f} km/s, of {fast.begin_at:%Y-%m-%d}.")
        ahead = [
            one.arrival_at for one in data.cmes if one.arrival_at is not None and one.arrival_at > data.now
        ]
        if ahead:
            told.append(f"The next modelled arrival at the Earth is {min(ahead):%Y-%m-%d %H:%M} UTC.")
        feed = data.feeds[self.products[0]]
        if feed.known_until is not None and feed.unknown_since is None:
            told.append(f"Known up to {feed.known_until:%Y-%m-%d %H:%M} UTC.")
        return " ".join(part for part in told if part)

    def columns(self, data: SpaceWeather) -> Mapping[str, NDArray[Any]]:
        """One row per event."""
        rows = [
            *(
                (one.begin_at, "flare", one.ids[0], one.peak_flux_w_m2, None, None, None)
                for one in data.flares
            ),
            *((one.begin_at, "cme", one.id, None, one.speed_km_s, one.arrival_at, None) for one in data.cmes),
            *((one.begin_at, "storm", one.id, None, None, None, one.kp_max) for one in data.storms),
        ]
        rows.sort(key=lambda row: row[:3])
        columns = zip(*rows, strict=True) if rows else _NO_ROWS
        at, kind, names, flux, speed, arrival, kp = (tuple(column) for column in columns)
        return {
            "utc": _times(at),
            "kind": np.array(kind, dtype=object),
            "event_id": np.array(names, dtype=object),
            "peak_flux_w_m2": np.array(flux, dtype=np.float64),
            "speed_km_s": np.array(speed, dtype=np.float64),
            "arrival_utc": _times(arrival),
            "kp_max": np.array(kp, dtype=np.float64),
        }


def _times(moments: Sequence[datetime | None]) -> NDArray[np.datetime64]:
    found = ["NaT" if one is None else one.replace(tzinfo=None).isoformat() for one in moments]
    return np.array(found, dtype="datetime64[us]")


def _end(data: SpaceWeather, feed: Feed) -> datetime:
    """The window's end, or the last arrival soon after it."""
    arrivals = (one.arrival_at for one in data.cmes if one.arrival_at is not None)
    return max([feed.end, *(one for one in arrivals if one <= feed.end + _AHEAD)])


def _counts(data: SpaceWeather) -> str:
    if not (data.flares or data.cmes or data.storms):
        return ""  # the panels say whether that is none or unknown
    directed = sum(one.is_earth_directed for one in data.cmes)
    return (
        f"{len(data.flares):,} flares, {len(data.cmes):,} ejections ({directed} towards the Earth), "
        f"{len(data.storms)} storms"
    )


def _panels(figure: Figure) -> list[Axes]:
    height = float(figure.get_size_inches()[1]) * theme.DPI
    tops = [theme.TITLE_PX + 30]
    for tall in _TALL:
        tops.append(tops[-1] + tall + _GAP_PX)
    return [
        theme.add_axes(figure, _LEFT_PX, height - top - tall, _RIGHT_PX, top)
        for top, tall in zip(tops, _TALL, strict=False)
    ]


def _named(axes: Axes, name: str, color: str) -> None:
    axes.text(
        0.008,
        0.95,
        name,
        transform=axes.transAxes,
        color=color,
        fontsize=theme.LABEL_PT,
        fontweight="bold",
        va="top",
        zorder=6,
        bbox={"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 2, "alpha": 0.8},
    )


def _nothing(axes: Axes, text: str) -> None:
    axes.set_yticks([])
    say(axes, text)


def _draw_flares(axes: Axes, data: SpaceWeather) -> None:
    _named(axes, "flares (W/m²)", _FLARE)
    known = [one for one in data.flares if one.peak_flux_w_m2 is not None]
    if not known:
        _nothing(axes, data.statements.get("flares", ""))
        return
    x = days(
        np.array([(one.peak_at or one.begin_at).replace(tzinfo=None) for one in known], "datetime64[us]")
    )
    flux = np.array([one.peak_flux_w_m2 for one in known], np.float64)
    axes.set_yscale("log")
    ceiling = max(1e-3, 20.0 * float(flux.max()))
    axes.set_ylim(_FLARE_FLOOR, ceiling)
    draw_stems(axes, x, _FLARE_FLOOR, flux, color=_FLARE, linewidth=1.6, zorder=3)
    axes.plot(x, flux, linestyle="none", marker="o", markersize=5, color=_FLARE, zorder=4)
    powers = [power for power in range(-6, -1) if 10.0**power <= ceiling]
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    axes.yaxis.set_major_formatter(FixedFormatter([_power(power) for power in powers]))
    for letter, exponent in FLARE_CLASS_EXPONENTS.items():
        middle = 10.0 ** (exponent + 0.5)
        if _FLARE_FLOOR < middle < ceiling:
            axes.text(
                1.012,
                middle,
                letter,
                transform=axes.get_yaxis_transform(),
                color=theme.TEXT,
                fontsize=theme.LABEL_PT,
                fontweight="bold",
                va="center",
            )
    _name_highest(axes, x, flux, [one.flare_class for one in known], lift=1.25)


def _power(power: int) -> str:
    return f"10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _name_highest(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], names: Sequence[str], *, lift: float
) -> None:
    """Names over the highest ones that have room beside each other, a few of them."""
    first, last = axes.get_xlim()
    apart = (last - first) / _NAMES
    placed: list[float] = []
    for i in sorted(range(len(x)), key=lambda i: (-y[i], x[i]))[:_NAMES]:
        if len(placed) < _NAMES // 2 and all(abs(x[i] - other) >= apart for other in placed):
            placed.append(float(x[i]))
            middle = float(np.clip(x[i], first + apart / 2, last - apart / 2))
            axes.text(
                middle,
                y[i] * lift,
                names[i],
                ha="center",
                va="bottom",
                color=theme.TEXT,
                fontsize=theme.FOOTER_PT + 1,
                zorder=6,
            )


def _draw_cmes(axes: Axes, data: SpaceWeather) -> None:
    _named(axes, "ejections (km/s)", _CME)
    if not data.cmes:
        _nothing(axes, data.statements.get("cmes", ""))
        return
    speeds = [one.speed_km_s or 0.0 for one in data.cmes]
    axes.set_ylim(0.0, 1.45 * max(*speeds, 700.0))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    for is_directed in (False, True):
        chosen = [one for one in data.cmes if one.is_earth_directed is is_directed]
        if not chosen:
            continue
        x = days(np.array([one.begin_at.replace(tzinfo=None) for one in chosen], "datetime64[us]"))
        axes.plot(
            x,
            [one.speed_km_s or 0.0 for one in chosen],
            linestyle="none",
            marker="o",
            markersize=9 if is_directed else 6,
            markerfacecolor=_ARRIVAL if is_directed else "none",
            markeredgecolor=_ARRIVAL if is_directed else _CME,
            markeredgewidth=1.5,
            zorder=4 if is_directed else 3,
            clip_on=False,
        )
    _draw_arrivals(axes, [one for one in data.cmes if one.arrival_at is not None])


def _draw_arrivals(axes: Axes, cmes: Sequence[Cme]) -> None:
    """Lines from the ejections down to the instants of their modelled arrivals."""
    if not cmes:
        return
    begin, arrival = (
        days(_times([one.begin_at for one in cmes])),
        days(_times([one.arrival_at for one in cmes])),
    )
    speed, none = np.array([one.speed_km_s or 0.0 for one in cmes]), np.zeros(len(cmes))
    gap = np.full(len(cmes), np.nan)
    axes.plot(
        np.column_stack([begin, arrival, gap]).ravel(),
        np.column_stack([speed, none, gap]).ravel(),
        color=_ARRIVAL,
        linewidth=1.2,
        alpha=0.8,
        zorder=3,
    )
    axes.plot(
        arrival,
        none,
        linestyle="none",
        marker="D",
        markersize=8,
        color=_ARRIVAL,
        zorder=5,
        clip_on=False,
    )


def _draw_storms(axes: Axes, data: SpaceWeather) -> None:
    _named(axes, "storms (Kp)", theme.SUN)
    known = [one for one in data.storms if one.kp_max is not None]
    if not known:
        _nothing(axes, data.statements.get("storms", ""))
        return
    axes.set_ylim(4.0, 11.8)
    axes.set_yticks([5, 7, 9])
    _stems(axes, known)
    x = days(np.array([one.begin_at.replace(tzinfo=None) for one in known], "datetime64[us]"))
    kp = np.array([one.kp_max for one in known], np.float64)
    _name_highest(axes, x, kp, [f"G{one.g_scale}" if one.g_scale else "" for one in known], lift=1.04)


def _stems(axes: Axes, storms: Sequence[Storm]) -> None:
    for level in sorted({one.g_scale or 0 for one in storms}):
        own = [one for one in storms if (one.g_scale or 0) == level]
        x, kp = days(_times([one.begin_at for one in own])), np.array([one.kp_max or 0.0 for one in own])
        draw_stems(axes, x, 4.0, kp, color=SCALE_COLORS[level], linewidth=3, zorder=3)
        axes.plot(x, kp, linestyle="none", marker="s", markersize=8, color=SCALE_COLORS[level], zorder=4)
