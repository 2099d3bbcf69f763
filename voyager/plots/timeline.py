"""The events of the mission, in order and to scale, made for a narrow screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme, timeline
from deepspace.plotting.timeaxis import days
from deepspace.plotting.timeline import Entry
from deepspace.provenance import Provenance
from voyager.plots.base import TrajectoryPlot, utc_now
from voyager.plots.milestones import KINDS, mark_of
from voyager.states import Milestone, TrajectoryData

_ROW_PX: Final = 31.0  # least distance between two lines of text


class TimelinePlot(TrajectoryPlot):
    """Launch, encounters, boundaries, instruments and anomalies down a time axis."""

    name = "trajectory-timeline"
    title = "Voyager 1: what happened when"
    caption = (
        "Events of the mission along a time axis that is to scale: a line leads from each date to its entry. "
        "Right: distance from the Sun at the time. Shape and colour tell the kind of event."
    )
    caveat = ""
    size_px = (1000, 1100)

    def provenance(self, data: TrajectoryData) -> Sequence[Provenance]:
        """The event list, then the ephemeris that gives the distances.

        Dates are curated, not modelled: without a real ephemeris the plot leaves the distances out and stays
        what it says it is.
        """
        return (
            (data.events_provenance, data.provenance)
            if data.provenance.is_real
            else (data.events_provenance,)
        )

    def draw(self, figure: Figure, data: TrajectoryData) -> None:
        """Rows as near to their dates as they can stand without touching."""
        axes, length = timeline.canvas(figure)
        events, left_out = _that_fit(data.milestones, int(length / _ROW_PX) - 1)
        entries, now = [_entry(one, data) for one in events], float(days(utc_now(data)))
        dates = [now, *(one.day for one in entries)]
        line = timeline.Timeline(axes, length, _ROW_PX, min(dates), max(dates))
        kinds = {one.kind for one in events}
        timeline.draw_key(figure, [mark for kind, mark in KINDS.items() if kind in kinds], columns=3)
        timeline.draw_axis(line, now)
        timeline.draw_rows(line, entries, line.row(1.5) if left_out else None)
        if left_out:
            text = f"and {left_out} more in the list of events"
            axes.text(timeline.TEXT_PX, line.row(0.5), text, color=theme.MUTED, va="center")

    def alt(self, data: TrajectoryData) -> str:
        """How many events of which kind, first and last."""
        if not data.milestones:
            return "No events are stored."
        kinds = [one.kind for one in data.milestones]
        counts = ", ".join(
            f"{mark.name} {kinds.count(kind)}" for kind, mark in KINDS.items() if kind in kinds
        )
        first, last = data.milestones[0], data.milestones[-1]
        return (
            f"{len(data.milestones)} events from {first.name} ({first.event_date}) to {last.name} "
            f"({last.event_date}), by kind: {counts}."
        )

    def columns(self, data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
        """The events, with distances interpolated from the path where that is real."""
        shown = data.milestones
        distances = [one.distance_au if data.provenance.is_real else None for one in shown]
        return {
            "utc": np.array([one.at_utc.replace(tzinfo=None) for one in shown], dtype="datetime64[us]"),
            "has_instant": np.array([one.has_instant for one in shown], dtype=bool),
            "event": np.array([one.name for one in shown], dtype=object),
            "kind": np.array([one.kind for one in shown], dtype=object),
            "distance_au": np.array(distances, dtype=np.float64),
            "citation": np.array([one.citation for one in shown], dtype=object),
        }


def _that_fit(milestones: Sequence[Milestone], most: int) -> tuple[list[Milestone], int]:
    """The events for which there are rows, milestones first, in the order of time; and how many are left out."""
    if len(milestones) <= most:
        return list(milestones), 0
    chosen = sorted(milestones, key=lambda one: not one.is_milestone)[: most - 1]
    return sorted(chosen, key=lambda one: one.at_utc), len(milestones) - len(chosen)


def _entry(one: Milestone, data: TrajectoryData) -> Entry:
    """A row: the date, the name, and how far away that was where the path is real."""
    is_told = data.provenance.is_real and one.distance_au is not None
    return Entry(
        day=float(days(one.at_utc)),
        mark=mark_of(one),
        name=one.name,
        date=f"{one.event_date}",
        aside=f"{one.distance_au:.1f} au" if is_told else "",
        is_bold=one.is_milestone,
    )
