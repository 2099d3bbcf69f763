"""Near-Earth objects: published sizes, energies and Palermo values."""

from __future__ import annotations

import numpy as np
import pytest

from spaceintel.constants import EARTH_ESCAPE_VELOCITY_KM_S, EARTH_RADIUS_KM
from spaceintel.science import approach_rank as rank
from spaceintel.science import near_earth as science


def test_h_22_is_140_metres_as_cneos_says():
    assert science.diameter_km(22.0) == pytest.approx(0.141, abs=0.001)


def test_the_range_of_h_22_is_that_of_albedos_from_a_quarter_to_a_twentieth():
    low, high = science.diameter_range_km(22.0)
    assert low == pytest.approx(0.106, abs=0.001)
    assert high == pytest.approx(0.237, abs=0.001)


def test_it_agrees_with_a_range_that_neows_printed():
    low, high = science.diameter_range_km([25.7])  # 2001 UP, feed of 2026-02-13
    assert low[0] == pytest.approx(0.0192555078, rel=1e-4)
    assert high[0] == pytest.approx(0.0430566244, rel=1e-4)


def test_a_magnitude_that_is_not_known_has_no_diameter():
    assert np.isnan(science.diameter_km(np.nan))


@pytest.mark.parametrize("albedo", [0.0, -0.1, 1.5])
def test_an_impossible_albedo_is_refused(albedo: float):
    with pytest.raises(ValueError, match="albedo"):
        science.diameter_km(20.0, albedo)


@pytest.mark.parametrize(
    ("moid_au", "h", "expected"),
    [(0.05, 22.0, True), (0.0501, 20.0, False), (0.01, 22.1, False), (0.000253, 19.09, True)],
)
def test_potentially_hazardous_by_definition(moid_au: float, h: float, expected: bool):
    assert science.is_potentially_hazardous(moid_au, h) is expected


def test_chelyabinsk_had_half_a_megaton():
    assert science.kinetic_energy_mt(0.019, 19.0, 3_300.0) == pytest.approx(0.51, abs=0.01)


def test_a_body_at_rest_far_away_arrives_with_escape_velocity():
    assert science.impact_velocity_km_s(0.0) == pytest.approx(11.186)


def test_escape_velocity_is_that_of_the_mean_radius():
    gm_km3_s2 = 398_600.4418  # IERS Conventions 2010
    assert np.sqrt(2 * gm_km3_s2 / EARTH_RADIUS_KM) == pytest.approx(EARTH_ESCAPE_VELOCITY_KM_S, abs=5e-4)


def test_apophis_would_arrive_as_sentry_said():
    # Sentry's last table of Apophis (2021): v_inf 5.84 km/s at infinity, v_imp 12.62 km/s
    assert science.impact_velocity_km_s(5.841) == pytest.approx(12.62, abs=0.01)


def test_1950_da_has_the_palermo_value_that_sentry_lists():
    found = science.palermo(3.77e-4, 7.5e4, 2880.2 - 2025.2)
    assert found == pytest.approx(-0.93, abs=0.01)


def test_an_impact_as_likely_as_the_background_is_zero():
    assert science.palermo(0.03 * 10.0**-0.8 * 50.0, 10.0, 50.0) == pytest.approx(0.0, abs=1e-12)


def test_one_possible_impact_is_its_own_sum():
    assert science.palermo_cumulative([-2.99]) == pytest.approx(-2.99)


def test_ten_equal_ones_are_one_step_more():
    assert science.palermo_cumulative([-5.0] * 10) == pytest.approx(-4.0)


def test_very_small_values_do_not_underflow():
    assert science.palermo_cumulative([-400.0, -400.0]) == pytest.approx(-400.0 + np.log10(2))


def test_no_possible_impact_has_no_sum():
    assert science.palermo_cumulative([]) == -np.inf


@pytest.mark.parametrize("wrong", [(0.0, 1.0, 1.0), (1.1, 1.0, 1.0), (0.1, 0.0, 1.0), (0.1, 1.0, 0.0)])
def test_palermo_refuses_what_has_no_logarithm(wrong: tuple[float, float, float]):
    with pytest.raises(ValueError, match="above 0"):
        science.palermo(*wrong)


def test_an_astronomical_unit_has_389_lunar_distances():
    assert science.au_to_lunar_distances(1.0) == pytest.approx(389.17, abs=0.01)
    assert science.km_to_lunar_distances(384_400.0) == pytest.approx(1.0)
    assert science.lunar_distances_to_km(2.0) == pytest.approx(768_800.0)


def test_apophis_passes_at_a_tenth_of_the_moons_distance():
    assert science.au_to_lunar_distances(0.000254090910419299) == pytest.approx(0.0989, abs=0.0001)


def test_the_rank_is_the_sum_of_its_parts():
    found = rank.risk_score(4.0, 0.1, 25.0, is_potentially_hazardous=True)
    assert (found.nearness, found.size, found.speed, found.hazardous) == (5.0, 10.0, 0.5, 30.0)
    assert found.total == pytest.approx(45.5)


def test_parts_and_rank_are_clipped():
    found = rank.risk_score(0.01, 5.0, 9_999.0, is_potentially_hazardous=True)
    assert (found.nearness, found.size, found.speed, found.total) == (200.0, 30.0, 20.0, 100.0)
    assert rank.risk_score(0.0, 0.0, 0.0, is_potentially_hazardous=False).nearness == 200.0


def test_an_unknown_size_adds_nothing():
    assert rank.risk_score(1.0, float("nan"), 0.0, is_potentially_hazardous=False).total == pytest.approx(
        20.0
    )


def test_an_unknown_distance_has_no_rank():
    with pytest.raises(ValueError, match="at least 0"):
        rank.risk_score(float("nan"), 0.1, 1.0, is_potentially_hazardous=False)


@pytest.mark.parametrize(
    ("ld", "pha", "expected"),
    [
        *((0.99, True, "High"), (1.0, True, "Medium"), (4.99, True, "Medium"), (5.0, True, "Minimal")),
        *((0.5, False, "Low"), (1.99, False, "Low"), (2.0, False, "Minimal")),
    ],
)
def test_threat_words_begin_where_they_are_said_to(ld: float, pha: bool, expected: str):
    assert rank.threat(ld, is_potentially_hazardous=pha) == expected


@pytest.mark.parametrize(
    ("km", "expected"),
    [
        *((0.0249, "small"), (0.025, "medium"), (0.139, "medium"), (0.14, "large")),
        *((0.99, "large"), (1.0, "very large"), (float("nan"), "unknown")),
    ],
)
def test_sizes(km: float, expected: str):
    assert rank.size_class(km) == expected
