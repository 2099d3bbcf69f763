"""Marks and labels of milestones; the same in every plot."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import Label, label_at
from deepspace.plotting.timeline import Mark
from voyager.plots import planets
from voyager.states import Milestone

_ONE_LINE: Final = 16
_LONGEST_LINE: Final = 26


KINDS: Final[dict[str, Mark]] = {
    "launch": Mark("^", theme.EARTH, "launch"),
    "encounter": Mark("o", theme.JUPITER, "planet encounter"),
    "boundary": Mark("D", theme.BOUNDARY, "boundary crossed"),
    "milestone": Mark("*", theme.SUN, "milestone"),
    "instrument": Mark("s", theme.INSTRUMENT, "instrument"),
    "anomaly": Mark("X", theme.ALERT, "anomaly"),
}


def mark_of(milestone: Milestone) -> Mark:
    """How a milestone is drawn; an encounter has its planet's colour."""
    mark = KINDS.get(milestone.kind, KINDS["milestone"])
    planet = planets.planet_of(milestone)
    return mark if planet is None else replace(mark, color=planets.COLORS[planet])


def draw_mark(axes: Axes, x: float, y: float, mark: Mark) -> None:
    """A milestone's mark, with a rim of background that lifts it from the curve."""
    axes.plot(
        [x],
        [y],
        linestyle="",
        marker=mark.marker,
        markersize=14.5 if mark.marker == "*" else 10.0,
        color=mark.color,
        markeredgecolor=theme.BACKGROUND,
        markeredgewidth=1.2,
        zorder=5,
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


def located(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Milestones that are labelled on maps; ends of a region of space come first and get the best places."""
    shown = [one for one in milestones if one.is_milestone and one.position_au is not None]
    return sorted(shown, key=lambda one: (one.kind != "boundary", -one.at_utc.timestamp()))


def mark_all(
    axes: Axes,
    milestones: Iterable[Milestone],
    project: Callable[[ArrayLike], NDArray[np.float64]],
    *,
    from_au: float = 0.0,
    to_au: float = np.inf,
) -> list[Label]:
    """Draw the marks of the located milestones between two distances from the Sun; returns their labels."""
    labels = []
    for one in located(milestones):
        if one.position_au is None or one.distance_au is None or not from_au <= one.distance_au <= to_au:
            continue
        mark = mark_of(one)
        x, y = project(one.position_au)
        draw_mark(axes, x, y, mark)
        labels.append(label_at(axes, x, y, label_text(one), mark.color))
    return labels
