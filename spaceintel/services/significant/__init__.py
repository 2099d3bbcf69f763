"""Significant events, by stated rules: what the feed and ``/api/events`` list.

Ids are made of what does not change when an event is revised, when a second source lists it as well, or when another
window shows it: once published, an event keeps its id. docs/space-intelligence.md says how each is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from deepspace.memo import per_window
from spaceintel.models import PlanetaryK, Scales, SentryObject, SolarEvent
from spaceintel.parameters import SpaceParameters
from spaceintel.services.keys import CLOSE_APPROACHES, EVERY_KP, FLARE_LIST, SCALES, SENTRY, SOLAR_EVENTS
from spaceintel.services.latest import quarter_of
from spaceintel.services.significant import objects, storms, sun
from spaceintel.services.significant.episodes import QUIET
from spaceintel.services.significant.event import RULES
from spaceintel.services.windows import Span, window
from spaceintel.states import Event

__all__ = ["AHEAD", "RULES", "significant_events"]

AHEAD: Final = timedelta(days=7)  # approaches to come, in a live window
_KEPT: Final = 8


def significant_events(
    parameters: SpaceParameters | None = None, now: datetime | None = None
) -> tuple[Event, ...]:
    """Significant events of a window, newest first; of one instant by id.

    Up to now: only approaches are listed ahead, because an orbit foretells them. Where rows are dated ahead of now,
    what is read ends now.
    """
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    shown = window(asked, now)
    approaches_until = shown.until + AHEAD if shown.is_live else shown.until
    evidence_until = min(shown.until + QUIET, quarter_of(now).until)
    found = _read(_Asked(shown.span, evidence_until, approaches_until))
    if found.newest is not None and found.newest > now:
        found = _read(_Asked(Span(shown.start, min(shown.until, now)), now, approaches_until))
    return found.events


@dataclass(frozen=True, slots=True)
class _Asked:
    span: Span
    evidence_until: datetime  # no row after it is looked at, but those of approaches
    approaches_until: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    events: tuple[Event, ...] = ()
    newest: datetime | None = None  # of the rows that could have a part in them, and of the events themselves


def _none_known(_: _Asked) -> _Found:
    return _Found()


@per_window(
    *(*EVERY_KP, FLARE_LIST, SOLAR_EVENTS, SCALES, SENTRY, *CLOSE_APPROACHES),
    capacity=_KEPT,
    otherwise=_none_known,
)
def _read(asked: _Asked) -> _Found:
    span, until = asked.span, asked.evidence_until
    seen = [
        *sun.flares(span, until),
        *sun.ejections(span),
        *storms.geomagnetic(span, until),
        *storms.radiation(span),
        *objects.possible_impacts(span),
    ]
    ahead = objects.approaches(Span(span.start, asked.approaches_until))
    every = sorted(sorted([*seen, *ahead], key=lambda one: one.id), key=lambda one: one.at, reverse=True)
    instants = [*(one.at for one in seen), *_newest_rows(until)]
    return _Found(tuple(every), max(instants, default=None))


def _newest_rows(until: datetime) -> Iterator[datetime]:
    """The newest row up to an instant of each table that is read, but of approaches."""
    tables = (
        (SolarEvent.objects.all(), "timestamp_utc"),
        (PlanetaryK.objects.filter(kind=PlanetaryK.Kind.OBSERVED), "timestamp_utc"),
        (Scales.objects.filter(day_offset=0), "issued_at"),
        (SentryObject.objects.all(), "issued_at"),
    )
    for rows, time in tables:
        times = rows.filter(**{f"{time}__lte": until}).order_by(f"-{time}").values_list(time, flat=True)
        yield from times[:1]
