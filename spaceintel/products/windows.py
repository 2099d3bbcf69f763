"""Days that products ask for: which ones, in which steps, and as which window of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from deepspace.ingestion.product import Batch, Product, Window
from deepspace.models import IngestionLog
from deepspace.upstream.errors import NoData

DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both ends included, on the calendar of the upstream."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """First instant of the window in which a batch replaces rows; dates are their midnights."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """Its last instant."""
        return midnight(self.last) + DAY - _MICROSECOND

    def within(self, first: date, last: date) -> Days | None:
        """The part that lies between two days; None where there is none."""
        low, high = max(self.first, first), min(self.last, last)
        return Days(low, high) if low <= high else None

    def steps(self, length: int) -> Iterator[Days]:
        """The same days in steps of at most ``length``, oldest first."""
        first = self.first
        while first <= self.last:
            last = self.last if (self.last - first).days < length else first + (length - 1) * DAY
            yield Days(first, last)
            if last == self.last:
                return
            first = last + DAY


def midnight(day: date) -> datetime:
    """The first instant of a day (UTC)."""
    return datetime.combine(day, time.min, UTC)


def bounds(batch: Batch) -> tuple[datetime, datetime]:
    """First and last instant of a batch that has a window."""
    assert batch.start is not None  # noqa: S101 (only products whose batches have windows ask)
    assert batch.end is not None  # noqa: S101
    return batch.start, batch.end


def is_inside(begin: datetime, batch: Batch) -> bool:
    """Whether an instant lies in the window of a batch."""
    start, end = bounds(batch)
    return start <= begin <= end


def today() -> date:
    """The day of now (UTC)."""
    return datetime.now(UTC).date()


def asked(window: Window, back: int, ahead: int, first: date, last: date) -> Days:
    """The days of an explicit window between the first and the last that the upstream knows.

    An end left open is ``ahead`` days from now, a start left open ``back`` days before the end.

    Raises
    ------
    NoData
        None of the days asked can be known.
    """
    until = window.end.date() if window.end is not None else min(today() + ahead * DAY, last)
    since = (
        window.start.date() if window.start is not None else max(until, date.min + back * DAY) - back * DAY
    )
    if since <= until and (found := Days(since, until).within(first, last)) is not None:
        return found
    raise NoData(f"approaches are known here from {first} to {last}, asked were {since} to {until}")


def asked_lately(product: Product, days: Days, within: timedelta, *, whole: bool = True) -> bool:
    """Whether a batch of these days (or of days that begin with them) was stored in the last while."""
    since = datetime.now(UTC) - within
    logs = IngestionLog.objects.filter(
        product=product.key,
        status=IngestionLog.Status.SUCCESS,
        window_start=days.start,
        started_at__gte=since,
    ).exclude(kind=IngestionLog.Kind.REPLAY)
    return logs.filter(window_end__gte=days.end).exists() if whole else logs.exists()
