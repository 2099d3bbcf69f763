"""The planetary K index: three-hour values of a window, the value of now, and the forecast.

Two sources give observed values. Of the last days NOAA's are taken first, because they come first; of older ones
GFZ's, which are the definitive index. Where one has no value the other's is taken. Each value says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from deepspace.memo import per_window
from deepspace.provenance import Provenance
from spaceintel.constants import KP_INTERVAL_S
from spaceintel.models import PlanetaryK
from spaceintel.science.space_weather import geomagnetic_scale
from spaceintel.services import feeds
from spaceintel.services.keys import EVERY_KP, KP, KP_GFZ
from spaceintel.services.latest import KEPT, first_until, quarter_of, read_around
from spaceintel.services.windows import Span, Window, aware, instant, newest
from spaceintel.states import Feed, KpForecast, KpNow, KpSeries

SWPC: Final = "noaa_swpc"
GFZ: Final = "gfz"
INTERVAL: Final = timedelta(seconds=KP_INTERVAL_S)
RECENT: Final = timedelta(days=30)  # for so long GFZ's values are preliminary
ESTIMATE_HOLDS: Final = timedelta(hours=1)  # so long an estimate of one minute says what is now
OBSERVED_HOLDS: Final = timedelta(
    hours=4
)  # after its end: one more interval, and an hour until it is published
_CADENCE: Final = feeds.Cadence(
    feeds.Words("three-hour value", "three-hour values"), INTERVAL, allowance=INTERVAL + timedelta(hours=1)
)  # a newest value that ended longer ago is not the newest there is
_KEPT: Final = 16

_OBSERVED: Final = PlanetaryK.Kind.OBSERVED
_ESTIMATED: Final = PlanetaryK.Kind.ESTIMATED
_PREDICTED: Final = PlanetaryK.Kind.PREDICTED


@dataclass(frozen=True, slots=True)
class _Asked:
    span: Span
    recent_from: datetime  # NOAA's values first from here on


@dataclass(frozen=True, slots=True)
class _Read:
    utc: np.ndarray[Any, np.dtype[np.datetime64]]
    kp: np.ndarray[Any, np.dtype[np.float64]]
    source: np.ndarray[Any, np.dtype[np.object_]]
    provenances: tuple[Provenance, ...]  # the main product first; empty without values


@dataclass(frozen=True, slots=True)
class _Value:
    kp: float
    at: datetime
    until: datetime
    kind: str
    source: str


_Values = tuple[tuple[datetime, _Value], ...]  # newest first, with their times


def series(window: Window, now: datetime) -> KpSeries:
    """Observed three-hour values of the intervals that end in the window, its start apart: 8 in each of its days."""
    found = _begun(window, now)
    if not len(found.utc):
        last = newest(_rows(_OBSERVED), min(window.end, now) - INTERVAL)
        if last is not None:
            window = window.ending(last + INTERVAL)
            found = _begun(window, now)
    n = len(found.utc)
    last = aware(found.utc[-1]) + INTERVAL if n else None
    shown = found.provenances or (feeds.nothing(KP),)
    known = [_feed(one, window, n, now, last) for one in shown]
    return KpSeries(found.utc, found.kp, found.source, tuple(known))


def _feed(kept: Provenance, window: Window, count: int, now: datetime, last: datetime | None) -> Feed:
    return feeds.of_series(kept.product, window, count, _CADENCE, kept, now, last=last)


def _begun(window: Window, now: datetime) -> _Read:
    """Without values that are dated ahead: where there are any, what is read ends now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = _read(_Asked(window.span, midnight - RECENT))
    if len(found.utc) and aware(found.utc[-1]) + INTERVAL > now:
        found = _read(_Asked(Span(window.start, now), midnight - RECENT))
    return found


def _rows(kind: PlanetaryK.Kind, source: str = "") -> QuerySet[Any]:
    found = PlanetaryK.objects.filter(kind=kind)
    return found.filter(source=source) if source else found.filter(source__in=(SWPC, GFZ))


def _no_rows(_: _Asked) -> _Read:
    nothing = np.empty(0)
    return _Read(nothing.astype("datetime64[us]"), nothing, nothing.astype(object), ())


@per_window(*EVERY_KP, capacity=_KEPT, otherwise=_no_rows)
def _read(asked: _Asked) -> _Read:
    span = asked.span
    ended = {"timestamp_utc__gt": span.start - INTERVAL, "timestamp_utc__lte": span.until - INTERVAL}
    rows = _rows(_OBSERVED).filter(**ended)
    best: dict[datetime, tuple[float, str, str]] = {}
    told = ("timestamp_utc", "kp", "source", "ingestion__product")
    for at, kp, source, key in rows.order_by("timestamp_utc").values_list(*told):
        first = SWPC if at >= asked.recent_from else GFZ
        if at not in best or source == first:
            best[at] = (kp, source, key)
    if not best:
        return _no_rows(asked)
    utc = np.array([at.replace(tzinfo=None) for at in best], dtype="datetime64[us]")
    keys = [key for _, _, key in best.values()]
    main_first = sorted(set(keys) & set(EVERY_KP), key=lambda key: (-keys.count(key), key))
    return _Read(
        utc,
        np.array([kp for kp, _, _ in best.values()]),
        np.array([source for _, source, _ in best.values()], dtype=object),
        tuple(feeds.provenance_of(key, *_ends(best, key)) for key in main_first),
    )


def _ends(best: dict[datetime, tuple[float, str, str]], key: str) -> tuple[datetime, datetime]:
    own = [at for at, (_, _, of) in best.items() if of == key]
    return own[0], own[-1]


# === now ======================================================================================


def kp_now(now: datetime) -> KpNow:
    """The newest value that says what is now, whatever window is shown; else the newest one there is.

    That is NOAA's running estimate, when it is of the last hour. In the first hour of an interval, of which the
    estimate has seen little, the interval before counts as well: the larger of both. Without an estimate it is the
    newest observed value, NOAA's or GFZ's, when it ended within the last four hours. A value dated ahead of now
    waits until its time has come.
    """
    of_each = _newest(quarter_of(now))
    known = [one for one in (first_until(values, now) for values in of_each) if one is not None]
    current = [one for one in known if now - one.until <= _holds(one)]
    estimated = [one for one in current if one.kind == _ESTIMATED]
    observed = sorted((one for one in current if one.kind == _OBSERVED), key=_freshest, reverse=True)
    if estimated:
        (chosen,) = estimated
        start = interval_start(chosen.at)
        before = [one for one in observed[:1] if one.until >= start]  # not of six hours ago
        if chosen.at - start < ESTIMATE_HOLDS:
            chosen = max(chosen, *before, key=lambda one: one.kp) if before else chosen
    elif observed:
        chosen = observed[0]
    else:
        return _not_current(max(known, key=lambda one: one.until, default=None))
    return _now(chosen, is_current=True)


def _holds(one: _Value) -> timedelta:
    return ESTIMATE_HOLDS if one.kind == _ESTIMATED else OBSERVED_HOLDS


def _freshest(one: _Value) -> tuple[datetime, bool]:
    return one.at, one.source == SWPC


def interval_start(at: datetime) -> datetime:
    """Begin of the three hours that an instant lies in."""
    return at.replace(hour=at.hour // 3 * 3, minute=0, second=0, microsecond=0)


def _now(one: _Value, *, is_current: bool) -> KpNow:
    key = KP if one.source == SWPC else KP_GFZ
    return KpNow(
        kp=one.kp,
        at=one.at,
        until=one.until,
        kind=one.kind,
        source=one.source,
        g_scale=geomagnetic_scale(one.kp),
        is_current=is_current,
        provenance=feeds.current(key, one.at, one.until),
    )


def _not_current(one: _Value | None) -> KpNow:
    if one is not None:
        return _now(one, is_current=False)
    return KpNow(None, None, None, "", "none", None, is_current=False, provenance=feeds.nothing(KP))


def _none_known(_: Span) -> tuple[_Values, ...]:
    return ()


@per_window(*EVERY_KP, capacity=KEPT, otherwise=_none_known)
def _newest(quarter: Span) -> tuple[_Values, ...]:
    """The newest estimates, and the newest observed values of each source, with their times."""
    return tuple(
        tuple(_values(kind, source, quarter))
        for kind, source in ((_ESTIMATED, SWPC), (_OBSERVED, SWPC), (_OBSERVED, GFZ))
    )


def _values(kind: PlanetaryK.Kind, source: str, quarter: Span) -> Iterator[tuple[datetime, _Value]]:
    rows = _rows(kind, source).order_by("-timestamp_utc").values_list("timestamp_utc", "kp", "cadence_s")
    for at, kp, cadence_s in read_around(rows, quarter):
        yield at, _Value(kp, at, at + timedelta(seconds=cadence_s), str(kind.value), source)


# === forecast =================================================================================


def forecast(now: datetime) -> KpForecast:
    """NOAA's three-hour values from the interval under way on."""
    every = _predicted(quarter_of(now))
    ahead = every.utc > instant(now - INTERVAL)
    provenance = (
        feeds.current(KP, aware(every.utc[0]), aware(every.utc[-1])) if len(every) else feeds.nothing(KP)
    )
    return KpForecast(
        utc=every.utc[ahead],
        kp=every.kp[ahead],
        status=every.status[ahead],
        noaa_scale=every.noaa_scale[ahead],
        provenance=provenance,
        issued_at=provenance.retrieved_at,
    )


def _nothing_predicted(_: Span) -> KpForecast:
    nothing = np.empty(0)
    texts = nothing.astype(object)
    return KpForecast(
        nothing.astype("datetime64[us]"), nothing, texts, texts, feeds.nothing(KP), issued_at=None
    )


@per_window(KP, capacity=KEPT, otherwise=_nothing_predicted)
def _predicted(quarter: Span) -> KpForecast:
    """The newest days of predictions; which of them are still to come is asked of each."""
    rows = _rows(_PREDICTED, SWPC)
    last = newest(rows, datetime.max.replace(tzinfo=UTC))
    if last is None:
        return _nothing_predicted(quarter)
    told = ("timestamp_utc", "kp", "upstream_status", "noaa_scale")
    since = min(last, quarter.start) - timedelta(days=5)  # one dated far ahead hides none before it
    found = list(rows.filter(timestamp_utc__gt=since).order_by("timestamp_utc").values_list(*told))
    columns = list(zip(*found, strict=True))
    return KpForecast(
        utc=np.array([at.replace(tzinfo=None) for at in columns[0]], dtype="datetime64[us]"),
        kp=np.array(columns[1], dtype=np.float64),
        status=np.array([status or "predicted" for status in columns[2]], dtype=object),
        noaa_scale=np.array(columns[3], dtype=object),
        provenance=feeds.nothing(KP),
        issued_at=None,
    )
