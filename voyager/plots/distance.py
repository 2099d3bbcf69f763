"""Distance from the Sun and speed over time: what the planets gave, and what the Sun takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import label_at, legend, place
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days, utc_axis
from voyager.plots import track
from voyager.plots.base import TrajectoryPlot, utc_now
from voyager.plots.milestones import draw_mark, label_text, located, mark_of
from voyager.states import Milestone, TrajectoryData

_SPEED_PX: Final = 210
_GAP_PX: Final = 18
_EITHER_SIDE: Final = np.timedelta64(30, "D")  # of an encounter: far enough to be out of the planet's pull
_TOP_SPEED_KM_S: Final = 45.0  # the first weeks after launch and the hours next to Jupiter stay in view


class DistancePlot(TrajectoryPlot):
    """Heliocentric distance and speed over time."""

    name = "trajectory-distance"
    title = "Voyager 1: distance from the Sun, and speed"
    caption = (
        "Distance from the Sun (above) and speed relative to it (below). Jupiter and Saturn each raised the "
        f"speed; beside their names stand the speeds {_EITHER_SIDE.astype(int)} days before and after. "
        "The dotted part lies in the future and is predicted."
    )
    size_px = (1000, 760)

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Two panels that share their time axis."""
        height = float(figure.get_size_inches()[1]) * theme.DPI
        bottom = theme.FOOTER_PX + theme.XAXIS_PX
        upper = theme.add_axes(
            figure, theme.LEFT_PX, bottom + _SPEED_PX + _GAP_PX, theme.RIGHT_PX, theme.TITLE_PX
        )
        lower = theme.add_axes(figure, theme.LEFT_PX, bottom, theme.RIGHT_PX, height - bottom - _SPEED_PX)
        theme.style_axes(upper, ylabel="distance (au)")
        theme.style_axes(lower, xlabel="date (UTC)", ylabel="speed (km/s)")
        time, now = days(data.utc), float(days(utc_now(data)))
        utc_axis(upper, [*time[[0, -1]], now] if len(time) else [now], labelled=False)
        utc_axis(lower, [*time[[0, -1]], now] if len(time) else [now])
        _draw_distance(figure, upper, data, time, now)
        _draw_speed(figure, lower, data, time, now)

    def alt(self, data: TrajectoryData) -> str:
        """Distance and speed now, and what each flyby gave."""
        gains = [(one, speeds_around(data, one)) for one in data.milestones if one.kind == "encounter"]
        flybys = "".join(
            f"; the pass of {one.name} took the speed from {pair[0]:.1f} to {pair[1]:.1f} km/s"
            for one, pair in gains
            if pair is not None
        )
        now = data.now
        return (
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 is {now.distance_au:.1f} au from the Sun and moves "
            f"at {now.speed_km_s:.2f} km/s relative to it{flybys}."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """Both curves."""
        curves = {"utc": data.utc, "distance_au": data.distance_au, "speed_km_s": data.speed_km_s}
        return {**curves, "quality": data.quality}


def _draw_distance(
    figure: Figure, axes: Axes, data: TrajectoryData, time: NDArray[np.float64], now: float
) -> None:
    top = max(float(data.distance_au.max(initial=0.0)), data.now.distance_au)
    axes.set_ylim(-0.16 * top, 1.12 * top)  # room for the labels of the first years
    curve = np.column_stack([time, data.distance_au])
    track.draw_track(axes, data, curve, linewidth=3.0, named_from_px=0.0)
    avoid = np.vstack([pixels(axes, curve), track.draw_now_line(axes, now)])
    track.draw_now(axes, now, data.now.distance_au)
    labels = [label_at(axes, now, data.now.distance_au, f"now: {data.now.distance_au:.1f} au", theme.NOW)]
    for one in located(data.milestones):
        x, y, mark = float(days(one.at_utc)), one.distance_au or 0.0, mark_of(one)
        draw_mark(axes, x, y, mark)
        labels.append(label_at(axes, x, y, label_text(one), mark.color))
    taken = legend(axes, anchor=(0.94, 0.0))
    place(figure, labels, bounds=axes.get_window_extent(), avoid=avoid, taken=taken)


def _draw_speed(
    figure: Figure, axes: Axes, data: TrajectoryData, time: NDArray[np.float64], now: float
) -> None:
    fastest = max(float(data.speed_km_s.max(initial=0.0)), data.now.speed_km_s)
    axes.set_ylim(0.0, min(1.1 * fastest, _TOP_SPEED_KM_S))
    curve = np.column_stack([time, data.speed_km_s])
    track.draw_track(axes, data, curve)
    avoid = np.vstack([pixels(axes, curve), track.draw_now_line(axes, now)])
    labels = [label_at(axes, now, data.now.speed_km_s, f"now: {data.now.speed_km_s:.2f} km/s", theme.NOW)]
    for one in data.milestones:
        pair = speeds_around(data, one) if one.kind == "encounter" else None
        if pair is not None:
            text = f"{one.name}: {pair[0]:.1f} → {pair[1]:.1f} km/s"
            labels.append(label_at(axes, float(days(one.at_utc)), pair[1], text, mark_of(one).color))
    place(figure, labels, bounds=axes.get_window_extent(), avoid=avoid)


def speeds_around(data: TrajectoryData, encounter: Milestone) -> tuple[float, float] | None:
    """Speeds 30 days before and after an encounter, km/s; None where the states do not reach that far."""
    at = np.datetime64(encounter.at_utc.replace(tzinfo=None), "us")
    before, after = np.searchsorted(data.utc, [at - _EITHER_SIDE, at + _EITHER_SIDE])
    if before == 0 or after >= len(data.utc):
        return None
    return float(data.speed_km_s[before]), float(data.speed_km_s[after])
