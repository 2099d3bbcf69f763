"""The model of the magnetic field: its levels, and that an instant always has the same field."""

import numpy as np
import pytest

from voyager import synthetic_field
from voyager.products import HourlyMagneticFieldProduct, VimMagneticFieldProduct
from voyager.synthetic_field import FIELD_MODEL, distance_au, field_nt


def days(first, last, step_h=6):
    return np.arange(
        np.datetime64(first, "us"), np.datetime64(last, "us"), np.timedelta64(step_h * 3600, "s")
    )


def test_the_products_say_which_model_stands_in():
    assert HourlyMagneticFieldProduct.model_summary == FIELD_MODEL.statement
    assert VimMagneticFieldProduct.model_summary == FIELD_MODEL.statement
    assert all("http" in reference for reference in FIELD_MODEL.references)


def test_at_one_au_the_field_is_the_parker_spiral_of_some_five_nanotesla():
    spiral = synthetic_field._spiral_nt(np.array([1.0]), days("1977-09-06", "1977-09-06T06"))[0]
    assert np.hypot(*spiral[:2]) == pytest.approx(4.7, abs=0.2)
    assert np.degrees(np.arctan(abs(spiral[1] / spiral[0]))) == pytest.approx(45, abs=2)


def test_far_from_the_sun_it_falls_as_the_distance():
    near, far = days("1985-01-01", "1986-01-01"), days("2000-01-01", "2001-01-01")
    ratio = field_nt(near)[:, 0].mean() / field_nt(far)[:, 0].mean()
    assert ratio == pytest.approx(distance_au(far).mean() / distance_au(near).mean(), rel=0.15)


@pytest.mark.parametrize(
    ("first", "last", "level_nt", "within"),
    [("2006-01-01", "2011-01-01", 0.14, 0.02), ("2013-01-01", "2025-01-01", 0.464, 0.005)],
)
def test_the_levels_are_those_published(first, last, level_nt, within):
    assert field_nt(days(first, last))[:, 0].mean() == pytest.approx(level_nt, abs=within)


def test_beyond_the_heliopause_the_direction_is_the_published_one():
    mean = field_nt(days("2013-01-01", "2014-01-01"))[:, 1:].mean(axis=0)
    assert np.degrees(np.arctan2(mean[1], mean[0])) % 360 == pytest.approx(292.5)
    assert np.degrees(np.arcsin(mean[2] / np.sqrt(mean @ mean))) == pytest.approx(22.1)


def test_the_sign_changes_with_the_rotation_of_the_sun():
    radial = field_nt(days("1990-01-01", "1990-04-01"))[:, 1]
    assert 5 <= (np.diff(np.sign(radial)) != 0).sum() <= 8


def test_an_instant_has_the_same_field_in_every_window_and_run():
    whole = field_nt(days("2012-01-01", "2014-01-01"))
    part = field_nt(days("2013-01-01", "2014-01-01"))
    assert np.array_equal(whole[-len(part) :], part)
    synthetic_field._lattice.cache_clear()
    assert np.array_equal(field_nt(days("2013-01-01", "2014-01-01")), part)


def test_strength_and_components_agree_from_launch_to_2099():
    found = field_nt(days("1977-09-05T13", "2099-12-31", 2400))
    assert np.isfinite(found).all()
    assert found[:, 0] == pytest.approx(np.sqrt((found[:, 1:] ** 2).sum(axis=1)))


def test_the_distance_follows_the_flight():
    assert distance_au(np.array(["1979-03-05"], "M8[us]"))[0] == pytest.approx(5.29, abs=0.1)
    assert distance_au(np.array(["2012-08-25"], "M8[us]"))[0] == pytest.approx(121.6, abs=0.1)
    assert distance_au(np.array(["1970-01-01"], "M8[us]"))[0] == pytest.approx(1.0, abs=0.02)
