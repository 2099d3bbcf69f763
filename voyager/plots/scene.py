"""The scenery of the 3-D view: camera, distance rings, the sheet between path and ecliptic."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.text import Text

from deepspace.plotting import theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.camera import Camera
from deepspace.plotting.scale import fit, pixels
from voyager.plots import planets
from voyager.plots.milestones import located
from voyager.states import TrajectoryData

ELEVATION_DEG: Final = 22.0
_AHEAD_DEG: Final = (
    62.0  # the camera stands this far before the direction of the spacecraft, so that depth shows
)
_RING_STEPS_AU: Final = (2, 5, 10, 20, 50, 100)
_SHEET_POINTS: Final = 400


def camera_for(data: TrajectoryData) -> Camera:
    """From the side, so that the path leads to the right and away."""
    x, y, _z = data.now.position_au
    return Camera(float(np.degrees(np.arctan2(y, x))) - _AHEAD_DEG, ELEVATION_DEG)


def fit_all(axes: Axes, data: TrajectoryData, camera: Camera, *, with_inset: bool) -> float:
    """Fit path, shadow and Sun, with room for an inset at the left; returns the largest distance shown, au."""
    reach = max(float(data.distance_au.max(initial=0.0)), data.now.distance_au)
    origin = np.zeros((1, 3)) if with_inset else planets.orbit("earth")
    path = np.vstack([data.position_au, [data.now.position_au]])
    xy = camera.project(np.vstack([path, Camera.on_ecliptic(path), origin]))
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    room = 0.1 * reach
    fit(axes, left - (6.2 if with_inset else 2.0) * room, bottom - 2 * room, right + room, top + room)
    return reach


def draw_rings(axes: Axes, camera: Camera, reach: float) -> list[Text]:
    """Circles on the ecliptic: the scale of the picture. Returns their labels.

    Without anti-aliasing: they are dim, and soft edges of such long lines are a fifth of the file.
    """
    step = next((one for one in _RING_STEPS_AU if reach / one <= 4.0), _RING_STEPS_AU[-1])
    turn = np.radians(np.arange(0.0, 361.0, 3.0))
    ring = np.column_stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)])
    box = {"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 1.5}
    labels = []
    for radius in np.arange(step, reach, step):
        xy = camera.project(radius * ring)
        axes.plot(xy[:, 0], xy[:, 1], color=theme.GRID, linewidth=1.0, antialiased=False, zorder=1)
        x, y = xy[np.argmin(xy[:, 1])]
        text = axes.text(x, y, f"{radius:g} au", color=theme.MUTED, ha="center", va="center", bbox=box)
        text.set(fontsize=theme.FOOTER_PT + 1, clip_on=True, zorder=1.5)
        labels.append(text)
    return labels


def draw_curtain(axes: Axes, data: TrajectoryData, camera: Camera, reach: float) -> Points:
    """Shadow on the ecliptic, the sheet between it and the path, and a drop line at each milestone.

    Returns the pixels of these lines and of the path, which labels should not hide.
    """
    thin = slice(None, None, max(1, len(data.utc) // _SHEET_POINTS))
    path = camera.project(data.position_au[thin])
    foot = camera.project(Camera.on_ecliptic(data.position_au[thin]))
    drawn = [path, foot]
    if len(path) > 1:
        sheet = np.vstack([path, foot[::-1]])
        look = {"color": theme.SPACECRAFT, "alpha": 0.13, "linewidth": 0, "antialiased": False, "zorder": 1.2}
        axes.add_artist(Polygon(sheet, closed=True, **look))  # axes.fill would take 10 ms for the limits
        axes.plot(foot[:, 0], foot[:, 1], color=theme.MUTED, linewidth=1.2, zorder=1.4)
    for one in located(data.milestones):
        place = np.array(one.position_au, dtype=np.float64)
        if (one.distance_au or 0.0) > 0.1 * reach:
            top, bottom = camera.project(place), camera.project(Camera.on_ecliptic(place))
            axes.plot([top[0], bottom[0]], [top[1], bottom[1]], color=theme.MUTED, linewidth=1.0, zorder=1.4)
            drawn.append(np.linspace(top, bottom, 40))
    return pixels(axes, np.vstack(drawn))
