"""Kp in a window, of now, and to come."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import time_machine

from spaceintel.parameters import SpaceParameters
from spaceintel.services import kp
from spaceintel.services.windows import window
from tests.support import weather as space
from tests.support.weather import DAY, HOUR, INTERVAL, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
OLD = datetime(2024, 5, 10, tzinfo=UTC)


def series(days=30, end=None, now=None):
    now = now or space.now()
    return kp.series(window(SpaceParameters(days=days, end=end), now), now)


def test_recent_values_are_noaas_and_older_ones_gfzs():
    now = space.now()
    recent, older = space.interval(now, 8), space.interval(now - 60 * DAY)
    for first in (recent, older):
        space.kp(first, [2.0, 2.33], source="noaa_swpc")
        space.kp(first, [3.0, 3.333], source="gfz")
    found = series(days=90)
    assert found.kp.tolist() == [3.0, 3.333, 2.0, 2.33]
    assert found.source.tolist() == ["gfz", "gfz", "noaa_swpc", "noaa_swpc"]
    assert [feed.product for feed in found.feeds] == ["spaceintel.kp", "spaceintel.kp_gfz"]


def test_where_one_source_lacks_a_value_the_others_is_taken():
    now = space.now()
    space.kp(space.interval(now, 4), [1.0], source="noaa_swpc")
    space.kp(space.interval(now, 4), [5.0, 2.0], source="gfz")
    found = series()
    assert found.kp.tolist() == [1.0, 2.0]
    assert found.source.tolist() == ["noaa_swpc", "gfz"]


def test_an_interval_that_overlaps_the_windows_begin_belongs_to_it():
    space.kp(OLD, [1.0, 2.0, 3.0], source="gfz")
    assert series(days=1, end=OLD + HOUR + DAY).kp.tolist() == [1.0, 2.0, 3.0]
    assert series(days=1, end=OLD + INTERVAL + DAY).kp.tolist() == [2.0, 3.0]


@pytest.mark.parametrize("minutes", [0, 1, 60, 179])
def test_a_window_has_eight_values_in_each_day_whenever_it_begins(minutes):
    space.kp(OLD, [n / 9 for n in range(8 * 6)], source="gfz")
    found = series(days=4, end=OLD + 5 * DAY + minutes * MINUTE)
    assert len(found) == 32
    assert found.feeds[0].statement.startswith("32 three-hour values in these 4 days.")


def test_windows_side_by_side_have_each_interval_once():
    space.kp(OLD, [n / 9 for n in range(8 * 6)], source="gfz")
    one, other, both = (
        series(days=n, end=OLD + end * DAY).kp.tolist() for n, end in ((2, 3), (2, 5), (4, 5))
    )
    assert one + other == both


@pytest.mark.parametrize("minutes", [0, 14, 15, 100, 179])
def test_a_live_week_has_56_values(minutes):
    now = OLD + 20 * DAY + minutes * MINUTE
    with time_machine.travel(now, tick=False):
        space.kp(OLD, [3.0] * (8 * 20 + 1), source="gfz")  # the last one is of the interval under way
        found = series(days=7, now=now)
    assert len(found) == 56
    assert found.feeds[0].statement == "56 three-hour values in these 7 days."


def test_one_of_many_is_told_in_the_plural():
    space.kp(OLD, [3.0], source="gfz")
    assert (
        series(days=7, end=OLD + DAY)
        .feeds[0]
        .statement.startswith("1 of 56 three-hour values in these 7 days.")
    )


def test_without_a_value_in_a_live_window_the_last_ones_are_shown_and_said_to_be():
    space.kp(OLD, [9.0] * 8, source="gfz")
    found = series(days=1)
    assert len(found) == 8
    feed = found.feeds[0]
    assert feed.is_moved
    assert not feed.is_known
    assert feed.statement.startswith("Unknown since 2024-05-11 00:00 UTC; shown are this day up to then.")


def test_a_window_that_ended_is_moved_to_earlier_values_with_a_note():
    space.kp(OLD, [9.0] * 8, source="gfz")
    feed = series(days=1, end=OLD + 100 * DAY).feeds[0]
    assert feed.statement.startswith(
        "Nothing of the days asked for is known; shown are this day up to 2024-05-11"
    )


def test_later_values_are_not_shown_for_an_earlier_window():
    space.kp(OLD, [9.0], source="gfz")
    found = series(end=OLD - 100 * DAY)
    assert len(found) == 0
    assert found.feeds[0].is_unknown
    assert "Unknown" in found.feeds[0].statement


def test_missing_intervals_are_counted():
    space.kp(OLD, [1.0] * 4, source="gfz")
    assert (
        series(days=1, end=OLD + DAY).feeds[0].statement.startswith("4 of 8 three-hour values in this day.")
    )


def test_a_series_that_ends_early_is_unknown_since():
    now = space.now()
    space.kp(space.interval(now, 20), [1.0] * 10)
    feed = series(days=7).feeds[0]
    ended = space.interval(now, 10)
    assert feed.unknown_since == ended
    assert f"Unknown since {ended:%Y-%m-%d %H:%M} UTC." in feed.statement


def test_a_window_that_ended_is_unknown_up_to_its_end_and_not_since():
    """What came after it may be known very well."""
    space.kp(OLD, [1.0] * 4, source="gfz")
    space.kp(OLD + 10 * DAY, [1.0] * 4, source="gfz")
    statement = series(days=2, end=OLD + 2 * DAY).feeds[0].statement
    assert statement.endswith("Unknown from 2024-05-10 12:00 UTC to 2024-05-12 00:00 UTC.")
    assert "since" not in statement


def test_nothing_at_all_is_unknown_and_not_none():
    found = series()
    assert len(found) == 0
    assert found.feeds[0].is_unknown
    assert not found.feeds[0].is_none
    assert found.feeds[0].provenance.tier.value == "empty"


# === now ======================================================================================


def test_the_estimate_of_the_last_hour_is_the_value_of_now():
    now = space.interval(space.now()) + 2 * HOUR
    space.kp(now - 10 * MINUTE, [3.33], kind="estimated")
    space.kp(space.interval(now, 1), [5.0])
    found = kp.kp_now(now)
    assert (found.kp, found.kind, found.source, found.is_current) == (3.33, "estimated", "noaa_swpc", True)


def test_in_the_first_hour_the_interval_before_counts_as_well():
    now = space.interval(space.now()) + 30 * MINUTE
    space.kp(now - 5 * MINUTE, [0.33], kind="estimated")
    space.kp(space.interval(now, 1), [6.0])
    found = kp.kp_now(now)
    assert (found.kp, found.kind, found.g_scale) == (6.0, "observed", 2)


def test_without_an_estimate_the_newest_observed_value_counts_for_four_hours():
    now = space.now()
    first = space.interval(now, 1)
    space.kp(first, [4.67], source="gfz")
    end = first + INTERVAL
    assert kp.kp_now(end + 4 * HOUR).is_current
    found = kp.kp_now(end + 4 * HOUR + MINUTE)
    assert (found.kp, found.is_current, found.until) == (4.67, False, end)


def test_of_the_same_interval_noaas_value_is_taken():
    now = space.now()
    for source, value in (("gfz", 1.0), ("noaa_swpc", 2.0)):
        space.kp(space.interval(now, 1), [value], source=source)
    assert kp.kp_now(now).source == "noaa_swpc"


def test_no_value_is_no_zero():
    found = kp.kp_now(space.now())
    assert found.kp is None
    assert found.g_scale is None
    assert not found.is_current


# === forecast =================================================================================


def test_the_forecast_begins_with_the_interval_under_way():
    now = space.now()
    space.kp(space.interval(now, 3), [1.0, 2.0, 3.0, 4.0, 5.0], kind="predicted", noaa_scale="")
    found = kp.forecast(now)
    assert found.kp.tolist() == [4.0, 5.0]
    assert found.utc[0] == np.datetime64(space.interval(now).replace(tzinfo=None))
    assert found.status.tolist() == ["predicted", "predicted"]


def test_an_old_forecast_is_not_shown():
    space.kp(space.interval(space.now() - 9 * DAY), [4.0], kind="predicted")
    assert len(kp.forecast(space.now())) == 0


def test_no_forecast_is_an_empty_one():
    found = kp.forecast(space.now())
    assert len(found) == 0
    assert found.issued_at is None


def test_estimates_and_predictions_are_not_in_the_series():
    now = space.now()
    space.kp(space.interval(now, 2), [7.0], kind="predicted")
    space.kp(now - 30 * MINUTE, [7.0], kind="estimated")
    assert len(series(days=1)) == 0


def test_a_window_is_read_once_for_all_moments_of_a_quarter(django_assert_num_queries):
    space.kp(space.interval(space.now(), 4), [1.0])
    now = space.now().replace(minute=1)
    series(now=now)
    with django_assert_num_queries(0):
        series(now=now + timedelta(minutes=13))
