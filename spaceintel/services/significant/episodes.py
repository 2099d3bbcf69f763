"""Storms as episodes: where one begins, and when it first reaches each level.

An episode ends when values below the first level are known for 24 hours. Hours without a value say nothing: they
neither end nor go on with it. So two episodes never begin on one UTC day: that day and the level name an event,
however its hours are revised within the day. Where an episode begins does not depend on the window that shows it:
values are read back to the quiet day before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

QUIET: Final = timedelta(hours=24)
LONGEST: Final = timedelta(
    days=10
)  # no storm on record goes on for so long: two so far apart are two, also unseen
_BACK: Final = timedelta(days=30)  # read before a window at first; twice as much where no quiet day is in it
_FARTHEST: Final = 16 * _BACK  # storms upon storms for as long were never seen


@dataclass(frozen=True, slots=True)
class Level:
    """One value: 0 below the first level of the scale."""

    timestamp_utc: datetime
    level: int
    value: float
    source: str
    ingested_at: datetime
    lasts: timedelta  # so long after it the value is known, or until the next one


@dataclass(frozen=True, slots=True)
class Rise:
    """The first value at a new level of an episode."""

    began_at: datetime  # of the episode
    reached: Level
    updated_at: datetime  # when a value of the episode up to here was last written


def read_back(read: Callable[[datetime], Sequence[Level]], start: datetime) -> Sequence[Level]:
    """Values from an instant on, in the order of time, and so many before it that a quiet day is among them."""
    back = _BACK
    while True:
        since = start - back
        levels = read(since)
        before = [one for one in levels if one.timestamp_utc < start]
        if back >= _FARTHEST or _ends_between(before, since, start):
            return levels
        back *= 2


def _ends_between(levels: Sequence[Level], since: datetime, start: datetime) -> bool:
    """Whether a storm that may go on at the first instant is over at some time before the second."""
    known = _Known(since)
    for one in levels:
        if known.is_over(one.timestamp_utc):
            return True
        known.add(one)
    return known.is_over(start)


def is_quiet_day(levels: Sequence[Level]) -> bool:
    """Whether these values alone end a storm before the last of them."""
    return bool(levels) and _ends_between(levels, levels[0].timestamp_utc, levels[-1].timestamp_utc)


class _Known:
    """What is known since the last value of a storm."""

    def __init__(self, last_at: datetime | None = None) -> None:
        self._last_at = last_at
        self._newest: Level | None = None
        self._quiet = timedelta(0)

    def is_over(self, at: datetime) -> bool:
        """Whether no storm goes on up to an instant, before which there is no further value."""
        is_quiet = self._quiet + self._quiet_until(at) >= QUIET
        return is_quiet or (self._last_at is not None and at - self._last_at > LONGEST)

    def add(self, one: Level) -> None:
        """The next value."""
        self._quiet += self._quiet_until(one.timestamp_utc)
        self._newest = one
        if one.level:
            self._last_at, self._quiet = one.timestamp_utc, timedelta(0)

    def _quiet_until(self, at: datetime) -> timedelta:
        if self._newest is None or self._newest.level:
            return timedelta(0)
        return min(at - self._newest.timestamp_utc, self._newest.lasts)


def rises(levels: Iterable[Level]) -> Iterator[Rise]:
    """The first value at each new level of each episode."""
    reached, began_at, updated_at = 0, None, None
    known = _Known()
    for one in levels:
        if known.is_over(one.timestamp_utc):
            reached, began_at = 0, None
        known.add(one)
        if not one.level and began_at is None:
            continue
        if began_at is None or updated_at is None:
            began_at, updated_at = one.timestamp_utc, one.ingested_at
        updated_at = max(updated_at, one.ingested_at)
        if one.level > reached:
            reached = one.level
            yield Rise(began_at, one, updated_at)
