"""Orbits and places of planets, for scale, from the cited mean elements (`voyager.science.planets`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from deepspace.constants import J2000_JD_TDB
from deepspace.plotting import theme
from deepspace.plotting.boxes import Points
from deepspace.plotting.camera import Camera
from deepspace.plotting.labels import Label
from deepspace.plotting.scale import pixels
from voyager.constants import DAYS_PER_JULIAN_CENTURY, PLANET_ELEMENTS
from voyager.science import planet_position
from voyager.states import Milestone

COLORS: Final = {"earth": theme.EARTH, "jupiter": theme.JUPITER, "saturn": theme.SATURN}
ABOVE: Final = Camera(longitude_deg=-90.0, elevation_deg=90.0)  # right is x, up is y
_SAMPLES: Final = 181
_EDGE_PX: Final = 20.0


class Projection(Protocol):
    """What turns positions (..., 3) into picture coordinates (..., 2)."""

    def project(self, xyz: ArrayLike) -> NDArray[np.float64]: ...


@lru_cache(maxsize=8)
def orbit(name: str) -> NDArray[np.float64]:
    """One closed turn around the Sun, shape (181, 3), heliocentric ecliptic J2000, au."""
    semi_major_axis_au = PLANET_ELEMENTS[name][0]
    period_d = semi_major_axis_au**1.5 * DAYS_PER_JULIAN_CENTURY / 100.0  # Kepler's third law
    return planet_position(name, J2000_JD_TDB + np.linspace(0.0, period_d, _SAMPLES))


def draw_orbits(axes: Axes, view: Projection = ABOVE, *, linewidth: float = 1.1) -> None:
    """The Sun and the orbits of the Earth, Jupiter and Saturn; hairlines are drawn without soft edges."""
    is_soft = linewidth > 1.0
    for name, color in COLORS.items():
        xy = view.project(orbit(name))
        axes.plot(xy[:, 0], xy[:, 1], color=color, linewidth=linewidth, antialiased=is_soft, zorder=2)
    draw_sun(axes)


def draw_sun(axes: Axes) -> None:
    """The Sun, at the origin of every view."""
    axes.plot([0], [0], marker="o", markersize=9, color=theme.SUN, linestyle="", zorder=4)


def orbit_pixels(axes: Axes, view: Projection = ABOVE) -> Points:
    """Where the orbits are drawn, for labels to keep clear of."""
    return pixels(axes, view.project(np.vstack([*map(orbit, COLORS)])))


def orbit_labels(
    axes: Axes, path_px: Points, met: Iterable[Milestone], view: Projection = ABOVE
) -> list[Label]:
    """A name for each orbit in view, at the point of it that is farthest from the path.

    Orbits on which a labelled event of the same colour stands need none.
    """
    frame = axes.get_window_extent().padded(-_EDGE_PX)
    path = path_px[:: max(1, len(path_px) // 200)]
    named = {planet_of(one) for one in met}
    labels = []
    for name, color in COLORS.items():
        xy = pixels(axes, view.project(orbit(name)))
        inside = xy[((xy > frame.min) & (xy < frame.max)).all(axis=1)]
        if name not in named and len(inside) and len(path):
            apart = np.hypot(*(inside[:, None, :] - path[None, :, :]).T).min(axis=0)
            x, y = inside[int(apart.argmax())]
            labels.append(Label(float(x), float(y), f"{name.capitalize()}’s orbit", color))
    return labels


def planet_of(milestone: Milestone) -> str | None:
    """The planet where an event took place: the Earth for the launch, else the one in an encounter's name."""
    if milestone.kind == "launch":
        return "earth"
    if milestone.kind != "encounter":
        return None
    return next((name for name in COLORS if name in milestone.name.lower()), None)
