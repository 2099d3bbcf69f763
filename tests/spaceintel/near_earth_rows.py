"""Rows as the near-Earth products leave them, and the log rows that say what was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from deepspace import memo, versions
from deepspace.constants import AU_KM
from spaceintel.models import CloseApproach, NearEarthObject, SentryObject
from tests.support import stored

NOON = datetime(2026, 2, 17, 12, tzinfo=UTC)
NEOS, RECENT, HISTORY, SENTRY = (
    f"spaceintel.{name}" for name in ("neos", "close_approaches", "close_approach_history", "sentry")
)
_SOURCES = {NEOS: "nasa_neows", RECENT: "cneos", HISTORY: "cneos", SENTRY: "cneos"}


def batch(product: str, first: datetime | None = None, last: datetime | None = None, **values: Any) -> Any:
    """A successful batch of that window."""
    log = stored.batch(product, source=_SOURCES[product], window_start=first, window_end=last, **values)
    versions.forget()
    memo.forget()
    return log


def neo(
    log: Any, designation: str = "2026 AB", at: datetime = NOON, au: float = 0.02, **values: Any
) -> NearEarthObject:
    """One approach as NeoWs lists it."""
    row: dict[str, Any] = {
        "neo_id": designation.replace(" ", "")[:16],
        "close_approach_date": at.date(),
        "timestamp_utc": at,
        "designation": designation,
        "name": f"({designation})",
        "absolute_magnitude_h": 24.0,
        "diameter_min_km": 0.042,
        "diameter_max_km": 0.094,
        "is_potentially_hazardous": False,
        "is_sentry_object": False,
        "relative_velocity_km_s": 12.5,
        "miss_distance_au": au,
        "miss_distance_km": au * AU_KM,
        "miss_distance_ld": au * 389,
        "orbiting_body": "Earth",
        "nasa_jpl_url": "https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=1",
    }
    return NearEarthObject.objects.create(**(row | _stamp(log) | values))


def approach(
    log: Any, designation: str = "2026 AB", at: datetime = NOON, au: float = 0.02, **values: Any
) -> CloseApproach:
    """One approach as CNEOS lists it."""
    row: dict[str, Any] = {
        "designation": designation,
        "close_approach_date": at.date(),
        "timestamp_utc": at,
        "jd_tdb": 2_461_089.0,
        "fullname": f"({designation})",
        "orbit_id": "8",
        "distance_au": au,
        "distance_min_au": au * 0.9,
        "distance_max_au": au * 1.1,
        "relative_velocity_km_s": 12.5,
        "infinity_velocity_km_s": 12.4,
        "time_sigma": "00:02",
        "time_sigma_s": 120.0,
        "absolute_magnitude_h": 24.0,
        "body": "Earth",
    }
    return CloseApproach.objects.create(**(row | _stamp(log) | values))


def possible(
    log: Any, designation: str, issued_at: datetime, palermo: float = -3.0, **values: Any
) -> SentryObject:
    """One object of a state of Sentry's list."""
    row: dict[str, Any] = {
        "designation": designation,
        "issued_at": issued_at,
        "timestamp_utc": issued_at,
        "sentry_id": "b",
        "fullname": f"({designation})",
        "absolute_magnitude_h": 24.0,
        "diameter_km": 0.05,
        "impact_probability": 1e-5,
        "palermo_cumulative": palermo,
        "palermo_max": palermo - 0.2,
        "torino_max": 0,
        "possible_impacts": 3,
        "year_from": 2060,
        "year_until": 2110,
        "infinity_velocity_km_s": 10.0,
        "last_observed_on": issued_at.date() - timedelta(days=900),
    }
    return SentryObject.objects.create(**(row | _stamp(log) | values))


def _stamp(log: Any) -> dict[str, Any]:
    return {"source": log.source, "ingested_at": log.ingested_at, "ingestion": log}
