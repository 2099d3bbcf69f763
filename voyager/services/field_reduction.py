"""A window of the magnetic field reduced to what a picture can show, and its statistics."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from deepspace.envelope import envelope
from voyager.constants import DIRECTION_FROM_NT
from voyager.field import RADIAL, STRENGTH, Drawn, FieldStatistics, Series
from voyager.science.field import direction_deg
from voyager.services.windows import instant
from voyager.services.windows import utc as aware

PIXELS: Final = 866  # of the time axis: up to here each average is drawn by itself
COLUMNS: Final = 433  # beyond, their range in columns two pixels wide


def reduced(series: Series, start: datetime, end: datetime, *, columns: int = COLUMNS) -> Drawn:
    """Each average by itself while the picture has room; else the range of the averages in equal columns."""
    n = len(series)
    sigma = np.full((1, 4), np.nan) if series.sigma is None else series.sigma
    if n <= PIXELS:
        values = series.values
        return Drawn(
            utc=series.utc,
            step_s=float(series.cadence_s),
            count=np.ones(n, np.int64),
            low=values,
            mean=values,
            high=values,
            sigma=np.broadcast_to(sigma, (n, 4)),
            is_envelope=False,
        )
    first = instant(start)
    column = (instant(end) - first) // columns + np.timedelta64(1, "us")
    found = envelope(series.utc, series.values, first, column)
    return Drawn(
        utc=found.utc,
        step_s=float(column / np.timedelta64(1, "s")),
        count=found.count,
        low=found.low,
        mean=found.mean,
        high=found.high,
        sigma=np.broadcast_to(sigma[-1], (len(found.utc), 4)),
        is_envelope=True,
    )


def statistics(series: Series, length: timedelta, method: str) -> FieldStatistics:
    """Statistics of the field strengths, and the direction of the mean vector."""
    strength = series.values[:, STRENGTH]
    vector = series.values[:, RADIAL:]
    complete = ~np.isnan(vector).any(axis=1)
    mean = vector[complete].mean(axis=0, keepdims=True) if complete.any() else np.zeros((1, 3))
    azimuth, elevation = (float(one[0]) for one in direction_deg(mean, DIRECTION_FROM_NT))
    has_direction = np.isfinite(azimuth)
    covered_s = len(strength) * series.cadence_s
    return FieldStatistics(
        count=len(strength),
        mean_nt=float(strength.mean()),
        median_nt=float(np.median(strength)),
        std_nt=float(strength.std()),
        min_nt=float(strength.min()),
        max_nt=float(strength.max()),
        latest_nt=float(strength[-1]),
        latest_at=aware(series.utc[-1]),
        coverage=min(1.0, covered_s / length.total_seconds()),
        lambda_deg=azimuth if has_direction else None,
        delta_deg=elevation if has_direction else None,
        method=method,
    )
