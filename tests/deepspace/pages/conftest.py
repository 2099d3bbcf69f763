"""A site with something in its tables, and plots that cost nothing to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from deepspace import frontcache, memo, versions
from deepspace.models import IngestionLog
from deepspace.plotting.store import RenderedPlot
from deepspace.provenance import Provenance, Tier
from voyager import science, synthetic
from voyager.models import Event, Trajectory

LogFactory = Callable[..., IngestionLog]


def _forget() -> None:
    versions.forget()
    frontcache.store.clear()
    memo.forget()


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    """No test sees what another one left in the memory of the process."""
    _forget()
    yield
    _forget()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the plots that a page asked for; none is drawn."""
    asked: list[str] = []

    def plot(name: str) -> SimpleNamespace:
        return SimpleNamespace(
            name=name,
            title=f"Plot {name}",
            caption="What is seen.",
            caveat="What is not.",
            size_px=(1000, 600),
        )

    def rendered(plot: SimpleNamespace, parameters: object, fmt: str) -> RenderedPlot:
        asked.append(plot.name)
        provenance = Provenance(
            "voyager.trajectory", Tier.REAL, "jpl_horizons", datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
        )
        return RenderedPlot(
            "key", b"\x89PNG", "image/png", f"Finding of {plot.name}.", Tier.REAL, (provenance,)
        )

    monkeypatch.setattr("deepspace.plotting.registry.plot", plot)
    monkeypatch.setattr("deepspace.pages.panels.rendered", rendered)
    return asked


@pytest.fixture
def log(db: None) -> LogFactory:
    """Write log rows of finished batches."""

    def write(product: str = "voyager.trajectory", **values: object) -> IngestionLog:
        ended = datetime.now(UTC) - timedelta(minutes=5)
        settled: dict[str, object] = {
            "product": product,
            "source": "jpl_horizons",
            "status": IngestionLog.Status.SUCCESS,
            "completes_run": True,
            "started_at": ended,
            "finished_at": ended,
            "ingested_at": ended,
            "rows_created": 1,
            "code_version": "test",
        }
        return IngestionLog.objects.create(**(settled | values))

    return write


@pytest.fixture
def ingested(log: LogFactory) -> IngestionLog:
    """Store states of 2025 to one year ahead (the model's, which is near enough for a page) and two events."""
    batch = log()
    start = datetime(2025, 1, 1, tzinfo=UTC)
    days = (datetime.now(UTC) - start).days + 365
    utc = np.datetime64("2025-01-01", "us") + np.arange(0, days, 10) * np.timedelta64(1, "D")
    jd_tdb = science.tdb_seconds_to_jd_tdb(science.utc_to_tdb_seconds(utc))
    vectors = np.hstack([*synthetic.voyager_state(jd_tdb), *synthetic.earth_state(jd_tdb)])
    names = [
        f"{body}{axis}"
        for body in ("", "earth_")
        for axis in ("x_au", "y_au", "z_au", "vx_au_d", "vy_au_d", "vz_au_d")
    ]
    derived = dict.fromkeys(
        (
            "distance_au",
            "earth_distance_au",
            "speed_km_s",
            "ra_deg",
            "dec_deg",
            "gal_longitude",
            "gal_latitude",
        ),
        0.0,
    )
    common: dict[str, object] = {
        "source": "jpl_horizons",
        "ingested_at": batch.ingested_at,
        "ingestion": batch,
    }
    Trajectory.objects.bulk_create(
        Trajectory(
            timestamp_utc=moment.item().replace(tzinfo=UTC),
            jd_tdb=jd,
            cadence_s=864_000,
            quality="refit",
            **dict(zip(names, vector.tolist(), strict=True)),
            **derived,
            **common,
        )
        for moment, jd, vector in zip(utc, jd_tdb.tolist(), vectors, strict=True)
    )
    events = log("voyager.events", source="curated")
    common |= {
        "source": "curated",
        "ingestion": events,
        "citation": "NASA",
        "is_milestone": True,
        "kind": "milestone",
    }
    crossing = datetime(2026, 11, 18, 10, 16, 7, tzinfo=UTC)
    Event.objects.create(event_date=crossing, event_name="One light-day", timestamp_utc=crossing, **common)
    Event.objects.create(
        event_date="2025-02-25",
        event_name="CRS off",
        description="Power.",
        citation_url="https://example.org/crs",
        **common,
    )
    return batch
