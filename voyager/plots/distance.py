"""Distance from the Sun and speed over time: what the planets gave, and what the Sun takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import legend, place
from deepspace.plotting.timeaxis import days, utc_axis
from voyager.plots import track
from voyager.plots.base import TrajectoryPlot, utc_now
from voyager.states import Milestone, TrajectoryData

_SPEED_PX: Final = 210
_EITHER_SIDE: Final = np.timedelta64(30, "D")  # of an encounter: far enough to be out of the planet's pull
_TOP_SPEED_KM_S: Final = 45.0  # the first weeks after launch and the hours next to Jupiter stay in view


class DistancePlot(TrajectoryPlot):
    """Heliocentric distance and speed over time."""

    name = "trajectory-distance"
    title = "Voyager 1: distance from the Sun, and speed"
    caption = (
        "Distance from the Sun (above) and speed relative to it (below). Jupiter and Saturn each raised the "
        "speed; the figures beside their names are the speeds 30 days before and after. "
        "The dotted part lies in the future and is predicted."
    )
    size_px = (1000, 760)

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Two panels that share their time axis."""
        height = float(figure.get_size_inches()[1]) * theme.DPI
        middle = theme.FOOTER_PX + 66 + _SPEED_PX
        upper = theme.add_axes(figure, 92, middle + 18, 24, theme.TITLE_PX)
        lower = theme.add_axes(figure, 92, theme.FOOTER_PX + 66, 24, height - middle)
        theme.style_axes(upper, ylabel="distance (au)")
        theme.style_axes(lower, ylabel="speed (km/s)")
        time = days(data.utc)
        now = float(days(utc_now(data)))
        first, last = min(time.min(initial=now), now), max(time.max(initial=now), now)
        room = 0.02 * (last - first)
        utc_axis(upper, first - room, last + room, labelled=False)
        utc_axis(lower, first - room, last + room)
        _distances(upper, data, time, now)
        _speeds(lower, data, time, now)

    def alt(self, data: TrajectoryData) -> str:
        """Distance and speed now, and what each flyby gave."""
        gains = [(one, _speeds_around(data, one)) for one in data.milestones if one.kind == "encounter"]
        flybys = "; ".join(
            f"the pass of {one.name} took the speed from {pair[0]:.1f} to {pair[1]:.1f} km/s"
            for one, pair in gains
            if pair is not None
        )
        now = data.now
        return (
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 is {now.distance_au:.1f} au from the Sun and moves away "
            f"at {now.speed_km_s:.2f} km/s{'; ' if flybys else ''}{flybys}."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """Both curves."""
        return {
            "utc": data.utc,
            "distance_au": data.distance_au,
            "speed_km_s": data.speed_km_s,
            "quality": data.quality,
        }


def _distances(axes: Axes, data: TrajectoryData, time: NDArray[np.float64], now: float) -> None:
    figure = axes.get_figure(root=True)
    top = max(float(data.distance_au.max(initial=0.0)), data.now.distance_au)
    axes.set_ylim(-0.04 * top, 1.1 * top)
    xy = np.column_stack([time, data.distance_au])
    track.draw_track(axes, data, xy, linewidth=3.0)
    axes.axvline(now, color=theme.NOW, linewidth=1.2, alpha=0.6, zorder=1)
    track.draw_now(axes, now, data.now.distance_au)
    labels = [
        track.label_at(axes, now, data.now.distance_au, f"now: {data.now.distance_au:.1f} au", theme.NOW)
    ]
    for one in track.located(data.milestones):
        if one.distance_au is not None:
            x, mark = float(days(one.at_utc)), track.mark_of(one)
            track.draw_mark(axes, x, one.distance_au, mark)
            labels.append(track.label_at(axes, x, one.distance_au, track.label_text(one), mark.color))
    taken = legend(axes, "lower right")
    place(figure, labels, bounds=axes.get_window_extent(), avoid=track.pixels(axes, xy), taken=taken)


def _speeds(axes: Axes, data: TrajectoryData, time: NDArray[np.float64], now: float) -> None:
    figure = axes.get_figure(root=True)
    fastest = max(float(data.speed_km_s.max(initial=0.0)), data.now.speed_km_s)
    axes.set_ylim(0.0, min(1.1 * fastest, _TOP_SPEED_KM_S))
    xy = np.column_stack([time, data.speed_km_s])
    track.draw_track(axes, data, xy)
    axes.axvline(now, color=theme.NOW, linewidth=1.2, alpha=0.6, zorder=1)
    labels = [
        track.label_at(axes, now, data.now.speed_km_s, f"now: {data.now.speed_km_s:.2f} km/s", theme.NOW)
    ]
    for one in data.milestones:
        pair = _speeds_around(data, one) if one.kind == "encounter" else None
        if pair is not None:
            text = f"{one.name}: {pair[0]:.1f} → {pair[1]:.1f} km/s"
            labels.append(
                track.label_at(axes, float(days(one.at_utc)), pair[1], text, track.mark_of(one).color)
            )
    place(figure, labels, bounds=axes.get_window_extent(), avoid=track.pixels(axes, xy))


def _speeds_around(data: TrajectoryData, encounter: Milestone) -> tuple[float, float] | None:
    """Speeds 30 days before and after an encounter, km/s; None where the states do not reach that far."""
    at = np.datetime64(encounter.at_utc.replace(tzinfo=None), "us")
    before, after = np.searchsorted(data.utc, [at - _EITHER_SIDE, at + _EITHER_SIDE])
    if before == 0 or after >= len(data.utc):
        return None
    return float(data.speed_km_s[before]), float(data.speed_km_s[after])
