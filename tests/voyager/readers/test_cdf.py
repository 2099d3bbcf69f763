"""CDF bytes: values and times as the file has them, and any damage as one error that says where."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from tests.support.cdf import EPOCH, FILL, INT2, REAL4, REAL8, TT2000, cdf, epochs, vim
from voyager.readers import cdf_structure, vim_cdf
from voyager.readers.cdf import opened

NAME = "made.cdf"


def read(body, variable, records=None):
    with opened(body, NAME) as file:
        return file.values(variable, records)


def times(body, variable="Epoch"):
    with opened(body, NAME) as file:
        return file.times(variable)


def test_each_variable_has_a_fill_value_of_its_own():
    body = cdf(
        {
            "a": (REAL4, [1.5, -9.0, FILL], {"FILLVAL": -9.0}),
            "b": (REAL4, [1.5, -9.0, FILL], {"FILLVAL": FILL}),
            "c": (INT2, [1, -32768, 3], {"FILLVAL": -32768}),
            "d": (REAL8, [1.0, 2.0, 3.0], {}),
        }
    )
    assert np.array_equal(
        read(body, "a"), [1.5, np.nan, np.nan], equal_nan=True
    )  # the pad value is none either
    assert np.array_equal(read(body, "b"), [1.5, -9.0, np.nan], equal_nan=True)
    assert np.array_equal(read(body, "c"), [1, np.nan, 3], equal_nan=True)
    assert np.array_equal(read(body, "d"), [1, 2, 3])


def test_nan_stays_nan_and_infinity_stays_to_be_rejected():
    body = cdf({"a": (REAL4, [np.nan, np.inf, -np.inf, 1.0], {"FILLVAL": FILL})})
    assert np.array_equal(read(body, "a"), [np.nan, np.inf, -np.inf, 1.0], equal_nan=True)


def test_epochs_are_utc_to_the_millisecond():
    body = cdf({"Epoch": (EPOCH, [*epochs("2012-08-25T23:59:59.999", "1977-09-05T12:56:00"), FILL, 0.0], {})})
    assert times(body).astype(str).tolist() == [
        "2012-08-25T23:59:59.999000",
        "1977-09-05T12:56:00.000000",
        "NaT",
        "NaT",
    ]


def test_tt2000_counts_leap_seconds():
    # J2000 is 2000-01-01 12:00 TT = 11:58:55.816 UTC; 17 leap days and 5 leap seconds later
    after = (np.datetime64("2017-01-01T00:00:00") - np.datetime64("2000-01-01T12:00:00")).astype(np.int64) + 5
    body = cdf({"Epoch": (TT2000, [0, int(after) * 10**9 + 64_184_000_000, -(2**63)], {})})
    assert times(body).astype(str).tolist() == [
        "2000-01-01T11:58:55.816000",
        "2017-01-01T00:00:00.000000",
        "NaT",
    ]


def test_numbers_are_no_times():
    body = cdf({"a": (REAL4, [1.0, 2.0], {})})
    with pytest.raises(SchemaDrift, match=r"made\.cdf: a is not a time"):
        times(body, "a")


def test_a_missing_variable_is_named():
    with pytest.raises(SchemaDrift, match=r"made\.cdf: no variable b"):
        read(cdf({"a": (REAL4, [1.0], {})}), "b")


def test_a_variable_must_be_as_long_as_its_axis():
    with pytest.raises(SchemaDrift, match="a has 2 records, its time axis 3"):
        read(cdf({"a": (REAL4, [1.0, 2.0], {})}), "a", 3)


def test_a_file_packed_as_a_whole_is_unpacked():
    body = cdf({"a": (REAL4, np.arange(5000.0), {})}, packed=6)
    assert body[4:8] == b"\xcc\xcc\x00\x01"
    assert read(body, "a")[-1] == 4999
    with pytest.raises(SchemaDrift, match=r"made\.cdf: (cut off|its packed part|unpacks)"):
        read(body[: len(body) // 2], "a")


def test_a_file_that_would_unpack_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(cdf_structure, "MAX_UNPACKED_BYTES", 10_000)
    with pytest.raises(SchemaDrift, match="packed in a way that is not read"):
        read(cdf({"a": (REAL4, np.arange(5000.0), {})}, packed=6), "a")


@pytest.mark.parametrize("compressed", [0, 6])
def test_compressed_variables_are_read_alike(compressed):
    assert read(cdf({"a": (REAL4, np.arange(5000.0), {})}, compressed=compressed), "a")[-1] == 4999


@pytest.mark.parametrize(
    "body", [b"", b"<!DOCTYPE html><html>maintenance</html>", b"\xcd\xf3\x00\x01", b"\0" * 500]
)
def test_what_is_no_cdf_is_said_so(body):
    with pytest.raises(SchemaDrift, match=r"made\.cdf: (not a CDF file|cut off|damaged)"):
        read(body, "a")


def test_a_file_shorter_than_its_header_says_is_cut_off():
    body = vim(["2012-01-01T00:00:00"] * 50, np.full(50, 0.4))
    with pytest.raises(SchemaDrift, match=r"cut off after [\d,]+ of [\d,]+ bytes"):
        read(body[: len(body) // 2], "F1")


def test_an_absurd_number_of_records_is_not_allocated():
    body = bytearray(cdf({"a": (REAL8, [1.0], {})}))
    place = body.find(struct.pack(">ii", REAL8, 0))  # in the variable's record: data type, last record
    assert place > 0
    body[place + 4 : place + 8] = struct.pack(">i", 2_000_000_000)
    with pytest.raises(SchemaDrift, match="cut off or damaged at byte"):
        read(bytes(body), "a")


def test_any_damage_is_a_schema_drift_or_harmless():
    """Bytes cut off and turned over at random: never another exception, never a hang (cdflib alone has both)."""
    rng = np.random.default_rng(20120825)
    whole = vim([f"2012-01-01T00:{minute:02}:00" for minute in range(60)], np.full(60, 0.4))
    complaints = []
    for _ in range(500):
        body = bytearray(whole)
        if rng.random() < 0.2:
            del body[rng.integers(len(body)) :]
        for place in rng.integers(max(1, len(body)), size=rng.integers(1, 12)):
            body[place : place + 1] = rng.bytes(1)
        complaints.append(_complaint(bytes(body)))
    told = [complaint for complaint in complaints if complaint]
    assert len(told) > 250
    assert all(complaint.startswith("made.cdf: ") and "\n" not in complaint for complaint in told)


def _complaint(body):
    try:
        vim_cdf.read(body, NAME)
    except SchemaDrift as drift:
        return str(drift)
    return ""
