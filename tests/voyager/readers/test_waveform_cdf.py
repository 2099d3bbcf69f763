"""The reader of the wideband receiver's files."""

from __future__ import annotations

import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from tests.voyager.pws_bodies import NO_TIME, noise, quantised, times, tt2000, waveform
from voyager.readers.waveform_cdf import read_frames

NAME = "vg1_pws_wf_2023-10-24T03_v1.0.cdf"
START = "2023-10-24T03:51:16.461"
MIRRORED = f"space.physics.uiowa.edu/voyager/data/voyager-1-pws-wf/data/2023/{NAME}"


def frames_of(n: int, seed: int = 0) -> np.ndarray:
    return quantised(noise(n, seed))


def test_frames_are_those_of_the_file_and_zeros_are_missing_samples():
    codes = frames_of(20)
    found = read_frames(waveform(times(START, 20, 0.3), codes), NAME)
    np.testing.assert_array_equal(found.times_utc, times(START, 20, 0.3))
    assert np.isnan(found.samples[:, :16]).all()
    np.testing.assert_array_equal(found.samples[:, 16:], codes[:, 16:].astype(float))
    assert found.unfit == ()


def test_samples_in_floating_point_may_be_zero():
    samples = noise(5, seed=1).astype(np.float32)
    samples[:, :100] = 0.0
    assert not np.isnan(read_frames(waveform(times(START, 5, 0.3), samples), NAME).samples).any()


def test_frames_come_in_the_order_of_time_after_a_jump_of_the_clock():
    moments = times(START, 10, 0.3)
    jumped = np.concatenate([moments[5:], moments[:5]])
    assert (np.diff(read_frames(waveform(jumped, frames_of(10)), NAME).times_utc) > np.timedelta64(0)).all()


def test_a_frame_that_is_there_twice_is_one_frame():
    codes, moments = frames_of(20), times(START, 20, 0.3)
    found = read_frames(waveform(np.append(moments, moments[3]), np.concatenate([codes, codes[3:4]])), NAME)
    assert (len(found.times_utc), found.unfit) == (20, ())


def test_two_frames_of_one_instant_that_differ_are_both_left_out():
    codes, moments = frames_of(40), times(START, 40, 0.3)
    moments[7] = moments[3]
    found = read_frames(waveform(moments, codes), NAME)
    assert len(found.times_utc) == 38
    assert found.unfit == (
        "record 3: two frames of one instant differ",
        "record 7: two frames of one instant differ",
    )


def test_frames_without_a_time_or_half_their_samples_are_left_out_by_record():
    codes, raw = frames_of(40), tt2000(times(START, 40, 0.3))
    raw[5] = NO_TIME
    codes[9, 800:] = 0
    found = read_frames(waveform(None, codes, raw_times=raw), NAME)
    assert found.unfit == ("record 5: no time", "record 9: samples are missing")
    assert len(found.times_utc) == 38


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            waveform(times(START, 5, 0.3), frames_of(5), rate_hz=14_400.0),
            "14400.0 samples per second, expected 28800",
        ),
        (waveform(times(START, 5, 0.3), frames_of(5)[:, :800]), r"shape \(5, 800\)"),
        (
            waveform(times(START, 5, 0.3), np.full((5, 1600), -128, dtype=np.int8)),
            "5 of 5 frames are unfit, record 0",
        ),
        (waveform(times(START, 20, 0.3), frames_of(20))[:9000], "cut off"),
        (b"<html>Service unavailable</html>", "not a CDF file"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name(body, told):
    with pytest.raises(SchemaDrift, match=told) as caught:
        read_frames(body, NAME)
    assert NAME in str(caught.value)


def test_the_recorded_file_has_155_frames_of_1600_samples(mirror_dir):
    found = read_frames((mirror_dir / "data" / MIRRORED).read_bytes(), NAME)
    assert found.samples.shape == (155, 1600)
    assert str(found.times_utc[0]) == "2023-10-24T03:51:16.460999"
    assert str(found.times_utc[-1]) == "2023-10-24T03:52:02.960999"
    assert np.unique(found.samples[~np.isnan(found.samples)]).tolist() == list(range(-15, 16, 2))
