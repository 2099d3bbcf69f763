"""The path seen edge-on: how Saturn threw Voyager 1 out of the plane of the planets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from deepspace.plotting import theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.labels import Label, label_at, legend, place
from deepspace.plotting.scale import fit, pixels
from voyager.plots import planets, track
from voyager.plots.base import TrajectoryPlot
from voyager.plots.milestones import mark_all
from voyager.states import TrajectoryData

_INNER_AU: Final = 11.5
_INSET_FROM_AU: Final = 30.0
_LEAST_AU: Final = 1.2  # the Earth's orbit is always in view
_ARC_AT: Final = 0.3  # of the way to the spacecraft


class SidePlot(TrajectoryPlot):
    """Projection on the plane that stands on the ecliptic and holds the direction of flight."""

    name = "trajectory-side"
    title = "Seen edge-on: thrown out of the plane by Saturn"
    caption = (
        "Height above the ecliptic (J2000) against distance along it in the direction of flight, on one scale. "
        "Until Saturn Voyager 1 stays near the plane of the planets; Saturn's gravity throws it north. "
        "The inset shows the flybys."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """The path over the plane, the angle between them, and the flybys enlarged."""
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, theme.RIGHT_PX, theme.TITLE_PX
        )
        theme.style_axes(axes, xlabel="along the ecliptic (au)", ylabel="above it (au)", grid=False)
        side = Side(data)
        path = side.project(data.position_au)
        _fit_all(axes, side, data)
        axes.axhline(0.0, color=theme.MUTED, linewidth=1.4, zorder=1)
        track.draw_track(axes, data, path, linewidth=3.0)
        planets.draw_sun(axes)
        right, up = side.project(data.now.position_au)
        track.draw_now(axes, right, up)
        labels = [label_at(axes, right, up, f"now: {data.now.distance_au:.1f} au", theme.NOW)]
        avoid = [pixels(axes, path)]
        if data.distance_au.max(initial=0.0) > _INSET_FROM_AU:
            angle, arc_px = _angle(axes, side, data)
            inset = _inset(figure, side, data)
            labels += [angle, *mark_all(axes, data.milestones, side.project, from_au=_INNER_AU)]
            avoid.append(arc_px)
            taken = [inset.get_window_extent(), *legend(axes, named=inset, anchor=(1.0, 0.1))]
        else:
            labels += mark_all(axes, data.milestones, side.project)
            taken = legend(axes, anchor=(1.0, 0.1))
        place(figure, labels, bounds=axes.get_window_extent(), avoid=np.vstack(avoid), taken=taken)

    def alt(self, data: TrajectoryData) -> str:
        """Angle of climb, and height now."""
        climb_deg, height_au = Side(data).climb_deg, data.now.position_au[2]
        return (
            f"On {data.now.at_utc:%Y-%m-%d} Voyager 1 is {abs(height_au):.1f} au "
            f"{'north' if height_au >= 0 else 'south'} of the ecliptic plane, and its path makes an angle of "
            f"{abs(climb_deg):.1f}° with it."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """The projected path."""
        along_au, z_au = Side(data).project(data.position_au).T
        return {"utc": data.utc, "along_au": along_au, "z_au": z_au, "quality": data.quality}


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


def _fit_all(axes: Axes, side: Side, data: TrajectoryData) -> None:
    xy = side.project(np.vstack([data.position_au, [data.now.position_au], np.zeros((1, 3))]))
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    left, right = min(left, -_LEAST_AU), max(right, _LEAST_AU)
    room = 0.04 * max(right - left, top - bottom)
    fit(axes, left - room, bottom - 2 * room, right + 2 * room, top + 2 * room)


def _angle(axes: Axes, side: Side, data: TrajectoryData) -> tuple[Label, Points]:
    """The angle between the line of flight and the plane, at their meeting point; and the pixels of its arc."""
    along, above = side.project(data.now.position_au)
    foot = along - above / np.tan(np.radians(side.climb_deg))
    turn = np.radians(np.linspace(0.0, side.climb_deg, 40))
    arc = np.array([foot, 0.0]) + _ARC_AT * (along - foot) * np.column_stack([np.cos(turn), np.sin(turn)])
    axes.plot(arc[:, 0], arc[:, 1], color=theme.TEXT, linewidth=1.6, zorder=2)
    x, y = arc[len(arc) // 2]
    label = label_at(axes, x, y, f"{abs(side.climb_deg):.1f}° out of the plane", theme.TEXT)
    return label, pixels(axes, arc)


def _inset(figure: Figure, side: Side, data: TrajectoryData) -> Axes:
    """The flybys edge-on, enlarged."""
    width, height = figure.get_size_inches() * theme.DPI
    left = theme.LEFT_PX + 14
    axes = theme.add_axes(figure, left, height - theme.TITLE_PX - 200, width - left - 404, theme.TITLE_PX)
    fit(axes, -9.5, -2.6, 12.5, 6.0)
    theme.inset_axes(axes)
    planets.draw_orbits(axes, side)
    path = side.project(data.position_au)
    track.draw_track(axes, data, path)
    labels = mark_all(axes, data.milestones, side.project, to_au=_INNER_AU)
    place(
        figure, labels, bounds=axes.get_window_extent(), avoid=pixels(axes, path), size_pt=theme.LABEL_PT - 1
    )
    return axes
