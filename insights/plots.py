"""``insights-timeline``: what the findings are about, down a time axis that is to scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme, timeline
from deepspace.plotting.plot import Plot
from deepspace.plotting.timeaxis import days
from deepspace.plotting.timeline import Entry, Mark
from deepspace.plotting.words import say
from deepspace.provenance import Provenance
from insights import services
from insights.models import Category, Project
from insights.parameters import FilterParameters

_ROW_PX: Final = 46.0  # two lines of text
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
        "Colour: research domain. Shape: kind of statement. Both stand below each title as well."
    )
    caveat = "Findings about no single day are not drawn, and where there are too many, the newest ones are."
    products = ()
    shows_content = True
    parameters = FilterParameters
    size_px = (1000, 1100)

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
        axes, length = timeline.canvas(figure)
        if not len(data):
            say(axes, "No finding of a day has been published yet.", y=0.85)
            return
        shown = slice(max(0, len(data) - _MOST), None)
        at = days(data.utc[shown])
        line = timeline.Timeline(axes, length, _ROW_PX, float(at.min()), float(at.max()))
        timeline.draw_key(figure, _key(data, shown), columns=5)
        timeline.draw_axis(line)
        timeline.draw_rows(line, [_entry(data, index) for index in range(len(data))[shown]])

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
            "title": np.array(data.titles, dtype=object),
        }


def _key(data: Timeline, shown: slice) -> list[Mark]:
    """Which colour and which shape stands for what, for those that occur."""
    projects, categories = set(data.projects[shown]), set(data.categories[shown])
    return [
        *(Mark("o", _COLOURS[one], one.label) for one in Project if one in projects),
        *(Mark(_MARKERS[one], theme.MUTED, one.label) for one in Category if one in categories),
    ]


def _entry(data: Timeline, index: int) -> Entry:
    """A row: the title, below it the day, the domain and the kind in words, because colour alone does not tell."""
    project, category = Project(data.projects[index]), Category(data.categories[index])
    return Entry(
        day=float(days(data.utc[index])),
        mark=Mark(_MARKERS[category], _COLOURS[project], category.label),
        name=data.titles[index],
        date=str(np.datetime_as_string(data.utc[index], unit="D")),
        detail=f"{project.label} · {category.label.lower()}",
    )
