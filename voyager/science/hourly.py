"""Hourly means and peaks of series with gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voyager.science.arrays import DatetimeArray, FloatArray, IndexArray


@dataclass(frozen=True, slots=True)
class Hours:
    """One row per hour that holds a record."""

    start_utc: DatetimeArray  # shape (m,)
    records: IndexArray  # shape (m,): how many fall into the hour
    mean: FloatArray  # shape (m, channels); NaN where the hour has no value
    peak: FloatArray


def hourly(times_utc: DatetimeArray, values: FloatArray) -> Hours:
    """Mean and largest value per hour and channel, of the values that are there.

    Parameters
    ----------
    times_utc : array of datetime64[us], shape (n,)
        In any order.
    values : array, shape (n, channels)
        NaN where there is none.

    Notes
    -----
    Sums run record by record in double precision, so the means are the same to the last bit on every machine.
    """
    start, hour_of_record = np.unique(times_utc.astype("datetime64[h]"), return_inverse=True)
    mean = np.full((len(start), values.shape[1]), np.nan)
    peak = mean.copy()
    for channel, column in enumerate(values.T):
        present = ~np.isnan(column)
        hour, found = hour_of_record[present], column[present]
        count = np.bincount(hour, minlength=len(start))
        total = np.bincount(hour, weights=found, minlength=len(start))
        highest = np.full(len(start), -np.inf)
        np.maximum.at(highest, hour, found)
        some = count > 0
        mean[some, channel] = total[some] / count[some]
        peak[some, channel] = highest[some]
    records = np.bincount(hour_of_record, minlength=len(start))
    return Hours(start.astype("datetime64[us]"), records, mean, peak)
