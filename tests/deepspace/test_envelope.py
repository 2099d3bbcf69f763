"""The range of values in the columns of a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from deepspace.envelope import coarser, envelope

START = np.datetime64("2012-08-25", "us")
HOUR = np.timedelta64(3600, "s")


def at(*seconds):
    return START + np.array(seconds, dtype="timedelta64[s]")


@given(
    arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e3, 1e3)),
    st.integers(1, 100_000),
)
def test_nothing_is_aliased(values, column_s):
    utc = at(*np.cumsum(np.arange(len(values)) * 700 % 5000))
    found = envelope(utc, values[:, None], START, np.timedelta64(column_s, "s"))
    assert found.low.min() == values.min()
    assert found.high.max() == values.max()
    assert found.count.sum() == len(values)
    assert (found.mean[:, 0] * found.count).sum() / len(values) == pytest.approx(values.mean(), abs=1e-9)
    assert (np.diff(found.utc) > np.timedelta64(0)).all()
    assert ((found.low <= found.mean + 1e-9) & (found.mean <= found.high + 1e-9)).all()


def test_columns_without_a_value_are_left_out():
    found = envelope(at(0, 60, 7300), np.array([[1.0], [3.0], [5.0]]), START, HOUR)
    assert found.utc.tolist() == at(0, 7200).tolist()
    assert found.count.tolist() == [2, 1]
    assert found.mean[:, 0].tolist() == [2.0, 5.0]
    assert (found.low[:, 0].tolist(), found.high[:, 0].tolist()) == ([1.0, 5.0], [3.0, 5.0])


def test_what_is_missing_counts_neither_way():
    found = envelope(at(0, 60), np.array([[1.0, np.nan], [np.nan, np.nan]]), START, HOUR)
    assert found.mean[0, 0] == found.low[0, 0] == found.high[0, 0] == 1.0
    assert np.isnan([found.mean[0, 1], found.low[0, 1], found.high[0, 1]]).all()


def test_no_value_gives_no_column():
    found = envelope(at(), np.empty((0, 4)), START, HOUR)
    assert found.mean.shape == (0, 4)
    assert len(found.utc) == len(found.count) == 0


@given(
    arrays.arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e3, 1e3)),
    st.integers(1, 7),
)
def test_an_envelope_of_an_envelope_is_that_of_the_values(values, times):
    utc = at(*(60 * np.arange(len(values))))
    fine = np.timedelta64(600, "s")
    coarse = times * fine
    direct = envelope(utc, values[:, None], START, coarse)
    twice = coarser(envelope(utc, values[:, None], START, fine), START, coarse)
    assert twice.utc.tolist() == direct.utc.tolist()
    assert twice.count.tolist() == direct.count.tolist()
    assert twice.low == pytest.approx(direct.low)
    assert twice.high == pytest.approx(direct.high)
    assert twice.mean == pytest.approx(direct.mean, abs=1e-9)


def test_a_coarser_mean_leaves_out_what_is_missing():
    fine = envelope(at(0, 60, 4000), np.array([[1.0], [3.0], [np.nan]]), START, HOUR)
    assert coarser(fine, START, 4 * HOUR).mean.tolist() == [[2.0]]
    nothing = envelope(at(), np.empty((0, 1)), START, HOUR)
    assert coarser(nothing, START, HOUR) is nothing
