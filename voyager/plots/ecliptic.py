"""The path seen from above: the flybys as they happened, and where the path went since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import legend, place
from voyager.plots import planets, track
from voyager.plots.base import TrajectoryPlot
from voyager.states import TrajectoryData

_INNER_AU: Final = 11.5
_OUTER_FROM_AU: Final = 30.0  # a shorter path needs no second panel
_PANEL_PX: Final = 330
_FRAME: Final = (-12.2, -7.6, 5.0, 7.6)  # where the flybys took place: left, bottom, right, top in au


class EclipticPlot(TrajectoryPlot):
    """Projection on the plane of the Earth's orbit."""

    name = "trajectory-ecliptic"
    title = "Seen from above: two flybys, one straight line"
    caption = (
        "The path on the ecliptic plane (J2000, au), north up out of the page. Left: launch, Jupiter and Saturn, "
        "with the planets' orbits and the places where they were met. Right: the whole path."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """The flybys, and beside them the whole path when it is longer."""
        has_outer = bool(data.distance_au.max(initial=0.0) > _OUTER_FROM_AU)
        right = _PANEL_PX + 50 if has_outer else 24
        inner = theme.add_axes(figure, 78, theme.FOOTER_PX + 58, right, theme.TITLE_PX)
        theme.style_axes(inner, xlabel="x (au)", ylabel="y (au)", grid=False)
        track.fit(inner, *_FRAME)
        _draw(inner, data, 0.0, _INNER_AU, orbits=True)
        if has_outer:
            width = float(figure.get_size_inches()[0]) * theme.DPI
            outer = theme.add_axes(figure, width - _PANEL_PX + 40, theme.FOOTER_PX + 58, 20, theme.TITLE_PX)
            theme.style_axes(outer, xlabel="x (au)", grid=False)
            _fit_all(outer, data)
            _draw(outer, data, _INNER_AU, np.inf, orbits=False)

    def alt(self, data: TrajectoryData) -> str:
        """Direction of flight on the plane, and how far along it."""
        x, y, _z = data.now.position_au
        longitude = float(np.degrees(np.arctan2(y, x))) % 360.0
        met = [one for one in data.milestones if one.kind == "encounter" and one.distance_au is not None]
        flybys = " and ".join(
            f"{one.name} at {one.distance_au:.1f} au ({one.event_date.year})" for one in met
        )
        bent = f"The path bends at {flybys}. " if met else ""
        return (
            f"{bent}On {data.now.at_utc:%Y-%m-%d} Voyager 1 stands at ecliptic longitude {longitude:.1f}°, "
            f"{float(np.hypot(x, y)):.1f} au from the Sun as measured along the plane."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """The projected path."""
        return {
            "utc": data.utc,
            "x_au": data.position_au[:, 0],
            "y_au": data.position_au[:, 1],
            "quality": data.quality,
        }


def _plane(xyz: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(xyz, dtype=np.float64)[..., :2]


def _fit_all(axes: Axes, data: TrajectoryData) -> None:
    xy = np.vstack([_plane(data.position_au), _plane(data.now.position_au), np.zeros(2)])
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    room = 0.05 * max(right - left, top - bottom)
    track.fit(axes, left - room, bottom - room, right + room, top + room)
    spare = left - room - axes.get_xlim()[0]
    axes.set_xlim(*(edge + spare for edge in axes.get_xlim()))  # all spare width to the right, for the labels


def _draw(axes: Axes, data: TrajectoryData, from_au: float, to_au: float, *, orbits: bool) -> None:
    figure = axes.get_figure(root=True)
    path = _plane(data.position_au)
    planets.draw_orbits(axes, linewidth=1.6 if orbits else 0.8)
    track.draw_track(axes, data, path, linewidth=3.0)
    labels = []
    x, y = _plane(data.now.position_au)
    if axes.viewLim.contains(x, y):
        track.draw_now(axes, x, y)
        labels.append(track.label_at(axes, x, y, f"now: {data.now.distance_au:.1f} au", theme.NOW))
    labels += track.mark_all(axes, data, _plane, from_au, to_au)
    path_px = track.pixels(axes, path)
    avoid = np.vstack([path_px, planets.orbit_pixels(axes)]) if orbits else path_px
    taken = legend(axes, "lower right") if orbits else []
    if orbits:
        labels += planets.orbit_labels(axes, path_px, track.located(data.milestones))
    place(figure, labels, bounds=axes.get_window_extent(), avoid=avoid, taken=taken)
