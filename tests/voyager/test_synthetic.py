"""The patched-conic model and the approximate planets against Horizons and ERFA."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import erfa
import numpy as np
import pytest
from astropy.time import Time

from tests.voyager.test_science import horizons_states
from voyager import science, synthetic
from voyager.constants import (
    HORIZONS_1977_09_06_AU,
    HORIZONS_1977_09_06_JD_TDB,
    HORIZONS_1981_09_06_AU,
    HORIZONS_1981_09_06_JD_TDB,
    HORIZONS_2026_09_06_AU,
    HORIZONS_2026_09_06_JD_TDB,
    JUPITER_CLOSEST_APPROACH_JD_TDB,
    LAUNCH_JD_TDB,
    PLANET_ELEMENTS,
    SATURN_CLOSEST_APPROACH_JD_TDB,
)
from voyager.science.arrays import FloatArray

if TYPE_CHECKING:
    from tests.support.mirror import Mirror

START_OF_1981_JD_TDB = 2_444_605.5
FLYBYS = [JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB]

# Horizons positions of Voyager 1 that the model does not use, heliocentric ecliptic J2000, au
# (solution Voyager_1_ST+refit2022_m, 00:00 TDB)
RECORDED_AU = {
    "1978-09-06": (-1.829373643784753e00, 3.654110756080424e00, 5.361823970924268e-02),
    "1979-09-06": (-5.357854771655224e00, 2.947008461158934e00, 1.614382020842152e-01),
    "1980-09-06": (-8.905161023376120e00, 1.642002560461930e-01, 3.493404478264966e-01),
    "1982-09-06": (-1.138728134737529e01, -6.617706222845857e00, 4.911391373619340e00),
    "1990-09-06": (-1.601753287360752e01, -3.174628654467533e01, 2.307709913379625e01),
    "2004-09-06": (-2.247977815065276e01, -7.310582873352121e01, 5.295682769022014e01),
    "2012-09-06": (-2.601693901840058e01, -9.631761208128600e01, 6.972668601646265e01),
    "2019-09-06": (-2.908285913884788e01, -1.165165881469454e02, 8.431300582633574e01),
}


def model_error_au(jd_tdb: FloatArray, position_au: FloatArray) -> float:
    return float(science.norm(synthetic.voyager_state(jd_tdb)[0] - position_au).max())


class TestVoyager:
    @pytest.mark.parametrize("date", RECORDED_AU)
    def test_the_model_is_near_horizons_between_its_own_points(self, date: str) -> None:
        position, _velocity = synthetic.voyager_state(Time(date, scale="tdb").jd)
        tolerance_au = 0.02 if date >= "1981" else 0.1
        assert science.norm(position - RECORDED_AU[date]) < tolerance_au

    @pytest.mark.parametrize(
        ("jd_tdb", "expected_au"),
        [
            (HORIZONS_1977_09_06_JD_TDB, HORIZONS_1977_09_06_AU),
            (HORIZONS_1981_09_06_JD_TDB, HORIZONS_1981_09_06_AU),
            (HORIZONS_2026_09_06_JD_TDB, HORIZONS_2026_09_06_AU),
        ],
    )
    def test_the_model_passes_through_the_positions_it_is_made_of(
        self, jd_tdb: float, expected_au: tuple[float, float, float]
    ) -> None:
        np.testing.assert_allclose(synthetic.voyager_state(jd_tdb)[0], expected_au, rtol=0, atol=1e-10)

    @pytest.mark.parametrize("flyby_jd", FLYBYS, ids=["jupiter", "saturn"])
    def test_the_legs_meet_without_a_gap(self, flyby_jd: float) -> None:
        second_d = 1.0 / 86_400.0
        (before, after), _velocity = synthetic.voyager_state([flyby_jd - second_d, flyby_jd])
        # what 20 km/s cover in a second is 1.3e-7 au
        assert science.norm(after - before) < 2e-7

    def test_no_step_is_longer_than_the_speed_allows(self) -> None:
        days = np.arange(synthetic.MODEL_START_JD_TDB, START_OF_1981_JD_TDB + 4000.0, 0.5)
        position, velocity = synthetic.voyager_state(days)
        steps = science.norm(np.diff(position, axis=0)) / 0.5
        speed = science.norm(velocity)
        assert np.all(steps < 1.1 * np.maximum(speed[1:], speed[:-1]))

    def test_velocity_is_the_derivative_of_position(self) -> None:
        days = np.array([2_443_500.0, 2_444_200.0, 2_450_000.0, 2_480_000.0])
        step_d = 0.01
        ahead, behind = synthetic.voyager_state(days + step_d)[0], synthetic.voyager_state(days - step_d)[0]
        np.testing.assert_allclose(
            (ahead - behind) / (2 * step_d), synthetic.voyager_state(days)[1], atol=1e-8
        )

    def test_it_leaves_from_the_earth_and_meets_jupiter_and_saturn(self) -> None:
        meetings = [
            ("earth", LAUNCH_JD_TDB, 5e-4),
            ("jupiter", FLYBYS[0], 1e-12),
            ("saturn", FLYBYS[1], 0.02),
        ]
        for planet, jd_tdb, tolerance_au in meetings:
            place = synthetic.planet_position(planet, jd_tdb)
            assert science.norm(synthetic.voyager_state(jd_tdb)[0] - place) < tolerance_au

    def test_jupiter_speeds_it_up_and_saturn_throws_it_out_of_the_ecliptic(self) -> None:
        aside = np.array([-1e-6, 0.0])
        speeds = science.speed_km_s(synthetic.voyager_state(FLYBYS[0] + aside)[1])
        assert speeds[1] - speeds[0] > 10.0
        latitudes = science.spherical(synthetic.voyager_state(FLYBYS[1] + aside)[1])[1]
        assert abs(latitudes[0]) < 3.0
        assert latitudes[1] > 25.0

    def test_it_is_no_straight_ray(self) -> None:
        directions = synthetic.voyager_state([2_443_700.0, 2_444_300.0, 2_460_000.0])[1]
        directions /= science.norm(directions)[:, np.newaxis]
        assert np.all(np.sum(directions[1:] * directions[:-1], axis=-1) < math.cos(math.radians(15.0)))

    def test_it_leaves_at_the_published_speed(self) -> None:
        _position, velocity = synthetic.voyager_state(Time("2026-09-25", scale="tdb").jd)
        assert science.speed_km_s(velocity) == pytest.approx(16.92, abs=0.02)

    def test_shapes_are_kept(self) -> None:
        for dates, shape in ((2_450_000.0, (3,)), (np.full((2, 4), 2_450_000.0), (2, 4, 3)), ([], (0, 3))):
            position, velocity = synthetic.voyager_state(dates)
            assert position.shape == velocity.shape == shape

    def test_the_whole_span_is_covered_and_nothing_else(self) -> None:
        ends = np.array([synthetic.MODEL_START_JD_TDB, synthetic.MODEL_END_JD_TDB])
        assert np.all(np.isfinite(synthetic.voyager_state(ends)[0]))
        for outside in (ends[0] - 1e-6, ends[1] + 1e-6, math.nan):
            with pytest.raises(ValueError, match="covers"):
                synthetic.voyager_state([2_450_000.0, outside])

    def test_the_span_begins_at_launch_and_ends_in_2100(self) -> None:
        launch = Time("1977-09-05 12:56:00", scale="utc").tdb
        assert abs(synthetic.MODEL_START_JD_TDB - launch.jd) * 86_400.0 < 0.01
        assert Time("2100-01-01", scale="tdb").jd == synthetic.MODEL_END_JD_TDB

    def test_the_dates_of_closest_approach_are_the_published_ones(self) -> None:
        published = Time(["1979-03-05 12:05:25", "1980-11-12 23:46:28"], scale="tdb").jd
        np.testing.assert_allclose(FLYBYS, published, rtol=0, atol=1e-8)

    def test_the_label_says_what_is_shown_and_how_good_it_is(self) -> None:
        assert "Three" in synthetic.MODEL.statement
        assert "0.021 au" in synthetic.MODEL.accuracy
        assert "0.013 au" in synthetic.MODEL.accuracy
        assert any("Horizons" in reference for reference in synthetic.MODEL.references)


class TestPlanets:
    def test_the_earth_is_within_22_000_km_of_erfa_until_2100(self) -> None:
        days = np.arange(2_443_391.5, 2_488_069.5, 11.3)
        heliocentric = erfa.epv00(days, 0.0)[0]
        position, velocity = synthetic.earth_state(days)
        assert science.norm(science.ecliptic_to_icrs(position) - heliocentric["p"]).max() < 0.00015
        assert science.norm(science.ecliptic_to_icrs(velocity) - heliocentric["v"]).max() < 1e-5

    @pytest.mark.parametrize("planet", PLANET_ELEMENTS)
    def test_velocity_is_the_derivative_of_position(self, planet: str) -> None:
        days = np.array([2_443_500.0, 2_451_545.0, 2_465_000.0])
        step_d = 0.01
        ahead = synthetic.planet_position(planet, days + step_d)
        behind = synthetic.planet_position(planet, days - step_d)
        velocity = science.planet_state(planet, days)[1]
        difference = science.norm((ahead - behind) / (2 * step_d) - velocity)
        assert np.all(difference < 0.002 * science.norm(velocity))

    def test_shapes_are_kept(self) -> None:
        assert synthetic.planet_position("saturn", 2_451_545.0).shape == (3,)
        assert synthetic.planet_position("saturn", np.full((2, 4), 2_451_545.0)).shape == (2, 4, 3)

    def test_what_is_no_planet_or_no_date_is_refused(self) -> None:
        with pytest.raises(ValueError, match="unknown planet 'pluto'"):
            synthetic.planet_position("pluto", 2_451_545.0)
        with pytest.raises(ValueError, match="finite"):
            synthetic.planet_position("earth", math.nan)


@pytest.mark.mirror
class TestAgainstHorizons:
    def test_launch_to_1981_is_within_the_stated_accuracy(self, mirror: Mirror) -> None:
        launch = horizons_states(mirror.url, "1977-09-05 15:00", "1977-09-09", "3 h")
        cruise = horizons_states(mirror.url, "1977-09-09", "1980-12-31", "4 d")
        for states in (launch, cruise):
            error_au = model_error_au(science.tdb_seconds_to_jd_tdb(states.times_s), states.position)
            assert error_au < 0.021

    def test_1981_to_2030_is_within_the_stated_accuracy(self, mirror: Mirror) -> None:
        states = horizons_states(mirror.url, "1981-01-01", "2030-12-01", "20 d")
        assert model_error_au(science.tdb_seconds_to_jd_tdb(states.times_s), states.position) < 0.013

    @pytest.mark.parametrize(
        ("planet", "target", "tolerance_au"),
        [
            ("mercury", "199", 1e-4),
            ("venus", "299", 1e-4),
            ("earth", "399", 1.5e-4),
            ("mars", "499", 5e-4),
            ("jupiter", "599", 0.0035),
            ("saturn", "699", 0.014),
            ("uranus", "799", 0.008),
            ("neptune", "899", 0.007),
        ],
    )
    def test_the_planets_are_where_horizons_has_them(
        self, mirror: Mirror, planet: str, target: str, tolerance_au: float
    ) -> None:
        states = horizons_states(mirror.url, "2025-07-01", "2026-03-31", "7 d", target=target)
        position = synthetic.planet_position(planet, science.tdb_seconds_to_jd_tdb(states.times_s))
        assert science.norm(position - states.position).max() < tolerance_au
