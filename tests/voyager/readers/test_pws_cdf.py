"""The reader of the spectrum analyser's files: every value as it is, every oddity by its name."""

from __future__ import annotations

from typing import Any

import cdflib
import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from tests.voyager.pws_bodies import FILL, NO_TIME, TT2000, amplitudes, cdf, spectra, times, tt2000
from voyager.readers.pws_cdf import read_spectra

NAME = "vg1_pws_lr_20140402_v5.30.cdf"
MIRRORED = "spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/wave_spectra_pws/spectrum_analyzer_cdf/2014"


def test_values_and_times_are_those_of_the_file_to_the_last_bit():
    moments, values = times("2014-04-02T12:44:42.347", 50), amplitudes(50)
    found = read_spectra(spectra(moments, values), NAME)
    np.testing.assert_array_equal(found.times_utc, moments)
    np.testing.assert_array_equal(found.amplitude_v_m, values.astype(np.float64))
    assert found.left_out == 0


def test_times_have_the_leap_seconds_of_the_pinned_table():
    before, after = np.datetime64("2016-12-31T23:59:59.5"), np.datetime64("2017-01-01T00:00:00.5")
    moments = np.array([before, after]).astype("datetime64[us]")
    assert np.diff(tt2000(moments)).tolist() == [2_000_000_000]
    np.testing.assert_array_equal(read_spectra(spectra(moments, amplitudes(2)), NAME).times_utc, moments)


def test_fill_is_per_value_and_nan_too():
    values = amplitudes(3)
    values[0, :3], values[1, 5], values[2, 7] = FILL, np.nan, np.float32(-1e30)
    found = read_spectra(spectra(times("2014-04-02", 3), values), NAME).amplitude_v_m
    absent = np.zeros((3, 16), dtype=bool)
    absent[0, :3] = absent[1, 5] = absent[2, 7] = True
    np.testing.assert_array_equal(np.isnan(found), absent)


def test_a_record_of_fill_alone_is_no_record():
    values = amplitudes(3)
    values[1] = FILL
    found = read_spectra(spectra(times("2014-04-02", 3), values), NAME)
    assert (len(found.times_utc), found.left_out) == (2, 1)


def test_a_file_of_one_spectrum_is_read():
    assert read_spectra(spectra(times("2014-04-02", 1), amplitudes(1)), NAME).amplitude_v_m.shape == (1, 16)


def test_an_infinite_value_is_handed_on_for_the_table_to_refuse():
    values = amplitudes(2)
    values[1, 4] = np.inf
    assert np.isinf(read_spectra(spectra(times("2014-04-02", 2), values), NAME).amplitude_v_m[1, 4])


def test_a_record_without_a_time_is_handed_on_for_the_table_to_refuse():
    raw = tt2000(times("2014-04-02", 3))
    raw[1] = NO_TIME
    found = read_spectra(spectra(None, amplitudes(3), raw_times=raw), NAME)
    assert np.isnat(found.times_utc).tolist() == [False, True, False]


def test_a_second_time_axis_is_not_confused_with_the_first():
    daily: Any = ("Epoch_ephem", TT2000, tt2000(times("2014-04-02", 1)), {}, True)
    assert (
        len(read_spectra(spectra(times("2014-04-02", 9), amplitudes(9), extra=(daily,)), NAME).times_utc) == 9
    )


def test_spectra_that_stand_on_another_axis_are_refused():
    body = cdf(
        ("epoch", TT2000, tt2000(times("2014-04-02", 1)), {}, True),
        ("frequency", 44, np.ones(16, dtype=np.float32), {}, False),
        ("electric_field", 44, amplitudes(9), {}, True),
    )
    with pytest.raises(SchemaDrift, match=r"electric_field has 9 records, its time axis 1"):
        read_spectra(body, NAME)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            spectra(times("2014-04-02", 2), np.full((2, 16), FILL)),
            "every value of electric_field is fill, in 2 records",
        ),
        (
            spectra(times("2014-04-02", 2), amplitudes(2), channels=np.geomspace(20, 112_000, 16)),
            "16 channels",
        ),
        (spectra(times("2014-04-02", 2), amplitudes(2)[:, :8]), r"shape \(2, 8\)"),
        (
            cdf(("epoch", TT2000, tt2000(times("2014-04-02", 2)), {}, True)),
            "no variable frequency, electric_field",
        ),
        (b"<!DOCTYPE html><html>Not here</html>", "not a CDF file"),
        (b"", "not a CDF file"),
        (spectra(times("2014-04-02", 50), amplitudes(50))[:1500], "cut off"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name(body, told):
    with pytest.raises(SchemaDrift, match=told) as caught:
        read_spectra(body, NAME)
    assert NAME in str(caught.value)


def test_the_recorded_day_is_read_to_the_last_bit(mirror_dir):
    path = mirror_dir / "data" / MIRRORED / NAME
    file = cdflib.CDF(path)
    raw = file.varget("electric_field")
    found = read_spectra(path.read_bytes(), NAME)
    assert len(found.times_utc) == 1_722
    np.testing.assert_array_equal(np.isnan(found.amplitude_v_m), raw <= np.float32(-1e30))
    same = ~np.isnan(found.amplitude_v_m)
    np.testing.assert_array_equal(found.amplitude_v_m[same].astype(np.float32), raw[same])
    assert str(found.times_utc[0]) == "2014-04-02T12:44:42.347000"
