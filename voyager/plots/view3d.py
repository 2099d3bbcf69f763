"""The path in space: a view from above and beside, with its shadow on the ecliptic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.camera import Camera
from deepspace.plotting.labels import Label, legend, place, renderer_of
from voyager.plots import planets, track
from voyager.plots.base import TrajectoryPlot, state_columns
from voyager.states import TrajectoryData

_INNER_AU = 11.5  # just beyond Saturn: what the inset shows
_INSET_FROM_AU = 30.0  # a path that reaches this far hides the flybys at its root
_ELEVATION_DEG = 22.0
_AHEAD_DEG = 62.0  # the camera stands this far before the direction of flight, so that depth shows


class View3DPlot(TrajectoryPlot):
    """The heliocentric path in three dimensions."""

    name = "trajectory"
    title = "Voyager 1: the path out of the solar system"
    caption = (
        "The path of Voyager 1 around the Sun's place, seen from outside and 22° above the plane of the Earth's "
        "orbit. The shaded curtain hangs from the path to its shadow on that plane; the inset shows the flybys."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Main view of everything, and an inset of the flybys when they would be too small to see."""
        camera = _camera(data)
        width, height = figure.get_size_inches() * theme.DPI
        axes = theme.add_axes(figure, 0, theme.FOOTER_PX, 0, theme.TITLE_PX)
        theme.bare_axes(axes)
        has_inset = bool(data.distance_au.max(initial=0.0) > _INSET_FROM_AU)
        reach = _limits(axes, data, camera, has_inset=has_inset)
        scale = _rings(axes, camera, reach)
        planets.draw_orbits(axes, camera, linewidth=0.8 if has_inset else 1.3)
        lines_px = _curtain(axes, data, camera, reach)
        track.draw_track(axes, data, camera.project(data.position_au), linewidth=3.0)
        taken = [text.get_window_extent(renderer_of(figure)) for text in scale]
        taken += legend(axes, "lower right")
        if has_inset:
            taken.append(_inset(figure, data, camera))
        bounds = Bbox.from_extents(12, theme.FOOTER_PX, width - 12, height - theme.TITLE_PX)
        labels = _labels(axes, data, camera, from_au=_INNER_AU if has_inset else 0.0)
        if not has_inset:
            labels += planets.orbit_labels(axes, lines_px, track.located(data.milestones), camera)
        place(figure, labels, bounds=bounds, avoid=lines_px, taken=taken)

    def alt(self, data: TrajectoryData) -> str:
        """Where it is, how far, and how steeply it leaves the plane."""
        now = data.now
        latitude = np.degrees(np.arcsin(now.position_au[2] / now.distance_au))
        return (
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 is {now.distance_au:.1f} au from the Sun and "
            f"{abs(latitude):.0f}° {'north' if latitude >= 0 else 'south'} of the ecliptic plane, "
            f"moving at {now.speed_km_s:.1f} km/s. The path is flat until Saturn and straight after it."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """Every state."""
        return state_columns(data)


def _camera(data: TrajectoryData) -> Camera:
    x, y, _z = data.now.position_au
    return Camera(float(np.degrees(np.arctan2(y, x))) - _AHEAD_DEG, _ELEVATION_DEG)


def _limits(axes: Axes, data: TrajectoryData, camera: Camera, *, has_inset: bool) -> float:
    """Fit path, shadow and Sun; returns the largest distance that is shown."""
    reach = max(float(data.distance_au.max(initial=0.0)), data.now.distance_au, 1.2)
    seen = np.vstack(
        [data.position_au, [data.now.position_au], Camera.on_ecliptic(data.position_au), np.zeros(3)]
    )
    xy = camera.project(seen)
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    room = 0.1 * reach
    track.fit(
        axes, left - (0.62 * reach if has_inset else 2 * room), bottom - 2 * room, right + room, top + room
    )
    return reach


def _rings(axes: Axes, camera: Camera, reach: float) -> list[Text]:
    """Circles on the ecliptic: the scale of the picture. Returns their labels."""
    step = next((one for one in (1, 2, 5, 10, 20, 50, 100) if reach / one <= 4.0), 100)
    turn = np.radians(np.arange(0.0, 361.0, 3.0))
    ring = np.column_stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)])
    box = {"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 1.5}
    labels = []
    for radius in np.arange(step, reach, step):
        xy = camera.project(radius * ring)
        axes.plot(xy[:, 0], xy[:, 1], color=theme.GRID, linewidth=1.0, antialiased=False, zorder=1)
        x, y = xy[np.argmin(xy[:, 1])]
        text = axes.text(
            x, y, f"{radius:g} au", color=theme.MUTED, ha="center", va="center", clip_on=True, bbox=box
        )
        text.set(fontsize=theme.FOOTER_PT + 1, zorder=1.5)
        labels.append(text)
    return labels


def _curtain(axes: Axes, data: TrajectoryData, camera: Camera, reach: float) -> NDArray[np.float64]:
    """Shadow on the ecliptic, the sheet between it and the path, and a drop line at each milestone.

    Returns the pixels of these lines and of the path, which labels should not hide.
    """
    thin = slice(None, None, max(1, len(data.utc) // 400))
    path = camera.project(data.position_au[thin])
    foot = camera.project(Camera.on_ecliptic(data.position_au[thin]))
    drawn = [path, foot]
    if len(path) > 1:
        sheet = np.vstack([path, foot[::-1]])
        axes.fill(
            sheet[:, 0],
            sheet[:, 1],
            color=theme.SPACECRAFT,
            alpha=0.13,
            linewidth=0,
            antialiased=False,
            zorder=1.2,
        )
        axes.plot(foot[:, 0], foot[:, 1], color=theme.MUTED, linewidth=1.2, zorder=1.4)
    for one in track.located(data.milestones):
        if one.position_au is not None and one.distance_au is not None and one.distance_au > 0.1 * reach:
            top, bottom = camera.project([one.position_au, Camera.on_ecliptic(one.position_au)])
            axes.plot([top[0], bottom[0]], [top[1], bottom[1]], color=theme.MUTED, linewidth=1.0, zorder=1.4)
            drawn.append(np.linspace(top, bottom, 40))
    return track.pixels(axes, np.vstack(drawn))


def _labels(axes: Axes, data: TrajectoryData, camera: Camera, *, from_au: float) -> list[Label]:
    """Marks drawn, labels returned: now, then the milestones beyond ``from_au``."""
    right, up = camera.project(data.now.position_au)
    track.draw_now(axes, right, up)
    labels = [track.label_at(axes, right, up, f"now: {data.now.distance_au:.1f} au", theme.NOW)]
    return labels + track.mark_all(axes, data, camera.project, from_au, np.inf)


def _inset(figure: Figure, data: TrajectoryData, camera: Camera) -> Bbox:
    """The flybys, same camera, fifteen times larger; returns the box it takes."""
    width, height = figure.get_size_inches() * theme.DPI
    box = Bbox.from_extents(22, height - theme.TITLE_PX - 222, 502, height - theme.TITLE_PX)
    axes = theme.add_axes(figure, box.x0, box.y0, width - box.x1, theme.TITLE_PX)
    track.fit(axes, -12.5, -4.9, 10.5, 4.9)
    theme.inset_axes(axes)
    planets.draw_orbits(axes, camera)
    path = camera.project(data.position_au)
    track.draw_track(axes, data, path)
    labels = track.mark_all(axes, data, camera.project, 0.0, _INNER_AU)
    path_px = track.pixels(axes, path)
    avoid = np.vstack([path_px, planets.orbit_pixels(axes, camera)])
    labels += planets.orbit_labels(axes, path_px, track.located(data.milestones), camera)
    place(figure, labels, bounds=box, avoid=avoid, size_pt=theme.LABEL_PT - 1)
    return box
