"""Space weather rows as ingests would leave them, without an ingest: for tests of what is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from deepspace.models import IngestionLog
from spaceintel.models import (
    Alert,
    CloseApproach,
    PlanetaryK,
    Scales,
    SentryObject,
    SolarEvent,
    SolarWind,
    XrayFlux,
)

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
INTERVAL = 3 * HOUR


def now() -> datetime:
    """The minute that it is."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def batch(
    product: str, *, ago: timedelta = 5 * MINUTE, days: float = 40, source: str = "test", **values: Any
) -> Any:
    """A log row of a refresh that succeeded ``ago`` and covers the days before."""
    ended = now() - ago
    settled: dict[str, Any] = {
        "product": f"spaceintel.{product}",
        "source": source,
        "status": IngestionLog.Status.SUCCESS,
        "completes_run": True,
        "started_at": ended,
        "finished_at": ended,
        "ingested_at": ended,
        "window_start": ended - timedelta(days=days),
        "window_end": ended,
        "rows_created": 1,
        "code_version": "test",
    }
    return IngestionLog.objects.create(**(settled | values))


def empty(product: str, **values: Any) -> Any:
    """A refresh that was answered, and brought nothing."""
    return batch(product, rows_created=0, **values)


def failure(product: str, **values: Any) -> Any:
    """A refresh that failed just now."""
    failed: dict[str, Any] = {
        "ago": timedelta(0),
        "status": IngestionLog.Status.FAILED,
        "completes_run": False,
        "rows_created": 0,
        "window_start": None,
        "window_end": None,
        "error_class": "Unreachable",
    }
    return batch(product, **(failed | values))


def _stamped(log: Any, source: str) -> dict[str, Any]:
    return {"source": source, "ingested_at": log.ingested_at, "ingestion": log}


def kp(
    first: datetime,
    values: Sequence[float],
    *,
    source: str = "noaa_swpc",
    kind: str = "observed",
    log: Any = None,
    **columns: Any,
) -> Any:
    """Consecutive values from an instant on: three-hour ones, or minutes when estimated."""
    product = {"noaa_swpc": "kp", "gfz": "kp_gfz"}[source]
    log = log or batch(product, source=source)
    step = MINUTE if kind == "estimated" else INTERVAL
    PlanetaryK.objects.bulk_create(
        PlanetaryK(
            timestamp_utc=first + number * step,
            cadence_s=int(step.total_seconds()),
            kind=kind,
            kp=value,
            **columns,
            **_stamped(log, source),
        )
        for number, value in enumerate(values)
    )
    return log


def interval(at: datetime, back: int = 0) -> datetime:
    """Start of the three-hour interval of an instant, or of one some intervals earlier."""
    return at.replace(hour=at.hour // 3 * 3, minute=0, second=0, microsecond=0) - back * INTERVAL


def xray(
    first: datetime,
    fluxes: Iterable[float | None],
    *,
    band: str = "0.1-0.8nm",
    satellite: int = 19,
    log: Any = None,
) -> Any:
    """Consecutive minutes of one band."""
    log = log or batch("xray")
    XrayFlux.objects.bulk_create(
        XrayFlux(
            timestamp_utc=first + number * MINUTE,
            cadence_s=60,
            satellite=satellite,
            band=band,
            flux_w_m2=flux,
            **_stamped(log, "noaa_swpc"),
        )
        for number, flux in enumerate(fluxes)
    )
    return log


def wind(
    first: datetime, minutes: int, *, spacecraft: str = "SOLAR1", log: Any = None, **columns: Any
) -> Any:
    """Consecutive minutes of equal values."""
    log = log or batch("solar_wind")
    values = {
        "speed_km_s": 400.0,
        "density_cm3": 5.0,
        "temperature_k": 1e5,
        "bt_nt": 6.0,
        "bz_gsm_nt": -2.0,
    }
    SolarWind.objects.bulk_create(
        SolarWind(
            timestamp_utc=first + number * MINUTE,
            cadence_s=60,
            spacecraft=spacecraft,
            **(values | columns),
            **_stamped(log, "noaa_swpc"),
        )
        for number in range(minutes)
    )
    return log


def event(kind: str, at: datetime, *, event_id: str = "", log: Any = None, **columns: Any) -> Any:
    """One event; of SWPC's list for ``XRA``, else of DONKI."""
    product, source = ("goes_flares", "noaa_swpc") if kind == "XRA" else ("solar_events", "nasa_donki")
    log = log or batch(product, source=source)
    name = event_id or f"{at:%Y-%m-%dT%H:%M:%S}-{kind}-{'GOES19' if kind == 'XRA' else '001'}"
    return SolarEvent.objects.create(
        event_type=kind, event_id=name, timestamp_utc=at, **columns, **_stamped(log, source)
    )


def flare(at: datetime, flux: float, flare_class: str, *, kind: str = "FLR", **columns: Any) -> Any:
    """A flare that peaks after ten minutes."""
    settled: dict[str, Any] = {
        "peak_at": at + 10 * MINUTE,
        "end_at": at + 20 * MINUTE,
        "peak_flux_w_m2": flux,
    }
    return event(kind, at, **(settled | {"flare_class": flare_class} | columns))


def alert(at: datetime, *, kind: str = "warning", log: Any = None, **columns: Any) -> Any:
    """One message."""
    log = log or batch("alerts")
    settled: dict[str, Any] = {"product_id": "K04W", "message_code": "WARK04", "message": "text"}
    return Alert.objects.create(
        issue_datetime=at, timestamp_utc=at, kind=kind, **(settled | columns), **_stamped(log, "noaa_swpc")
    )


def scales(at: datetime, *, day_offset: int = 0, log: Any = None, **columns: Any) -> Any:
    """One entry of NOAA's scales."""
    log = log or batch("scales")
    return Scales.objects.create(
        issued_at=at,
        day_offset=day_offset,
        timestamp_utc=at + day_offset * DAY,
        **({"r_scale": 0, "s_scale": 0, "g_scale": 0} | columns),
        **_stamped(log, "noaa_swpc"),
    )


def approach(
    at: datetime, distance_au: float, designation: str = "2026 AB1", *, log: Any = None, **columns: Any
) -> Any:
    """One approach as CNEOS lists it."""
    log = log or batch("close_approaches", source="cneos")
    settled = {"fullname": f"({designation})", "orbit_id": "1", "body": "Earth", "jd_tdb": 2_461_000.5}
    return CloseApproach.objects.create(
        designation=designation,
        close_approach_date=at.date(),
        timestamp_utc=at,
        distance_au=distance_au,
        **(settled | columns),
        **_stamped(log, "cneos"),
    )


def sentry(issued_at: datetime, designation: str, torino: int | None, *, log: Any = None) -> Any:
    """One object in one state of Sentry's list."""
    log = log or batch("sentry", source="cneos")
    return SentryObject.objects.create(
        designation=designation,
        issued_at=issued_at,
        timestamp_utc=issued_at,
        sentry_id="1",
        fullname=f"({designation})",
        impact_probability=1e-3,
        palermo_cumulative=-0.5,
        torino_max=torino,
        possible_impacts=3,
        **_stamped(log, "cneos"),
    )
