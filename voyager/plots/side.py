"""The path seen edge-on: how Saturn threw Voyager 1 out of the plane of the planets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc
from numpy.typing import ArrayLike, NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, legend, place
from voyager.plots import planets, track
from voyager.plots.base import TrajectoryPlot
from voyager.states import TrajectoryData

_INNER_AU: Final = 11.5
_INSET_FROM_AU: Final = 30.0


class SidePlot(TrajectoryPlot):
    """Projection on the plane that stands on the ecliptic and holds the direction of flight."""

    name = "trajectory-side"
    title = "Seen edge-on: thrown out of the plane by Saturn"
    caption = (
        "Height above the ecliptic against the distance along it in the direction of flight, both in au and on "
        "one scale. Until Saturn Voyager 1 stays in the plane of the planets; Saturn's gravity throws it north."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """The path over the plane, the angle between them, and the flybys enlarged."""
        axes = theme.add_axes(figure, 82, theme.FOOTER_PX + 58, 20, theme.TITLE_PX)
        theme.style_axes(axes, xlabel="along the ecliptic (au)", ylabel="above it (au)", grid=False)
        side = Side(data)
        path = side.project(data.position_au)
        _fit(axes, side, data)
        axes.axhline(0.0, color=theme.MUTED, linewidth=1.4, zorder=1)
        track.draw_track(axes, data, path, linewidth=3.0)
        axes.plot([0], [0], marker="o", color=theme.SUN, linestyle="", zorder=4)
        has_inset = bool(data.distance_au.max(initial=0.0) > _INSET_FROM_AU)
        taken, inset = [], axes
        if has_inset:
            inset = _inset(figure, side, data)
            taken.append(inset.get_window_extent())
        taken += legend(axes, "lower right", named=inset, bbox_to_anchor=(1.0, 0.1))
        right, up = side.project(data.now.position_au)
        track.draw_now(axes, right, up)
        labels = [track.label_at(axes, right, up, f"now: {data.now.distance_au:.1f} au", theme.NOW)]
        labels += track.mark_all(axes, data, side.project, _INNER_AU if has_inset else 0.0, np.inf)
        if has_inset:
            labels.append(_angle(axes, side, data))
        path_px = track.pixels(axes, path)
        place(figure, labels, bounds=axes.get_window_extent(), avoid=path_px, taken=taken)

    def alt(self, data: TrajectoryData) -> str:
        """Angle of climb, and height now."""
        side = Side(data)
        height_au = data.now.position_au[2]
        return (
            f"On {data.now.at_utc:%Y-%m-%d} Voyager 1 is {abs(height_au):.1f} au "
            f"{'north' if height_au >= 0 else 'south'} of the ecliptic plane and its path makes an angle of "
            f"{abs(side.climb_deg):.1f}° with it."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """The projected path."""
        along_au, height_au = Side(data).project(data.position_au).T
        return {"utc": data.utc, "along_au": along_au, "z_au": height_au, "quality": data.quality}


class Side:
    """The plane of projection: right is the direction of flight along the ecliptic, up is ecliptic north."""

    def __init__(self, data: TrajectoryData) -> None:
        vx, vy, vz = data.now.velocity_au_d
        level = float(np.hypot(vx, vy))
        self._ahead = np.array([vx, vy, 0.0]) / level if level else np.array([1.0, 0.0, 0.0])
        self.climb_deg = float(np.degrees(np.arctan2(vz, level)))

    def project(self, xyz: ArrayLike) -> NDArray[np.float64]:
        """Positions (..., 3) to (along, above), (..., 2), au."""
        vectors = np.asarray(xyz, dtype=np.float64)
        return np.stack([vectors @ self._ahead, vectors[..., 2]], axis=-1)


def _fit(axes: Axes, side: Side, data: TrajectoryData) -> None:
    xy = np.vstack([side.project(data.position_au), side.project(data.now.position_au), np.zeros(2)])
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    room = 0.04 * max(right - left, top - bottom)
    track.fit(axes, left - room, bottom - 2 * room, right + 2 * room, top + 2 * room)


def _angle(axes: Axes, side: Side, data: TrajectoryData) -> Label:
    """The angle between path and plane, drawn where the line of flight meets the plane."""
    along, above = side.project(data.now.position_au)
    foot = along - above / np.tan(np.radians(side.climb_deg))
    radius = 0.3 * (along - foot)
    low, high = sorted((0.0, side.climb_deg))
    axes.add_patch(
        Arc(
            (foot, 0.0),
            2 * radius,
            2 * radius,
            theta1=low,
            theta2=high,
            color=theme.TEXT,
            linewidth=1.6,
            zorder=2,
        )
    )
    middle = np.radians(side.climb_deg / 2)
    x, y = foot + radius * np.cos(middle), radius * np.sin(middle)
    return track.label_at(axes, x, y, f"{abs(side.climb_deg):.1f}° out of the plane", theme.TEXT)


def _inset(figure: Figure, side: Side, data: TrajectoryData) -> Axes:
    """The flybys edge-on, enlarged."""
    width, height = figure.get_size_inches() * theme.DPI
    axes = theme.add_axes(figure, 96, height - theme.TITLE_PX - 200, width - 500, theme.TITLE_PX)
    track.fit(axes, -9.5, -2.6, 12.5, 6.0)
    theme.inset_axes(axes)
    for name, color in planets.COLORS.items():
        xy = side.project(planets.orbit(name))
        axes.plot(xy[:, 0], xy[:, 1], color=color, linewidth=1.3, alpha=0.75, zorder=2)
    axes.plot([0], [0], marker="o", color=theme.SUN, linestyle="", zorder=4)
    path = side.project(data.position_au)
    track.draw_track(axes, data, path)
    labels = track.mark_all(axes, data, side.project, 0.0, _INNER_AU)
    bounds = axes.get_window_extent()
    place(figure, labels, bounds=bounds, avoid=track.pixels(axes, path), size_pt=theme.LABEL_PT - 1)
    return axes
