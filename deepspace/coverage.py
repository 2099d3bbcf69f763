"""How far a product is known: "none" may only be said of a window that successful ingests cover.

A window that was asked and answered empty is in the log as well, so that an hour without events can be told from
an hour in which nobody could ask.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import Error as DatabaseFailure
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from deepspace import memo, versions
from deepspace.ingestion.history import Union
from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import product as product_named
from deepspace.models import IngestionLog
from deepspace.reading import UtcText

Interval = tuple[datetime, datetime]

_FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
_RECENT: Final = timedelta(days=60)
_EARLIER: Final = timedelta(days=7)  # read besides: the next question often begins a little earlier
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of a window: the newest stretch of it without a gap, and the parts that nobody looked at."""

    start: datetime
    end: datetime
    known_from: datetime | None  # of the newest stretch; None when nothing of the window is known
    known_until: datetime | None
    gaps: tuple[Interval, ...] = ()  # oldest first

    @property
    def is_complete(self) -> bool:
        """Whether the whole window is known: only then is an empty list "none"."""
        return self.known_until is not None and not self.gaps

    @property
    def unknown_since(self) -> datetime | None:
        """From when on nothing is known up to the window's end; None when its end is known."""
        if self.known_until is None:
            return self.start
        return self.known_until if self.known_until < self.end else None

    @property
    def statement(self) -> str:
        """What is not known, as sentences; empty when all is."""
        return " ".join(f"Unknown from {_told(start)} to {_told(end)} UTC." for start, end in self.gaps)


@dataclass(slots=True)
class _Known:
    """Windows of the successful batches read so far, and which ones those were."""

    since: datetime = _LAST  # windows that ended before are not read yet
    newest_log: int = 0
    pulse: str = ""
    windows: Union = field(default_factory=Union)


_held: dict[tuple[Any, ...], _Known] = {}
_lock = threading.Lock()
memo.forgets(_held.clear)


def covered(
    key: str,
    start: datetime,
    end: datetime,
    *,
    foretells: bool = False,
    parameters: Mapping[str, str | int] | None = None,
) -> Coverage:
    """How much of the window from ``start`` to ``end`` the successful ingests of a product cover.

    Parameters
    ----------
    key
        The product.
    start, end
        The window (UTC).
    foretells
        The product's rows are predictions, so that a batch covers its window into the future as well. Otherwise
        a batch knows nothing of what came after it was asked for.
    parameters
        Only batches whose parameters have these values: ``{"event_type": "CME"}`` where one product asks for
        several lists that can fail one by one.

    Notes
    -----
    Each process reads each log row once, those of long ago when they are asked for. While the database does not
    answer, what was read before holds.
    """
    windows = _windows(key, start, foretells=foretells, parameters=parameters or {})
    return _coverage(windows, start.astimezone(UTC), end.astimezone(UTC))


def _windows(key: str, start: datetime, *, foretells: bool, parameters: Mapping[str, str | int]) -> Union:
    place = (key, foretells, *sorted(parameters.items()))
    beat = versions.pulse()
    with _lock:
        held = _held.get(place)
        reaches = held is not None and held.since <= start
        if held is not None and reaches and held.pulse == beat:
            return held.windows
        known = held if held is not None and reaches else _Known(since=_read_from(start))
        try:
            _read_on(known, product_named(key), foretells=foretells, parameters=parameters)
        except DatabaseFailure:
            versions.lost_database()
            return (held or known).windows
        known.pulse, _held[place] = beat, known
        return known.windows


def _read_from(start: datetime) -> datetime:
    """A year has 35,000 batches, and most questions are about the last weeks."""
    return start - _EARLIER if start > datetime.now(UTC) - _RECENT else _FIRST


def _read_on(
    known: _Known, product: Product, *, foretells: bool, parameters: Mapping[str, str | int]
) -> None:
    """Take in the batches since the last look: the product's lock lets them end in the order of their ids."""
    rows = _batches(product).filter(
        Q(window_end__gte=known.since) | Q(window_end__isnull=True),
        pk__gt=known.newest_log,
        **{f"parameters__{name}": value for name, value in parameters.items()},
    )
    found = list(rows)
    if not found:
        return
    low, high = _joined_neighbours(found, foretells=foretells)
    windows = known.windows
    for start, end in _merged(low, high):
        windows = windows.joined(start, end)
    known.newest_log, known.windows = found[-1][0], windows


def _joined_neighbours(
    batches: Sequence[tuple[int, str | None, str | None, str]], *, foretells: bool
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Starts and ends of windows, one for each run of batches that begin inside the one before.

    A year has 35,000 batches, which are read as text, and ISO 8601 sorts by time: the few windows that are left
    are all that is made into instants.
    """
    starts: list[str] = []
    ends: list[str] = []
    first, last = _FIRST.date().isoformat(), _LAST.date().isoformat()
    for _, start, end, asked in batches:
        low, high = start or first, end or last
        if not foretells:
            high = min(high, asked or last)
        if low > high:
            continue
        if starts and starts[-1] <= low <= ends[-1]:
            ends[-1] = max(ends[-1], high)
        else:
            starts.append(low)
            ends.append(high)
    return np.array(starts, dtype="datetime64[us]"), np.array(ends, dtype="datetime64[us]")


def _merged(low: NDArray[np.datetime64], high: NDArray[np.datetime64]) -> Iterator[Interval]:
    """The few intervals that many overlapping ones make."""
    if not len(low):
        return
    order = np.argsort(low, kind="stable")
    low, reach = low[order], np.maximum.accumulate(high[order])
    begins = np.concatenate([[True], low[1:] > reach[:-1]])
    ends = np.concatenate([np.flatnonzero(begins)[1:] - 1, [len(low) - 1]])
    for start, end in zip(low[begins].tolist(), reach[ends].tolist(), strict=True):
        yield start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def _batches(
    product: Product,
) -> QuerySet[IngestionLog, tuple[int, str | None, str | None, str]]:
    """Successful batches with their windows; one without stands for everything where windows are replaced."""
    rows = IngestionLog.objects.filter(product=product.key, status=IngestionLog.Status.SUCCESS)
    has_window = Q(window_start__isnull=False, window_end__isnull=False)
    if product.replaces == "window":
        has_window |= Q(window_start__isnull=True, window_end__isnull=True) & ~Q(payload_ids={})
    rows = rows.exclude(kind=IngestionLog.Kind.REPLAY).filter(has_window).order_by("pk")
    return rows.values_list("pk", *map(UtcText, ("window_start", "window_end", "started_at")))


def _coverage(windows: Union, start: datetime, end: datetime) -> Coverage:
    gaps: list[Interval] = []
    known: Interval | None = None
    reached = start
    for low, high in _within(windows, start, end):
        if low > reached:
            gaps.append((reached, low))
        known, reached = (low, high), high
    if reached < end:
        gaps.append((reached, end))
    known_from, known_until = known or (None, None)
    return Coverage(start, end, known_from, known_until, tuple(gaps))


def _within(windows: Union, start: datetime, end: datetime) -> list[Interval]:
    """The windows' parts inside, oldest first; the microsecond in which a window ends is known to its end."""
    intervals = zip(windows.starts.tolist(), windows.ends.tolist(), strict=True)
    aware = (
        (max(low.replace(tzinfo=UTC), start), min(high.replace(tzinfo=UTC) + _MICROSECOND, end))
        for low, high in intervals
    )
    return [(low, high) for low, high in aware if low < high or (low == high == start == end)]


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
