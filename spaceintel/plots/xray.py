"""X-ray flux of the Sun with flare classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, figure_of, label_at, place
from deepspace.plotting.scale import pixels
from deepspace.plotting.steps import steps
from deepspace.plotting.timeaxis import days
from deepspace.plotting.words import SMALL_PT, key_beside_title, say, subtitle
from spaceintel.constants import RADIO_BLACKOUT_FLUX_W_M2
from spaceintel.plots.base import SpacePlot
from spaceintel.plots.drawing import draw_series, time_axis
from spaceintel.plots.flare_axis import CEILING_W_M2, flare_axis
from spaceintel.plots.naming import as_known, averages_name, shown_name, window_name
from spaceintel.science.space_weather import flare_class
from spaceintel.states import Flare, Reduced, SpaceWeather, XraySeries

_RIGHT_PX: Final = 62
_LONG, _SHORT = theme.JUPITER, theme.SPACECRAFT
_NAMED: Final = 12  # flares that are named at most, the strongest first
_NAMED_LONG: Final = 6  # the same in windows of more than a fortnight
_LONG_WINDOW: Final = timedelta(days=14)
_LEAST_NAMED_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[0]  # M1
_FLOOR_W_M2: Final = 6e-10  # a line at 1e-9, the least that NOAA gives, is seen
_BELOW: Final = 0.2  # height of a sentence below the flares, as a share of the axes


class XrayPlot(SpacePlot):
    """Both bands, logarithmic."""

    name = "space-xray"
    title = "X-ray flux of the Sun"
    caption = (
        "One-minute means of the GOES satellites. The upper curve (0.1 to 0.8 nm) is the one that flare classes A, B, "
        "C, M and X are read from, each ten times the one before; the lower one is 0.05 to 0.4 nm. Where there are "
        "more minutes than pixels the band reaches from the smallest to the largest minute: no peak is averaged away. "
        "Triangles are flares from M1 on, as DONKI and SWPC list them, the strongest ones."
    )
    caveat = (
        "Gaps are gaps in the data, among them eclipses of the satellite by the Earth in spring and autumn. A curve "
        "along 10⁻⁹ W/m², the least value that NOAA gives, says that the flux is that or less."
    )
    products = ("spaceintel.xray", "spaceintel.goes_flares", "spaceintel.solar_events")

    def draw(self, figure: Figure, data: SpaceWeather) -> None:
        """Curves, and the names of the strongest flares."""
        found, flares = data.xray, _strongest(data)
        subtitle(figure, _subtitle(found))
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, _RIGHT_PX, theme.TITLE_PX + 30
        )
        theme.style_axes(axes, ylabel="W/m²", xlabel="UTC")
        time_axis(axes, found.start, found.end)
        highest = max([found.peak_w_m2 or 0.0, *(one.peak_flux_w_m2 or 0.0 for one in flares)])
        flare_axis(axes, _FLOOR_W_M2, max(CEILING_W_M2, 3.0 * highest))
        if found.minutes:
            draw_series(axes, found.short, None, _SHORT, linewidth=1.4, alpha=0.38)
            draw_series(axes, found.long, None, _LONG, linewidth=1.8, alpha=0.5)
        else:
            say(axes, as_known(found.feed), y=_BELOW if flares else 0.5)
        _name_flares(axes, found, flares)
        _draw_key(figure, found, flares)

    def alt(self, data: SpaceWeather) -> str:
        """The peak with its class, the newest minute, and what is known."""
        found, flares = data.xray, _strongest(data)
        text = as_known(found.feed)
        if found.peak_w_m2 is None or found.peak_at is None:
            return f"X-ray flux of the Sun, {window_name(found.start, found.end)}. {text}{_of_lists(flares)}"
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
        return shown_name(found.feed)
    names = ", ".join(f"GOES-{number}" for number in found.satellites)
    return f"{shown_name(found.feed)} · {names} · {averages_name(found.long)}"


def _of_lists(flares: list[Flare]) -> str:
    """What the lists of flares know of days without flux."""
    if not flares:
        return ""
    first = flares[0]
    at = first.peak_at or first.begin_at
    return f" The strongest flare listed is {first.flare_class or 'of unknown class'}, on {at:%Y-%m-%d %H:%M} UTC."


def _draw_key(figure: Figure, found: XraySeries, flares: list[Flare]) -> None:
    handles = []
    if found.minutes:
        handles += [
            Line2D([], [], color=_LONG, linewidth=2.4, label="0.1–0.8 nm"),
            Line2D([], [], color=_SHORT, linewidth=2.4, label="0.05–0.4 nm"),
        ]
    if flares:
        handles.append(
            Line2D([], [], linestyle="none", marker="v", markersize=7, color=theme.TEXT, label="flare")
        )
    if handles:
        key_beside_title(figure, handles)


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
    x = [float(days(one.peak_at or one.begin_at)) for one in flares]
    flux = [one.peak_flux_w_m2 or np.nan for one in flares]
    axes.plot(x, flux, linestyle="none", marker="v", color=theme.TEXT, markersize=7, zorder=5)
    labels: list[Label] = [
        label_at(axes, at, peak, one.flare_class or "?", theme.TEXT)
        for at, peak, one in zip(x, flux, flares, strict=True)
    ]
    if labels:
        place(
            figure_of(axes),
            labels,
            bounds=axes.get_window_extent(),
            avoid=_curve_px(axes, found.long),
            size_pt=SMALL_PT,
        )


def _curve_px(axes: Axes, band: Reduced) -> NDArray[np.float64]:
    time, high = steps(band.utc, band.step_s, band.high)
    known = np.isfinite(time) & np.isfinite(high)
    return pixels(axes, np.column_stack([time[known], high[known]]))
