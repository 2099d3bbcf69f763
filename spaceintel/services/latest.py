"""Rows that can say what is now: the newest ones at or before an instant.

An upstream's clock can jump, so that a row is dated ahead by up to a day (the readers allow that much). Such a row
says nothing before its time has come, and hides none that does. Nothing is allowed for clocks that differ: a row that
is seconds ahead waits for as long, and the one before it still holds.

Rows are read once for a quarter of an hour, with all that are dated in it: which of them count is asked of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from django.db.models import QuerySet

from spaceintel.services.windows import QUARTER, Span

KEPT: Final = 2  # quarters: readers on both sides of an edge
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Row = TypeVar("Row")


def quarter_of(now: datetime) -> Span:
    """The quarter of an hour that an instant lies in."""
    start = _EPOCH + (now - _EPOCH) // QUARTER * QUARTER
    return Span(start, start + QUARTER)


def read_around(
    rows: QuerySet[Any, Row], quarter: Span, *, earlier: int = 1, time: str = "timestamp_utc"
) -> list[Row]:
    """Rows of a quarter, and the last ones up to its begin; newest first as far as ``rows`` are ordered so.

    Parameters
    ----------
    earlier
        How many rows before the quarter: as many as an answer needs.
    time
        The column that the rows are ordered by.
    """
    inside = rows.filter(**{f"{time}__gt": quarter.start, f"{time}__lte": quarter.until})
    before = rows.filter(**{f"{time}__lte": quarter.start})
    return [*inside, *before[:earlier]]


def first_until(found: Iterable[tuple[datetime, Row]], now: datetime) -> Row | None:
    """The first of some rows, newest first, whose time has come."""
    return next((row for at, row in found if at <= now), None)
