"""Is there a line in an averaged waveform spectrum that is neither interference nor chance?

The power of noise in a bin, averaged over k frames, is gamma distributed with shape k around the local background.
A bin's chance to stand as high as it does, raised by the number of bins looked at (the trials factor), gives the
significance; a line counts from 4 sigma on. Peaks of a spectrum always exist, so a finder without this step
"measures" a density in any noise, and the 2.4 kHz of the power supply (0.071 cm^-3) everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voyager.science.arrays import FloatArray
from voyager.science.waveform import NOISE_BANDWIDTH_BINS, OVERSAMPLING, is_clean, is_searched

BACKGROUND_HZ = 504.0  # to either side: wide against a line, narrow against the receiver's pass band
GUARD_HZ = 54.0  # to either side, not part of their own background: the line itself
MEDIAN_LOSS = 1.57  # variance of the median of normal noise over that of its mean: pi / 2
LEVEL_VARIANCE = 0.012  # relative, of the level that is measured in one frame of noise (simulated)
SCATTER_MARGIN = 1.25  # three standard deviations of the scatter measured in some 200 bins
FEWEST_FRAMES = 30  # below, a bin's scatter is as large as what could be told from it
HIGHEST_SIGMA = 36.0  # where the chance leaves the range of a float
_SMALLEST_CHANCE = 1e-300


@dataclass(frozen=True, slots=True)
class Line:
    """The strongest line of a spectrum: whether it is one is a matter of ``sigma``."""

    bin: int
    frequency_hz: float
    frequency_sigma_hz: float  # 1 sigma
    excess: float  # power above the local background, in units of the background
    scatter: float  # standard deviation of noise in one bin, in units of the background
    trials: int  # bins looked at
    sigma: float  # significance after the trials factor, one-sided normal equivalent


def local_background(power: FloatArray, frequency_hz: FloatArray) -> FloatArray:
    """Median of the clean bins around each searched bin; NaN elsewhere. Shape and unit of ``power``.

    A median of bins on both sides follows a slope, and neither a line nor its neighbours pull it up.
    """
    clean = is_clean(frequency_hz)
    background = np.full(len(power), np.nan)
    for place in np.flatnonzero(is_searched(frequency_hz)):
        distance = np.abs(frequency_hz - frequency_hz[place])
        background[place] = np.median(power[clean & (distance > GUARD_HZ) & (distance <= BACKGROUND_HZ)])
    return background


def find_line(power: FloatArray, frequency_hz: FloatArray, frames: int) -> Line | None:
    """Strongest line in the searched bins of a spectrum averaged over ``frames`` frames; None for too few frames.

    The scatter of a bin is what ``frames`` independent frames give, or the scatter seen in the spectrum itself
    where that is clearly larger (a gain that moved, bursts), so that neither makes a line.

    Parameters
    ----------
    power : array, shape (bins,)
        Mean power, any linear unit; frames brought to one noise level before (see ``waveform.noise_level``).
    frequency_hz : array, shape (bins,)
        Centres of the bins, ``waveform.OVERSAMPLING`` to the width of one.
    frames : int
        How many independent frames were averaged.
    """
    if frames < FEWEST_FRAMES:
        return None
    searched = np.flatnonzero(is_searched(frequency_hz))
    median_of_mean = 1.0 - 1.0 / (3.0 * frames)  # of a gamma distribution, to first order
    ratio = power / local_background(power, frequency_hz) * median_of_mean
    scatter = _scatter(ratio[searched], frames, float(frequency_hz[1]))
    place = int(searched[np.argmax(ratio[searched])])
    centre, width = _shape(ratio - 1.0, place)
    return Line(
        bin=place,
        frequency_hz=centre * float(frequency_hz[1]),
        frequency_sigma_hz=width * float(frequency_hz[1]) / float(np.sqrt(12.0)),
        excess=float(ratio[place] - 1.0),
        scatter=scatter,
        trials=len(searched),
        sigma=significance(float(ratio[place]), scatter, len(searched)),
    )


def significance(ratio: float, scatter: float, trials: int) -> float:
    """How unlikely it is that noise gives a bin of ``trials`` a ratio this high, as one-sided normal sigmas.

    Parameters
    ----------
    ratio : float
        Power over local background.
    scatter : float
        Standard deviation of that ratio in noise; the gamma distribution's shape is its inverse square.
    trials : int
        Bins looked at. Neighbours, half a bin apart, are not independent: this is a little too careful.
    """
    from scipy.special import gammaincc, ndtri

    shape = scatter**-2
    chance = max(float(gammaincc(shape, shape * ratio)), _SMALLEST_CHANCE)
    somewhere = -np.expm1(trials * np.log1p(-min(chance, 1.0 - 1e-16)))
    return min(float(-ndtri(min(somewhere, 1.0 - 1e-16))), HIGHEST_SIGMA)


def track(rows: FloatArray, background: FloatArray, line: Line, reach: int = 3) -> list[int]:
    """Bin of the line in each of several successive spectra: it may drift by one bin from one to the next.

    The path with the largest sum of excess within ``reach`` bins of the line; a step costs one standard
    deviation of a single spectrum, so that noise does not shake a steady line.

    Parameters
    ----------
    rows : array, shape (n, bins)
        Spectra in the order of time, in the unit of ``background``.
    background : array, shape (bins,)
        Local background of their mean.
    """
    candidates = np.arange(line.bin - reach, line.bin + reach + 1)
    candidates = candidates[np.isfinite(background[candidates])]
    excess = rows[:, candidates] / background[candidates]
    step_cost = line.scatter * np.sqrt(len(rows))
    moves = np.abs(candidates[:, np.newaxis] - candidates)
    cost = np.where(moves <= 1, moves * step_cost, np.inf)
    total, origin = excess[0], []
    for row in excess[1:]:
        paths = total[np.newaxis, :] - cost
        best = paths.argmax(axis=1)
        origin.append(best)
        total = row + paths[np.arange(len(candidates)), best]
    path = [int(total.argmax())]
    for best in reversed(origin):
        path.append(int(best[path[-1]]))
    return [int(candidates[place]) for place in reversed(path)]


def _scatter(ratio: FloatArray, frames: int, step_hz: float) -> float:
    """Standard deviation of a bin: as ``frames`` and the background's median give, or as seen where clearly more."""
    independent = 2.0 * (BACKGROUND_HZ - GUARD_HZ) / (NOISE_BANDWIDTH_BINS * OVERSAMPLING * step_hz)
    expected = float(np.sqrt((1.0 + LEVEL_VARIANCE + MEDIAN_LOSS / independent) / frames))
    seen = float(
        1.4826 * np.median(np.abs(ratio - np.median(ratio)))
    )  # from the median deviation: no line counts
    return seen if seen > SCATTER_MARGIN * expected else expected


def _shape(excess: FloatArray, place: int) -> tuple[float, int]:
    """Centre of a peak in steps (within one of its highest), and how many of them stand above half of it."""
    top = excess[place]
    low = high = place
    while np.isfinite(excess[low - 1]) and excess[low - 1] > top / 2:
        low -= 1
    while np.isfinite(excess[high + 1]) and excess[high + 1] > top / 2:
        high += 1
    near = np.arange(place - OVERSAMPLING, place + OVERSAMPLING + 1)
    weight = np.clip(np.nan_to_num(excess[near]), 0.0, None)
    centre = float((near * weight).sum() / weight.sum()) if weight.sum() > 0 else float(place)
    return float(np.clip(centre, place - 1, place + 1)), high - low + 1
