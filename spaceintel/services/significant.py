"""Significant events, by stated rules: what the feed and ``/api/events`` list.

Ids are made of what does not change when an event is revised or when a second source lists it as well: once
published, an event keeps its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Min

from deepspace.constants import AU_KM
from deepspace.memo import per_window
from spaceintel.constants import (
    FLARE_CLASS_EXPONENTS,
    KP_TOLERANCE,
    LUNAR_DISTANCE_KM,
    RADIO_BLACKOUT_FLUX_W_M2,
)
from spaceintel.models import CloseApproach, PlanetaryK, Scales, SentryObject, SolarEvent
from spaceintel.parameters import SpaceParameters
from spaceintel.science.space_weather import geomagnetic_scale, radio_blackout_scale, scale_label
from spaceintel.services.events import COLUMNS, DONKI, flare
from spaceintel.services.flares import merged
from spaceintel.services.keys import CLOSE_APPROACHES, EVERY_KP, FLARE_LIST, SCALES, SENTRY, SOLAR_EVENTS
from spaceintel.services.kp import GFZ, INTERVAL, SWPC
from spaceintel.services.windows import Span, told, window
from spaceintel.states import Event, Rule

FLARE_W_M2: Final = RADIO_BLACKOUT_FLUX_W_M2[1]  # M5, the begin of R2
AHEAD: Final = timedelta(days=7)  # approaches to come, in a live window
_QUIET: Final = timedelta(hours=24)  # so long below the first level ends a storm; what follows is another one
_STORM_KP: Final = 14 / 3 - KP_TOLERANCE  # 5−, the begin of G1
_KEPT: Final = 8

RULES: Final = (
    Rule("flare", "peak of M5 or more (R2), in DONKI's or in SWPC's list"),
    Rule(
        "kp",
        "the first three hours in which a storm reaches a new level, G1 to G5; 24 hours below G1 end a storm",
    ),
    Rule("storm", "a storm of DONKI during which no observed Kp of a storm is stored"),
    Rule("radiation", "NOAA's scales show a radiation storm reaching a new level, S1 to S5"),
    Rule("cme", "DONKI's model sees a coronal mass ejection arrive at the Earth"),
    Rule("approach", "nominal distance below 1 lunar distance; without an end also of the next 7 days"),
    Rule("sentry", "an object on Sentry's list reaches Torino 1 or more"),
)
_OF_APPROACHES: Final = (
    *("designation", "fullname", "close_approach_date", "timestamp_utc"),
    *("distance_au", "absolute_magnitude_h", "ingested_at", "source"),
)
_BY_KIND: Final = {rule.level: rule.condition for rule in RULES}


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
    storms = list(_kp(span))
    found: list[Event] = [
        *_flares(span),
        *storms,
        *_storms(span, storms),
        *_radiation(span),
        *_cmes(span),
        *_approaches(Span(span.start, asked.approaches_until)),
        *_sentry(span),
    ]
    return tuple(sorted(sorted(found, key=lambda one: one.id), key=lambda one: one.at, reverse=True))


def _event(kind: str, **values: Any) -> Event:
    return Event(kind=kind, rule=_BY_KIND[kind], **values)


def _flares(span: Span) -> Iterator[Event]:
    rows = span.rows(SolarEvent.objects.filter(peak_flux_w_m2__gte=FLARE_W_M2))
    by_type: dict[str, list[Any]] = {"FLR": [], "XRA": []}
    for row in rows.filter(event_type__in=by_type).values_list(*COLUMNS, "ingested_at", named=True):
        by_type[row.event_type].append(row)
    updated = {row.event_id: row.ingested_at for every in by_type.values() for row in every}
    for one in merged(*(list(map(flare, every)) for every in by_type.values())):
        assert one.peak_flux_w_m2 is not None  # noqa: S101 (filtered above)
        level = scale_label("R", radio_blackout_scale(one.peak_flux_w_m2))
        place = f" from active region {one.active_region}" if one.active_region else ""
        peak = f" Peak at {told(one.peak_at)}." if one.peak_at else ""
        yield _event(
            "flare",
            id=f"flare-{_flare_id(one.ids, one.begin_at)}",
            at=one.begin_at,
            updated_at=max(updated[name] for name in one.ids),
            title=f"{one.flare_class or _class_letter(one.peak_flux_w_m2)} solar flare",
            summary=f"Began {told(one.begin_at)}{place}.{peak} Radio blackout scale {level}.",
            source=one.sources[0],
            link=one.link,
        )


def _flare_id(ids: tuple[str, ...], begin: datetime) -> str:
    """SWPC's list has a flare within minutes and keeps it; DONKI's id stands for one that only DONKI has."""
    listed = sorted(name for name in ids if "-XRA-" in name)
    if not listed:
        return ids[0]
    return f"{listed[0].partition('-XRA-')[0] or begin.isoformat()}-XRA"


def _class_letter(flux_w_m2: float) -> str:
    return max(
        (letter for letter, exponent in FLARE_CLASS_EXPONENTS.items() if flux_w_m2 >= 10.0**exponent),
        key=lambda letter: FLARE_CLASS_EXPONENTS[letter],
    )


@dataclass(frozen=True, slots=True)
class _Level:
    at: datetime
    level: int
    value: float
    source: str
    updated_at: datetime


def _kp(span: Span) -> Iterator[Event]:
    """From observed values: NOAA's where there is one, because it is there first, else GFZ's."""
    rows = Span(span.start - _QUIET, span.until).rows(
        PlanetaryK.objects.filter(kind=PlanetaryK.Kind.OBSERVED, source__in=(SWPC, GFZ))
    )
    best: dict[datetime, _Level] = {}
    told_of = ("timestamp_utc", "kp", "source", "ingested_at")
    first_ones: dict[datetime, str] = {}
    for at, kp, source, written in rows.order_by("timestamp_utc").values_list(*told_of):
        if first_ones.get(at) != SWPC:
            first_ones[at] = source
            best[at] = _Level(at, geomagnetic_scale(kp), kp, source, written)
    for one in _rises(best.values()):
        if one.at < span.start:
            continue
        yield _event(
            "kp",
            id=f"kp-{one.at:%Y-%m-%dT%H}-G{one.level}",
            at=one.at,
            updated_at=one.updated_at,
            title=f"Geomagnetic storm reaches {scale_label('G', one.level)}",
            summary=f"Kp was {one.value:.2f} in the three hours from {told(one.at)}.",
            source=one.source,
        )


def _rises(levels: Iterable[_Level]) -> Iterator[_Level]:
    """The first value at each new level of an episode; a day below the first level ends one."""
    reached, last_at = 0, None
    for one in levels:
        if last_at is not None and one.at - last_at > _QUIET:
            reached = 0
        if one.level:
            last_at = one.at
        if one.level > reached:
            reached = one.level
            yield one


def _storms(span: Span, by_kp: Sequence[Event]) -> Iterator[Event]:
    rows = span.rows(SolarEvent.objects.filter(event_type=SolarEvent.EventType.GST, source=DONKI))
    observed = PlanetaryK.objects.filter(
        kind=PlanetaryK.Kind.OBSERVED, source__in=(SWPC, GFZ), kp__gte=_STORM_KP
    )
    for row in rows:
        during = (row.timestamp_utc - INTERVAL, row.timestamp_utc + _QUIET)
        if (
            any(during[0] <= one.at <= during[1] for one in by_kp)
            or observed.filter(timestamp_utc__range=during).exists()
        ):
            continue
        level = "" if row.kp_max is None else f", {scale_label('G', geomagnetic_scale(row.kp_max))}"
        kp = "" if row.kp_max is None else f" Largest Kp listed: {row.kp_max:.2f}."
        yield _event(
            "storm",
            id=f"storm-{row.event_id}",
            at=row.timestamp_utc,
            updated_at=row.ingested_at,
            title=f"Geomagnetic storm{level}",
            summary=f"Began {told(row.timestamp_utc)}.{kp}",
            source=row.source,
            link=row.link,
        )


def _radiation(span: Span) -> Iterator[Event]:
    rows = Scales.objects.filter(
        day_offset=0, s_scale__gte=1, issued_at__gte=span.start - _QUIET, issued_at__lte=span.until
    ).order_by("issued_at")
    levels = (
        _Level(at, level or 0, float(level or 0), source, written)
        for at, level, source, written in rows.values_list("issued_at", "s_scale", "source", "ingested_at")
    )
    for one in _rises(levels):
        if one.at < span.start:
            continue
        yield _event(
            "radiation",
            id=f"radiation-{one.at:%Y-%m-%dT%H:%M}-S{one.level}",
            at=one.at,
            updated_at=one.updated_at,
            title=f"Radiation storm reaches {scale_label('S', one.level)}",
            summary=f"By NOAA's scales of {told(one.at)}.",
            source=one.source,
        )


def _cmes(span: Span) -> Iterator[Event]:
    rows = SolarEvent.objects.filter(event_type=SolarEvent.EventType.CME, arrival_at__isnull=False)
    for row in span.rows(rows).defer("details", "note"):
        speed = "" if row.speed_km_s is None else f", {row.speed_km_s:,.0f} km/s"
        blow = " A glancing blow." if row.is_glancing_blow else ""
        yield _event(
            "cme",
            id=f"cme-{row.event_id}",
            at=row.timestamp_utc,
            updated_at=row.ingested_at,
            title=f"Coronal mass ejection towards the Earth{speed}",
            summary=(
                f"Began {told(row.timestamp_utc)}. A model of DONKI sees its shock arrive "
                f"about {told(row.arrival_at)}.{blow}"
            ),
            source=row.source,
            link=row.link,
        )


def _approaches(span: Span) -> Iterator[Event]:
    """By CNEOS's nominal distance; the id is the object and the day."""
    rows = span.rows(CloseApproach.objects.filter(distance_au__lt=LUNAR_DISTANCE_KM / AU_KM))
    for row in rows.values_list(*_OF_APPROACHES, named=True):
        distance = row.distance_au * AU_KM / LUNAR_DISTANCE_KM
        size = (
            ""
            if row.absolute_magnitude_h is None
            else f" Absolute magnitude H {row.absolute_magnitude_h:.1f}."
        )
        name = row.fullname.strip() or row.designation
        yield _event(
            "approach",
            id=f"approach-{row.designation.replace(' ', '-')}-{row.close_approach_date}",
            at=row.timestamp_utc,
            updated_at=row.ingested_at,
            title=f"{name} at {distance:.2f} lunar distances",
            summary=f"Closest to the Earth at {told(row.timestamp_utc)} (nominal).{size}",
            source=row.source,
        )


def _sentry(span: Span) -> Iterator[Event]:
    rows = SentryObject.objects.filter(torino_max__gte=1)
    firsts = rows.values("designation", "torino_max").annotate(first=Min("issued_at")).order_by("first")
    for found in firsts.filter(first__gte=span.start, first__lte=span.until):
        row = rows.filter(designation=found["designation"], issued_at=found["first"]).get()
        yield _event(
            "sentry",
            id=f"sentry-{row.designation.replace(' ', '-')}-torino-{row.torino_max}",
            at=row.issued_at,
            updated_at=row.ingested_at,
            title=f"{row.fullname.strip()} is at Torino {row.torino_max}",
            summary=(
                f"Sentry's list first seen at {told(row.issued_at)}: probability of an impact "
                f"{row.impact_probability:.1e} over all possible ones, Palermo {row.palermo_cumulative:.2f}."
            ),
            source=row.source,
        )
