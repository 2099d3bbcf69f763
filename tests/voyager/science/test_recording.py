"""From frames to recordings and their three-second averages."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voyager.pws_bodies import noise, quantised, times, tone
from voyager.constants import PLASMA_LINE_SIGMA
from voyager.science.recording import recordings

START = "2023-10-24T03:51:16.461"


def found(moments, frames):
    return list(recordings(moments, frames))


def test_ten_frames_of_the_tape_recorder_are_a_row():
    (recording,) = found(times(START, 155, 0.3), noise(155, 1))
    assert [row.frames for row in recording.stretches] == [10] * 15 + [5]
    assert recording.frames == 155
    assert recording.start_utc == recording.stretches[0].start_utc == np.datetime64(START)
    starts = [row.start_utc for row in recording.stretches]
    assert set(np.diff(starts).tolist()) == {np.timedelta64(3_000_000, "us").item()}


def test_rounded_times_do_not_move_a_frame_to_the_row_before():
    moments = times(START, 155, 0.3) - np.arange(155).astype("timedelta64[us]")
    (recording,) = found(moments, noise(155, 1))
    assert [row.frames for row in recording.stretches] == [10] * 15 + [5]


def test_a_long_pause_begins_a_new_recording():
    moments = np.concatenate([times(START, 40, 0.3), times("2023-10-24T03:56:00", 40, 0.3)])
    first, second = found(moments, noise(80, 2))
    assert (first.frames, second.frames) == (40, 40)
    assert second.start_utc == np.datetime64("2023-10-24T03:56:00")


def test_ten_minutes_are_the_longest_recording():
    parts = found(times(START, 800, 1.0), noise(800, 3))
    assert [part.frames for part in parts] == [601, 199]


def test_a_missing_frame_in_between_is_one_frame_less():
    keep = np.arange(155) != 77
    (recording,) = found(times(START, 155, 0.3)[keep], noise(154, 4))
    assert sorted(row.frames for row in recording.stretches)[:2] == [5, 9]


def test_no_frames_are_no_recordings():
    assert found(times(START, 0), np.empty((0, 1600))) == []


def test_frames_of_silence_are_left_out():
    frames = noise(40, 5)
    frames[:3] = 1.0
    (recording,) = found(times(START, 40, 0.3), frames)
    assert recording.frames == 37
    assert found(times(START, 4, 0.3), np.ones((4, 1600))) == []


def test_power_is_relative_to_the_noise_whatever_the_gain():
    frames = noise(60, 6)
    (one,) = found(times(START, 60, 0.3), frames)
    (louder,) = found(times(START, 60, 0.3), frames * np.geomspace(1.0, 20.0, 60)[:, np.newaxis])
    assert [row.power_db for row in one.stretches] == [row.power_db for row in louder.stretches]
    spectrum = np.array(one.stretches[0].power_db)
    assert spectrum.shape == (801,)
    assert np.mean(10 ** (spectrum[60:250] / 10)) == pytest.approx(1.0, rel=0.1)
    assert all(value == round(value, 2) for value in one.stretches[0].power_db)


def test_the_row_spectra_average_to_that_of_the_recording():
    """What the page draws as the mean, from the rows alone."""
    frames = noise(155, 7) + tone(155, 3_006.0, 1.0, 7)
    (recording,) = found(times(START, 155, 0.3), frames)
    linear = np.array([10 ** (np.array(row.power_db) / 10) for row in recording.stretches])
    mean = np.average(linear, axis=0, weights=[row.frames for row in recording.stretches])
    assert mean[56:].argmax() + 56 == 167
    assert mean[167] == pytest.approx(1 + recording.line.excess, rel=0.1)


def test_a_line_is_told_with_its_place_in_each_row():
    frames = quantised(noise(155, 8) + tone(155, 3_006.0, 0.6, 8))
    (recording,) = found(times(START, 155, 0.3), frames)
    assert recording.line.sigma > PLASMA_LINE_SIGMA
    assert max(abs(row.ridge_hz - 3_006.0) for row in recording.stretches) <= 18.0


def test_before_the_heliopause_lines_are_not_looked_for():
    """Lines at 2 to 3 kHz are heliospheric radio emissions there."""
    frames = noise(155, 9) + tone(155, 3_006.0, 3.0, 9)
    (recording,) = found(times("2012-08-24T03:51:16", 155, 0.3), frames)
    assert recording.line is None
    assert np.isnan([row.ridge_hz for row in recording.stretches]).all()
    (later,) = found(times("2012-08-25T03:51:16", 155, 0.3), frames)
    assert later.line is not None
