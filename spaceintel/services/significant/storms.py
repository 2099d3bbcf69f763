"""Geomagnetic storms by Kp, and radiation storms by NOAA's scales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from spaceintel.constants import KP_MAX_THIRDS
from spaceintel.models import PlanetaryK, Scales, SolarEvent
from spaceintel.science.space_weather import geomagnetic_scale, kp_text, scale_label
from spaceintel.services.events import DONKI, kp_values
from spaceintel.services.kp import GFZ, INTERVAL, SWPC
from spaceintel.services.significant.episodes import QUIET, Level, read_back, rises
from spaceintel.services.significant.event import day_of, event
from spaceintel.services.windows import Span, told
from spaceintel.states import Event

_KP_READ: Final = ("timestamp_utc", "kp", "source", "ingested_at")
_SCALES_READ: Final = ("issued_at", "s_scale", "source", "ingested_at")
_LONGEST: Final = 10 * QUIET  # of a storm of DONKI: its values belong to the days after its begin


def geomagnetic(span: Span) -> Iterator[Event]:
    """Each level that a storm reaches, and the storms of DONKI of which no level is known."""
    levels = read_back(partial(_kp, until=span.until + QUIET), span.start)
    for rise in rises(levels):
        one = rise.reached
        if span.holds(one.timestamp_utc):
            yield event(
                "kp",
                f"{day_of(rise.began_at)}-G{one.level}",
                f"Geomagnetic storm reaches {scale_label('G', one.level)}",
                f"Kp was {kp_text(one.value)} ({one.value:.2f}) in the three hours from {told(one.timestamp_utc)}.",
                row=one,
                updated_at=rise.updated_at,
            )
    known = [one.timestamp_utc for one in levels if one.level]
    for row in span.rows(_of_donki()):
        if not any(row.timestamp_utc - INTERVAL <= at <= row.timestamp_utc + QUIET for at in known):
            yield _without_kp(row)


def _of_donki() -> Any:
    return SolarEvent.objects.filter(event_type=SolarEvent.EventType.GST, source=DONKI)


def _kp(since: datetime, until: datetime) -> list[Level]:
    """Observed values: NOAA's where there is one, because it is there first, else GFZ's, else DONKI's."""
    span = Span(since, until)
    best: dict[datetime, Level] = {}
    for row in span.rows(_of_donki(), before=_LONGEST):
        for one in kp_values(row.details):
            at = _interval_start(one.observed_at - INTERVAL)  # DONKI gives the end of the three hours
            if since <= at <= until and 0 <= one.kp <= KP_MAX_THIRDS / 3:
                best[at] = Level(at, geomagnetic_scale(one.kp), one.kp, row.source, row.ingested_at)
    observed = PlanetaryK.objects.filter(kind=PlanetaryK.Kind.OBSERVED)
    for source in (GFZ, SWPC):
        for at, kp, name, written in span.rows(observed.filter(source=source)).values_list(*_KP_READ):
            best[at] = Level(at, geomagnetic_scale(kp), kp, name, written)
    return [best[at] for at in sorted(best)]


def _interval_start(at: datetime) -> datetime:
    return at.replace(hour=at.hour // 3 * 3, minute=0, second=0, microsecond=0)


def _without_kp(row: Any) -> Event:
    level = "" if row.kp_max is None else f", {scale_label('G', geomagnetic_scale(row.kp_max))}"
    kp = "" if row.kp_max is None else f" Largest Kp listed: {kp_text(row.kp_max)} ({row.kp_max:.2f})."
    summary = f"Began {told(row.timestamp_utc)}.{kp}"
    return event("storm", row.event_id, f"Geomagnetic storm{level}", summary, row=row, link=row.link)


def radiation(span: Span) -> Iterator[Event]:
    """Each level that a radiation storm reaches."""
    for rise in rises(read_back(partial(_radiation, until=span.until), span.start)):
        one = rise.reached
        if span.holds(one.timestamp_utc):
            yield event(
                "radiation",
                f"{day_of(rise.began_at)}-S{one.level}",
                f"Radiation storm reaches {scale_label('S', one.level)}",
                f"By NOAA's scales of {told(one.timestamp_utc)}.",
                row=one,
            )


def _radiation(since: datetime, until: datetime) -> list[Level]:
    rows = Scales.objects.filter(
        day_offset=0, s_scale__gte=1, issued_at__gte=since, issued_at__lte=until
    ).order_by("issued_at")
    return [
        Level(at, level or 0, float(level or 0), source, written)
        for at, level, source, written in rows.values_list(*_SCALES_READ)
    ]
