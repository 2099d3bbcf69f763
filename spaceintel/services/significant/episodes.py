"""Storms as episodes: where one begins, and when it first reaches each level.

An episode ends when for 24 hours no value is of the first level or more. So two episodes never begin on one UTC
day: that day and the level name an event, however its hours are revised within the day. Where an episode begins
does not depend on the window that shows it: values are read back to the quiet day before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

QUIET: Final = timedelta(hours=24)
_BACK: Final = timedelta(days=30)  # read before a window at first; twice as much where no quiet day is in it
_FARTHEST: Final = 16 * _BACK  # no storm on record goes on for a tenth of it


@dataclass(frozen=True, slots=True)
class Level:
    """One value: 0 below the first level of the scale."""

    timestamp_utc: datetime
    level: int
    value: float
    source: str
    ingested_at: datetime


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
        before = [one.timestamp_utc for one in levels if one.level and one.timestamp_utc < start]
        if back >= _FARTHEST or any(b - a > QUIET for a, b in pairwise([since, *before, start])):
            return levels
        back *= 2


def rises(levels: Iterable[Level]) -> Iterator[Rise]:
    """The first value at each new level of each episode."""
    reached, began_at, last_at, updated_at = 0, None, None, None
    for one in levels:
        if last_at is not None and one.timestamp_utc - last_at > QUIET:
            reached, began_at, last_at = 0, None, None
        if not one.level and began_at is None:
            continue
        if began_at is None or updated_at is None:
            began_at, updated_at = one.timestamp_utc, one.ingested_at
        updated_at = max(updated_at, one.ingested_at)
        if one.level:
            last_at = one.timestamp_utc
        if one.level > reached:
            reached = one.level
            yield Rise(began_at, one, updated_at)
