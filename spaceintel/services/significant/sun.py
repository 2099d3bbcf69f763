"""Flares, and mass ejections that a model sees arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from deepspace.reading import read_rows
from spaceintel.constants import RADIO_BLACKOUT_FLUX_W_M2
from spaceintel.models import SolarEvent
from spaceintel.science.space_weather import flare_class, radio_blackout_scale, scale_label
from spaceintel.services.events import COLUMNS, flare
from spaceintel.services.flares import SAME_BEGIN, merged
from spaceintel.services.significant.event import event, numbered
from spaceintel.services.windows import Span, told
from spaceintel.states import Event, Flare

FLARE_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[1]  # M5, the begin of R2
_LEAST_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[0]  # M1: an M5 flare is no less in the other list
_AROUND: Final = timedelta(hours=2)  # read besides: a flare's other entry, and others of its hour
_KIND: Final = SolarEvent.EventType
_CMES_READ: Final = (
    *("event_id", "timestamp_utc", "speed_km_s", "arrival_at", "is_glancing_blow"),
    *("link", "source", "ingested_at"),
)


def flares(span: Span) -> Iterator[Event]:
    """Flares whose peak is M5 or more in a list that has them.

    A flare is named by the UTC hour in which its entry that was stored first begins: of either list that is the same
    hour, and DONKI's begin is the one in its id, which no revision changes. Of several flares of one hour the one
    stored first has the hour's name, the others are numbered.
    """
    rows = _rows(span)
    by_hour: dict[str, list[tuple[int, Flare]]] = defaultdict(list)
    for one in merged(_of(rows, _KIND.FLR), _one_each(_of(rows, _KIND.XRA), rows)):
        if max(rows[name].peak_flux_w_m2 or 0.0 for name in one.ids) >= FLARE_W_M2:
            first = min((rows[name] for name in one.ids), key=lambda row: row.pk)
            by_hour[f"{_begin(first):%Y-%m-%dT%H}"].append((first.pk, one))
    for hour, found in by_hour.items():
        for place, (_, one) in enumerate(sorted(found, key=lambda pair: pair[0])):
            if span.holds(one.begin_at):
                yield _event(numbered(hour, place), one, [rows[name] for name in one.ids])


def _rows(span: Span) -> dict[str, Any]:
    wide = Span(span.start - _AROUND, span.until + _AROUND)
    strong = Q(peak_flux_w_m2__gte=_LEAST_W_M2) | Q(peak_flux_w_m2__isnull=True)
    rows = wide.rows(SolarEvent.objects.filter(strong, event_type__in=(_KIND.FLR, _KIND.XRA)))
    return {row.event_id: row for row in read_rows(rows, ("pk", *COLUMNS, "ingested_at"))}


def _of(rows: dict[str, Any], kind: str) -> list[Flare]:
    return [flare(row) for row in rows.values() if row.event_type == kind]


def _one_each(listed: Sequence[Flare], rows: dict[str, Any]) -> list[Flare]:
    """SWPC's flares, each once: another satellite, or a begin that was revised, makes a second entry of a flare.

    What the newest entry says counts.
    """
    groups: list[list[Flare]] = []
    for one in sorted(listed, key=lambda flare: (flare.begin_at, flare.ids)):
        if groups and _are_same(groups[-1][0], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [group[0] if len(group) == 1 else _as_one(group, rows) for group in groups]


def _as_one(group: Sequence[Flare], rows: dict[str, Any]) -> Flare:
    newest = max(group, key=lambda flare: rows[flare.ids[0]].pk)
    return replace(newest, ids=tuple(name for flare in group for name in flare.ids))


def _are_same(one: Flare, other: Flare) -> bool:
    if other.begin_at - one.begin_at > SAME_BEGIN:
        return False
    return one.peak_at is None or other.peak_at is None or abs(one.peak_at - other.peak_at) <= SAME_BEGIN


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
