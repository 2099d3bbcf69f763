"""What the facts page says: computed from the ephemeris and the tables, or from the reviewed list."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from deepspace.constants import SECONDS_PER_DAY
from deepspace.provenance import Provenance
from voyager.field import FieldWindow
from voyager.services.magnetometer import magnetometer
from voyager.services.trajectory import trajectory
from voyager.states import Milestone, TrajectoryData

HELIOPAUSE, LAUNCH = "Heliopause", "Launch"


@dataclass(frozen=True, slots=True)
class ReviewedFact:
    """A fact that somebody looked up; see voyager/data/facts.toml."""

    label: str
    value: str
    detail: str
    source: str
    url: str
    as_of: date | None
    was_read: bool  # in the source itself, not in texts that repeat it


@dataclass(frozen=True, slots=True)
class Instrument:
    """One of the ten instruments; on where neither a date nor a remark says that it is off."""

    name: str
    short: str
    off: date | None
    remark: str
    source: str
    url: str

    @property
    def is_on(self) -> bool:
        """Whether it still measures."""
        return self.off is None and not self.remark


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the page prints, as numbers and dates."""

    path: TrajectoryData
    field: FieldWindow
    reviewed: tuple[ReviewedFact, ...]
    instruments: tuple[Instrument, ...]

    @property
    def now(self) -> datetime:
        """The instant that the computed facts are of."""
        return self.path.now.at_utc

    def event(self, name: str) -> Milestone | None:
        """An event of the mission by its name."""
        return next((one for one in self.path.milestones if one.name == name), None)

    def days_since(self, event: Milestone) -> float:
        """Days between an event and now."""
        return (datetime.now(UTC) - event.at_utc).total_seconds() / SECONDS_PER_DAY

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """Of everything computed."""
        return (self.path.provenance, self.path.events_provenance, *self.field.provenances)


def facts() -> Facts:
    """The facts of now."""
    reviewed, instruments = _list()
    return Facts(trajectory(), magnetometer(), reviewed, instruments)


@cache
def _list() -> tuple[tuple[ReviewedFact, ...], tuple[Instrument, ...]]:
    """The reviewed list; part of the release, read once per process."""
    document = tomllib.loads(files("voyager").joinpath("data/facts.toml").read_text("utf-8"))
    return (
        tuple(_reviewed(entry) for entry in document["fact"]),
        tuple(_instrument(entry) for entry in document["instrument"]),
    )


def _reviewed(entry: dict[str, Any]) -> ReviewedFact:
    return ReviewedFact(
        label=entry["label"],
        value=entry["value"],
        detail=entry["detail"],
        source=entry["source"],
        url=entry["url"],
        as_of=entry.get("as_of"),
        was_read={"read": True, "copy": False}[entry["checked"]],
    )


def _instrument(entry: dict[str, Any]) -> Instrument:
    return Instrument(
        name=entry["name"],
        short=entry["short"],
        off=entry.get("off"),
        remark=entry.get("remark", ""),
        source=entry.get("source", ""),
        url=entry.get("url", ""),
    )
