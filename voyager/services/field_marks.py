"""Boundaries, shocks and encounters, to be marked in pictures of the magnetic field."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_version
from deepspace.provenance import Provenance, Tier
from voyager.field import FieldMark
from voyager.models import Event

EVENTS: Final = "voyager.events"
_MARKED: Final = (Event.Kind.BOUNDARY, Event.Kind.ENCOUNTER)


def _no_marks() -> tuple[tuple[FieldMark, ...], Provenance]:
    return (), Provenance(EVENTS, Tier.EMPTY, "none", note="The database does not answer.")


@per_version(EVENTS, otherwise=_no_marks)
def marks() -> tuple[tuple[FieldMark, ...], Provenance]:
    """Boundaries, shocks and encounters from the list of events, oldest first."""

    def stored() -> tuple[tuple[FieldMark, ...], Provenance] | None:
        found: list[Event] = list(
            stored_rows(product(EVENTS)).filter(kind__in=_MARKED).order_by("event_date")
        )
        if not found:
            return None
        every = tuple(_mark(one) for one in found)
        return every, real_provenance(EVENTS, observed_from=every[0].at, observed_until=every[-1].at)

    return climb(EVENTS, real=stored, nothing=lambda: ())


def _mark(event: Event) -> FieldMark:
    at = event.timestamp_utc or datetime.combine(event.event_date, time(12), UTC)
    has_instant = event.timestamp_utc is not None
    return FieldMark(event.event_name, event.kind, at, has_instant, event.citation, event.citation_url)
