"""Averages as steps, with gaps between them."""

import numpy as np

from deepspace.plotting.steps import runs, steps

START = np.datetime64("2026-11-21", "us")


def at(*minutes):
    return START + np.array(minutes, dtype="timedelta64[m]")


def test_steps_that_follow_each_other_are_one_stretch():
    assert runs(at(0, 1, 2), 60.0) == [slice(0, 3)]


def test_a_missing_step_parts_them():
    assert runs(at(0, 1, 3), 60.0) == [slice(0, 2), slice(2, 3)]


def test_no_step_is_no_stretch():
    assert runs(at(), 60.0) == []
    time, values = steps(at(), 60.0, np.empty(0))
    assert len(time) == len(values) == 0


def test_each_step_has_its_length_and_a_gap_is_not_drawn():
    time, values = steps(at(0, 1, 10), 60.0, np.array([1.0, 2.0, 3.0]))
    assert values[[0, 1, 2, 3, 5, 6]].tolist() == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]
    assert np.isnan([time[4], values[4]]).all()
    minutes = (time - time[0]) * 1_440
    np.testing.assert_allclose(minutes[[0, 1, 2, 3, 5, 6]], [0, 1, 1, 2, 10, 11], atol=1e-4)
