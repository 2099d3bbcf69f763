"""Distance from the Earth against that from the Sun: the yearly seesaw, and one light-day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, label_at, legend, place
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.plotting.timeline import Mark
from voyager.constants import LIGHT_DAY_AU
from voyager.plots import track
from voyager.plots.base import TrajectoryPlot, utc_now
from voyager.plots.milestones import draw_mark
from voyager.states import TrajectoryData

_BEFORE: Final = np.timedelta64(2 * 365 + 1, "D")
_AFTER: Final = np.timedelta64(366, "D")
_LIGHT_DAY: Final = Mark("D", theme.BOUNDARY, "one light-day")


class EarthDistancePlot(TrajectoryPlot):
    """Geocentric and heliocentric distance around now."""

    name = "trajectory-earth-distance"
    title = "Why the distance from Earth shrinks each year"
    caption = (
        "The Earth runs around the Sun at 30 km/s, faster than Voyager 1 flies: for some months of each year "
        "(shaded) it catches up, and the distance from the Earth shrinks while that from the Sun only grows."
    )
    caveat = "Geometric distances between centres at one instant, without light time. The dotted part is predicted."

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Both distances, the months of approach shaded, one light-day and its crossing."""
        shown = _shown(data)
        time, sun, earth = days(data.utc[shown]), data.distance_au[shown], data.earth_distance_au[shown]
        now, is_past = float(days(utc_now(data))), data.utc[shown] <= utc_now(data)
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, theme.TITLE_PX
        )
        theme.style_axes(axes, xlabel="date (UTC)", ylabel="distance (au)")
        utc_axis(axes, [*time[[0, -1]], now] if len(time) else [now])
        _limit(axes, np.concatenate([sun, earth, [data.now.distance_au, data.now.earth_distance_au]]))
        for start, stop in runs(np.diff(earth) < 0.0):
            axes.axvspan(time[start], time[stop], color=theme.EARTH, alpha=0.16, linewidth=0, zorder=0.5)
        for values, color, name in ((sun, theme.SUN, "from the Sun"), (earth, theme.EARTH, "from the Earth")):
            axes.plot(time[is_past], values[is_past], color=color, linewidth=3.0, label=name)
            axes.plot(time[~is_past], values[~is_past], color=color, linestyle=":", linewidth=2.4)
        avoid = [pixels(axes, np.column_stack([time, values])) for values in (sun, earth)]
        avoid.append(track.draw_now_line(axes, now))
        track.draw_now(axes, now, data.now.earth_distance_au)
        text = f"now: {data.now.earth_distance_au:.2f} au"
        labels = [*_light_day(axes, data), label_at(axes, now, data.now.earth_distance_au, text, theme.NOW)]
        if not is_past.all():
            bottom = axes.get_ylim()[0]
            axes.text(now, bottom, " predicted →", color=theme.MUTED, fontsize=theme.FOOTER_PT, va="bottom")
        taken = legend(axes, loc="upper left")
        place(figure, labels, bounds=axes.get_window_extent(), avoid=np.vstack(avoid), taken=taken)

    def alt(self, data: TrajectoryData) -> str:
        """Both distances now, the last approach in view, and the crossing of one light-day."""
        shown, now = _shown(data), data.now
        earth, utc = data.earth_distance_au[shown], data.utc[shown]
        text = (
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 is {now.distance_au:.2f} au from the Sun "
            f"and {now.earth_distance_au:.2f} au from the Earth."
        )
        for start, stop in [*runs(np.diff(earth) < 0.0)][-1:]:
            first, last = (np.datetime_as_string(utc[index], unit="D") for index in (start, stop))
            shrinks_au = float(earth[start] - earth[stop])
            text += f" From {first} to {last} the distance from the Earth shrinks by {shrinks_au:.2f} au."
        if data.light_day_at is not None:
            text += f" It passes one light-day, {LIGHT_DAY_AU:.2f} au, on {data.light_day_at:%Y-%m-%d at %H:%M} UTC."
        return text

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """Both curves in the window that is shown."""
        curves = {
            "utc": data.utc,
            "distance_au": data.distance_au,
            "earth_distance_au": data.earth_distance_au,
            "quality": data.quality,
        }
        shown = _shown(data)
        return {name: values[shown] for name, values in curves.items()}


def _shown(data: TrajectoryData) -> NDArray[np.bool_]:
    """Two years back and one ahead."""
    now = utc_now(data)
    in_window: NDArray[np.bool_] = (data.utc >= now - _BEFORE) & (data.utc <= now + _AFTER)
    return in_window


def _limit(axes: Axes, values: NDArray[np.float64]) -> None:
    room = max(0.12 * float(np.ptp(values)), 0.05)
    axes.set_ylim(values.min() - room, values.max() + room)


def runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First index, and index after the last, of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _light_day(axes: Axes, data: TrajectoryData) -> list[Label]:
    """The line at one light-day, and the computed crossing when it is in view."""
    bottom, top = axes.get_ylim()
    if not bottom < LIGHT_DAY_AU < top:
        return []
    axes.axhline(LIGHT_DAY_AU, color=theme.BOUNDARY, linewidth=1.6, linestyle=(0, (5, 3)), zorder=2)
    if data.light_day_at is None:
        return []
    x = float(days(data.light_day_at))
    left, right = axes.get_xlim()
    if not left < x < right:
        return []
    draw_mark(axes, x, LIGHT_DAY_AU, _LIGHT_DAY)
    text = f"one light-day\n{data.light_day_at:%Y-%m-%d %H:%M} UTC"
    return [label_at(axes, x, LIGHT_DAY_AU, text, theme.BOUNDARY)]
