"""Plasma frequency, cyclotron frequency and density against published pairs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from voyager.constants import PLASMA_FREQUENCY_HZ_AT_1_CM3
from voyager.science.plasma import (
    cyclotron_frequency_hz,
    electron_density_cm3,
    electron_density_sigma_cm3,
    plasma_frequency_hz,
)


@pytest.mark.parametrize(
    ("f_pe_hz", "n_e_cm3", "tolerance_cm3"),
    [
        (2_600.0, 0.08, 0.005),  # Gurnett et al. 2013: 2.6 kHz, 0.08 cm^-3
        (2_200.0, 0.06, 0.0005),  # the same, October 2012
        (3_443.0, 0.147, 0.0005),  # Kurth 2024: the plateau after pf2
        (2_400.0, 0.0714, 0.0001),  # where the power supply's line would lead a naive finder
    ],
)
def test_densities_are_the_published_ones(f_pe_hz, n_e_cm3, tolerance_cm3):
    assert electron_density_cm3(f_pe_hz) == pytest.approx(n_e_cm3, abs=tolerance_cm3)


def test_the_constant_of_the_literature_is_that_of_codata_within_three_parts_in_ten_thousand_of_density():
    e, m_e, eps_0 = 1.602176634e-19, 9.1093837139e-31, 8.8541878188e-12
    codata_hz = e * math.sqrt(1e6 / (m_e * eps_0)) / (2 * math.pi)
    assert codata_hz == pytest.approx(8_978.66, abs=0.01)
    assert (PLASMA_FREQUENCY_HZ_AT_1_CM3 / codata_hz) ** 2 - 1 == pytest.approx(3e-4, abs=3e-5)


def test_frequency_and_density_are_each_others_inverse():
    n_e = np.geomspace(1e-3, 1.0, 50)
    np.testing.assert_allclose(electron_density_cm3(plasma_frequency_hz(n_e)), n_e, rtol=1e-14)


def test_the_error_of_the_density_is_that_of_the_frequency_doubled():
    assert electron_density_sigma_cm3(3_000.0, 30.0) == pytest.approx(0.02 * electron_density_cm3(3_000.0))
    by_hand = (electron_density_cm3(3_005.2) - electron_density_cm3(2_994.8)) / 2
    assert electron_density_sigma_cm3(3_000.0, 5.2) == pytest.approx(by_hand, rel=1e-6)


def test_the_cyclotron_frequency_of_interstellar_fields_is_a_dozen_hertz():
    assert cyclotron_frequency_hz(0.404) == pytest.approx(11.3, abs=0.02)  # PDS table, 2012-10-22
    assert cyclotron_frequency_hz(0.499) == pytest.approx(13.96, abs=0.02)  # PDS table, 2013-04-09
