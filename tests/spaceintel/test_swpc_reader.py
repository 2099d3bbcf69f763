"""One reader for both of SWPC's shapes, its three formats of time, and what is wrong with single records."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers.swpc import read, utc
from spaceintel.readers.swpc_records import ObservedKp, Wind, Xray
from tests.spaceintel.swpc_bodies import NOW, flux, observed, old_shape, wind

START = datetime(2026, 9, 27, tzinfo=UTC)


def reading(value, model=ObservedKp, latest=NOW):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read(body, "file.json", model, latest=latest)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-27T05:02:04.940Z",
        "2026-09-27T05:02:04.940",
        "2026-09-27 05:02:04.940",
        " 2026-09-27 05:02:04.94 ",
    ],
)
def test_every_format_of_time_is_the_same_instant_in_utc(text):
    assert utc(text) == datetime(2026, 9, 27, 5, 2, 4, 940_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-09-27T05:02", "2026-09-27 05:02:00", "2026-09-27T05:02:00Z"])
def test_seconds_may_be_absent(text):
    assert utc(text) == datetime(2026, 9, 27, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        1790000000,
        "",
        "Unk",
        "20260927T050204",
        "2026-W39-7T00:00",
        "2026-13-01T00:00:00",
        "2026-09-27",
        "2026-09-27T05:02:04+02:00",
        "2026-09-27T05:02:04Z; DROP TABLE",
        True,
        ["2026-09-27T05:02:04"],
    ],
)
def test_what_is_no_time_of_theirs_is_refused(value):
    with pytest.raises(ValueError, match=r"it is no time|month must be"):
        utc(value)


def test_both_shapes_give_the_same_records():
    new = observed(START, [2.33, 2.67, 9.0])
    assert list(reading(new)) == list(reading(old_shape(new)))
    assert [one.kp for one in reading(new)] == [2.33, 2.67, 9.0]
    assert reading(new).usable[1].time_tag == datetime(2026, 9, 27, 3, tzinfo=UTC)


def test_a_single_object_is_a_list_of_one():
    assert reading(observed(START, [1.0])[0]).usable == reading(observed(START, [1.0])).usable


def test_an_empty_list_is_no_error_here():
    assert (reading([]).usable, reading([]).unusable) == ([], [])


def test_kp_may_be_written_with_a_small_letter():
    assert reading([{"time_tag": "2026-09-27T00:00:00", "kp": "1.33"}]).usable[0].kp == 1.33


def test_a_bad_record_is_named_by_its_place_and_the_others_are_read():
    records: list[Any] = observed(START, [1.0, 2.0, 3.0, 4.0, 5.0])
    records[1]["Kp"] = "five"
    records[3] = "what is this?"
    del records[4]["time_tag"]
    found = reading(records)
    assert [one.kp for one in found] == [1.0, 3.0]
    assert sum(one.count for one in found.unusable) == 3
    assert {place for one in found.unusable for place in one.places} == {
        "file.json, record 2",
        "file.json, record 4",
        "file.json, record 5",
    }


def test_many_bad_records_of_one_kind_are_counted_and_three_are_named():
    (unusable,) = reading([{**one, "Kp": None} for one in observed(START, [1.0] * 7)]).unusable
    assert (unusable.count, len(unusable.places)) == (7, 3)


def test_a_line_that_does_not_fit_its_header_is_a_bad_record():
    records = old_shape(observed(START, [1.0, 2.0, 3.0]))
    records[2] = records[2][:2]
    found = reading(records)
    assert [one.kp for one in found] == [1.0, 3.0]
    assert found.unusable[0].places == ("file.json, record 2",)


@pytest.mark.parametrize(
    ("time", "is_credible"),
    [
        ("1970-01-01T00:00:00", False),
        ("1999-12-31T23:59:59", False),
        ("2000-01-01T00:00:00", True),
        ("2026-09-27T18:02:00", True),
        ("2026-09-27T18:03:00", False),
        ("2099-01-01T00:00:00", False),
    ],
)
def test_dates_that_cannot_be_are_bad_records(time, is_credible):
    found = reading([{"time_tag": time, "Kp": 1.0}])
    assert len(found) == is_credible
    if not is_credible:
        assert found.unusable[0].reason == "time_tag: its date is not credible"


@pytest.mark.parametrize("value", [True, False, "NaN", "Infinity", "-inf", "1,5", {}, [], "0x10"])
def test_what_is_no_number_is_refused(value):
    assert reading([{"time_tag": "2026-09-27T00:00:00", "Kp": value}]).usable == []


@pytest.mark.parametrize("value", [None, "", -9999, -9999.0, "-9999", -99999, "-99999.9"])
def test_fill_values_are_no_value(value):
    (one,) = reading([wind(START, proton_speed=value, overall_quality=value)], Wind)
    assert (one.proton_speed, one.overall_quality) == (None, None)


def test_the_misspelt_name_is_the_one_that_is_read():
    short, long = reading(flux(START), Xray)
    assert (short.electron_contaminaton, long.electron_contaminaton) == (True, False)


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud800"])
def test_text_that_no_database_takes_is_a_bad_record(text):
    assert len(reading([wind(START, source=text)], Wind)) == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"<!doctype html><h1>503</h1>", "not JSON"),
        (b'[{"time_tag": "2026-09-27T00:00:00", "Kp": NaN}]', "not strict JSON"),
        (b'[{"Kp": 1e999}]', "not strict JSON"),
        (b'[{"Kp": 1, "Kp": 2}]', "not strict JSON"),
        (b'[{"time_tag": "2026-09-27T0', "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b"42", "neither a list nor an object"),
        (b"null", "neither a list nor an object"),
        (b"[[1, 2], [3, 4]]", "not the names of its columns"),
        (b'[["Kp", "Kp"], ["1", "2"]]', "not the names of its columns"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_body_of_another_kind_is_schema_drift(body, words):
    with pytest.raises(SchemaDrift, match=words):
        reading(body)
