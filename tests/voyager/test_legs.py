"""The legs of the flight: what is asked at which step, without gaps and without an instant twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from voyager.constants import JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB
from voyager.legs import DAY, HOUR, J2000, REFIT_START, Leg, legs

TODAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tdb(text: str) -> datetime:
    return datetime.fromisoformat(text)


def epochs(leg: Leg) -> list[datetime]:
    return [leg.start + i * leg.step for i in range(leg.epochs)]


def all_epochs() -> list[datetime]:
    return [epoch for leg in legs(TODAY) for epoch in epochs(leg)]


def test_no_instant_stands_twice_and_time_runs_forward():
    instants = all_epochs()
    assert all(one < other for one, other in pairwise(instants))


def test_every_midnight_of_the_flight_is_there_but_the_one_before_launch():
    midnights = {epoch for epoch in all_epochs() if epoch.time() == datetime.min.time()}
    first, last = tdb("1977-09-06"), tdb("2027-11-20")
    assert midnights == {first + i * DAY for i in range((last - first).days + 1)}


def test_the_flight_starts_with_the_first_full_hour_of_the_ephemeris():
    assert all_epochs()[0] == tdb("1977-09-05T15:00")


def test_it_ends_one_year_ahead():
    assert all_epochs()[-1] == tdb("2027-11-20")


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=h)) for h in (-11, 0, 14)])
def test_today_is_the_day_in_utc(zone):
    assert legs(TODAY.astimezone(zone)) == legs(TODAY)


@pytest.mark.parametrize("jd", [JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB])
def test_five_days_on_either_side_of_an_encounter_are_hourly(jd):
    closest = J2000 + timedelta(days=jd - 2451545.0)
    near = [epoch for epoch in all_epochs() if abs(epoch - closest) <= 5 * DAY]
    assert len(near) in {240, 241}
    assert {other - one for one, other in pairwise(near)} == {HOUR}


def test_launch_is_hourly_to_the_ninth():
    first = legs(TODAY)[0]
    assert (first.start, first.stop, first.step) == (tdb("1977-09-05T15:00"), tdb("1977-09-09"), HOUR)
    assert first.epochs == 82


def test_the_last_minute_before_the_jump_is_there_alone():
    """The ephemeris jumps by 65,180 km at 1981-01-01: that minute holds the last value of the older part."""
    (single,) = [leg for leg in legs(TODAY) if leg.is_single]
    assert single.start == REFIT_START - MINUTE == tdb("1980-12-31T23:59")
    assert single.epochs == 1
    following = legs(TODAY)[-1]
    assert (following.start, following.step) == (REFIT_START, DAY)


def test_a_day_later_there_is_one_epoch_more():
    assert sum(leg.epochs for leg in legs(TODAY + DAY)) == len(all_epochs()) + 1


WEEK = Leg(tdb("2020-01-01"), tdb("2020-01-08"), DAY)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ("2020-01-01", "2020-01-08")),
        ("2019-01-01", "2021-01-01", ("2020-01-01", "2020-01-08")),
        ("2020-01-03", "2020-01-05", ("2020-01-03", "2020-01-05")),
        ("2020-01-02T00:01", "2020-01-05T23:59", ("2020-01-03", "2020-01-05")),
        ("2020-01-03T12:00", "2020-01-04T12:00", ("2020-01-04", "2020-01-04")),
        ("2020-01-03T01:00", "2020-01-03T23:00", None),
        (None, "2019-12-31T23:59", None),
        ("2020-01-08T00:01", None, None),
        ("2020-01-08", None, ("2020-01-08", "2020-01-08")),
    ],
)
def test_a_leg_is_clipped_on_its_own_grid(first, last, expected):
    clipped = WEEK.clipped(first and tdb(first), last and tdb(last))
    found = None if clipped is None else (clipped.start, clipped.stop)
    assert found == (None if expected is None else tuple(map(tdb, expected)))
