"""Flares, coronal mass ejections, storms, particle events and fast streams of a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from deepspace.memo import per_window
from deepspace.provenance import Provenance
from deepspace.reading import read_rows
from spaceintel.models import SolarEvent
from spaceintel.science.space_weather import geomagnetic_scale
from spaceintel.services import feeds
from spaceintel.services.flares import SAME_BEGIN, merged, one_each
from spaceintel.services.keys import FLARE_LIST, SOLAR_EVENTS
from spaceintel.services.windows import Span, Window, newest
from spaceintel.states import Cme, Feed, Flare, KpOfStorm, OtherEvent, Storm

DONKI: Final = "nasa_donki"
SWPC: Final = "noaa_swpc"
_KIND: Final = SolarEvent.EventType
_DONKI_KINDS: Final = (_KIND.FLR, _KIND.CME, _KIND.GST, _KIND.SEP, _KIND.HSS)
_FLARE_WORDS: Final = feeds.Words("flare", "flares")
_EVENT_WORDS: Final = feeds.Words("event", "events")
_CME_WORDS: Final = feeds.Words("coronal mass ejection", "coronal mass ejections")
_STORM_WORDS: Final = feeds.Words("geomagnetic storm", "geomagnetic storms")
_OTHER_WORDS: Final = feeds.Words("particle event or fast stream", "particle events and fast streams")
_KEPT: Final = 8
# A year has ten thousand rows, which are read three times as fast as objects of the model.
COLUMNS: Final = (
    "pk",
    *(
        one.attname
        for one in SolarEvent._meta.concrete_fields
        if one.attname not in {"id", "details", "ingested_at", "ingestion_id"}
    ),
)


@dataclass(frozen=True, slots=True)
class SolarEvents:
    """What the Sun did in a window, newest first."""

    flares: tuple[Flare, ...]
    cmes: tuple[Cme, ...]
    storms: tuple[Storm, ...]
    others: tuple[OtherEvent, ...]
    donki: Feed
    flare_list: Feed


@dataclass(frozen=True, slots=True)
class _Donki:
    flares: tuple[Flare, ...] = ()
    cmes: tuple[Cme, ...] = ()
    storms: tuple[Storm, ...] = ()
    others: tuple[OtherEvent, ...] = ()
    flares_beside: tuple[
        Flare, ...
    ] = ()  # of the minutes around the window: the other list may have them in it
    provenance: Provenance | None = None

    @property
    def count(self) -> int:
        return sum(map(len, (self.flares, self.cmes, self.storms, self.others)))


@dataclass(frozen=True, slots=True)
class _FlareList:
    flares: tuple[Flare, ...] = ()
    flares_beside: tuple[Flare, ...] = ()
    count: int = 0  # of flares: one can have several entries
    provenance: Provenance | None = None


def solar_events(window: Window, now: datetime) -> SolarEvents:
    """Events that begin in the window.

    Each list by itself: where nothing is known of the window and an earlier one has events, that one is shown. A
    flare that both have is listed once.
    """
    own = _settled(SOLAR_EVENTS, window, _rows(DONKI), now)
    listed = _settled(FLARE_LIST, window, _rows(SWPC), now)
    if listed.is_moved and not own.is_moved:
        listed = window  # DONKI knows the days asked for: older flares beside those would mislead
    donki, flare_list = _read_donki(own.span), _read_flare_list(listed.span)
    return SolarEvents(
        flares=_flares(donki, flare_list, own.span, listed.span),
        cmes=donki.cmes,
        storms=donki.storms,
        others=donki.others,
        donki=feeds.of_events(
            SOLAR_EVENTS, own, donki.count, _EVENT_WORDS, donki.provenance or feeds.nothing(SOLAR_EVENTS), now
        ),
        flare_list=feeds.of_events(
            FLARE_LIST,
            listed,
            flare_list.count,
            _FLARE_WORDS,
            flare_list.provenance or feeds.nothing(FLARE_LIST),
            now,
        ),
    )


def _flares(donki: _Donki, listed: _FlareList, own: Span, other: Span) -> tuple[Flare, ...]:
    """Each flare in the one window in which it begins, by DONKI where DONKI has it."""
    every = merged((*donki.flares, *donki.flares_beside), (*listed.flares, *listed.flares_beside))
    return tuple(one for one in every if (own if one.is_in_donki else other).holds(one.begin_at))


def statements(events: SolarEvents, window: Window, now: datetime) -> dict[str, str]:
    """What is known of each kind of event, for its own panel: "no storm in these 30 days", "unknown since …"."""
    own = window.ending(events.donki.end) if events.donki.is_moved else window
    counts = {
        "cmes": (_CME_WORDS, len(events.cmes)),
        "storms": (_STORM_WORDS, len(events.storms)),
        "others": (_OTHER_WORDS, len(events.others)),
    }
    found = {
        name: feeds.of_events(SOLAR_EVENTS, own, count, words, events.donki.provenance, now).statement
        for name, (words, count) in counts.items()
    }
    return {"flares": _of_flares(events, own, now), **found}


def _of_flares(events: SolarEvents, own: Window, now: datetime) -> str:
    """By whichever list knows more: what is in none of a list that is known did not happen."""
    best = events.flare_list if events.flare_list.is_known and not events.donki.is_known else events.donki
    shown = own if best is events.donki else _window_of(best, own)
    return feeds.of_events(
        best.product, shown, len(events.flares), _FLARE_WORDS, best.provenance, now
    ).statement


def _window_of(feed: Feed, own: Window) -> Window:
    return own.ending(feed.end) if feed.is_moved else replace(own, end=feed.end, is_moved=False)


def _settled(key: str, window: Window, rows: QuerySet[Any], now: datetime) -> Window:
    """The window, or the last earlier one that has events when nothing at all is known of it."""
    if feeds.is_known_at_all(key, window, now):
        return window
    last = newest(rows, window.end)
    if last is None or last >= window.start:
        return window
    return window.ending(last)


def _rows(source: str) -> QuerySet[Any]:
    kinds = _DONKI_KINDS if source == DONKI else (_KIND.XRA,)
    return SolarEvent.objects.filter(event_type__in=kinds, source=source)


@per_window(SOLAR_EVENTS, capacity=_KEPT, otherwise=lambda _: _Donki())
def _read_donki(span: Span) -> _Donki:
    rows = span.rows(_rows(DONKI)).order_by("-timestamp_utc", "event_id")
    found: dict[str, list[Any]] = {kind: [] for kind in _DONKI_KINDS}
    for row in read_rows(rows.exclude(event_type=_KIND.GST), COLUMNS):
        found[row.event_type].append(row)
    others = sorted((*found[_KIND.SEP], *found[_KIND.HSS]), key=_newest_first)
    storms = rows.filter(event_type=_KIND.GST)
    times = rows.values_list("timestamp_utc", flat=True)
    return _Donki(
        flares=tuple(map(flare, found[_KIND.FLR])),
        cmes=tuple(map(_cme, found[_KIND.CME])),
        storms=tuple(map(_storm, storms)),
        others=tuple(map(_other, others)),
        flares_beside=_beside(span, _KIND.FLR),
        provenance=feeds.provenance_of(SOLAR_EVENTS, times.last(), times.first()),
    )


@per_window(FLARE_LIST, capacity=_KEPT, otherwise=lambda _: _FlareList())
def _read_flare_list(span: Span) -> _FlareList:
    rows = read_rows(span.rows(_rows(SWPC)).order_by("-timestamp_utc", "event_id"), COLUMNS)
    ends = (rows[-1].timestamp_utc, rows[0].timestamp_utc) if rows else (None, None)
    beside = _beside(span, _KIND.XRA)
    listed = tuple(map(flare, rows))
    count = sum(span.holds(one.begin_at) for one in one_each((*listed, *beside)))
    return _FlareList(listed, beside, count, feeds.provenance_of(FLARE_LIST, *ends))


def _beside(span: Span, kind: str) -> tuple[Flare, ...]:
    edges = (Span(span.start - SAME_BEGIN, span.start), Span(span.until, span.until + SAME_BEGIN))
    rows = [row for edge in edges for row in edge.rows(SolarEvent.objects.filter(event_type=kind))]
    return tuple(flare(row) for row in rows if not span.holds(row.timestamp_utc))


def _newest_first(row: Any) -> tuple[timedelta, str]:
    return datetime.max.replace(tzinfo=row.timestamp_utc.tzinfo) - row.timestamp_utc, row.event_id


def flare(row: Any) -> Flare:
    """A flare of either list, from its row: of the model, or its columns by name."""
    return Flare(
        ids=(row.event_id,),
        begin_at=row.timestamp_utc,
        peak_at=row.peak_at,
        end_at=row.end_at,
        flare_class=row.flare_class,
        peak_flux_w_m2=row.peak_flux_w_m2,
        source_location=row.source_location,
        active_region=row.active_region,
        instruments=row.instruments,
        linked_events=tuple(row.linked_events),
        note=row.note,
        link=row.link,
        sources=(row.source,),
        swpc_class=row.flare_class if row.event_type == _KIND.XRA else "",
        submitted_at=row.submitted_at,
        version_id=row.version_id,
        row=row.pk,
    )


def _cme(row: Any) -> Cme:
    return Cme(
        id=row.event_id,
        begin_at=row.timestamp_utc,
        speed_km_s=row.speed_km_s,
        half_angle_deg=row.half_angle_deg,
        latitude_deg=row.latitude_deg,
        longitude_deg=row.longitude_deg,
        speed_class=row.speed_class,
        at_21_5_rs=row.at_21_5_rs,
        arrival_at=row.arrival_at,
        arrival_kp_min=row.arrival_kp_min,
        arrival_kp_max=row.arrival_kp_max,
        is_glancing_blow=row.is_glancing_blow,
        is_minor_impact=row.is_minor_impact,
        source_location=row.source_location,
        active_region=row.active_region,
        instruments=row.instruments,
        linked_events=tuple(row.linked_events),
        note=row.note,
        link=row.link,
        submitted_at=row.submitted_at,
        version_id=row.version_id,
    )


def _storm(row: SolarEvent) -> Storm:
    return Storm(
        id=row.event_id,
        begin_at=row.timestamp_utc,
        kp_max=row.kp_max,
        g_scale=None if row.kp_max is None else geomagnetic_scale(row.kp_max),
        values=tuple(kp_values(row.details)),
        linked_events=tuple(row.linked_events),
        link=row.link,
        submitted_at=row.submitted_at,
        version_id=row.version_id,
    )


def kp_values(details: dict[str, Any]) -> list[KpOfStorm]:
    """As DONKI lists them, each with the end of its three hours; ``details`` holds them as they came."""
    found = []
    for one in details.get("allKpIndex") or []:
        kp, ended = one.get("kpIndex"), one.get("observedTime")
        if kp is not None and ended is not None:
            at = datetime.fromisoformat(ended)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
            found.append(KpOfStorm(at, float(kp), str(one.get("source") or "")))
    return found


def _other(row: Any) -> OtherEvent:
    return OtherEvent(
        id=row.event_id,
        event_type=row.event_type,
        begin_at=row.timestamp_utc,
        instruments=row.instruments,
        linked_events=tuple(row.linked_events),
        link=row.link,
    )
