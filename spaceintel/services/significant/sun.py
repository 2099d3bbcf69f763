"""Flares, and mass ejections that a model sees arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q

from deepspace.reading import read_rows
from spaceintel.constants import RADIO_BLACKOUT_FLUX_W_M2
from spaceintel.models import SolarEvent
from spaceintel.science.space_weather import flare_class, radio_blackout_scale, scale_label
from spaceintel.services.events import COLUMNS, flare
from spaceintel.services.flares import merged
from spaceintel.services.significant.event import event, numbered
from spaceintel.services.windows import Span, told
from spaceintel.states import Event, Flare

FLARE_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[1]  # M5, the begin of R2
_AROUND: Final = timedelta(hours=2)  # read besides: a flare's other entries, and others of its hour
_AT_ONCE: Final = 12  # stretches of time in one query: SQLite tries each for every row
_KIND: Final = SolarEvent.EventType
_CMES_READ: Final = (
    *("event_id", "timestamp_utc", "speed_km_s", "arrival_at", "is_glancing_blow"),
    *("link", "source", "ingested_at"),
)


def flares(span: Span, until: datetime) -> Iterator[Event]:
    """Flares whose peak is M5 or more in a list that has them.

    A flare is named by the UTC hour in which its entry that was stored first begins: of either list that is the same
    hour, and DONKI's begin is the one in its id, which no revision changes. Of several flares of one hour, weak ones
    as well, the one stored first has the hour's name, the others are numbered: a weak one that is revised to M5
    takes no other's name. No entry after ``until`` counts.
    """
    rows = _rows(span, until)
    by_hour: dict[str, list[tuple[int, Flare]]] = defaultdict(list)
    for one in merged(_of(rows, _KIND.FLR), _of(rows, _KIND.XRA)):
        first = min((rows[name] for name in one.ids), key=lambda row: row.pk)
        by_hour[f"{_begin(first):%Y-%m-%dT%H}"].append((first.pk, one))
    for hour, found in by_hour.items():
        for place, (_, one) in enumerate(sorted(found, key=lambda pair: pair[0])):
            is_strong = max(rows[name].peak_flux_w_m2 or 0.0 for name in one.ids) >= FLARE_W_M2
            if is_strong and span.holds(one.begin_at):
                yield _event(numbered(hour, place), one, [rows[name] for name in one.ids])


def _rows(span: Span, until: datetime) -> dict[str, Any]:
    """Strong flares, and all entries of the hours around each."""
    wide = Span(span.start - _AROUND, min(span.until + _AROUND, until))
    flares_of_both = SolarEvent.objects.filter(event_type__in=(_KIND.FLR, _KIND.XRA))
    strong = wide.rows(flares_of_both.filter(peak_flux_w_m2__gte=FLARE_W_M2))
    times = strong.order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
    around = _around(times, until)
    rows: dict[str, Any] = {}
    for i in range(0, len(around), _AT_ONCE):
        some = around[i : i + _AT_ONCE]
        in_one = reduce(or_, (Q(timestamp_utc__gte=one.start, timestamp_utc__lte=one.until) for one in some))
        found = Span(some[0].start, some[-1].until).rows(flares_of_both).filter(in_one)
        rows |= {row.event_id: row for row in read_rows(found, (*COLUMNS, "ingested_at"))}
    return rows


def _around(ascending: Iterable[datetime], until: datetime) -> list[Span]:
    """The hours around some instants, those that overlap as one."""
    found: list[Span] = []
    for at in ascending:
        start, end = at - _AROUND, min(at + _AROUND, until)
        if found and start <= found[-1].until:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return found


def _of(rows: dict[str, Any], kind: str) -> list[Flare]:
    return [flare(row) for row in rows.values() if row.event_type == kind]


def _begin(row: Any) -> datetime:
    """The begin as it was first given: DONKI keeps it in the id."""
    at: datetime = row.timestamp_utc
    try:
        return datetime.fromisoformat(row.event_id[: len("2025-09-01T18:55:00")]).replace(tzinfo=at.tzinfo)
    except ValueError:
        return at


def _event(name: str, one: Flare, rows: Sequence[Any]) -> Event:
    strongest = max(rows, key=lambda row: row.peak_flux_w_m2 or 0.0)
    is_by_own = bool(one.flare_class) and (one.peak_flux_w_m2 or 0.0) >= FLARE_W_M2
    told_class = (
        one.flare_class if is_by_own else strongest.flare_class
    )  # else the other list calls it M5 or more
    told_class = told_class or flare_class(strongest.peak_flux_w_m2)
    level = scale_label("R", radio_blackout_scale(strongest.peak_flux_w_m2))
    place = f" from active region {one.active_region}" if one.active_region else ""
    peak = f" Peak at {told(one.peak_at)}." if one.peak_at else ""
    return event(
        "flare",
        name,
        f"{told_class} solar flare",
        f"Began {told(one.begin_at)}{place}.{peak} Radio blackout scale {level}.",
        row=strongest,
        at=one.begin_at,
        updated_at=max(row.ingested_at for row in rows),
        source=one.sources[0],
        link=one.link,
    )


def ejections(span: Span) -> Iterator[Event]:
    """Mass ejections that a model run of DONKI sees at the Earth, by DONKI's own ids."""
    rows = SolarEvent.objects.filter(event_type=_KIND.CME, arrival_at__isnull=False)
    for row in span.rows(rows).values_list(*_CMES_READ, named=True):
        speed = "" if row.speed_km_s is None else f", {row.speed_km_s:,.0f} km/s"
        blow = " A glancing blow." if row.is_glancing_blow else ""
        arrival = f"A model of DONKI sees its shock arrive about {told(row.arrival_at)}."
        yield event(
            "cme",
            row.event_id,
            f"Coronal mass ejection towards the Earth{speed}",
            f"Began {told(row.timestamp_utc)}. {arrival}{blow}",
            row=row,
            link=row.link,
        )
