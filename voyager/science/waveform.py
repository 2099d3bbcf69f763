"""Power spectra of wideband waveform frames, and which of their bins may hold a plasma line.

The receiver's automatic gain is not sent to the ground: levels of different frames cannot be compared, relative
amplitudes within a frame can (`Text_supplement` of the files). So each frame is divided by its own noise level
before frames are averaged; on 2023-10-24 the gain changes by 11 dB within 46 s.

scipy is imported when spectra are computed, at ingest; the web process reads what was stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voyager.constants import (
    PLASMA_LINE_SEARCH_HZ,
    SUPPLY_LINE_HALF_WIDTH_HZ,
    SUPPLY_LINE_HZ,
    WAVEFORM_LOWEST_HZ,
    WAVEFORM_RATE_HZ,
)
from voyager.science.arrays import BoolArray, FloatArray

NOISE_BANDWIDTH_BINS = (
    1.234  # of the cosine window (Hann: 1.5): noise power per bin, and how far bins are related
)
OVERSAMPLING = 2  # spectra are computed at half bins too: a line between two bins would lose 2.1 dB otherwise


def bin_frequencies_hz(bins: int, step_hz: float) -> FloatArray:
    """Centres of the bins of a one-sided spectrum, Hz; the first is 0."""
    return np.arange(bins, dtype=np.float64) * step_hz


def power_spectra(frames: NDArray[Any]) -> FloatArray:
    """One-sided power spectrum of each frame, at steps of half a bin.

    Parameters
    ----------
    frames : array, shape (n, samples)
        Raw values; NaN where a sample is missing.

    Returns
    -------
    array, shape (n, samples + 1)
        Power in raw units squared at every half bin (9 Hz for frames of 1,600 samples); a sine of amplitude A on
        a bin gives A^2 / 2 there. Mean removed, missing samples count as zero. Five bins away from a line
        the cosine window is down by 40 dB (no window: by 24).
    """
    from scipy.signal import periodogram

    samples = np.asarray(frames, dtype=np.float64)
    missing = np.isnan(samples)
    present = np.maximum((~missing).sum(axis=1, keepdims=True), 1)
    mean = np.where(missing, 0.0, samples).sum(axis=1, keepdims=True) / present
    centred = np.where(missing, 0.0, samples - mean)
    _, power = periodogram(
        centred,
        WAVEFORM_RATE_HZ,
        window="cosine",
        nfft=OVERSAMPLING * samples.shape[1],
        detrend=False,
        scaling="spectrum",
    )
    return np.asarray(power, dtype=np.float64)


def interference_bands_hz(highest_hz: float) -> list[tuple[float, float]]:
    """Bands up to ``highest_hz`` whose lines are the spacecraft's: 2.4 kHz and harmonics, and below 100 Hz."""
    harmonics = np.arange(1, int((highest_hz + SUPPLY_LINE_HALF_WIDTH_HZ) // SUPPLY_LINE_HZ) + 1)
    return [
        (0.0, WAVEFORM_LOWEST_HZ),
        *(
            (line - SUPPLY_LINE_HALF_WIDTH_HZ, line + SUPPLY_LINE_HALF_WIDTH_HZ)
            for line in (harmonics * SUPPLY_LINE_HZ).tolist()
        ),
    ]


def is_clean(frequency_hz: FloatArray) -> BoolArray:
    """Which frequencies lie outside all interference bands."""
    clean = np.ones(len(frequency_hz), dtype=np.bool_)
    for low, high in interference_bands_hz(float(frequency_hz[-1])):
        clean &= ~((frequency_hz >= low) & (frequency_hz <= high))
    return clean


def is_searched(frequency_hz: FloatArray) -> BoolArray:
    """Which frequencies are searched for a plasma line: 1 to 5 kHz without the interference."""
    low, high = PLASMA_LINE_SEARCH_HZ
    return is_clean(frequency_hz) & (frequency_hz >= low) & (frequency_hz <= high)


def noise_level(power: FloatArray, frequency_hz: FloatArray) -> FloatArray:
    """Level of the noise of each spectrum, shape (n,), in its own unit.

    The median over the searched bins, brought to the mean of exponentially distributed power (1 / ln 2): a line
    in a few of some 200 bins does not move it.
    """
    level: FloatArray = np.median(power[:, is_searched(frequency_hz)], axis=1) / np.log(2.0)
    return level
