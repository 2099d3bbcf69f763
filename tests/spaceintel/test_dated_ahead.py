"""Rows that an upstream dated ahead of now hide nothing that is known of now, and say nothing before their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import time_machine

from spaceintel.parameters import SpaceParameters
from spaceintel.services import kp, notices, solar_wind, weather, xray
from spaceintel.services.latest import quarter_of
from spaceintel.services.significant import significant_events
from spaceintel.services.windows import aware, window
from tests.support import weather as space
from tests.support.visitor import forget_everything
from tests.support.weather import DAY, HOUR, INTERVAL, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]

NOW = datetime(2026, 11, 21, 13, 37, tzinfo=UTC)
AHEAD = [5 * MINUTE, 20 * MINUTE, 23 * HOUR]  # in this quarter of an hour, in the next one, and far ahead


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def live(days: int = 7):
    return window(SpaceParameters(days=days), NOW)


@pytest.mark.parametrize("ahead", AHEAD)
def test_kp_of_now_is_the_estimate_of_now(ahead: timedelta):
    space.kp(NOW - 5 * MINUTE, [3.33], kind="estimated")
    space.kp(NOW + ahead, [9.0], kind="estimated")
    found = kp.kp_now(NOW)
    assert (found.kp, found.at, found.is_current) == (3.33, NOW - 5 * MINUTE, True)
    later = kp.kp_now(NOW + ahead)
    assert (later.kp, later.at) == (9.0, NOW + ahead)


@pytest.mark.parametrize("source", ["noaa_swpc", "gfz"])
def test_an_observed_kp_dated_ahead_leaves_the_one_of_now(source: str):
    space.kp(space.interval(NOW, 1), [4.67], source=source)
    space.kp(space.interval(NOW, -5), [1.0], source=source)
    found = kp.kp_now(NOW)
    assert (found.kp, found.source, found.is_current) == (4.67, source, True)


def test_in_the_first_hour_a_value_of_six_hours_ago_does_not_count():
    now = NOW.replace(hour=15, minute=30)
    space.kp(space.interval(now, 2), [7.0])  # ended at 12:00, and that of 12:00 to 15:00 is not known
    space.kp(now - MINUTE, [1.33], kind="estimated")
    assert kp.kp_now(now).kp == 1.33


def test_a_prediction_dated_far_ahead_hides_none_of_the_next_days():
    first = space.interval(NOW)
    space.kp(first, [2.0] * 24, kind="predicted")
    space.kp(first + 5 * DAY + INTERVAL, [2.0], kind="predicted")
    found = kp.forecast(NOW)
    assert aware(found.utc[0]) == first
    assert len(found) == 25


def test_a_series_of_kp_ends_now():
    space.kp(space.interval(NOW, 3), [2.0] * 3)
    now = space.interval(NOW) + 2 * MINUTE
    space.kp(space.interval(NOW) + 10 * MINUTE, [9.0])
    found = kp.series(window(SpaceParameters(days=1), now), now)
    assert found.kp.tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize("ahead", AHEAD)
def test_the_last_minutes_of_x_rays_are_those_up_to_now(ahead: timedelta):
    space.xray(NOW - 5 * MINUTE, [1e-4] * 5)
    space.xray(NOW + ahead, [1e-8] * 9)
    found = xray.blackout_now(NOW)
    assert (found.level, found.at) == (3, NOW - MINUTE)


def test_the_newest_minute_and_the_peak_of_x_rays_are_not_ahead():
    space.xray(NOW - 5 * MINUTE, [1e-6] * 5)
    space.xray(NOW + 2 * MINUTE, [1e-3] * 3)
    found = xray.series(live(), NOW)
    assert found.latest is not None
    assert (found.latest.at, found.minutes, found.peak_w_m2) == (NOW - MINUTE, 5, 1e-6)
    assert found.feed.known_until == NOW


def test_a_window_that_ends_in_the_future_has_no_measurement_of_it():
    space.xray(NOW - 5 * MINUTE, [1e-6] * 5)
    space.xray(NOW + 20 * HOUR, [1e-3] * 3)
    asked = window(SpaceParameters(days=7, end=NOW + 3 * DAY), NOW)
    assert xray.series(asked, NOW).minutes == 5


@pytest.mark.parametrize("ahead", AHEAD)
def test_the_wind_of_now_is_not_the_one_ahead(ahead: timedelta):
    space.wind(NOW - 5 * MINUTE, 3, speed_km_s=400.0)
    space.wind(NOW + ahead, 3, speed_km_s=900.0)
    found = solar_wind.wind_now(NOW)
    assert found is not None
    assert (found.speed_km_s, found.plasma_at, found.is_plasma_current) == (400.0, NOW - 3 * MINUTE, True)
    assert (found.field_at, found.is_field_current) == (NOW - 3 * MINUTE, True)


def test_plasma_ahead_does_not_hide_the_field_of_now():
    space.wind(NOW - 2 * MINUTE, 1)
    space.wind(NOW + HOUR, 1, bt_nt=None, bz_gsm_nt=None)
    found = solar_wind.wind_now(NOW)
    assert found is not None
    assert (found.plasma_at, found.field_at) == (NOW - 2 * MINUTE, NOW - 2 * MINUTE)


def test_a_series_of_the_wind_ends_now():
    space.wind(NOW - 3 * MINUTE, 3)
    space.wind(NOW + 5 * MINUTE, 3, speed_km_s=900.0)
    found = solar_wind.series(live(), NOW)
    assert (found.minutes, np.nanmax(found.values.high[:, 0])) == (3, 400.0)
    assert found.feed.known_until == NOW


@pytest.mark.parametrize("ahead", AHEAD)
def test_scales_issued_ahead_leave_those_of_now(ahead: timedelta):
    for offset in (0, 1):
        space.scales(NOW - 5 * MINUTE, day_offset=offset, s_scale=2)
    space.scales(NOW + ahead, s_scale=0)
    found = notices.scales_now(NOW)
    assert (found.issued_at, found.is_current, len(found.days)) == (NOW - 5 * MINUTE, True, 2)
    assert found.now is not None
    assert found.now.s_scale == 2
    assert [one.scale for one in weather.verdict_now(NOW).also if one.is_known] == ["S2"]


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_message_issued_ahead_is_not_listed_yet(ahead: timedelta):
    space.alert(NOW - HOUR, serial_number="7")
    space.alert(NOW + ahead, serial_number="8")
    found, feed = notices.alerts(live(30), NOW)
    assert [one.serial_number for one in found] == ["7"]
    assert feed.count == 1


def test_a_clock_that_jumped_once_makes_nothing_unknown():
    space.kp(NOW - 5 * MINUTE, [1.0], kind="estimated")
    space.xray(NOW - 5 * MINUTE, [1e-7] * 5)
    space.scales(NOW - 5 * MINUTE)
    space.kp(NOW + 20 * HOUR, [9.0], kind="estimated")
    space.xray(NOW + 20 * HOUR, [1e-3] * 5)
    space.scales(NOW + 20 * HOUR, s_scale=5, r_scale=5)
    found = weather.verdict_now(NOW)
    assert (found.level, found.also) == ("quiet", ())


def test_what_is_now_is_read_once_for_a_quarter_of_an_hour(django_assert_num_queries):
    space.kp(NOW - 9 * MINUTE, [1.0, 2.0, 3.0, 4.0], kind="estimated")
    assert kp.kp_now(NOW - 7 * MINUTE).kp == 3.0
    with django_assert_num_queries(0):
        assert kp.kp_now(NOW).kp == 4.0


def test_a_quarter_holds_its_begin():
    assert quarter_of(NOW).start == NOW.replace(minute=30)
    assert quarter_of(NOW.replace(minute=45)).start == NOW.replace(minute=45)
    assert quarter_of(NOW).until == NOW.replace(minute=45)


# === significant events =======================================================================


def events_now() -> dict[str, datetime]:
    forget_everything()
    return {one.id: one.at for one in significant_events(SpaceParameters(), NOW)}


@pytest.mark.parametrize("ahead", AHEAD)
def test_no_event_is_listed_before_its_time(ahead: timedelta):
    at = NOW + ahead
    space.kp(at, [8.0])
    space.scales(at, s_scale=3)
    space.flare(at, 1e-4, "X1.0")
    space.flare(at + 3 * HOUR, 1e-4, "X1.0", kind="XRA")
    space.event("CME", at, arrival_at=at + 2 * DAY)
    space.event("GST", at, kp_max=8.0)
    space.sentry(at, "2024 YR4", 3)
    assert events_now() == {}
    later = significant_events(SpaceParameters(), at + 4 * HOUR)
    assert {one.kind for one in later} == {"kp", "radiation", "flare", "cme", "sentry"}


def test_an_approach_to_come_is_listed_beside_rows_dated_ahead():
    space.approach(NOW + 3 * DAY, 0.001, "2026 AB1")
    space.kp(NOW + 5 * MINUTE, [8.0])
    assert events_now() == {"approach-2026-AB1-2026": NOW + 3 * DAY}


def test_a_row_dated_ahead_changes_no_event_of_before():
    at = NOW - HOUR
    space.event("GST", at, kp_max=8.0)
    space.flare(NOW - 2 * MINUTE, 5e-5, "M5.0")
    before = significant_events(SpaceParameters(), NOW)
    assert [one.kind for one in before] == ["flare", "storm"]
    space.kp(NOW + 20 * HOUR, [8.0])  # would say that the storm has a Kp
    space.flare(NOW + 5 * MINUTE, 1e-3, "X9.0", kind="XRA")  # would be the flare's other entry
    forget_everything()
    assert significant_events(SpaceParameters(), NOW) == before


def test_values_of_a_storm_that_donki_lists_ahead_wait_for_their_time():
    listed = [{"observedTime": f"{NOW + 8 * HOUR:%Y-%m-%dT%H:%MZ}", "kpIndex": 7.0}]
    space.event("GST", NOW - HOUR, details={"allKpIndex": listed})
    assert [name.partition("-")[0] for name in events_now()] == ["storm"]
