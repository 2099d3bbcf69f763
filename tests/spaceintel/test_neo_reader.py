"""NeoWs's feed: numbers as text, times in TDB, names that are not to be trusted."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers import neows
from spaceintel.readers.neows import designation_of
from tests.spaceintel.near_earth_bodies import approach, feed, neo


def columns(body: bytes):
    (block,) = (one for one in neows.read(body) if not isinstance(one, Unusable))
    return block


def complaints(body: bytes) -> list[str]:
    return [one.reason for one in neows.read(body) if isinstance(one, Unusable)]


def test_numbers_are_read_from_their_texts():
    row = columns(feed(neo()))
    assert row["miss_distance_au"][0] == 0.3649338509
    assert row["relative_velocity_km_s"][0] == 12.3895547586
    assert row["diameter_max_km"][0] == 0.0430566244
    assert row["close_approach_date"][0] == date(2026, 2, 13)


def test_the_time_is_tdb_and_becomes_utc():
    # TDB is 69.184 s ahead of UTC since 2017, give or take 2 ms
    found = columns(feed(neo(time="07:17")))["timestamp_utc"][0]
    assert abs(found - np.datetime64("2026-02-13T07:15:50.816")) < np.timedelta64(3, "ms")


def test_without_the_printed_date_the_milliseconds_are_taken():
    one = neo(approaches=[approach("2026-02-13", close_approach_date_full=None)])
    found = columns(feed(one))["timestamp_utc"][0]
    assert abs(found - np.datetime64("2026-02-13T07:15:50.816")) < np.timedelta64(3, "ms")


@pytest.mark.parametrize(
    ("name", "designation"),
    [
        ("(2001 UP)", "2001 UP"),
        ("162882 (2001 FD58)", "162882"),
        ("99942 Apophis (2004 MN4)", "99942"),
        ("433 Eros (A898 PA)", "433"),
        ("2P/Encke", "2P"),
        ("C/2020 F3 (NEOWISE)", "C/2020 F3"),
        ("(6344 P-L)", "6344 P-L"),
        ("Something else", "Something else"),
    ],
)
def test_the_designation_is_what_cneos_calls_the_object(name: str, designation: str):
    assert designation_of(name) == designation


def test_script_in_a_name_stays_text_and_an_address_that_is_none_is_dropped():
    name = "(<script>alert(1)</script>)"
    row = columns(feed(neo(name=name, nasa_jpl_url="javascript:alert(1)")))
    assert (row["name"][0], row["nasa_jpl_url"][0]) == (name, "")


def test_of_two_approaches_on_one_day_the_nearer_is_kept():
    two = [approach("2026-02-13", "01:00", "0.3"), approach("2026-02-13", "23:00", "0.2")]
    row = columns(feed(neo(approaches=two)))
    assert row["miss_distance_au"].tolist() == [0.2]


def test_approaches_to_other_bodies_are_left_out():
    two = [approach("2026-02-13"), approach("2026-02-14", orbiting_body="Venus")]
    assert len(columns(feed(neo(approaches=two)))["neo_id"]) == 1


def test_every_object_twice_is_one_row():
    assert len(columns(feed(neo(), neo(), count=1))["neo_id"]) == 1


def test_a_feed_without_objects_is_empty():
    assert list(neows.read(feed())) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"au": "nan"}, "is not a number"),
        ({"au": "0.1x"}, "is not a number"),
        ({"time": "25:00"}, "hour must be in"),
        (
            {"approaches": [approach("2026-02-13", close_approach_date_full="2026-Feb-14 01:00")]},
            "not on its day",
        ),
        ({"is_potentially_hazardous_asteroid": None}, "is_potentially_hazardous_asteroid"),
        ({"name": ""}, "name"),
    ],
)
def test_an_object_that_cannot_be_read_is_counted_and_does_not_lose_the_others(changes, words):
    if changes.get("au") in {"nan", "0.1x"}:
        bad = neo(
            "2",
            approaches=[
                approach(
                    "2026-02-13",
                    miss_distance={"astronomical": changes["au"], "lunar": "1", "kilometers": "1"},
                )
            ],
        )
    else:
        bad = neo("2", **changes)
    body = feed(neo(), bad)
    (reason,) = complaints(body)
    assert words in reason
    assert columns(body)["neo_id"].tolist() == ["3092390"]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"near_earth_objects": {}}',
        b'{"element_count": 1, "near_earth_objects": []}',
        b'{"element_count": 1, "near_earth_objects": {"soon": []}}',
        feed(neo(), count=2),
        feed(neo(), neo("2"), count=9),
    ],
)
def test_what_is_no_feed_or_half_of_one_is_refused(body: bytes):
    with pytest.raises(SchemaDrift):
        list(neows.read(body))
