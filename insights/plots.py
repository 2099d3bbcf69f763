"""``insights-timeline``: what the findings are about, down a time axis that is to scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import figure_of, renderer_of
from deepspace.plotting.plot import Plot
from deepspace.plotting.rows import spread
from deepspace.plotting.timeaxis import days, january, year_ticks
from deepspace.provenance import Provenance
from insights import services
from insights.models import Category, Project
from insights.parameters import FilterParameters

_ROW_PX: Final = 36.0
_KEY_PX: Final = 84.0
_AXIS_PX: Final = 104.0
_TEXT_PX: Final = 196.0
_EDGE_PX: Final = 22.0
_MOST: Final = 20  # rows for which there is room
_COLOURS: Final = {
    Project.VOYAGER1: theme.SPACECRAFT,
    Project.ATLAS_3I: theme.EARTH,
    Project.BLACKHOLE: theme.INSTRUMENT,
    Project.SPACEINTEL: theme.JUPITER,
    Project.CROSS_PROJECT: theme.DESIGN,
}
_MARKERS: Final = {
    Category.OBSERVATION: "o",
    Category.ANOMALY: "X",
    Category.MILESTONE: "D",
    Category.HYPOTHESIS: "s",
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Findings that are of a day, oldest first."""

    utc: NDArray[np.datetime64]
    titles: list[str]
    projects: list[str]
    categories: list[str]
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.titles)


class InsightsTimelinePlot(Plot[Timeline]):
    """Each finding at the day that it is about."""

    name = "insights-timeline"
    title = "What the findings are about, and when it happened"
    caption = (
        "Published findings at the day of what they describe, not the day they were written. "
        "Colour: research domain. Shape: kind of statement."
    )
    caveat = "Findings about no single day are not drawn, and where there are too many, the newest ones are."
    products = ()
    shows_content = True
    parameters = FilterParameters
    size_px = (1000, 900)

    def data(self, parameters: FilterParameters) -> Timeline:
        """The findings of the list's own filters."""
        rows = services.dated(parameters)
        utc = [datetime.combine(day, time()) for day, *_ in rows]
        return Timeline(
            np.array(utc, dtype="datetime64[us]"),
            [title for _, title, _, _ in rows],
            [project for _, _, project, _ in rows],
            [category for *_, category in rows],
            services.provenance(),
        )

    def provenance(self, data: Timeline) -> Sequence[Provenance]:
        """Curated here."""
        return (data.provenance,)

    def draw(self, figure: Figure, data: Timeline) -> None:
        """Rows as near to their days as they can stand without touching."""
        width, height = figure.get_size_inches() * theme.DPI
        axes = theme.add_axes(figure, 0, theme.FOOTER_PX, 0, theme.TITLE_PX + _KEY_PX)
        theme.bare_axes(axes)
        length = height - theme.FOOTER_PX - theme.TITLE_PX - _KEY_PX
        axes.set_xlim(0, width)
        axes.set_ylim(length, 0)  # pixels, downwards
        if not len(data):
            axes.text(
                width / 2,
                length / 2,
                "No finding of a day has been published yet.",
                ha="center",
                color=theme.MUTED,
            )
            return
        shown = slice(max(0, len(data) - _MOST), None)
        at = days(data.utc[shown])
        first, last = float(at.min()), float(at.max())
        per_day = (length - 2 * _ROW_PX) / max(last - first, 1.0)
        wanted = _ROW_PX + (at - first) * per_day
        _draw_key(figure, data, shown)
        _draw_axis(axes, first, last, per_day, length)
        places = spread(wanted, _ROW_PX, _ROW_PX / 2, length - _ROW_PX / 2)
        for index, (y, place) in enumerate(
            zip(wanted.tolist(), places.tolist(), strict=True), start=shown.start or 0
        ):
            _draw_row(axes, data, index, y, place)

    def alt(self, data: Timeline) -> str:
        """How many, from when to when, of which domains."""
        if not len(data):
            return "No finding that is of a day has been published yet."
        counts = ", ".join(
            f"{one.label} {data.projects.count(one)}" for one in Project if one in data.projects
        )
        first, last = (np.datetime_as_string(one, unit="D") for one in (data.utc[0], data.utc[-1]))
        left_out = len(data) - _MOST
        more = f" The oldest {left_out} are not drawn." if left_out > 0 else ""
        if len(data) == 1:
            return f"One finding, about {first} ({data.titles[0]}): {counts}."
        return f"{len(data)} findings about {first} ({data.titles[0]}) to {last} ({data.titles[-1]}): {counts}.{more}"

    def columns(self, data: Timeline) -> Mapping[str, NDArray[Any]]:
        """All findings that are of a day."""
        return {
            "utc": data.utc,
            "project": np.array(data.projects, dtype=object),
            "category": np.array(data.categories, dtype=object),
            "title": np.array([_as_text(title) for title in data.titles], dtype=object),
        }


def _as_text(title: str) -> str:
    """A title that no spreadsheet takes for a formula."""
    return f"'{title}" if title[:1] in {"=", "+", "-", "@"} else title


def _draw_key(figure: Figure, data: Timeline, shown: slice) -> None:
    """Which colour and which shape stands for what, for those that occur."""
    projects, categories = set(data.projects[shown]), set(data.categories[shown])
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=11, color=_COLOURS[one], label=one.label)
        for one in Project
        if one in projects
    ]
    handles += [
        Line2D([], [], linestyle="", marker=_MARKERS[one], markersize=11, color=theme.MUTED, label=one.label)
        for one in Category
        if one in categories
    ]
    top = 1 - (theme.TITLE_PX - 4) / (float(figure.get_size_inches()[1]) * theme.DPI)
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.01, top),
        ncols=5,
        columnspacing=1.2,
        handletextpad=0.2,
        fontsize=13,
    )


def _draw_axis(axes: Axes, first: float, last: float, per_day: float, length: float) -> None:
    """The line of time with its years."""
    bottom = _ROW_PX + (last - first) * per_day
    axes.plot([_AXIS_PX, _AXIS_PX], [_ROW_PX, bottom], color=theme.MUTED, linewidth=2, zorder=1)
    for year in year_ticks(first, last, 12):
        y = _ROW_PX + (january(year) - first) * per_day
        axes.plot([_AXIS_PX - 8, _AXIS_PX], [y, y], color=theme.MUTED, linewidth=2, zorder=1)
        axes.text(_AXIS_PX - 16, y, str(year), ha="right", va="center")


def _draw_row(axes: Axes, data: Timeline, index: int, y: float, row: float) -> None:
    """Mark, line to the entry, day and title."""
    colour = _COLOURS[Project(data.projects[index])]
    axes.plot([_AXIS_PX, _AXIS_PX + 34, _TEXT_PX - 34], [y, row, row], color=colour, linewidth=1.2)
    axes.plot([_AXIS_PX], [y], marker="o", markersize=6, color=colour, linestyle="", zorder=3)
    marker = _MARKERS[Category(data.categories[index])]
    axes.plot([_TEXT_PX - 22], [row], marker=marker, markersize=11, color=colour, linestyle="")
    renderer = renderer_of(figure_of(axes))
    day = np.datetime_as_string(data.utc[index], unit="D")
    date = axes.text(_TEXT_PX, row, day, color=theme.MUTED, va="center")
    left = _TEXT_PX + 14 + date.get_window_extent(renderer).width
    title = data.titles[index]
    name = axes.text(left, row, title, va="center")
    name.set_label("label")
    extent, room = name.get_window_extent(renderer).width, float(axes.get_xlim()[1]) - _EDGE_PX - left
    if extent > room:
        name.set_text(title[: int(len(title) * room / extent) - 1].rstrip() + "…")
