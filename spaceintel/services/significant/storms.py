"""Geomagnetic storms by Kp, and radiation storms by NOAA's scales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from django.db.models import QuerySet

from deepspace.reading import read_rows
from spaceintel.models import PlanetaryK, Scales
from spaceintel.science.space_weather import geomagnetic_scale, kp_text, scale_label
from spaceintel.services.kp import GFZ, INTERVAL, SWPC
from spaceintel.services.notices import SCALES_HOLD
from spaceintel.services.significant.episodes import LONGEST, QUIET, Level, is_quiet_day, read_back, rises
from spaceintel.services.significant.event import day_of, event
from spaceintel.services.storm_kp import donki_storms, listed
from spaceintel.services.windows import Span, told
from spaceintel.states import Event

_KP_READ: Final = ("timestamp_utc", "kp", "source", "ingested_at")
_SCALES_READ: Final = ("issued_at", "s_scale", "source", "ingested_at")
_QUIET_AT_FIRST: Final = timedelta(hours=30)  # read after a storm: mostly there is a quiet day in it


def geomagnetic(span: Span, until: datetime) -> Iterator[Event]:
    """Each level that a storm reaches, and the storms of DONKI of which no level is known up to ``until``."""
    levels = read_back(partial(_kp, until=min(span.until + QUIET, until)), span.start)
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
    for row in span.rows(donki_storms()):
        if not any(row.timestamp_utc - INTERVAL <= at <= row.timestamp_utc + QUIET for at in known):
            yield _without_kp(row)


def _kp(since: datetime, until: datetime) -> list[Level]:
    """Observed values: NOAA's where there is one, because it is there first, else GFZ's, else DONKI's."""
    span = Span(since, until)
    best: dict[datetime, Level] = {}
    for row, at, kp in listed(span):
        if since <= at <= until:
            best[at] = Level(at, geomagnetic_scale(kp), kp, row.source, row.ingested_at, INTERVAL)
    observed = PlanetaryK.objects.filter(kind=PlanetaryK.Kind.OBSERVED)
    for source in (GFZ, SWPC):
        for at, kp, name, written in span.rows(observed.filter(source=source)).values_list(*_KP_READ):
            best[at] = Level(at, geomagnetic_scale(kp), kp, name, written, INTERVAL)
    return [best[at] for at in sorted(best)]


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
    """States with a storm, and between them those without as far as they can end one.

    A year has 35,000 states. Between values less than a day or more than ten days apart none is needed.
    """
    states = Scales.objects.filter(day_offset=0, issued_at__gte=since, issued_at__lte=until)
    storms = _levels(states.filter(s_scale__gte=1))
    found = storms[:1]
    for one, later in pairwise(storms):
        if QUIET < later.timestamp_utc - one.timestamp_utc <= LONGEST:
            found += _below(states, one.timestamp_utc, later.timestamp_utc)
        found.append(later)
    return found


def _below(states: QuerySet[Any], after: datetime, before: datetime) -> list[Level]:
    """The states of S0 between two storms: the first ones, if they are a day; else all."""
    quiet = states.filter(s_scale=0, issued_at__gt=after, issued_at__lt=before)
    first = _levels(quiet.filter(issued_at__lt=after + _QUIET_AT_FIRST))
    return first if is_quiet_day(first) else _levels(quiet)


def _levels(states: QuerySet[Any]) -> list[Level]:
    return [
        Level(row.issued_at, row.s_scale, float(row.s_scale), row.source, row.ingested_at, SCALES_HOLD)
        for row in read_rows(states.order_by("issued_at"), _SCALES_READ)
    ]
