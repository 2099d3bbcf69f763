"""Wideband recordings as the columns of an image, and what they say in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voyager.constants import PLASMA_LINE_SEARCH_HZ, PLASMA_LINE_SIGMA
from voyager.science.waveform import bin_frequencies_hz
from voyager.spectra import ProcessData, Recording

ROWS_APART: Final = 12  # recordings up to which each of their rows is a column of the image


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the image: a row of a recording, or all of it."""

    of: Recording
    utc: np.datetime64
    power_db: NDArray[np.float64]
    ridge_hz: float


def finding(data: ProcessData) -> str:
    """What the recordings say about the density, in two short lines."""
    if not data.provenances[0].is_real:
        last = data.recordings[-1]
        return f"Model: a line was put at {last.line_hz:.0f} Hz.\nNothing was measured."
    found, strongest = data.significant, data.strongest
    if not found:
        if strongest is None or strongest.sigma is None:
            return "No line was looked for here:\ntoo few frames, or not yet in interstellar space."
        reached = f"the strongest reaches {strongest.sigma:.1f} sigma of {PLASMA_LINE_SIGMA:g} needed."
        return f"No significant line, so no density:\n{reached}"
    last = found[-1]
    text = f"f_pe = {last.line_hz:.0f} Hz at {last.sigma:.1f} sigma ({last.start:%Y-%m-%d})"
    if last.density is not None:
        text += f":\nn_e = {last.density.n_e_cm3:.4f} ± {last.density.n_e_sigma_cm3:.4f} per cm³"
    if len(data.recordings) > 1:
        text += f"\n{len(found)} of {len(data.recordings)} recordings have a significant line."
    return text


def bins_shown(data: ProcessData) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Bins shown, and their centres."""
    bins = data.recordings[0].power_db.shape[1]
    frequency = bin_frequencies_hz(bins, data.step_hz)
    low, high = PLASMA_LINE_SEARCH_HZ
    place: NDArray[np.intp] = np.flatnonzero((frequency >= low) & (frequency <= high))
    return place, frequency[place]


def image_columns(data: ProcessData) -> tuple[NDArray[np.float64], list[Column]]:
    """Columns of the image and their edges: seconds for one recording, else counted."""
    if len(data.recordings) > ROWS_APART:
        rows = [Column(one, one.utc[0], one.mean_db, one.line_hz) for one in data.recordings]
        return np.arange(len(rows) + 1, dtype=np.float64), rows
    rows = [
        Column(one, utc, power, ridge)
        for one in data.recordings
        for utc, power, ridge in zip(one.utc, one.power_db, one.ridge_hz.tolist(), strict=True)
    ]
    if len(data.recordings) > 1:
        return np.arange(len(rows) + 1, dtype=np.float64), rows
    seconds = (data.recordings[0].utc - data.recordings[0].utc[0]) / np.timedelta64(1, "s")
    last = seconds[-1] + (np.median(np.diff(seconds)) if len(seconds) > 1 else 3.0)
    return np.append(seconds, last), rows


def spans_of(data: ProcessData, edges: NDArray[np.float64]) -> list[tuple[float, float]]:
    """First and last edge of each recording."""
    if len(data.recordings) > ROWS_APART:
        return list(pairwise(edges.tolist()))
    ends = np.cumsum([0] + [len(one.utc) for one in data.recordings])
    return list(pairwise(edges[ends].tolist()))
