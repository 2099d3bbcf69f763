"""X-ray flux of the Sun in a window, and the radio blackout that it means now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from deepspace.envelope import Envelope
from deepspace.memo import per_window
from deepspace.provenance import Provenance
from spaceintel.models import XrayFlux
from spaceintel.science.space_weather import flare_class, radio_blackout_scale
from spaceintel.services import feeds, reduction
from spaceintel.services.keys import XRAY
from spaceintel.services.latest import KEPT, quarter_of, read_around
from spaceintel.services.windows import Span, Window, aware, newest
from spaceintel.states import Reduced, XrayNow, XraySeries

MINUTE: Final = timedelta(seconds=reduction.MINUTE_S)
SAMPLES: Final = 3  # a level counts when so many minutes in a row reach it: one alone can be a spike
NOW_HOLDS: Final = timedelta(minutes=30)  # so long the last minutes say what is now: two retrievals
_CADENCE: Final = feeds.Cadence(feeds.Words("minute", "minutes"), MINUTE, allowance=NOW_HOLDS)
_LONG, _SHORT = XrayFlux.Band.LONG, XrayFlux.Band.SHORT
# W/m². NOAA gives 1e-9, in single precision 9.99999972e-10, for every minute of so much or less: in the short band the
# quiet Sun is there for hours. That is a measurement ("not more than this"), and kept. Nothing real is below it: 0 and
# negative numbers stand for no value.
_LEAST: Final = 0.9e-9
_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class _Read:
    long: Reduced
    short: Reduced
    satellites: tuple[int, ...]
    minutes: int
    peak: tuple[float, datetime] | None
    latest: XrayNow | None
    provenance: Provenance


def series(window: Window, now: datetime) -> XraySeries:
    """Both bands. Without a minute in the window, the last earlier ones."""
    found = _begun(window, now)
    if not found.minutes:
        last = newest(_rows(_LONG), min(window.end, now))
        if last is not None:
            window = window.ending(last + MINUTE)
            found = _begun(window, now)
    last = None if found.latest is None else found.latest.at + MINUTE
    peak_w_m2, peak_at = found.peak or (None, None)
    return XraySeries(
        start=window.start,
        end=window.end,
        long=found.long,
        short=found.short,
        satellites=found.satellites,
        minutes=found.minutes,
        peak_w_m2=peak_w_m2,
        peak_at=peak_at,
        latest=found.latest,
        feed=feeds.of_series(
            XRAY,
            window,
            found.minutes,
            _CADENCE,
            found.provenance,
            now,
            last=last,
        ),
    )


def _begun(window: Window, now: datetime) -> _Read:
    """Without minutes that are dated ahead: where there are any, what is read ends now."""
    found = _read(window.span)
    is_ahead = found.latest is not None and found.latest.at > now
    return _read(Span(window.start, now)) if is_ahead else found


def _rows(band: XrayFlux.Band) -> QuerySet[Any]:
    return XrayFlux.objects.filter(band=band, flux_w_m2__gte=_LEAST)


def _no_rows(_: Span) -> _Read:
    nothing = Reduced(*_flat(reduction.nothing(1)))
    return _Read(nothing, nothing, (), 0, None, None, feeds.nothing(XRAY))


def _flat(fine: Envelope) -> tuple[Any, ...]:
    return fine.utc, float(reduction.MINUTE_S), fine.low[:, 0], fine.mean[:, 0], fine.high[:, 0], False


@per_window(XRAY, capacity=_KEPT, otherwise=_no_rows)
def _read(span: Span) -> _Read:
    bands = [reduction.read(_rows(band), ["flux_w_m2"], span) for band in (_LONG, _SHORT)]
    long, short = (_one_column(reduction.reduced(band, span)) for band in bands)
    fine = bands[0]
    first = _first(span)
    if first is None or not len(fine.utc):
        return _Read(long, short, (), 0, None, None, feeds.provenance_of(XRAY, None, None))
    return _Read(
        long=long,
        short=short,
        satellites=_satellites(span),
        minutes=int(fine.count.sum()),
        peak=_peak(span, fine),
        latest=_latest(span),
        provenance=feeds.provenance_of(XRAY, first, newest(_rows(_LONG), span.until)),
    )


def _one_column(found: Reduced) -> Reduced:
    return Reduced(
        found.utc, found.step_s, found.low[:, 0], found.mean[:, 0], found.high[:, 0], found.is_envelope
    )


def _first(span: Span) -> datetime | None:
    return span.rows(_rows(_LONG)).order_by("timestamp_utc").values_list("timestamp_utc", flat=True).first()


def _satellites(span: Span) -> tuple[int, ...]:
    return tuple(sorted(span.rows(_rows(_LONG)).values_list("satellite", flat=True).distinct()))


def _peak(span: Span, fine: Envelope) -> tuple[float, datetime]:
    """The largest minute, and when it was: looked up, because a long series was read by columns."""
    place = int(np.argmax(fine.high[:, 0]))
    column_end = aware(fine.utc[place + 1]) if place + 1 < len(fine.utc) else span.until
    column = Span(max(aware(fine.utc[place]), span.start), min(column_end, span.until))
    minutes = column.rows(_rows(_LONG)).order_by("-flux_w_m2", "timestamp_utc")
    flux, at = minutes.values_list("flux_w_m2", "timestamp_utc")[:1].get()
    return flux, at


def _latest(span: Span) -> XrayNow | None:
    row = span.rows(_rows(_LONG)).order_by("-timestamp_utc").first()
    if row is None:
        return None
    return XrayNow(row.flux_w_m2, flare_class(row.flux_w_m2), row.timestamp_utc, row.satellite)


# === now ======================================================================================


@dataclass(frozen=True, slots=True)
class Blackout:
    """What the last minutes say of radio blackouts; ``level`` is None when they are too old or too few."""

    level: int | None  # 0 to 5
    at: datetime | None  # of the newest minute
    flux_w_m2: float | None  # the smallest of the minutes that count


def blackout_now(now: datetime) -> Blackout:
    """The R level that the last three minutes all reach; a minute dated ahead of now is none of them."""
    last = _minutes_until(now)
    if not last:
        return Blackout(None, None, None)
    newest_at = last[0][0]
    fluxes = [flux for at, flux in last[:SAMPLES] if newest_at - at < SAMPLES * 2 * MINUTE]
    if now - newest_at > NOW_HOLDS or len(fluxes) < SAMPLES:
        return Blackout(None, newest_at, None)
    return Blackout(radio_blackout_scale(min(fluxes)), newest_at, min(fluxes))


def _minutes_until(now: datetime) -> list[tuple[datetime, float]]:
    """The last minutes, newest first, each once."""
    found: dict[datetime, float] = {}
    for at, flux in _last_minutes(quarter_of(now)):
        if at <= now:
            found.setdefault(at, flux)
    return list(found.items())


def _none_known(_: Span) -> tuple[tuple[datetime, float], ...]:
    return ()


@per_window(XRAY, capacity=KEPT, otherwise=_none_known)
def _last_minutes(quarter: Span) -> tuple[tuple[datetime, float], ...]:
    rows = _rows(_LONG).order_by("-timestamp_utc", "-satellite").values_list("timestamp_utc", "flux_w_m2")
    return tuple(read_around(rows, quarter, earlier=2 * SAMPLES))  # two satellites can have one minute
