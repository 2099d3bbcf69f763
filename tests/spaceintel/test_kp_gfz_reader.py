"""Kp in GFZ's JSON and in GFZ's file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers import gfz_kp
from tests.spaceintel.kp_bodies import HEADER, answer, file, line


def table(body):
    (found,) = gfz_kp.read_file(body)
    return found


def test_the_json_names_starts_values_and_statuses():
    times, kp, status = gfz_kp.read_json(
        answer("2024-05-10T18:00:00Z", [8.333, 9.0, None], ["def", "pre", "now"])
    )
    assert (
        times.tolist()
        == np.arange("2024-05-10T18", "2024-05-11T03", 3, dtype="datetime64[h]").astype(times.dtype).tolist()
    )
    np.testing.assert_array_equal(kp, [8.333, 9.0, np.nan])
    assert status.tolist() == ["def", "pre", "now"]


def test_an_empty_answer_is_one():
    times, kp, _ = gfz_kp.read_json(answer("2024-05-10T18:00:00Z", []))
    assert len(times) == len(kp) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"Kp": [1.0]},
        {"Kp": "none"},
        {"Kp": None},
        {"status": ["def"]},
        {"datetime": ["2024-05-10T18:00:00Z", "2024-05-11T00:00:00Z", "2024-05-11T03:00:00Z"]},
        {"datetime": ["1970-01-01T00:00:00Z", "2024-05-10T21:00:00Z", "2024-05-11T00:00:00Z"]},
        {"datetime": ["2024-05-10T18:00:00Z", "2024-05-10T21:30:00Z", "2024-05-11T00:00:00Z"]},
        {"datetime": ["2024-13-10T18:00:00Z", "2024-05-10T21:00:00Z", "2024-05-11T00:00:00Z"]},
    ],
)
def test_lists_that_do_not_belong_together_are_drift(change):
    body = json.loads(answer("2024-05-10T18:00:00Z", [8.333, 9.0, 9.0])) | change
    with pytest.raises(SchemaDrift, match="GFZ's JSON"):
        gfz_kp.read_json(json.dumps(body).encode())


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"detail": "wrong datetime format"}', b"<html>"])
def test_another_json_is_drift(body):
    with pytest.raises(SchemaDrift):
        gfz_kp.read_json(body)


def test_the_file_gives_eight_intervals_a_day():
    times, kp, more = table(file(line("2000 01 01", [5.333, 4.667, 4, 3.333, 4.333, 3, 4.333, 3.667])))
    assert times[[0, -1]].astype(str).tolist() == ["2000-01-01T00:00:00", "2000-01-01T21:00:00"]
    assert kp.tolist() == [5.333, 4.667, 4, 3.333, 4.333, 3, 4.333, 3.667]
    assert more["ap"].tolist() == [56, 39, 27, 18, 32, 15, 32, 22]  # as the file of GFZ has it for this day
    assert set(more["status"]) == {"def"}


def test_minus_one_is_no_value_and_d_tells_what_is_definitive():
    _, kp, more = table(file(line("2026 11 20", [1, 2, -1, -1, -1, -1, -1, -1], definitive=0)))
    assert np.isfinite(kp).sum() == np.isfinite(more["ap"]).sum() == 2
    assert set(more["status"]) == {"pre"}


def test_columns_are_found_by_their_names():
    swapped = HEADER.replace("days  days_m", "days_m  days").replace("Bsr dB", "dB Bsr")
    assert table(file(line("2000 01 01", [1] * 8), header=swapped))[1].tolist() == [1.0] * 8
    with pytest.raises(SchemaDrift, match="no column Kp8"):
        table(file(line("2000 01 01", [1] * 8), header=HEADER.replace("Kp8", "Kx8")))
    with pytest.raises(SchemaDrift, match="no line that names its columns"):
        table(file(line("2000 01 01", [1] * 8), header="# Kp"))


def test_a_line_that_is_cut_off_is_named_and_the_others_stay():
    bad, read = gfz_kp.read_file(file(line("2000 01 01", [1] * 8), line("2000 01 02", [1] * 8)[:70]))
    assert isinstance(bad, Unusable)
    assert isinstance(read, tuple)
    times, _, _ = read
    assert (bad.count, bad.places) == (1, ("line 4",))
    assert len(times) == 8


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2000 01 01", "2000 13 01"),
        ("1.000", "x.000"),
        ("1.000", "nan"),
        ("1.000", "inf"),
    ],
)
def test_cells_that_are_no_numbers_are_drift(old, new):
    with pytest.raises(SchemaDrift, match="GFZ's file has a cell"):
        table(file(line("2000 01 01", [1] * 8).replace(old, new, 1)))


def test_rows_hold_thirds_with_three_decimals_and_leave_out_what_has_no_value():
    times = np.datetime64("2024-05-10T00", "s") + gfz_kp.INTERVAL * np.arange(4)
    nothing = np.full(4, np.nan)
    (block,) = gfz_kp.rows(
        times, np.array([0.33, 4.6667, np.nan, 9.0]), nothing, np.full(4, "now", dtype=object)
    )
    assert not isinstance(block, Unusable)
    assert block["kp"].tolist() == [0.333, 4.667, 9.0]
    assert block["a_running"].tolist() == [2, 39, 400]  # ap by definition, where it is not given
    assert block["timestamp_utc"].dtype == "datetime64[us]"


def test_values_that_are_no_thirds_are_unusable_and_named():
    times = np.datetime64("2024-05-10T00", "s") + gfz_kp.INTERVAL * np.arange(3)
    bad, block = gfz_kp.rows(
        times, np.array([4.5, 12.0, 1.0]), np.full(3, np.nan), np.full(3, "pre", dtype=object)
    )
    assert isinstance(bad, Unusable)
    assert not isinstance(block, Unusable)
    assert (bad.count, bad.places[0]) == (2, "2024-05-10T00:00:00Z")
    assert len(block["kp"]) == 1
