"""From frames of a wideband waveform to what is stored: averaged spectra, and the strongest line of each recording.

Voyager 1 records 48 seconds on tape, a frame of 56 ms every 0.3 s, a few times a week (frames follow each other
every 60 ms in the encounters). A recording is a run of frames without a long pause; a row is three seconds of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voyager.constants import HELIOPAUSE_CROSSING_UTC, WAVEFORM_RATE_HZ
from voyager.science.arrays import DatetimeArray, FloatArray
from voyager.science.plasma_line import Line, find_line, local_background, track
from voyager.science.waveform import OVERSAMPLING, bin_frequencies_hz, noise_level, power_spectra

ROW_S = 3  # seconds averaged in a row: ten frames, noise of 1.4 dB
PAUSE_S = 60.0  # a longer one begins a new recording
LONGEST_S = 600.0  # so does this much time: a line of one recording does not drift far
_SLACK_S = 0.02  # frame times are rounded: 2.999999 s is the eleventh frame
_LOWEST_POWER = 1e-20  # -200 dB: what a bin without any power is given


@dataclass(frozen=True, slots=True)
class Stretch:
    """Mean spectrum of a few seconds."""

    start_utc: np.datetime64  # first frame
    frames: int
    power_db: list[float]  # per bin, relative to the frames' own noise level between 1 and 5 kHz; to 0.01 dB
    ridge_hz: float  # where the recording's strongest line stands in this stretch; NaN: not looked for


@dataclass(frozen=True, slots=True)
class Recording:
    """Spectra of one run of frames, and its strongest line (None: too few frames, or before the heliopause)."""

    start_utc: np.datetime64
    frames: int
    stretches: list[Stretch]
    line: Line | None


def recordings(times_utc: DatetimeArray, frames: NDArray[Any]) -> Iterator[Recording]:
    """Analyse frames in the order of their times.

    Parameters
    ----------
    times_utc : array of datetime64[us], shape (n,)
        Instant of the first sample of each frame, ascending.
    frames : array, shape (n, samples)
        Raw values; NaN where a sample is missing.

    Notes
    -----
    Frames without any noise (all samples alike) are left out. Lines are looked for beyond the heliopause only:
    before, lines at 2 to 3 kHz are heliospheric radio emissions (Kurth et al. 1984, doi:10.1038/312027a0), and in
    the encounters waves of the planets' plasmas.
    """
    seconds = (times_utc - times_utc[:1]) / np.timedelta64(1, "s")
    first = 0
    for place in range(1, len(seconds) + 1):
        if (
            place == len(seconds)
            or seconds[place] - seconds[place - 1] > PAUSE_S
            or seconds[place] - seconds[first] > LONGEST_S
        ):
            recording = _analyse(times_utc[first:place], frames[first:place])
            if recording is not None:
                yield recording
            first = place


def _analyse(times_utc: DatetimeArray, frames: NDArray[Any]) -> Recording | None:
    frequency_hz = bin_frequencies_hz(
        frames.shape[1] * OVERSAMPLING // 2 + 1, WAVEFORM_RATE_HZ / (frames.shape[1] * OVERSAMPLING)
    )
    since_start_s = (times_utc - times_utc[0]) / np.timedelta64(1, "s")
    row_of_frame = ((since_start_s + _SLACK_S) // ROW_S).astype(np.int64)
    starts, counts, spectra = [], [], []
    for row in np.unique(row_of_frame):
        inside = row_of_frame == row
        power = power_spectra(frames[inside])
        level = noise_level(power, frequency_hz)
        alive = level > 0.0
        if alive.any():
            starts.append(times_utc[inside][alive][0])
            counts.append(int(alive.sum()))
            spectra.append((power[alive] / level[alive, np.newaxis]).mean(axis=0))
    if not starts:
        return None
    rows, weights = np.array(spectra), np.array(counts)
    mean: FloatArray = (rows * weights[:, np.newaxis]).sum(axis=0) / weights.sum()
    line, ridge_hz = None, [np.nan] * len(rows)
    if starts[0] >= np.datetime64(HELIOPAUSE_CROSSING_UTC):
        line = find_line(mean, frequency_hz, int(weights.sum()))
    if line is not None:
        path = track(rows, local_background(mean, frequency_hz), line)
        ridge_hz = frequency_hz[path].tolist()
    decibels = 10.0 * np.log10(np.maximum(rows[:, ::OVERSAMPLING], _LOWEST_POWER))
    stretches = [
        Stretch(start, count, np.round(spectrum, 2).tolist(), ridge)
        for start, count, spectrum, ridge in zip(starts, counts, decibels, ridge_hz, strict=True)
    ]
    return Recording(starts[0], int(weights.sum()), stretches, line)
