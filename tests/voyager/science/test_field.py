"""Directions of the field in RTN."""

import numpy as np
import pytest

from voyager.science.field import direction_deg, direction_sigma_deg


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        ((1, 0, 0), (0, 0)),
        ((0, 1, 0), (90, 0)),
        ((-1, 0, 0), (180, 0)),
        ((0, -1, 0), (270, 0)),
        ((0, 0.001, 1), (90, 90)),
        ((1, 1, -np.sqrt(2)), (45, -45)),
    ],
)
def test_lambda_runs_from_r_to_t_and_delta_towards_n(vector, expected):
    azimuth, elevation = direction_deg(np.array([vector], dtype=float), 0.05)
    assert (azimuth[0], elevation[0]) == pytest.approx(expected, abs=0.1)


def test_the_published_direction_comes_back():
    azimuth, elevation = np.radians([292.5, 22.1])
    vector = 0.464 * np.array(
        [[np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]]
    )
    found = direction_deg(vector, 0.05)
    assert (found[0][0], found[1][0]) == pytest.approx((292.5, 22.1))


def test_a_short_vector_has_no_direction():
    vectors = np.array([[0.05, 0.0, 0.0], [0.0501, 0.0, 0.0], [np.nan, 0.1, 0.1], [0.0, 0.0, 0.0]])
    azimuth, elevation = direction_deg(vectors, 0.05)
    assert np.isfinite(azimuth).tolist() == [False, True, False, False]
    assert np.isfinite(elevation).tolist() == [False, True, False, False]


def test_the_uncertainty_of_a_direction_grows_as_the_field_shrinks():
    found = direction_sigma_deg(np.array([0.46, 0.05]), np.array([0.02, 0.02]))
    assert found[0] == pytest.approx(2.5, abs=0.05)
    assert 20 < found[1] < 24
