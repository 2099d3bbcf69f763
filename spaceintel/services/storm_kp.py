"""Kp that DONKI lists for its storms: what is known of the three hours of which neither NOAA nor GFZ gives a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from deepspace.memo import per_window
from spaceintel.constants import KP_MAX_THIRDS
from spaceintel.models import SolarEvent
from spaceintel.services.events import DONKI, kp_values
from spaceintel.services.keys import SOLAR_EVENTS
from spaceintel.services.kp import INTERVAL, interval_start
from spaceintel.services.windows import Span

_LONGEST: Final = timedelta(days=10)  # of a storm: its values belong to the days after its begin
_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class StormKp:
    """One three-hour value."""

    at: datetime  # start of the interval
    kp: float


def donki_storms() -> QuerySet[SolarEvent]:
    """DONKI's geomagnetic storms."""
    return SolarEvent.objects.filter(event_type=SolarEvent.EventType.GST, source=DONKI)


def listed(span: Span) -> Iterator[tuple[SolarEvent, datetime, float]]:
    """Storm, start of the interval and Kp of each value, of the storms that may reach into the span, in their order."""
    for row in span.rows(donki_storms(), before=_LONGEST).order_by("timestamp_utc"):
        for one in kp_values(row.details):
            if 0 <= one.kp <= KP_MAX_THIRDS / 3:
                yield (
                    row,
                    interval_start(one.observed_at - INTERVAL),
                    one.kp,
                )  # DONKI gives the end of the three hours


def _none(_: Span) -> tuple[StormKp, ...]:
    return ()


@per_window(SOLAR_EVENTS, capacity=_KEPT, otherwise=_none)
def storm_kp(span: Span) -> tuple[StormKp, ...]:
    """Those of the intervals that end in the span, its start apart, oldest first."""
    found = {at: kp for _, at, kp in listed(span) if span.start < at + INTERVAL <= span.until}
    return tuple(StormKp(at, found[at]) for at in sorted(found))
