"""What the Sun did: flares, coronal mass ejections with their arrivals, and storms, on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import share_ticks
from deepspace.plotting.words import key_beside_title, subtitle
from spaceintel.plots.base import SpacePlot
from spaceintel.plots.drawing import draw_now, key_of_unknown, meet, shade_unknown, time_axis
from spaceintel.plots.naming import shown_name, told_once
from spaceintel.plots.sun_ejections import draw_ejections, key_of_ejections
from spaceintel.plots.sun_flares import draw_flares
from spaceintel.plots.sun_storms import draw_storms
from spaceintel.science.space_weather import kp_text
from spaceintel.states import Feed, SpaceWeather

_TALL: Final = (232, 240, 126)  # pixels: flares, CMEs, storms
_GAP_PX: Final = 16
_TOP_PX: Final = theme.TITLE_PX + 46
_LEFT_PX: Final = 84
_RIGHT_PX: Final = 40
_AHEAD: Final = timedelta(days=5)  # arrivals to come are drawn so far beyond the window
_NO_ROWS: Final[tuple[tuple[Any, ...], ...]] = ((),) * 7


class SolarEventsPlot(SpacePlot):
    """Three panels."""

    name = "space-events"
    title = "What the Sun did"
    caption = (
        "Above: flares by the peak of their X-ray flux, with classes at the right. Middle: coronal mass ejections by "
        "speed; full circles are those that a model sees arrive at the Earth, a line leads to the modelled arrival; "
        "open circles are all others, also those of which no model run is listed. "
        "Below: geomagnetic storms by their largest Kp, with NOAA's level. Hatched days were not retrieved: nothing "
        "there does not mean that nothing happened."
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
        flares = data.feeds.get(self.products[1], feed)
        subtitle(figure, " · ".join(part for part in (shown_name(feed), _counts(data)) if part))
        panels, end = _panels(figure), _end(data, feed)
        time_axis(panels[-1], feed.start, end)
        for axes in panels:
            theme.style_axes(axes, xlabel="UTC" if axes is panels[-1] else "")
        share_ticks(panels)
        unknown = (meet(feed.gaps, flares.gaps), feed.gaps, feed.gaps)
        for axes, gaps, draw in zip(panels, unknown, (draw_flares, draw_ejections, draw_storms), strict=True):
            shade_unknown(axes, gaps)
            draw(axes, data)
        handles: list[Line2D | Patch] = [*key_of_ejections(data.cmes)]
        if any(unknown):
            handles.append(key_of_unknown())
        if handles:
            key_beside_title(figure, handles)
        if feed.start < data.now < end and not feed.is_moved:
            draw_now(panels, data.now)

    def alt(self, data: SpaceWeather) -> str:
        """Counts, the strongest flare, the fastest ejection, arrivals to come, the largest storm."""
        told = [told_once(data.statements.get(name, "") for name in ("flares", "cmes", "storms"))]
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
        storm = max(data.storms, key=lambda one: one.kp_max or 0.0, default=None)
        if storm is not None and storm.kp_max is not None:
            level = f" (G{storm.g_scale})" if storm.g_scale else ""
            at = f"{storm.begin_at:%Y-%m-%d %H:%M} UTC"
            told.append(f"The largest storm reaches Kp {kp_text(storm.kp_max)}{level}, from {at}.")
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
        at, kind, names, flux, speed, arrival, kp = (tuple(one) for one in columns)
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
    """Instants in UTC as a column; NaT where there is none."""
    return np.array(
        [None if one is None else one.replace(tzinfo=None) for one in moments], dtype="datetime64[us]"
    )


def _end(data: SpaceWeather, feed: Feed) -> datetime:
    """The window's end, or the last arrival soon after it."""
    arrivals = (one.arrival_at for one in data.cmes if one.arrival_at is not None)
    return max([feed.end, *(one for one in arrivals if one <= feed.end + _AHEAD)])


def _counts(data: SpaceWeather) -> str:
    if not (data.flares or data.cmes or data.storms):
        return ""  # the panels say whether that is none or unknown
    directed = sum(one.is_earth_directed for one in data.cmes)
    told = [
        f"{count:,} {name}{'' if count == 1 else 's'}"
        for count, name in (
            (len(data.flares), "flare"),
            (len(data.cmes), "ejection"),
            (len(data.storms), "storm"),
        )
    ]
    told[1] += f" ({directed} towards the Earth)" if directed else ""
    return ", ".join(told)


def _panels(figure: Figure) -> list[Axes]:
    height = float(figure.get_size_inches()[1]) * theme.DPI
    tops = [_TOP_PX]
    for tall in _TALL:
        tops.append(tops[-1] + tall + _GAP_PX)
    return [
        theme.add_axes(figure, _LEFT_PX, height - top - tall, _RIGHT_PX, top)
        for top, tall in zip(tops, _TALL, strict=False)
    ]
