"""Solar wind in a window, and its newest values."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from spaceintel.parameters import SpaceParameters
from spaceintel.services import solar_wind
from spaceintel.services.windows import window
from spaceintel.states import BT, BZ, DENSITY, SPEED
from tests.support import weather as space
from tests.support.weather import HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]


def series(days=1, end=None):
    now = space.now()
    return solar_wind.series(window(SpaceParameters(days=days, end=end), now), now)


def test_all_four_values_with_their_spacecraft():
    now = space.now()
    space.wind(now - 20 * MINUTE, 10, spacecraft="SOLAR1")
    space.wind(now - 10 * MINUTE, 10, spacecraft="ACE", speed_km_s=500.0)
    found = series()
    assert (found.minutes, found.spacecraft) == (20, ("ACE", "SOLAR1"))
    assert found.values.mean[0].tolist() == [400.0, 5.0, 6.0, -2.0]
    assert found.values.mean[-1, SPEED] == 500.0
    assert found.feed.unknown_since is None


def test_a_missing_value_is_missing_and_no_zero():
    now = space.now()
    space.wind(now - 5 * MINUTE, 5, density_cm3=None, bt_nt=None)
    found = series().values
    assert np.isnan(found.mean[:, [DENSITY, BT]]).all()
    assert (found.mean[:, BZ] == -2.0).all()


def test_plasma_and_field_are_each_the_newest():
    now = space.now()
    space.wind(now - 10 * MINUTE, 5, bt_nt=None, bz_gsm_nt=None)
    space.wind(now - 3 * MINUTE, 1, spacecraft="summary", speed_km_s=None, density_cm3=None, bz_gsm_nt=-9.0)
    found = series().latest
    assert found is not None
    assert (found.speed_km_s, found.plasma_at) == (400.0, now - 6 * MINUTE)
    assert (found.bz_gsm_nt, found.field_at) == (-9.0, now - 3 * MINUTE)
    assert found.spacecraft == ("SOLAR1", "summary")
    assert (found.plasma_spacecraft, found.field_spacecraft) == ("SOLAR1", "summary")


def test_a_value_of_sixteen_minutes_ago_is_old():
    now = space.now()
    space.wind(now - 16 * MINUTE, 1)
    found, before = solar_wind.wind_now(now), solar_wind.wind_now(now - 2 * MINUTE)
    assert found is not None
    assert before is not None
    assert (found.is_plasma_current, found.is_field_current) == (False, False)
    assert (before.is_plasma_current, before.is_field_current) == (True, True)


@pytest.mark.parametrize("old", ["plasma", "field"])
def test_old_plasma_and_an_old_field_each_have_their_own_age(old):
    now = space.now()
    plasma: dict[str, Any] = {"speed_km_s": None, "density_cm3": None}
    field: dict[str, Any] = {"bt_nt": None, "bz_gsm_nt": None}
    without_old, without_fresh = (plasma, field) if old == "plasma" else (field, plasma)
    space.wind(now - 5 * HOUR, 1, **without_fresh)
    space.wind(now - 2 * MINUTE, 2, **without_old)
    found = series().latest
    assert found is not None
    ages = {"plasma": now - (found.plasma_at or now), "field": now - (found.field_at or now)}
    assert ages == {"plasma": MINUTE, "field": MINUTE} | {old: 5 * HOUR}
    assert (found.is_plasma_current, found.is_field_current) == (old == "field", old == "plasma")


def test_nothing_is_unknown():
    found = series()
    assert (found.minutes, found.latest, found.spacecraft) == (0, None, ())
    assert found.feed.is_unknown
    assert found.values.mean.shape == (0, 4)


def test_the_latest_of_a_window_that_ended_lies_in_it():
    now = space.now()
    space.wind(now - 5 * MINUTE, 5)
    end = now - timedelta(days=100)
    space.wind(end - 5 * MINUTE, 5, speed_km_s=777.0)
    found = series(end=end).latest
    assert found is not None
    assert found.speed_km_s == 777.0


def test_a_year_is_reduced_and_keeps_its_extremes():
    now = space.now()
    space.wind(now - 600 * MINUTE, 600)
    space.wind(now - 300 * 1_440 * MINUTE, 5, speed_km_s=1_999.0, bz_gsm_nt=-60.0)
    found = series(days=366)
    assert found.values.is_envelope
    assert np.nanmax(found.values.high[:, SPEED]) == 1_999.0
    assert np.nanmin(found.values.low[:, BZ]) == -60.0
    assert found.minutes == 605
