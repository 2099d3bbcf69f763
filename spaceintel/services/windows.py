"""Windows of time: what is asked, what is read, and what is shown instead when nothing of that is known.

A window is closed: events that begin in it. Intervals belong to the window in which they end, its start apart, so that
each day has as many as fit in it. A live one ends now. What is read for it is
kept in memory, so that its edges there lie on whole quarters of an hour; what is shown of it ends now all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import Error as DatabaseFailure
from django.db.models import QuerySet

from deepspace import versions
from deepspace.ingestion.store import instant
from spaceintel.parameters import SpaceParameters

__all__ = ["QUARTER", "Span", "Window", "aware", "instant", "newest", "told", "window"]

QUARTER: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Some days, as they are shown. ``until`` is the end of what is read."""

    days: int
    start: datetime
    end: datetime
    until: datetime
    is_live: bool
    is_moved: bool = False
    was_live: bool = False  # before it was moved

    @property
    def span(self) -> Span:
        """What is read: the same for all moments of a quarter of an hour."""
        return Span(self.start, self.until)

    @property
    def name(self) -> str:
        """For sentences: "these 30 days"."""
        return "this day" if self.days == 1 else f"these {self.days} days"

    def ending(self, last: datetime) -> Window:
        """The window of the same length that ends at the newest row there is."""
        return replace(
            self,
            start=last - timedelta(days=self.days),
            end=last,
            until=last,
            is_live=False,
            is_moved=True,
            was_live=self.is_live,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval that rows are read from; a question that can be remembered."""

    start: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= at <= self.until

    def rows(self, rows: QuerySet[Any], *, before: timedelta = timedelta(0)) -> QuerySet[Any]:
        """The rows that begin in it, or up to ``before`` earlier."""
        return rows.filter(timestamp_utc__gte=self.start - before, timestamp_utc__lte=self.until)


def window(parameters: SpaceParameters, now: datetime) -> Window:
    """The window that is asked for."""
    length = timedelta(days=parameters.days)
    if parameters.end is not None:
        return Window(parameters.days, parameters.end - length, parameters.end, parameters.end, is_live=False)
    quarter = _EPOCH + (now - _EPOCH) // QUARTER * QUARTER
    return Window(parameters.days, quarter - length, now, quarter + QUARTER, is_live=True)


def newest(rows: QuerySet[Any], until: datetime) -> datetime | None:
    """The instant of the newest row at or before ``until``; None as well while the database does not answer."""
    times = (
        rows.filter(timestamp_utc__lte=until)
        .order_by("-timestamp_utc")
        .values_list("timestamp_utc", flat=True)
    )
    try:
        found: datetime | None = times.first()
    except DatabaseFailure:
        versions.lost_database()
        return None
    return found


def aware(moment: np.datetime64) -> datetime:
    """The aware datetime of an instant on such an axis."""
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)


def told(moment: datetime) -> str:
    """An instant for a sentence."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
