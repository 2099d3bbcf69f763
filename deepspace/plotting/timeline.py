"""A time axis down the picture, to scale, with a row of text for each entry; all in pixels, downwards.

A row stands as near to its day as the others leave it room; a line leads from the day to the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from deepspace.plotting import theme
from deepspace.plotting.labels import figure_of, renderer_of
from deepspace.plotting.rows import spread
from deepspace.plotting.timeaxis import january, year_ticks
from deepspace.plotting.words import SMALL_PT

KEY_PX: Final = 84.0  # strip between title and rows that holds the key
TEXT_PX: Final = 196.0  # from the left: the texts of the rows
_AXIS_PX: Final = 104.0  # the time axis
_MARK_PX: Final = TEXT_PX - 22  # the marks before the texts
_BEND_PX: Final = (_AXIS_PX, _AXIS_PX + 34, TEXT_PX - 34)  # a line from the axis to a row
_EDGE_PX: Final = 22.0
_GAP_PX: Final = 12.0
_ASIDE_PX: Final = 110.0  # kept at the right for what stands there
_MOST_YEARS: Final = 12
_LINE_APART_PX: Final = 10.0  # from the middle of a row to each of its two lines
_LARGER: Final = {"*": 1.45, "X": 1.2}  # marks that seem smaller than others of their size


@dataclass(frozen=True, slots=True)
class Mark:
    """How a kind of entry is drawn: shape and colour both, so that neither alone carries the meaning."""

    marker: str
    color: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row."""

    day: float  # matplotlib's days
    mark: Mark
    name: str
    date: str
    detail: str = ""  # beside the date on a second line; empty: one line, the date before the name
    aside: str = ""  # at the right
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing: its axes, its length, the least distance of two rows, and the days from first to last."""

    axes: Axes
    length_px: float
    row_px: float
    first: float
    last: float

    def y(self, day: Any) -> Any:
        """Pixels from the top, for one day or an array of days."""
        per_day = (self.length_px - 2 * self.row_px) / max(self.last - self.first, 1.0)
        return self.row_px + (np.asarray(day, dtype=np.float64) - self.first) * per_day

    def row(self, number_from_below: float) -> float:
        """Middle of a row counted from the lower edge: 0.5 is the last one."""
        return self.length_px - self.row_px * number_from_below


def canvas(figure: Figure) -> tuple[Axes, float]:
    """Bare axes in pixels below the title and its key, and their length."""
    width, height = figure.get_size_inches() * theme.DPI
    axes = theme.add_axes(figure, 0, theme.FOOTER_PX, 0, theme.TITLE_PX + KEY_PX)
    theme.bare_axes(axes)
    length = float(height) - theme.FOOTER_PX - theme.TITLE_PX - KEY_PX
    axes.set_xlim(0, width)
    axes.set_ylim(length, 0)
    return axes, length


def draw_key(figure: Figure, marks: Sequence[Mark], columns: int) -> None:
    """Which mark stands for what."""
    if not marks:
        return
    height = float(figure.get_size_inches()[1]) * theme.DPI
    figure.legend(
        handles=[
            Line2D([], [], linestyle="", marker=one.marker, markersize=11, color=one.color, label=one.name)
            for one in marks
        ],
        loc="upper left",
        bbox_to_anchor=(0.01, 1 - (theme.TITLE_PX - 4) / height),
        ncols=columns,
        columnspacing=1.3,
        handletextpad=0.3,
        fontsize=theme.LABEL_PT if columns <= 3 else SMALL_PT,
    )


def draw_axis(line: Timeline, now: float | None = None) -> None:
    """The line of time with its years, and now."""
    axes, at_now = line.axes, None if now is None else float(line.y(now))
    years = year_ticks(line.first, line.last, _MOST_YEARS)
    heights = [float(line.y(january(year))) for year in years]
    ends = line.y([line.first, line.last])
    lines = [[(_AXIS_PX, ends[0]), (_AXIS_PX, ends[1])]]
    lines += [[(_AXIS_PX - 8, y), (_AXIS_PX, y)] for y in heights]
    axes.add_collection(LineCollection(lines, colors=theme.MUTED, linewidths=2, zorder=1), autolim=False)
    for year, y in zip(years, heights, strict=True):
        if at_now is None or abs(y - at_now) > line.row_px:
            axes.text(_AXIS_PX - 16, y, str(year), ha="right", va="center")
    if at_now is not None:
        axes.plot([_AXIS_PX - 14, _AXIS_PX + 14], [at_now, at_now], color=theme.NOW, linewidth=3, zorder=2)
        axes.text(_AXIS_PX - 20, at_now, "now", ha="right", va="center", color=theme.NOW, fontweight="bold")


def draw_rows(line: Timeline, entries: Sequence[Entry], lowest_px: float | None = None) -> None:
    """Each entry, oldest first: its mark on the axis, a line to its row, and the texts.

    ``lowest_px``: the middle of the last row, where something else stands below.
    """
    lowest = line.row(0.5) if lowest_px is None else lowest_px
    wanted = line.y([one.day for one in entries])
    places = spread(wanted, line.row_px, line.row_px / 2, lowest)
    lines = [
        list(zip(_BEND_PX, (y, place, place), strict=True)) for y, place in zip(wanted, places, strict=True)
    ]
    colors = [one.mark.color for one in entries]
    line.axes.add_collection(
        LineCollection(lines, colors=colors, linewidths=1.2, capstyle="round"), autolim=False
    )
    line.axes.scatter(np.full(len(entries), _AXIS_PX), wanted, s=36, c=colors, linewidths=0, zorder=3)
    for one, place in zip(entries, places.tolist(), strict=True):
        _draw_mark(line.axes, place, one.mark)
        _draw_texts(line.axes, place, one)


def _draw_mark(axes: Axes, y: float, mark: Mark) -> None:
    axes.plot(
        [_MARK_PX],
        [y],
        linestyle="",
        marker=mark.marker,
        markersize=10.0 * _LARGER.get(mark.marker, 1.0),
        color=mark.color,
        markeredgecolor=theme.BACKGROUND,
        markeredgewidth=1.2,
        zorder=5,
    )


def _draw_texts(axes: Axes, y: float, one: Entry) -> None:
    right = float(axes.get_xlim()[1]) - _EDGE_PX
    weight = "bold" if one.is_bold else "normal"
    if one.detail:
        name = axes.text(TEXT_PX, y - _LINE_APART_PX, one.name, va="center", fontweight=weight)
        second = f"{one.date}   {one.detail}"
        axes.text(TEXT_PX, y + _LINE_APART_PX, second, va="center", color=theme.MUTED, fontsize=SMALL_PT)
        left = TEXT_PX
    else:
        date = axes.text(TEXT_PX, y, one.date, color=theme.MUTED, va="center")
        left = TEXT_PX + _GAP_PX + _width(date)
        name = axes.text(left, y, one.name, va="center", fontweight=weight)
    name.set_label("label")
    if one.aside:
        axes.text(right, y, one.aside, color=theme.MUTED, ha="right", va="center")
        right -= _ASIDE_PX
    _shorten(name, right - left)


def _width(text: Text) -> float:
    return float(text.get_window_extent(renderer_of(figure_of(text.axes))).width)  # type: ignore[arg-type]


def _shorten(text: Text, room_px: float) -> None:
    """Cut a text that is longer than its room, and say so by an ellipsis."""
    width, whole = _width(text), text.get_text()
    if width > room_px:
        text.set_text(whole[: int(len(whole) * room_px / width) - 1].rstrip() + "…")
