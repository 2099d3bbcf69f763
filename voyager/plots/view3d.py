"""The path in space: a view from above and beside, with its shadow on the ecliptic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.camera import Camera
from deepspace.plotting.labels import label_at, legend, place, renderer_of
from deepspace.plotting.scale import fit, pixels
from voyager.plots import planets, scene, track
from voyager.plots.base import TrajectoryPlot, state_columns
from voyager.plots.milestones import located, mark_all
from voyager.states import TrajectoryData

_INNER_AU: Final = 11.5  # just beyond Saturn: what the inset shows
_INSET_FROM_AU: Final = 30.0  # a path that reaches this far hides the flybys at its root


class View3DPlot(TrajectoryPlot):
    """The heliocentric path in three dimensions."""

    name = "trajectory"
    title = "Voyager 1: the way out"
    caption = (
        f"The path of Voyager 1 seen from outside, {scene.ELEVATION_DEG:.0f}° above the plane of the Earth's "
        "orbit (heliocentric, ecliptic J2000). The shaded sheet hangs from the path to its shadow on that plane; "
        "the inset shows the flybys."
    )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Main view of everything, and an inset of the flybys when they would be too small to see."""
        camera = scene.camera_for(data)
        axes = theme.add_axes(figure, 0, theme.FOOTER_PX, 0, theme.TITLE_PX)
        theme.bare_axes(axes)
        has_inset = bool(data.distance_au.max(initial=0.0) > _INSET_FROM_AU)
        reach = scene.fit_all(axes, data, camera, with_inset=has_inset)
        rings = scene.draw_rings(axes, camera, reach)
        planets.draw_orbits(axes, camera, linewidth=0.8 if has_inset else 1.3)
        lines_px = scene.draw_curtain(axes, data, camera, reach)
        track.draw_track(axes, data, camera.project(data.position_au), linewidth=3.0)
        right, up = camera.project(data.now.position_au)
        track.draw_now(axes, right, up)
        labels = [label_at(axes, right, up, f"now: {data.now.distance_au:.1f} au", theme.NOW)]
        labels += mark_all(axes, data.milestones, camera.project, from_au=_INNER_AU if has_inset else 0.0)
        taken = [text.get_window_extent(renderer_of(figure)) for text in rings]
        if has_inset:
            taken.append(_inset(figure, data, camera))
            taken += legend(axes, named=figure.axes[-1], anchor=(0.995, 0.0))
        else:
            taken += legend(axes, anchor=(0.995, 0.0))
            labels += planets.orbit_labels(axes, lines_px, located(data.milestones), camera)
        place(figure, labels, bounds=axes.get_window_extent().padded(-12), avoid=lines_px, taken=taken)

    def alt(self, data: TrajectoryData) -> str:
        """Where it is, how far, and how steeply it leaves the plane."""
        now = data.now
        latitude_deg = float(np.degrees(np.arcsin(now.position_au[2] / now.distance_au)))
        return (
            f"On {now.at_utc:%Y-%m-%d} Voyager 1 is {now.distance_au:.1f} au from the Sun and "
            f"{abs(latitude_deg):.0f}° {'north' if latitude_deg >= 0 else 'south'} of the ecliptic plane, "
            f"moving at {now.speed_km_s:.1f} km/s relative to the Sun."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """Every state."""
        return state_columns(data)


def _inset(figure: Figure, data: TrajectoryData, camera: Camera) -> Bbox:
    """The flybys, same camera, fifteen times larger; returns the box it takes."""
    width, height = figure.get_size_inches() * theme.DPI
    axes = theme.add_axes(figure, 22, height - theme.TITLE_PX - 222, width - 502, theme.TITLE_PX)
    fit(axes, -12.5, -4.9, 10.5, 4.9)
    theme.inset_axes(axes)
    planets.draw_orbits(axes, camera)
    path = camera.project(data.position_au)
    track.draw_track(axes, data, path)
    labels = mark_all(axes, data.milestones, camera.project, to_au=_INNER_AU)
    path_px = pixels(axes, path)
    labels += planets.orbit_labels(axes, path_px, located(data.milestones), camera)
    avoid = np.vstack([path_px, planets.orbit_pixels(axes, camera)])
    place(figure, labels, bounds=axes.get_window_extent(), avoid=avoid, size_pt=theme.LABEL_PT - 1)
    return axes.get_window_extent()
