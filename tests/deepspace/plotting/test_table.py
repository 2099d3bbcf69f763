"""CSV: digit for digit, RFC 4180."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepspace.formulas import unescaped
from deepspace.plotting.table import csv_bytes


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


@given(st.lists(st.floats(allow_infinity=False, allow_nan=False), max_size=30))
def test_floats_read_back_as_the_same_double(values: list[float]) -> None:
    column = np.array(values, dtype=np.float64)
    read = [float(row[0]) for row in rows(csv_bytes({"x_au": column}))[1:]]
    assert np.array(read).tobytes() == column.tobytes()


def test_single_precision_is_written_with_its_own_digits() -> None:
    assert csv_bytes({"b_nt": np.array([0.1, 0.25], dtype=np.float32)}) == b"b_nt\r\n0.1\r\n0.25\r\n"


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
)
def test_any_text_reads_back(values: list[str]) -> None:
    body = csv_bytes({"event": np.array(values, dtype=object), "n": np.arange(len(values))})
    assert [unescaped(row[0]) for row in rows(body)[1:]] == values


def test_no_text_is_one_that_a_spreadsheet_would_compute() -> None:
    body = csv_bytes({"name": np.array(["=HYPERLINK(1)", "-1", "2024 AB1"], dtype=object), "x": np.arange(3)})
    assert [row[0] for row in rows(body)[1:]] == ["'=HYPERLINK(1)", "-1", "2024 AB1"]


def test_instants_are_iso_8601_in_utc() -> None:
    instants = np.array(["1977-09-05T12:56:00.000001", "NaT"], dtype="datetime64[us]")
    assert csv_bytes({"utc": instants}) == b"utc\r\n1977-09-05T12:56:00.000001Z\r\n\r\n"


def test_what_is_missing_is_empty() -> None:
    body = csv_bytes({"x": np.array([1.5, np.nan]), "name": np.array([None, "a,b"], dtype=object)})
    assert body == b'x,name\r\n1.5,\r\n,"a,b"\r\n'


def test_integers_and_flags_are_plain() -> None:
    assert (
        csv_bytes({"n": np.array([1, -2]), "ok": np.array([True, False])})
        == b"n,ok\r\n1,True\r\n-2,False\r\n"
    )


def test_no_rows_leave_the_header() -> None:
    assert csv_bytes({"utc": np.array([], dtype="datetime64[us]"), "x": np.array([])}) == b"utc,x\r\n"


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        csv_bytes({"x": np.arange(3), "y": np.arange(2)})
