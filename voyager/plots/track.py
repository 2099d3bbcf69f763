"""The curve of Voyager 1 in its parts, and the marks of milestones; the same in every plot."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label
from voyager.plots import planets
from voyager.plots.base import utc_now
from voyager.states import Milestone, TrajectoryData

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a kind of event is drawn: shape and colour both, so that neither alone carries the meaning."""

    marker: str
    color: str
    name: str


KINDS: Final[dict[str, Mark]] = {
    "launch": Mark("^", theme.EARTH, "launch"),
    "encounter": Mark("o", theme.JUPITER, "planet encounter"),
    "boundary": Mark("D", theme.BOUNDARY, "boundary crossed"),
    "milestone": Mark("*", theme.SUN, "milestone"),
    "instrument": Mark("s", theme.SATURN, "instrument"),
    "anomaly": Mark("X", theme.WARNING, "anomaly"),
}
_TICK_EVERY_PX: Final = 85.0
_SEEN_PX: Final = 25.0
_ONE_LINE: Final = 16
_LONGEST_LINE: Final = 26


def mark_of(milestone: Milestone) -> Mark:
    """How a milestone is drawn; an encounter has its planet's colour."""
    mark = KINDS.get(milestone.kind, KINDS["milestone"])
    planet = planets.planet_of(milestone)
    return mark if planet is None else replace(mark, color=planets.COLORS[planet])


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the curve that is drawn in one way."""

    chosen: NDArray[np.bool_]
    color: str
    linestyle: str
    name: str


def parts(data: TrajectoryData) -> list[Part]:
    """Design, past and predicted stretch; each runs on to its successor's first sample, so that no gap shows."""
    design = data.quality == "design"
    future = data.utc > utc_now(data)
    is_model = bool((data.quality == "model").any())
    stretches = [
        Part(design, theme.DESIGN, (0, (3.0, 1.6)), "mission design, before 1981"),
        Part(~design & ~future, theme.SPACECRAFT, "-", "modelled" if is_model else "tracked"),
        Part(future, theme.PREDICTED, (0, (1.0, 1.4)), "predicted"),
    ]
    return [
        Part(_reaching(one.chosen), one.color, one.linestyle, one.name)
        for one in stretches
        if one.chosen.any()
    ]


def _reaching(chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wider = chosen.copy()
    wider[1:] |= chosen[:-1]
    return wider


def draw_track(axes: Axes, data: TrajectoryData, xy: Points, *, linewidth: float = 2.4) -> None:
    """The curve ``xy`` (n, 2) in its parts, for limits already set.

    A part of a single sample becomes a dot; one too short to be told apart has no entry in the legend.
    """
    for part in parts(data):
        own = xy[part.chosen]
        frame = axes.get_window_extent()
        in_frame = np.clip(pixels(axes, own), frame.min, frame.max)
        is_seen = float(np.ptp(in_frame, axis=0).max()) > _SEEN_PX
        axes.plot(
            own[:, 0],
            own[:, 1],
            color=part.color,
            linestyle=part.linestyle,
            linewidth=linewidth,
            label=part.name if is_seen else "_nolegend_",
            marker="." if len(own) == 1 else "",
            zorder=3,
        )


def draw_mark(axes: Axes, x: float, y: float, mark: Mark, *, size: float = 9.0) -> None:
    """A milestone's mark, with a rim of background that lifts it from the curve."""
    grown = size * 1.6 if mark.marker == "*" else size
    axes.plot(
        [x],
        [y],
        linestyle="",
        marker=mark.marker,
        markersize=grown,
        color=mark.color,
        markeredgecolor=theme.BACKGROUND,
        markeredgewidth=1.2,
        zorder=5,
    )


def draw_now(axes: Axes, x: float, y: float) -> None:
    """An open ring, so that a milestone of these days still shows inside it."""
    axes.plot(
        [x],
        [y],
        marker="o",
        markersize=14,
        markerfacecolor="none",
        markeredgecolor=theme.NOW,
        markeredgewidth=2,
        zorder=6,
    )


def label_text(milestone: Milestone) -> str:
    """Name and year on one line when short, else on two about equal ones."""
    text = f"{milestone.name}, {milestone.event_date.year}"
    if len(text) <= _ONE_LINE:
        return text
    for width in range(len(text) // 2, _LONGEST_LINE):
        lines = textwrap.wrap(text, width)
        if len(lines) <= 2:
            return "\n".join(lines)
    name = textwrap.shorten(milestone.name, _LONGEST_LINE, placeholder="…")
    return f"{name}\n{milestone.event_date.year}"


def pixels(axes: Axes, xy: Points) -> Points:
    """Data coordinates to pixels of the figure."""
    transformed: Points = axes.transData.transform(np.asarray(xy, dtype=np.float64).reshape(-1, 2))
    return transformed


def label_at(axes: Axes, x: float, y: float, text: str, color: str) -> Label:
    """A label that belongs to a point of the axes."""
    ((x_px, y_px),) = pixels(axes, np.array([x, y]))
    return Label(float(x_px), float(y_px), text, color)


def located(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Milestones that are labelled on maps, those that end a region of space first: they get the best places."""
    shown = [one for one in milestones if one.is_milestone and one.position_au is not None]
    return sorted(shown, key=lambda one: (one.kind != "boundary", -one.at_utc.timestamp()))


def mark_all(
    axes: Axes, data: TrajectoryData, project: Callable[[ArrayLike], Points], from_au: float, to_au: float
) -> list[Label]:
    """Draw the marks of the located milestones between two distances from the Sun; returns their labels."""
    labels = []
    for one in located(data.milestones):
        if one.position_au is None or one.distance_au is None or not from_au <= one.distance_au <= to_au:
            continue
        mark = mark_of(one)
        x, y = project(one.position_au)
        draw_mark(axes, x, y, mark)
        labels.append(label_at(axes, x, y, label_text(one), mark.color))
    return labels


def fit(axes: Axes, left: float, bottom: float, right: float, top: float) -> None:
    """Limits that contain this box with one scale on both axes, the box in the middle.

    ``set_aspect`` would do the same during the draw; labels are placed before it and need the answer now.
    """
    frame = axes.get_window_extent()
    scale = max((right - left) / frame.width, (top - bottom) / frame.height, 1e-9)
    half_x, half_y = scale * frame.width / 2, scale * frame.height / 2
    axes.set_xlim((left + right) / 2 - half_x, (left + right) / 2 + half_x)
    axes.set_ylim((bottom + top) / 2 - half_y, (bottom + top) / 2 + half_y)
    for axis, length_px in ((axes.xaxis, frame.width), (axes.yaxis, frame.height)):
        axis.set_major_locator(
            MaxNLocator(nbins=max(2, int(length_px / _TICK_EVERY_PX)), steps=[1, 2, 5, 10])
        )
