"""Series with more values than a picture has pixels: smallest, mean and largest value of each column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the columns of a picture hold; columns without a value are left out."""

    utc: NDArray[np.datetime64]  # (m,) start of each column
    count: NDArray[np.int64]  # (m,) values in it
    low: Floats  # (m, k)
    mean: Floats  # (m, k)
    high: Floats  # (m, k)


def envelope(
    utc: NDArray[np.datetime64], values: Floats, start: np.datetime64, column: np.timedelta64
) -> Envelope:
    """Smallest, mean and largest value of each time column.

    Nothing is aliased: the largest of the results is the largest of the values, the smallest the smallest, and
    the mean weighted with ``count`` is the mean (of columns without NaN).

    Parameters
    ----------
    utc : ndarray of datetime64[us], shape (n,)
        Ascending instants, none before ``start``.
    values : ndarray, shape (n, k)
        NaN is "no value".
    column
        Length of a column.
    """
    if not len(utc):
        nothing = np.empty((0, values.shape[1]))
        return Envelope(utc, np.empty(0, np.int64), nothing, nothing, nothing)
    index = ((utc - start) // column).astype(np.int64)
    first = np.flatnonzero(np.concatenate([[True], index[1:] != index[:-1]]))
    known = ~np.isnan(values)
    total = np.add.reduceat(np.where(known, values, 0.0), first, axis=0)
    counted = np.add.reduceat(known, first, axis=0, dtype=np.int64)
    with np.errstate(invalid="ignore"):
        mean = np.where(counted > 0, total / counted, np.nan)
    return Envelope(
        utc=start + index[first] * column,
        count=np.diff(np.append(first, len(utc))),
        low=np.fmin.reduceat(values, first, axis=0),
        mean=mean,
        high=np.fmax.reduceat(values, first, axis=0),
    )


def coarser(fine: Envelope, start: np.datetime64, column: np.timedelta64) -> Envelope:
    """The envelope of an envelope, in longer columns: what ``envelope`` would have made of the values themselves.

    The mean is weighted with ``count``, exact for columns without NaN.
    """
    if not len(fine.utc):
        return fine
    index = ((fine.utc - start) // column).astype(np.int64)
    first = np.flatnonzero(np.concatenate([[True], index[1:] != index[:-1]]))
    known = ~np.isnan(fine.mean)
    weight = np.where(known, fine.count[:, None], 0)
    total = np.add.reduceat(np.where(known, fine.mean, 0.0) * weight, first, axis=0)
    weights = np.add.reduceat(weight, first, axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.where(weights > 0, total / weights, np.nan)
    return Envelope(
        utc=start + index[first] * column,
        count=np.add.reduceat(fine.count, first),
        low=np.fmin.reduceat(fine.low, first, axis=0),
        mean=mean,
        high=np.fmax.reduceat(fine.high, first, axis=0),
    )
