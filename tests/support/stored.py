"""Rows as an ingest would leave them, without an ingest: for tests of what is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.models import IngestionLog
from voyager import science, synthetic
from voyager.models import Event, Trajectory

_DERIVED = (
    *("distance_au", "earth_distance_au", "speed_km_s", "ra_deg", "dec_deg"),
    *("gal_longitude", "gal_latitude"),
)
_STATE = [
    f"{body}{axis}"
    for body in ("", "earth_")
    for axis in ("x_au", "y_au", "z_au", "vx_au_d", "vy_au_d", "vz_au_d")
]


def batch(
    product: str = "voyager.trajectory", *, ago: timedelta = timedelta(minutes=5), **values: Any
) -> Any:
    """A log row: by default of a refresh that succeeded ``ago`` and changed something."""
    ended = datetime.now(UTC) - ago
    source = "curated" if product.endswith("events") else "jpl_horizons"
    settled: dict[str, Any] = {
        "product": product,
        "source": source,
        "status": IngestionLog.Status.SUCCESS,
        "completes_run": True,
        "started_at": ended,
        "finished_at": ended,
        "ingested_at": ended,
        "rows_created": 1,
        "code_version": "test",
    }
    return IngestionLog.objects.create(**(settled | values))


def failure(product: str = "voyager.trajectory", **values: Any) -> Any:
    """A log row of a refresh that failed just now."""
    failed: dict[str, Any] = {
        "ago": timedelta(0),
        "status": IngestionLog.Status.FAILED,
        "completes_run": False,
        "rows_created": 0,
        "error_class": "Unreachable",
    }
    return batch(product, **(failed | values))


def states(utc: NDArray[np.datetime64], *, quality: str = "refit", log: Any = None) -> Any:
    """Rows of voyager1_trajectory at some instants, with the model's states (near enough for a page)."""
    log = log or batch()
    jd_tdb = science.tdb_seconds_to_jd_tdb(science.utc_to_tdb_seconds(utc))
    vectors = np.hstack([*synthetic.voyager_state(jd_tdb), *synthetic.earth_state(jd_tdb)])
    Trajectory.objects.bulk_create(
        Trajectory(
            timestamp_utc=moment.item().replace(tzinfo=UTC),
            jd_tdb=jd,
            cadence_s=864_000,
            quality=quality,
            solution="test",
            earth_solution="test",
            source="jpl_horizons",
            ingested_at=log.ingested_at,
            ingestion=log,
            **dict(zip(_STATE, vector.tolist(), strict=True)),
            **dict.fromkeys(_DERIVED, 1.0),
        )
        for moment, jd, vector in zip(utc, jd_tdb.tolist(), vectors, strict=True)
    )
    return log


def days(first: str, last: str, step: int = 10) -> NDArray[np.datetime64]:
    """Midnights, ``step`` days apart."""
    return np.arange(
        np.datetime64(first, "us"),
        np.datetime64(last, "us"),
        step * np.timedelta64(1, "D"),
        dtype="datetime64[us]",
    )


def site(*, ago: timedelta = timedelta(minutes=5)) -> None:
    """States from 1977 to 2028 and two events, refreshed ``ago``."""
    log = states(days("1981-01-01", "2028-01-01", 30), log=batch(ago=ago))
    states(days("1977-09-06", "1981-01-01", 5), quality="design", log=log)
    events(batch("voyager.events", ago=ago))


def events(log: Any = None) -> None:
    """Two events: one with a published instant, one with a date."""
    log = log or batch("voyager.events")
    common: dict[str, Any] = {
        "source": "curated",
        "ingested_at": log.ingested_at,
        "ingestion": log,
        "is_milestone": True,
    }
    Event.objects.create(
        event_date="2026-11-18",
        event_name="One light-day",
        timestamp_utc=datetime(2026, 11, 18, 10, 16, 7, tzinfo=UTC),
        kind="milestone",
        description="Light needs a day.",
        citation="NASA",
        **common,
    )
    Event.objects.create(
        event_date="1979-03-05",
        event_name="Jupiter",
        kind="encounter",
        description="Closest approach.",
        citation="NASA",
        citation_url="https://example.org/jupiter",
        **common,
    )
