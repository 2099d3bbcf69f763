"""Means of the stored field in the intervals that papers speak of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db.models import Avg, Count

from deepspace.memo import per_version
from voyager.constants import HOURLY_CADENCE_S, VIM_CADENCE_S, VLISM_FIELD_UTC, VLISM_INTERVAL_UTC
from voyager.field import ArchiveMean
from voyager.services.field_archive import HOURLY, VIM, rows
from voyager.services.windows import utc as aware


@per_version(HOURLY, VIM, otherwise=lambda: (None, None))
def published_intervals() -> tuple[ArchiveMean | None, ArchiveMean | None]:
    """Means of what is stored in the interval of the published mean, and in 2013.0 to 2014.4.

    Of 48 s averages where they are there in each month of the interval, else of hourly ones, else nothing.
    """
    return _archive_mean(*VLISM_FIELD_UTC), _archive_mean(*VLISM_INTERVAL_UTC)


def _archive_mean(first: str, last: str) -> ArchiveMean | None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)
    for key, cadence_s in ((VIM, VIM_CADENCE_S), (HOURLY, HOURLY_CADENCE_S)):
        inside = rows(key, start, end)
        if all(_has_rows(key, month, start, end) for month in months):
            whole: dict[str, Any] = inside.aggregate(mean=Avg("b_nt"), count=Count("pk"))
            return ArchiveMean(start, end, whole["mean"], whole["count"], cadence_s)
    return None


def _has_rows(key: str, month: np.datetime64, start: datetime, end: datetime) -> bool:
    return rows(key, max(start, aware(month)), min(end, aware(month + 1))).exists()
