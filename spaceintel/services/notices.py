"""What NOAA's forecasters say: messages of a window, and the scales as they stand now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from deepspace.memo import per_window
from deepspace.provenance import Provenance
from deepspace.reading import read_rows
from spaceintel.models import Alert, Scales
from spaceintel.services import feeds
from spaceintel.services.keys import ALERTS, SCALES
from spaceintel.services.latest import KEPT, first_until, quarter_of, read_around
from spaceintel.services.windows import Span, Window, newest
from spaceintel.states import AlertNotice, Feed, ScalesDay, ScalesNow

SCALES_HOLD: Final = timedelta(hours=1)  # so long a state of the scales says what is now
_CANCELLED_WITHIN: Final = timedelta(days=10)  # serial numbers are used again some day
_WORDS: Final = feeds.Words("message", "messages")
_ALERTS_READ: Final = (
    *("timestamp_utc", "product_id", "issue_datetime", "kind", "message_code", "serial_number", "headline"),
    *("noaa_scale", "valid_from", "valid_until", "message"),
)
_KEPT: Final = 8


_State = tuple[datetime, tuple[ScalesDay, ...]]  # when it was issued, and its entries


@dataclass(frozen=True, slots=True)
class _Read:
    notices: tuple[tuple[AlertNotice, datetime | None], ...] = ()  # and when each was taken back
    provenance: Provenance | None = None


def alerts(window: Window, now: datetime) -> tuple[tuple[AlertNotice, ...], Feed]:
    """Messages issued in the window, newest first, and how much of it is known."""
    if not feeds.is_known_at_all(ALERTS, window, now):
        last = newest(Alert.objects.all(), min(window.end, now))
        if last is not None and last < window.start:
            window = window.ending(last)
    found = _read(window.span)
    issued = [  # and what is dated ahead, a message or a cancellation, waits for its time
        replace(one, is_cancelled=True) if taken_back_at is not None and taken_back_at <= now else one
        for one, taken_back_at in found.notices
        if one.issued_at <= now
    ]
    feed = feeds.of_events(
        ALERTS, window, len(issued), _WORDS, found.provenance or feeds.nothing(ALERTS), now
    )
    return tuple(replace(one, is_in_force=True) if _holds(one, now) else one for one in issued), feed


def _holds(one: AlertNotice, now: datetime) -> bool:
    if one.is_cancelled or one.kind in {Alert.Kind.CANCEL, Alert.Kind.SUMMARY} or one.valid_until is None:
        return False
    return (one.valid_from or one.issued_at) <= now <= one.valid_until


@per_window(ALERTS, capacity=_KEPT, otherwise=lambda _: _Read())
def _read(span: Span) -> _Read:
    rows = read_rows(span.rows(Alert.objects.all()).order_by("-timestamp_utc", "product_id"), _ALERTS_READ)
    cancelled = _cancelled(span)
    ends = (rows[-1].timestamp_utc, rows[0].timestamp_utc) if rows else (None, None)
    return _Read(
        tuple((_notice(row), _taken_back_at(row, cancelled)) for row in rows),
        feeds.provenance_of(ALERTS, *ends),
    )


def _cancelled(span: Span) -> dict[tuple[str, str], list[datetime]]:
    """When messages were taken back, by code and serial number; also by messages after the window."""
    later = Alert.objects.filter(
        kind=Alert.Kind.CANCEL,
        timestamp_utc__gte=span.start,
        timestamp_utc__lte=span.until + _CANCELLED_WITHIN,
    ).exclude(cancels_serial="")
    found: dict[tuple[str, str], list[datetime]] = {}
    for code, serial, at in later.values_list("message_code", "cancels_serial", "timestamp_utc"):
        found.setdefault((code, serial), []).append(at)
    return found


def _taken_back_at(row: Any, cancelled: dict[tuple[str, str], list[datetime]]) -> datetime | None:
    if row.kind == Alert.Kind.CANCEL:
        return None
    times = cancelled.get((row.message_code, row.serial_number), [])
    after = (at for at in times if timedelta(0) <= at - row.issue_datetime <= _CANCELLED_WITHIN)
    return min(after, default=None)


def _notice(row: Any) -> AlertNotice:
    return AlertNotice(
        product_id=row.product_id,
        issued_at=row.issue_datetime,
        kind=row.kind,
        message_code=row.message_code,
        serial_number=row.serial_number,
        headline=row.headline,
        noaa_scale=row.noaa_scale,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        message=row.message,
        is_cancelled=False,
        is_in_force=False,
    )


# === scales ===================================================================================


def scales_now(now: datetime) -> ScalesNow:
    """The newest state of NOAA's scales up to now, and whether it is recent enough to say what is now."""
    state = first_until(_newest(quarter_of(now)), now)
    if state is None:
        return ScalesNow(None, (), is_current=False, provenance=feeds.nothing(SCALES))
    issued_at, days = state
    is_current = now - issued_at <= SCALES_HOLD
    return ScalesNow(issued_at, days, is_current, feeds.current(SCALES, issued_at, issued_at))


def _none_known(_: Span) -> tuple[tuple[datetime, _State], ...]:
    return ()


@per_window(SCALES, capacity=KEPT, otherwise=_none_known)
def _newest(quarter: Span) -> tuple[tuple[datetime, _State], ...]:
    """The newest states, newest first."""
    entries_of_now = Scales.objects.filter(day_offset=0).order_by("-issued_at")
    issued = read_around(entries_of_now.values_list("issued_at", flat=True), quarter, time="issued_at")
    return tuple((at, (at, _days(at))) for at in issued)


def _days(issued_at: datetime) -> tuple[ScalesDay, ...]:
    return tuple(
        ScalesDay(
            day_offset=row.day_offset,
            at=row.timestamp_utc,
            r_scale=row.r_scale,
            s_scale=row.s_scale,
            g_scale=row.g_scale,
            r_text=row.r_text,
            s_text=row.s_text,
            g_text=row.g_text,
            r_minor_percent=row.r_minor_percent,
            r_major_percent=row.r_major_percent,
            s_percent=row.s_percent,
        )
        for row in Scales.objects.filter(issued_at=issued_at).order_by("day_offset")
    )
