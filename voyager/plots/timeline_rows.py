"""Key, time axis and rows of the timeline; all in pixels, downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import figure_of, renderer_of
from deepspace.plotting.timeaxis import january, year_ticks
from voyager.plots.milestones import KINDS, draw_mark, mark_of
from voyager.states import Milestone

ROW_PX: Final = 31.0  # least distance between two lines of text
TEXT_PX: Final = 196.0  # from the left: dates and names
_AXIS_PX: Final = 104.0  # the time axis
_DISTANCE_PX: Final = 110.0  # kept at the right for the distance
_EDGE_PX: Final = 22.0
_MOST_YEARS: Final = 12


@dataclass(frozen=True, slots=True)
class Scale:
    """Matplotlib's days to pixels from the top."""

    first: float
    last: float
    length_px: float

    def y(self, day: Any) -> Any:
        """Pixels from the top, for one day or an array of days."""
        per_day = (self.length_px - 2 * ROW_PX) / max(self.last - self.first, 1.0)
        return ROW_PX + (np.asarray(day, dtype=np.float64) - self.first) * per_day


def draw_key(figure: Figure, events: Sequence[Milestone]) -> None:
    """Which mark stands for which kind, for the kinds that occur."""
    kinds = {one.kind for one in events}
    handles = [
        Line2D([], [], linestyle="", marker=mark.marker, markersize=11, color=mark.color, label=mark.name)
        for kind, mark in KINDS.items()
        if kind in kinds
    ]
    if handles:
        top = 1 - (theme.TITLE_PX - 4) / (float(figure.get_size_inches()[1]) * theme.DPI)
        figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0.01, top),
            ncols=3,
            columnspacing=1.4,
            handletextpad=0.3,
        )


def draw_axis(axes: Axes, scale: Scale, now: float) -> None:
    """The line of time with its years, and now."""
    axes.plot(
        [_AXIS_PX, _AXIS_PX], scale.y([scale.first, scale.last]), color=theme.MUTED, linewidth=2, zorder=1
    )
    at_now = float(scale.y(now))
    for year in year_ticks(scale.first, scale.last, _MOST_YEARS):
        y = float(scale.y(january(year)))
        axes.plot([_AXIS_PX - 8, _AXIS_PX], [y, y], color=theme.MUTED, linewidth=2, zorder=1)
        if abs(y - at_now) > ROW_PX:
            axes.text(_AXIS_PX - 16, y, str(year), ha="right", va="center")
    axes.plot([_AXIS_PX - 14, _AXIS_PX + 14], [at_now, at_now], color=theme.NOW, linewidth=3, zorder=2)
    axes.text(_AXIS_PX - 20, at_now, "now", ha="right", va="center", color=theme.NOW, fontweight="bold")


def draw_row(axes: Axes, event: Milestone, y: float, row: float, *, with_distance: bool) -> None:
    """Mark on the axis, line to the entry, date, name and distance."""
    mark, renderer = mark_of(event), renderer_of(figure_of(axes))
    bend: NDArray[np.float64] = np.array([_AXIS_PX, _AXIS_PX + 34, TEXT_PX - 34])
    axes.plot(bend, [y, row, row], color=mark.color, linewidth=1.2)
    axes.plot([_AXIS_PX], [y], marker="o", markersize=6, color=mark.color, linestyle="", zorder=3)
    draw_mark(axes, TEXT_PX - 22, row, mark)
    date = axes.text(TEXT_PX, row, f"{event.event_date}", color=theme.MUTED, va="center")
    left, right = TEXT_PX + 12 + date.get_window_extent(renderer).width, float(axes.get_xlim()[1]) - _EDGE_PX
    if with_distance and event.distance_au is not None:
        axes.text(right, row, f"{event.distance_au:.1f} au", color=theme.MUTED, ha="right", va="center")
    name = axes.text(
        left, row, event.name, va="center", fontweight="bold" if event.is_milestone else "normal"
    )
    name.set_label("label")
    width, room = name.get_window_extent(renderer).width, right - _DISTANCE_PX - left
    if width > room:
        name.set_text(event.name[: int(len(event.name) * room / width) - 1].rstrip() + "…")
