"""Rows of the magnetic field as an ingest would leave them, and windows as the service hands them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Provenance, Tier
from tests.support.stored import batch
from voyager.field import FieldMark, FieldWindow, Mission, Series
from voyager.models import MagneticField
from voyager.products.field_hours import FieldHours
from voyager.services.field_reduction import reduced, statistics
from voyager.services.windows import utc as aware

VIM, HOURLY = "voyager.magnetic_field_48s", "voyager.magnetic_field_1h"
RETRIEVED = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SIGMA = (0.03, 0.02, 0.02, 0.02)
HELIOPAUSE = FieldMark(
    "Heliopause", "boundary", datetime(2012, 8, 25, 12, tzinfo=UTC), False, "Gurnett", "https://example.org/"
)


def times(start: str, n: int, step_s: float) -> NDArray[np.datetime64]:
    """``n`` instants, ``step_s`` apart."""
    step = np.timedelta64(round(step_s * 1e6), "us")
    return np.datetime64(start, "us") + np.arange(n) * step


def vectors(n: int, strength: float = 0.45, *, seed: int = 1) -> NDArray[np.float64]:
    """Strengths and components of a field like that beyond the heliopause, rounded as in the archive."""
    noise = np.random.default_rng(seed).normal(0.0, 0.01, (n, 3))
    vector = np.round(strength * np.array([0.355, -0.856, 0.376]) + noise, 3)
    return np.column_stack([np.sqrt((vector**2).sum(axis=1)), vector])


def store(
    utc: NDArray[np.datetime64], values: NDArray[np.float64], cadence_s: int, log: Any = None, **columns: Any
) -> Any:
    """Rows of voyager1_magnetic_field, with the log row of their batch."""
    key = VIM if cadence_s == 48 else HOURLY
    log = log or batch(key, source="nasa_spdf")
    sigma = SIGMA if cadence_s == 48 else (None,) * 4
    rows: list[list[Any]] = [[None if np.isnan(value) else value for value in row] for row in values.tolist()]
    MagneticField.objects.bulk_create(
        MagneticField(
            timestamp_utc=moment.item().replace(tzinfo=UTC),
            cadence_s=cadence_s,
            b_nt=row[0],
            br_nt=row[1],
            bt_nt=row[2],
            bn_nt=row[3],
            b_sigma_nt=sigma[0],
            br_sigma_nt=sigma[1],
            bt_sigma_nt=sigma[2],
            bn_sigma_nt=sigma[3],
            b_kind="magnitude",
            source="nasa_spdf",
            ingested_at=log.ingested_at,
            ingestion=log,
            **columns,
        )
        for moment, row in zip(utc, rows, strict=True)
    )
    if cadence_s == 48:
        FieldHours().renew(log, None, None)
    return log


def vim(
    start: str, n: int, *, strength: float = 0.45, step_s: float = 48.0, log: Any = None
) -> NDArray[np.float64]:
    """Store 48 s averages; returns their values."""
    values = vectors(n, strength)
    store(times(start, n, step_s), values, 48, log)
    return values


def hourly(start: str, n: int, *, strength: float = 0.45, step_s: float = 3600.0) -> NDArray[np.float64]:
    """Store hourly averages; returns their values."""
    values = vectors(n, strength)
    store(times(start, n, step_s), values, 3600)
    return values


def window(
    series: Series,
    start: datetime,
    end: datetime,
    *,
    tier: Tier = Tier.REAL,
    marks: tuple[FieldMark, ...] = (),
) -> FieldWindow:
    """A window as the service makes it, of averages that are in no table."""
    is_model = tier is Tier.SYNTHETIC
    key = VIM if series.cadence_s == 48 else HOURLY
    provenance = Provenance(
        key, tier, "synthetic" if is_model else "nasa_spdf", None if is_model else RETRIEVED
    )
    return FieldWindow(
        days=max(1, (end - start) // timedelta(days=1)),
        start=start,
        end=end,
        cadence_s=series.cadence_s,
        drawn=reduced(series, start, end),
        statistics=statistics(series, end - start, "exact"),
        marks=marks,
        provenances=(provenance,),
        marks_provenance=Provenance("voyager.events", Tier.REAL, "curated", RETRIEVED),
        archive_until=end,
    )


def mission(shown: FieldWindow, series: Series, marks: tuple[FieldMark, ...] = ()) -> Mission:
    """The whole archive, with a window on it."""
    first, last = aware(series.utc[0]), aware(series.utc[-1])
    return Mission(
        drawn=reduced(series, first, last),
        first=first,
        last=last,
        marks=marks,
        window=shown,
        provenances=shown.provenances,
    )
