"""Every stored minute of a window, day by day: a year of X-rays is a million rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from deepspace.reading import UtcText

_DAY: Final = timedelta(days=1)


def days(rows: QuerySet[Any], names: Sequence[str], start: datetime, end: datetime) -> Iterator[list[Any]]:
    """Rows of each day from ``start`` to ``end`` (both within), oldest first: the instant as text, then the columns.

    Each day is a question of its own, so that a slow reader holds no cursor, and no row is held twice.
    """
    low = start
    while low <= end:
        high = min(low + _DAY, end + timedelta(microseconds=1))
        found = rows.filter(timestamp_utc__gte=low, timestamp_utc__lt=high)
        yield list(found.order_by("timestamp_utc", "pk").values_list(UtcText("timestamp_utc"), *names))
        low = high
