"""The solar wind at L1 in a window, and its newest values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from deepspace.memo import per_window
from deepspace.provenance import Provenance
from spaceintel.models import SolarWind
from spaceintel.services import feeds, reduction
from spaceintel.services.keys import WIND
from spaceintel.services.latest import KEPT, first_until, quarter_of, read_around
from spaceintel.services.windows import Span, Window, newest
from spaceintel.states import OLD_WIND, WIND_NAMES, Reduced, WindNow, WindSeries

MINUTE: Final = timedelta(seconds=reduction.MINUTE_S)
SUMMARY: Final = "summary"  # values of the summary files, which do not name their spacecraft
_CADENCE: Final = feeds.Cadence(
    feeds.Words("minute", "minutes"), MINUTE, allowance=timedelta(minutes=30)
)  # two retrievals
_PLASMA: Final = Q(speed_km_s__isnull=False) | Q(density_cm3__isnull=False)
_FIELD: Final = Q(bz_gsm_nt__isnull=False) | Q(bt_nt__isnull=False)
_KEPT: Final = 8
_Rows = tuple[tuple[datetime, SolarWind], ...]  # newest first, with their times


@dataclass(frozen=True, slots=True)
class _Read:
    values: Reduced
    spacecraft: tuple[str, ...]
    minutes: int
    last: datetime | None
    provenance: Provenance


def series(window: Window, now: datetime) -> WindSeries:
    """Speed, density and field. Without a minute in the window, the last earlier ones."""
    found = _begun(window, now)
    if not found.minutes:
        last = newest(_rows(), min(window.end, now))
        if last is not None:
            window = window.ending(last + MINUTE)
            found = _begun(window, now)
    return WindSeries(
        start=window.start,
        end=window.end,
        values=found.values,
        spacecraft=found.spacecraft,
        minutes=found.minutes,
        latest=wind_now(now) if window.is_live else _latest(Span(window.start, min(window.end, now)), now),
        feed=feeds.of_series(
            WIND,
            window,
            found.minutes,
            _CADENCE,
            found.provenance,
            now,
            last=found.last,
        ),
    )


def _begun(window: Window, now: datetime) -> _Read:
    """Without minutes that are dated ahead: where there are any, what is read ends now."""
    found = _read(window.span)
    is_ahead = found.last is not None and found.last > now + MINUTE
    return _read(Span(window.start, now)) if is_ahead else found


def _rows() -> QuerySet[Any]:
    return SolarWind.objects.filter(_PLASMA | _FIELD)


def _no_rows(_: Span) -> _Read:
    fine = reduction.nothing(len(WIND_NAMES))
    nothing = Reduced(fine.utc, float(reduction.MINUTE_S), fine.low, fine.mean, fine.high, is_envelope=False)
    return _Read(nothing, (), 0, None, feeds.nothing(WIND))


@per_window(WIND, capacity=_KEPT, otherwise=_no_rows)
def _read(span: Span) -> _Read:
    fine = reduction.read(_rows(), WIND_NAMES, span)
    values = reduction.reduced(fine, span)
    first, last = _first(span), newest(_rows(), span.until)
    if not len(fine.utc) or first is None or last is None:
        return _Read(values, (), 0, None, feeds.provenance_of(WIND, None, None))
    return _Read(
        values=values,
        spacecraft=_spacecraft(span),
        minutes=int(fine.count.sum()),
        last=last + MINUTE,
        provenance=feeds.provenance_of(WIND, first, last),
    )


def _first(span: Span) -> datetime | None:
    return span.rows(_rows()).order_by("timestamp_utc").values_list("timestamp_utc", flat=True).first()


def _spacecraft(span: Span) -> tuple[str, ...]:
    return tuple(sorted(span.rows(SolarWind.objects.all()).values_list("spacecraft", flat=True).distinct()))


def wind_now(now: datetime) -> WindNow | None:
    """The newest plasma and the newest field up to now, each with its instant and age."""
    plasma, field = (first_until(rows, now) for rows in _newest(quarter_of(now)))
    return _combined(plasma, field, now)


def _none_known(_: Span) -> tuple[_Rows, _Rows]:
    return (), ()


@per_window(WIND, capacity=KEPT, otherwise=_none_known)
def _newest(quarter: Span) -> tuple[_Rows, _Rows]:
    """Newest rows with plasma, and with field."""
    return _around(_PLASMA, quarter), _around(_FIELD, quarter)


def _around(values: Q, quarter: Span) -> _Rows:
    rows = SolarWind.objects.filter(values).order_by("-timestamp_utc")
    return tuple((row.timestamp_utc, row) for row in read_around(rows, quarter))


def _latest(span: Span, now: datetime) -> WindNow | None:
    rows = span.rows(SolarWind.objects.order_by("-timestamp_utc"))
    return _combined(rows.filter(_PLASMA).first(), rows.filter(_FIELD).first(), now)


def _combined(plasma: SolarWind | None, field: SolarWind | None, now: datetime) -> WindNow | None:
    if plasma is None and field is None:
        return None
    return WindNow(
        speed_km_s=plasma.speed_km_s if plasma else None,
        density_cm3=plasma.density_cm3 if plasma else None,
        temperature_k=plasma.temperature_k if plasma else None,
        plasma_at=plasma.timestamp_utc if plasma else None,
        plasma_spacecraft=plasma.spacecraft if plasma else "",
        is_plasma_current=_is_current(plasma, now),
        bt_nt=field.bt_nt if field else None,
        bz_gsm_nt=field.bz_gsm_nt if field else None,
        field_at=field.timestamp_utc if field else None,
        field_spacecraft=field.spacecraft if field else "",
        is_field_current=_is_current(field, now),
    )


def _is_current(row: SolarWind | None, now: datetime) -> bool:
    return row is not None and now - row.timestamp_utc <= OLD_WIND
