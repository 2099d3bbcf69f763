"""The path seen from above: the flybys as they happened, and where the path went since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, label_at, legend, place
from deepspace.plotting.scale import fit, pixels
from voyager.plots import planets, track
from voyager.plots.base import TrajectoryPlot
from voyager.plots.milestones import located, mark_all
from voyager.states import TrajectoryData

_INNER_AU: Final = 11.5
_OUTER_FROM_AU: Final = 30.0  # a shorter path needs no second panel
_OUTER_PX: Final = 330
_BOTTOM_PX: Final = theme.FOOTER_PX + theme.XAXIS_PX
_FLYBYS_AU: Final = (-12.2, -7.6, 5.0, 7.6)  # where they took place: left, bottom, right, top


class EclipticPlot(TrajectoryPlot):
    """Projection on the plane of the Earth's orbit."""

    name = "trajectory-ecliptic"
    title = "Seen from above: two flybys, one straight line"
    caption = (
        "The path projected on the ecliptic plane (heliocentric, J2000), seen from the north. Left: launch, Jupiter "
        "and Saturn on the planets' orbits, marked where they were met. Right: the whole path."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """The flybys, and beside them the whole path when it is longer."""
        has_outer = bool(data.distance_au.max(initial=0.0) > _OUTER_FROM_AU)
        inner = theme.add_axes(
            figure, 88, _BOTTOM_PX, _OUTER_PX + 50 if has_outer else theme.RIGHT_PX, theme.TITLE_PX
        )
        theme.style_axes(inner, xlabel="x (au)", ylabel="y (au)", grid=False)
        fit(inner, *_FLYBYS_AU)
        _draw_inner(figure, inner, data)
        if has_outer:
            width = float(figure.get_size_inches()[0]) * theme.DPI
            outer = theme.add_axes(figure, width - _OUTER_PX + 40, _BOTTOM_PX, theme.RIGHT_PX, theme.TITLE_PX)
            theme.style_axes(outer, xlabel="x (au)", grid=False)
            _fit_all(outer, data)
            _draw_outer(figure, outer, data)

    def alt(self, data: TrajectoryData) -> str:
        """Where the path bends, and where along the plane it has come to."""
        now = data.marked
        x, y, _z = now.position_au
        longitude_deg = float(np.degrees(np.arctan2(y, x))) % 360.0
        met = [one for one in data.milestones if one.kind == "encounter" and one.distance_au is not None]
        flybys = " and ".join(
            f"{one.name} at {one.distance_au:.1f} au ({one.event_date.year})" for one in met
        )
        return (
            f"{f'The path bends at {flybys}. ' if met else ''}"
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 stands at ecliptic longitude {longitude_deg:.1f}°, "
            f"{float(np.hypot(x, y)):.1f} au from the Sun as measured along the plane."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """The projected path."""
        x_au, y_au, _z = data.position_au.T
        return {"utc": data.utc, "x_au": x_au, "y_au": y_au, "quality": data.quality}


def _fit_all(axes: Axes, data: TrajectoryData) -> None:
    """The whole path at the left edge: what width is to spare belongs to the labels."""
    xy = planets.ABOVE.project(np.vstack([data.position_au, [data.marked.position_au], np.zeros((1, 3))]))
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    room = 0.05 * max(right - left, top - bottom)
    fit(axes, left - room, bottom - room, right + room, top + room)
    low, high = axes.get_xlim()
    axes.set_xlim(left - room, left - room + high - low)


def _draw_inner(figure: Figure, axes: Axes, data: TrajectoryData) -> None:
    path = planets.ABOVE.project(data.position_au)
    planets.draw_orbits(axes, linewidth=1.4)
    track.draw_track(axes, data, path, linewidth=3.0)
    labels = mark_all(axes, data.milestones, planets.ABOVE.project, to_au=_INNER_AU)
    if data.marked.distance_au < _INNER_AU:
        labels.append(_mark(axes, data))
    path_px = pixels(axes, path)
    labels += planets.orbit_labels(axes, path_px, located(data.milestones))
    avoid = np.vstack([path_px, planets.orbit_pixels(axes)])
    place(figure, labels, bounds=axes.get_window_extent(), avoid=avoid, taken=legend(axes))


def _mark(axes: Axes, data: TrajectoryData) -> Label:
    """The instant that the picture is about."""
    x, y = planets.ABOVE.project(data.marked.position_au)
    track.draw_now(axes, x, y)
    return label_at(axes, x, y, f"{data.marked_as}: {data.marked.distance_au:.1f} au", theme.NOW)


def _draw_outer(figure: Figure, axes: Axes, data: TrajectoryData) -> None:
    path = planets.ABOVE.project(data.position_au)
    planets.draw_orbits(axes, linewidth=0.8)
    track.draw_track(axes, data, path, linewidth=3.0)
    labels = [_mark(axes, data)]
    labels += mark_all(axes, data.milestones, planets.ABOVE.project, from_au=_INNER_AU)
    place(figure, labels, bounds=axes.get_window_extent(), avoid=pixels(axes, path))
