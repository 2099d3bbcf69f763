"""Rows of text beside a time axis: each as near to its date as the others leave it room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]


def spread(wanted: Places, gap: float, low: float, high: float) -> Places:
    """Places at least ``gap`` apart within [low, high], near to the wanted ones.

    Parameters
    ----------
    wanted : ndarray, shape (n,)
        Ascending places.

    Notes
    -----
    Entries that press on each other form a cluster around the mean of what its members want: the
    least-squares answer, found by pooling adjacent violators. When [low, high] is too short for all, the gap
    is kept and the last ones run over.
    """
    offsets = gap * np.arange(len(wanted))
    clusters: list[tuple[float, int]] = []
    for value in (wanted - offsets).tolist():
        mean, count = value, 1
        while clusters and clusters[-1][0] > mean:
            other, members = clusters.pop()
            mean, count = (mean * count + other * members) / (count + members), count + members
        clusters.append((mean, count))
    levels = (
        np.repeat([mean for mean, _ in clusters], [count for _, count in clusters]) if clusters else wanted
    )
    highest = max(low, high - (float(offsets[-1]) if len(offsets) else 0.0))
    placed: Places = np.clip(levels, low, highest) + offsets
    return placed
