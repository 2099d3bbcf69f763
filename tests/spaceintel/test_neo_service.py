"""Approaches of a window: two lists joined, and never "none" where nobody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace import versions
from deepspace.provenance import Tier
from spaceintel.parameters import SpaceParameters
from spaceintel.services.near_earth import near_earth
from spaceintel.states import CNEOS, NEOWS
from tests.spaceintel.near_earth_rows import HISTORY, NEOS, NOON, RECENT, approach, batch, neo
from tests.support.visitor import database_away

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
DAY = timedelta(days=1)
FIRST, LAST = datetime(2026, 2, 13, tzinfo=UTC), datetime(2026, 2, 22, tzinfo=UTC)
WEEK = SpaceParameters(days=8, end=datetime(2026, 2, 21, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def week(product: str):
    return batch(product, FIRST, LAST)


def test_an_approach_in_both_lists_is_one_with_the_uncertainties_of_cneos():
    neo(week(NEOS), at=NOON, au=0.02)
    approach(week(RECENT), at=NOON, au=0.02)
    (found,) = near_earth(WEEK).approaches
    assert found.sources == (NEOWS, CNEOS)
    assert found.distance_ld == pytest.approx(7.783, abs=0.001)
    assert found.distance_min_ld == pytest.approx(7.005, abs=0.001)
    assert found.distance_max_ld == pytest.approx(8.562, abs=0.001)
    assert (found.time_sigma_s, found.infinity_velocity_km_s, found.orbit_id) == (120.0, 12.4, "8")


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_lists_that_differ_by_a_day_are_joined(days: int):
    neo(week(NEOS))
    approach(week(RECENT), at=NOON + days * DAY)
    assert [one.sources for one in near_earth(WEEK).approaches] == [(NEOWS, CNEOS)]


def test_two_days_apart_or_another_object_are_two_approaches():
    neo(week(NEOS))
    cneos = week(RECENT)
    approach(cneos, at=NOON + 2 * DAY)
    approach(cneos, "2026 XY")
    found = near_earth(WEEK)
    assert len(found.approaches) == 3
    assert [one.sources for one in found.listed_by_neows] == [(NEOWS,)]


def test_the_same_day_is_preferred_and_no_row_is_used_twice():
    log = week(NEOS)
    neo(log, at=NOON)
    neo(log, at=NOON + DAY)
    cneos = week(RECENT)
    approach(cneos, at=NOON, orbit_id="today")
    approach(cneos, at=NOON + DAY, orbit_id="tomorrow")
    assert [one.orbit_id for one in near_earth(WEEK).approaches] == ["today", "tomorrow"]


def test_a_joined_row_of_the_day_before_the_window_is_not_listed_by_itself():
    neo(week(NEOS), at=FIRST + timedelta(minutes=1))
    approach(week(RECENT), at=FIRST - timedelta(minutes=1))
    assert [one.sources for one in near_earth(WEEK).approaches] == [(NEOWS, CNEOS)]


def test_size_rank_and_threat_of_a_joined_approach():
    neo(week(NEOS), au=0.01, is_potentially_hazardous=True, diameter_min_km=0.1, diameter_max_km=0.2)
    (found,) = near_earth(WEEK).approaches
    assert found.risk is not None
    assert found.risk.size == pytest.approx(15.0)
    assert found.risk.total == pytest.approx(20 / 3.8917 + 15 + 0.25 + 30, abs=0.01)
    assert (found.threat, found.size) == ("Medium", "large")


def test_a_measured_diameter_goes_before_an_estimate():
    neo(week(NEOS), diameter_min_km=0.1, diameter_max_km=0.2)
    approach(week(RECENT), diameter_km=0.02, diameter_sigma_km=0.001)
    (found,) = near_earth(WEEK).approaches
    assert (found.diameter_km, found.size) == (0.02, "small")


def test_whether_an_object_of_cneos_alone_is_hazardous_is_known_only_by_its_size():
    log = week(RECENT)
    approach(log, "2026 SMALL", absolute_magnitude_h=25.0)
    approach(log, "2026 LARGE", absolute_magnitude_h=20.0)
    approach(log, "2026 DARK", absolute_magnitude_h=None)
    found = {one.designation: one for one in near_earth(WEEK).approaches}
    assert found["2026 SMALL"].is_potentially_hazardous is False
    assert found["2026 SMALL"].risk is not None
    for one in (found["2026 LARGE"], found["2026 DARK"]):
        assert (one.is_potentially_hazardous, one.risk, one.threat) == (None, None, "")
    assert found["2026 DARK"].size == "unknown"
    assert found["2026 LARGE"].diameter_min_km == pytest.approx(0.266, abs=0.001)


def test_one_approach_under_two_names_is_listed_twice_and_said_to_be_the_same():
    log = week(NEOS)
    neo(log, "2015 FQ117")
    neo(log, "673713", name="673713 (2015 FQ117)")
    assert [one.same_as for one in near_earth(WEEK).approaches] == [
        ("673713 (2015 FQ117)",),
        ("(2015 FQ117)",),
    ]


def test_closest_next_and_closest_to_come():
    log = week(NEOS)
    for name, hours, au in (("past", -5, 0.001), ("next", 3, 0.03), ("later", 30, 0.01)):
        neo(log, name, at=NOON + timedelta(hours=hours), au=au)
    found = near_earth(SpaceParameters(days=8))
    assert found.is_live
    names = [one.designation for one in (found.closest, found.next, found.closest_to_come) if one]
    assert names == ["past", "next", "later"]


def test_a_live_window_reaches_a_week_ahead_and_one_with_an_end_does_not():
    log = week(NEOS)
    neo(log, at=NOON + 3 * DAY)
    assert len(near_earth(SpaceParameters(days=2)).approaches) == 1
    assert near_earth(SpaceParameters(days=2)).end == NOON + 7 * DAY
    assert near_earth(SpaceParameters(days=2, end=NOON)).approaches == ()


def test_none_is_said_only_of_a_window_that_was_asked_for():
    batch(NEOS, FIRST, LAST, rows_created=0)
    found = near_earth(WEEK)
    assert found.neos.is_none
    assert found.neos.statement == "No approach from 2026-02-13 to 2026-02-21."
    assert found.cneos.is_unknown
    assert "has not been retrieved" in found.cneos.statement
    assert found.cneos.provenance.tier is Tier.EMPTY


def test_a_window_that_was_asked_for_in_part_says_what_is_unknown():
    log = batch(NEOS, FIRST, FIRST + 3 * DAY)
    neo(log, at=FIRST + DAY)
    found = near_earth(WEEK).neos
    assert not found.is_known
    assert found.unknown_since == FIRST + 3 * DAY + timedelta(microseconds=1)
    assert found.statement == (
        "1 approach from 2026-02-13 to 2026-02-21. Unknown since 2026-02-16 00:00 UTC."
    )


def test_days_before_the_first_batch_are_unknown_and_not_empty():
    log = batch(NEOS, FIRST + 4 * DAY, LAST)
    neo(log, at=FIRST + 5 * DAY)
    found = near_earth(WEEK).neos
    assert found.gaps == ((FIRST, FIRST + 4 * DAY),)
    assert "Unknown from 2026-02-13 to 2026-02-17." in found.statement


def test_with_nothing_known_of_the_window_the_newest_days_before_are_shown():
    old = datetime(2025, 6, 1, tzinfo=UTC)
    log = batch(RECENT, old - DAY, old + DAY)
    approach(log, at=old)
    found = near_earth(SpaceParameters(days=3))
    assert (found.is_moved, found.end, len(found.approaches)) == (True, old, 1)
    assert found.cneos.is_moved
    assert found.cneos.statement.startswith(
        "Nothing is known of the days asked for; shown are these 3 days up to"
    )


def test_with_nothing_stored_everything_is_unknown_and_nothing_invented():
    found = near_earth()
    assert found.approaches == ()
    assert (found.closest, found.next, found.closest_to_come) == (None, None, None)
    for feed in found.feeds.values():
        assert feed.is_unknown
        assert (feed.provenance.tier, feed.provenance.source) == (Tier.EMPTY, "none")
        assert "has not been retrieved" in feed.statement


def test_before_2026_the_history_speaks_for_cneos():
    log = batch(HISTORY, datetime(1950, 1, 1, tzinfo=UTC), datetime(1959, 12, 31, tzinfo=UTC))
    approach(log, at=datetime(1955, 5, 5, tzinfo=UTC))
    found = near_earth(SpaceParameters(days=10, end=datetime(1955, 5, 10, tzinfo=UTC)))
    assert (found.cneos.product, found.cneos.count, found.cneos.is_known) == (HISTORY, 1, True)
    assert found.cneos.provenance.product == HISTORY


def test_a_window_is_read_once_per_data_version(django_assert_num_queries):
    neo(week(NEOS))
    near_earth(WEEK)
    with django_assert_num_queries(0):
        assert len(near_earth(WEEK).approaches) == 1
    neo(week(NEOS), "2026 CD")
    assert len(near_earth(WEEK).approaches) == 2


def test_a_failure_after_that_shows_in_the_chip_at_once():
    neo(week(NEOS))
    assert near_earth(WEEK).neos.provenance.tier is Tier.REAL
    batch(NEOS, status="failed", completes_run=False, rows_created=0, error_class="Unreachable")
    assert near_earth(WEEK).neos.provenance.tier is Tier.CACHED


def test_without_the_database_nothing_is_known():
    neo(week(NEOS))
    with database_away():
        found = near_earth(WEEK)
    assert found.approaches == ()
    assert versions.database_is_away()
    assert not any(feed.is_none for feed in found.feeds.values())


def test_ids_are_stable():
    log = week(NEOS)
    neo(log)
    (one,) = near_earth(WEEK).approaches
    assert one.id == "approach-2026-AB-2026-02-17"
    assert replace(one, distance_ld=1.0).id == one.id


def test_live_days_that_no_ingest_covers_are_unknown_since_one_instant():
    batch(RECENT, NOON - 40 * DAY, NOON - 30 * DAY, rows_created=0)
    found = near_earth(SpaceParameters(days=3)).cneos
    assert found.unknown_since is not None
    assert f"Unknown since {found.unknown_since:%Y-%m-%d %H:%M} UTC." in found.statement
