"""Which spans of Voyager 1's flight are asked for at which step.

The legs share no instant, so that each is fetched, replaced and verified by itself; hourly legs hold the daily
midnights too, so that an instant is one row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deepspace.constants import J2000_JD_TDB
from voyager.constants import JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_ENCOUNTER = timedelta(days=5)  # hourly on either side of a closest approach
_AHEAD = timedelta(days=365)

J2000 = datetime(2000, 1, 1, 12)  # noqa: DTZ001 (TDB)
EPHEMERIS_START = datetime(1977, 9, 5, 15)  # noqa: DTZ001 (TDB): first full hour that Horizons covers
_LAUNCH_END = datetime(1977, 9, 9)  # noqa: DTZ001 (TDB)
REFIT_START = datetime(1981, 1, 1)  # noqa: DTZ001 (TDB): older states are a mission-design trajectory
LAST_OF_DESIGN = REFIT_START - timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Leg:
    """A closed span of TDB instants on a regular grid; a single instant when start and stop are equal."""

    start: datetime
    stop: datetime
    step: timedelta

    @property
    def epochs(self) -> int:
        """Number of instants on the grid."""
        return int((self.stop - self.start) / self.step) + 1

    @property
    def is_single(self) -> bool:
        """One instant: Horizons refuses ``start == stop`` and wants a list instead."""
        return self.start == self.stop

    def clipped(self, first: datetime | None, last: datetime | None) -> Leg | None:
        """The part of the leg within two TDB instants, on its own grid; None when there is none."""
        skipped = 0 if first is None or first <= self.start else -((self.start - first) // self.step)
        start = self.start + skipped * self.step
        stop = self.stop if last is None or last >= self.stop else last - (last - self.start) % self.step
        return Leg(start, stop, self.step) if start <= stop else None


def _tdb(jd: float) -> datetime:
    return J2000 + timedelta(days=jd - J2000_JD_TDB)


def _hourly_around(jd: float) -> Leg:
    """Whole days that hold five days before and after a closest approach."""
    first = (_tdb(jd) - _ENCOUNTER).replace(hour=0, minute=0, second=0, microsecond=0)
    last = (_tdb(jd) + _ENCOUNTER + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    return Leg(first, last, HOUR)


def legs(today: datetime) -> list[Leg]:
    """All legs, oldest first, to one year after ``today``."""
    end = today.astimezone(UTC).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) + _AHEAD
    dense = [
        Leg(EPHEMERIS_START, _LAUNCH_END, HOUR),
        _hourly_around(JUPITER_CLOSEST_APPROACH_JD_TDB),
        _hourly_around(SATURN_CLOSEST_APPROACH_JD_TDB),
        Leg(LAST_OF_DESIGN, LAST_OF_DESIGN, HOUR),
    ]
    return list(_with_days_between(dense, end))


def _with_days_between(dense: list[Leg], end: datetime) -> Iterator[Leg]:
    for leg, following in zip(dense, [*dense[1:], None], strict=True):
        yield leg
        first = _midnight_after(leg.stop)
        last = end if following is None else _midnight_before(following.start)
        if first <= last:
            yield Leg(first, last, DAY)


def _midnight_after(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0) + DAY


def _midnight_before(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0)
    return midnight if midnight < moment else midnight - DAY
