"""Hourly means and peaks: only of what is there."""

from __future__ import annotations

import numpy as np

from tests.voyager.pws_bodies import times
from voyager.science.hourly import hourly


def test_an_hour_has_the_mean_and_the_peak_of_its_values():
    moments = times("2014-04-02T12:59:40", 4)  # 12:59:40, 12:59:56, 13:00:12, 13:00:28
    hours = hourly(moments, np.array([[1.0], [3.0], [5.0], [6.0]]))
    assert hours.start_utc.astype(str).tolist() == [
        "2014-04-02T12:00:00.000000",
        "2014-04-02T13:00:00.000000",
    ]
    assert hours.records.tolist() == [2, 2]
    assert hours.mean.tolist() == [[2.0], [5.5]]
    assert hours.peak.tolist() == [[3.0], [6.0]]


def test_a_gap_in_one_channel_leaves_the_others_alone():
    hours = hourly(times("2014-04-02", 3), np.array([[1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]]))
    assert hours.records.tolist() == [3]
    np.testing.assert_array_equal(hours.mean, [[1.5, np.nan]])
    np.testing.assert_array_equal(hours.peak, [[2.0, np.nan]])


def test_the_order_of_records_only_moves_the_last_bits():
    rng = np.random.default_rng(4)
    moments, values = times("2014-04-02", 2000), rng.uniform(1e-7, 1e-6, (2000, 16))
    shuffled = rng.permutation(2000)
    one, other = hourly(moments, values), hourly(moments[shuffled], values[shuffled])
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-13)
    np.testing.assert_array_equal(one.peak, other.peak)
    np.testing.assert_array_equal(one.start_utc, other.start_utc)
