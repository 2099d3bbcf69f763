"""The line finder: what stands out is found where it is, and nothing is found in noise or interference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import periodogram

from tests.voyager.pws_bodies import noise, quantised, tone
from voyager.constants import PLASMA_LINE_SIGMA, WAVEFORM_BIN_HZ
from voyager.science.plasma_line import HIGHEST_SIGMA, find_line, local_background, significance, track
from voyager.science.waveform import bin_frequencies_hz, is_searched, noise_level, power_spectra

FREQUENCY_HZ = bin_frequencies_hz(1601, 9.0)
FRAMES = 155


def averaged(frames: np.ndarray) -> np.ndarray:
    power = power_spectra(frames)
    return (power / noise_level(power, FREQUENCY_HZ)[:, np.newaxis]).mean(axis=0)


def line_in(frames: np.ndarray):
    line = find_line(averaged(frames), FREQUENCY_HZ, len(frames))
    assert line is not None
    return line


def sigma_of(mean: np.ndarray) -> float:
    line = find_line(mean, FREQUENCY_HZ, FRAMES)
    assert line is not None
    return line.sigma


def amplitude_of(sigmas: float, frames: np.ndarray, frequency_hz: float) -> float:
    """Amplitude whose power is so many standard deviations of the local background of the frames' mean."""
    frequencies, power = periodogram(frames, 28_800.0, window="hann", scaling="spectrum")
    mean, distance = power.mean(axis=0), np.abs(frequencies - frequency_hz)
    around = mean[(distance > 54) & (distance < 504) & (np.abs(frequencies - 2_400) > 126)]
    return float(np.sqrt(2 * sigmas * around.std()))


@pytest.mark.parametrize("frequency_hz", [1_512.0, 2_106.0, 2_610.0, 3_006.0, 3_114.0, 3_443.0, 4_500.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_ridge_of_8_standard_deviations_is_found_within_one_bin(frequency_hz, seed):
    frames = noise(FRAMES, seed)
    line = line_in(frames + tone(FRAMES, frequency_hz, amplitude_of(8.0, frames, frequency_hz), seed))
    assert line.sigma > PLASMA_LINE_SIGMA
    assert abs(line.frequency_hz - frequency_hz) < WAVEFORM_BIN_HZ
    assert line.frequency_sigma_hz < WAVEFORM_BIN_HZ


def test_noise_is_significant_as_often_as_its_sigma_says():
    """The mean of 155 frames of noise, drawn as such: the chance of 4 sigma is 3e-5, that of 2 sigma 2 %."""
    rng = np.random.default_rng(20231024)
    sigmas = np.array([sigma_of(rng.gamma(FRAMES, 1 / FRAMES, len(FREQUENCY_HZ))) for _ in range(1000)])
    assert sigmas.max() < PLASMA_LINE_SIGMA
    assert 0.10 < (sigmas > 1.0).mean() < 0.20  # 0.159 for independent bins
    assert 0.01 < (sigmas > 2.0).mean() < 0.04  # 0.023
    assert (sigmas > 3.0).mean() < 0.006  # 0.0013


def test_noise_through_the_whole_chain_is_no_line():
    sigmas = np.array([line_in(quantised(noise(FRAMES, seed))).sigma for seed in range(150)])
    assert sigmas.max() < PLASMA_LINE_SIGMA
    assert (sigmas > 2.0).mean() < 0.08


@pytest.mark.parametrize("strength", [1.0, 3.0, 10.0])
def test_the_power_supply_and_its_harmonics_are_no_line(strength):
    frames = noise(FRAMES, seed=11)
    for harmonic in range(1, 6):
        frames += tone(FRAMES, 2_401.3 * harmonic, strength / harmonic, seed=harmonic)
    naive = np.where(FREQUENCY_HZ > 1_000.0, averaged(frames), 0.0)
    assert (
        abs(FREQUENCY_HZ[naive.argmax()] - 2_400.0) <= 9.0
    )  # this is what a naive finder takes for a density
    assert line_in(frames).sigma < PLASMA_LINE_SIGMA


def test_a_line_beside_the_power_supply_is_found():
    frames = noise(FRAMES, seed=12) + tone(FRAMES, 2_401.3, 3.0, seed=1)
    line = line_in(frames + tone(FRAMES, 2_610.0, 0.4, seed=2))
    assert line.sigma > PLASMA_LINE_SIGMA
    assert abs(line.frequency_hz - 2_610.0) < WAVEFORM_BIN_HZ


def test_lines_below_1_khz_are_not_looked_for():
    frames = noise(FRAMES, seed=13) + tone(FRAMES, 216.0, 6.0, seed=3) + tone(FRAMES, 684.0, 2.0, seed=4)
    assert line_in(frames).sigma < PLASMA_LINE_SIGMA


def test_a_slope_of_the_pass_band_makes_no_line():
    rng = np.random.default_rng(14)
    slope = 10 ** (-FREQUENCY_HZ / 5_000.0)
    sigmas = [sigma_of(rng.gamma(FRAMES, 1 / FRAMES, len(FREQUENCY_HZ)) * slope) for _ in range(100)]
    assert max(sigmas) < 3.5


def test_more_scatter_than_the_frames_explain_makes_no_line():
    """Bursts: the effective number of frames is a fifth of what was averaged."""
    rng = np.random.default_rng(15)
    sigmas = [sigma_of(rng.gamma(30, 1 / 30, len(FREQUENCY_HZ))) for _ in range(200)]
    assert max(sigmas) < PLASMA_LINE_SIGMA


def test_too_few_frames_say_nothing():
    assert find_line(averaged(noise(20, seed=1)), FREQUENCY_HZ, 20) is None


def test_a_huge_line_has_a_finite_significance():
    line = line_in(noise(FRAMES, seed=16) + tone(FRAMES, 3_006.0, 50.0, seed=5))
    assert line.sigma == HIGHEST_SIGMA
    assert abs(line.frequency_hz - 3_006.0) < 9.0


def test_a_line_two_bins_wide_has_a_larger_uncertainty():
    narrow = line_in(noise(FRAMES, seed=17) + tone(FRAMES, 3_006.0, 3.0, seed=6))
    wide = noise(FRAMES, seed=17)
    for offset in (-36.0, -18.0, 0.0, 18.0, 36.0):
        wide += tone(FRAMES, 3_006.0 + offset, 3.0, seed=int(offset) + 100)
    assert line_in(wide).frequency_sigma_hz > 2 * narrow.frequency_sigma_hz


def test_the_trials_factor_is_what_it_is_called():
    """5.1 sigma in one of 400 bins is 4 sigma somewhere."""
    one = significance(1.4, 0.08, 1)
    assert one == pytest.approx(4.4, abs=0.3)  # 5 sigma of a normal distribution; the gamma's tail is longer
    assert significance(1.4, 0.08, 388) < one - 1.0
    assert significance(1.0, 0.08, 388) < 0.0


def test_the_background_is_that_of_the_neighbours():
    power = np.ones(len(FREQUENCY_HZ))
    power[np.abs(FREQUENCY_HZ - 3_006.0) < 30.0] = 100.0
    background = local_background(power, FREQUENCY_HZ)
    searched = is_searched(FREQUENCY_HZ)
    assert (background[searched] == 1.0).all()
    assert np.isnan(background[~searched]).all()


def test_a_line_that_drifts_is_tracked():
    drift_hz = np.repeat(np.linspace(3_006.0 - 18.0, 3_006.0 + 18.0, 16), 10)
    frames = noise(160, seed=18)
    for place, frequency in enumerate(drift_hz):
        frames[place] += tone(1, frequency, 3.0, seed=place)[0]
    power = power_spectra(frames)
    rows = (power / noise_level(power, FREQUENCY_HZ)[:, np.newaxis]).reshape(16, 10, -1).mean(axis=1)
    mean = rows.mean(axis=0)
    line = find_line(mean, FREQUENCY_HZ, 160)
    assert line is not None
    path = FREQUENCY_HZ[track(rows, local_background(mean, FREQUENCY_HZ), line)]
    assert np.abs(path - drift_hz[::10]).max() <= WAVEFORM_BIN_HZ
    assert path[0] < line.frequency_hz < path[-1]
