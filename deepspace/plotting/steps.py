"""Averages drawn as steps: each covers its own interval and nothing else, so that a gap stays a gap."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepspace.plotting.timeaxis import days

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]

_APART: Final = 1.5  # steps further apart than this many of their lengths are not joined
_DAY_S: Final = 86_400.0


def runs(utc: Times, step_s: float) -> list[slice]:
    """Stretches of steps between gaps."""
    step = np.timedelta64(round(step_s * _APART * 1e6), "us")
    breaks = np.flatnonzero(np.diff(utc) > step) + 1
    edges = [0, *breaks.tolist(), len(utc)]
    return [slice(a, b) for a, b in pairwise(edges) if b > a]


def steps(utc: Times, step_s: float, *columns: Floats) -> tuple[Floats, ...]:
    """Corners of the steps on matplotlib's axis of days, then each column at them; NaN between stretches.

    A single step between two gaps is still seen.

    Parameters
    ----------
    utc : ndarray of datetime64, shape (n,)
        Ascending starts.
    step_s
        Nominal length; where steps join, one ends where the next begins.
    columns : ndarray, shape (n,)
    """
    left = days(utc)
    right = left + step_s / _DAY_S
    found = runs(utc, step_s)
    for run in found:
        right[run.start : run.stop - 1] = left[run.start + 1 : run.stop]
    places = 2 * np.array([run.stop for run in found[:-1]], dtype=np.int64)
    time = np.insert(np.column_stack([left, right]).ravel(), places, np.nan)
    return (time, *(np.insert(np.repeat(one, 2), places, np.nan) for one in columns))
