"""Spectra of waveform frames: calibration, missing samples, and where interference is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voyager.pws_bodies import noise, quantised, tone
from voyager.science.waveform import (
    NOISE_BANDWIDTH_BINS,
    OVERSAMPLING,
    bin_frequencies_hz,
    interference_bands_hz,
    is_clean,
    is_searched,
    noise_level,
    power_spectra,
)

FREQUENCY_HZ = bin_frequencies_hz(1601, 9.0)


def test_a_sine_on_a_bin_has_half_the_square_of_its_amplitude_there():
    (power,) = power_spectra(tone(1, 3_006.0, 2.0, seed=1))
    assert len(power) == len(FREQUENCY_HZ)
    assert FREQUENCY_HZ[power.argmax()] == 3_006.0
    assert power.max() == pytest.approx(2.0, rel=1e-3)


def test_between_two_bins_a_line_loses_little():
    on = power_spectra(tone(1, 3_006.0, 2.0, seed=1)).max()
    between = power_spectra(tone(1, 3_006.0 + 4.5, 2.0, seed=1)).max()
    assert 10 * np.log10(on / between) < 0.6


def test_noise_spreads_over_bins_by_the_noise_bandwidth():
    white = np.random.default_rng(3).normal(0.0, 1.0, (400, 1600))
    per_bin = power_spectra(white)[:, is_searched(FREQUENCY_HZ)].mean()
    assert per_bin == pytest.approx(NOISE_BANDWIDTH_BINS / 800, rel=0.01)


def test_the_level_of_a_frame_is_the_mean_power_of_its_noise_and_no_line_moves_it():
    white = np.random.default_rng(5).normal(0.0, 3.0, (300, 1600))
    expected = 9.0 * NOISE_BANDWIDTH_BINS / 800
    assert noise_level(power_spectra(white), FREQUENCY_HZ).mean() == pytest.approx(expected, rel=0.03)
    loud = power_spectra(white + tone(300, 3_006.0, 9.0, seed=6))
    assert noise_level(loud, FREQUENCY_HZ).mean() == pytest.approx(expected, rel=0.06)


def test_missing_samples_and_the_mean_of_a_frame_make_no_lines():
    frames = noise(30, seed=2) + 5.0
    frames[:, :16] = np.nan
    power = power_spectra(frames).mean(axis=0)
    assert np.isfinite(power).all()
    assert power[:3].max() < 2 * power[100]  # the 25 of the mean would be a thousand times the noise


def test_four_bits_keep_the_line():
    frames = quantised(noise(155, seed=8) + tone(155, 3_006.0, 1.0, seed=8))
    power = power_spectra(frames).mean(axis=0)
    searched = np.flatnonzero(is_searched(FREQUENCY_HZ))
    assert FREQUENCY_HZ[searched[power[searched].argmax()]] == 3_006.0


def test_interference_is_the_supply_with_its_harmonics_and_the_lowest_frequencies():
    assert interference_bands_hz(5_000.0) == [(0.0, 100.0), (2_274.0, 2_526.0), (4_674.0, 4_926.0)]
    assert len(interference_bands_hz(14_400.0)) == 1 + 6
    assert interference_bands_hz(1_000.0) == [(0.0, 100.0)]


def test_lines_are_looked_for_between_1_and_5_khz_outside_the_interference():
    searched = FREQUENCY_HZ[is_searched(FREQUENCY_HZ)]
    assert (searched.min(), searched.max()) == (1_008.0, 4_995.0)
    for harmonic in (2_400.0, 4_800.0):
        assert np.abs(searched - harmonic).min() > 126.0
    assert not (is_searched(FREQUENCY_HZ) & ~is_clean(FREQUENCY_HZ)).any()
    assert OVERSAMPLING == 2
