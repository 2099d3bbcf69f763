"""Significant events, by stated rules: what the feed and ``/api/events`` list.

Ids are made of what does not change when an event is revised, when a second source lists it as well, or when another
window shows it: once published, an event keeps its id. docs/space-intelligence.md says how each is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from deepspace.memo import per_window
from spaceintel.parameters import SpaceParameters
from spaceintel.services.keys import CLOSE_APPROACHES, EVERY_KP, FLARE_LIST, SCALES, SENTRY, SOLAR_EVENTS
from spaceintel.services.significant import objects, storms, sun
from spaceintel.services.significant.event import RULES
from spaceintel.services.windows import Span, window
from spaceintel.states import Event

__all__ = ["AHEAD", "RULES", "significant_events"]

AHEAD: Final = timedelta(days=7)  # approaches to come, in a live window
_KEPT: Final = 8


def significant_events(
    parameters: SpaceParameters | None = None, now: datetime | None = None
) -> tuple[Event, ...]:
    """Significant events of a window, newest first; of one instant by id."""
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    shown = window(asked, now)
    return _read(_Asked(shown.span, shown.until + AHEAD if shown.is_live else shown.until))


@dataclass(frozen=True, slots=True)
class _Asked:
    span: Span
    approaches_until: datetime


def _none_known(_: _Asked) -> tuple[Event, ...]:
    return ()


@per_window(
    *(*EVERY_KP, FLARE_LIST, SOLAR_EVENTS, SCALES, SENTRY, *CLOSE_APPROACHES),
    capacity=_KEPT,
    otherwise=_none_known,
)
def _read(asked: _Asked) -> tuple[Event, ...]:
    span = asked.span
    found = [
        *sun.flares(span),
        *sun.ejections(span),
        *storms.geomagnetic(span),
        *storms.radiation(span),
        *objects.approaches(Span(span.start, asked.approaches_until)),
        *objects.possible_impacts(span),
    ]
    return tuple(sorted(sorted(found, key=lambda one: one.id), key=lambda one: one.at, reverse=True))
