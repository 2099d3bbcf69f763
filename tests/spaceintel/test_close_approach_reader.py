"""CAD: rows under the names of its fields, uncertainties of time in words, two approaches on one day."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers import cad
from tests.spaceintel.near_earth_bodies import CAD_FIELDS, cad_row
from tests.spaceintel.near_earth_bodies import cad as body_of

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)


def read(body: bytes, first: date = FIRST, last: date = LAST):
    found = list(cad.read(body, first, last))
    blocks = [one for one in found if not isinstance(one, Unusable)]
    return (blocks[0] if blocks else None), [one for one in found if isinstance(one, Unusable)]


def test_a_row_is_read_by_the_names_of_the_fields():
    block, _ = read(body_of(cad_row()))
    assert block is not None
    assert {name: column[0] for name, column in block.items() if name != "timestamp_utc"} == {
        "designation": "2026 HD2",
        "close_approach_date": date(2026, 5, 8),
        "jd_tdb": pytest.approx(2461169.01875),
        "fullname": "(2026 HD2)",
        "orbit_id": "8",
        "distance_au": 0.0453,
        "distance_min_au": 0.0453,
        "distance_max_au": 0.0453,
        "relative_velocity_km_s": 10.7174114388048,
        "infinity_velocity_km_s": 10.7119231862106,
        "time_sigma": "00:02",
        "time_sigma_s": 120.0,
        "absolute_magnitude_h": 24.59,
        "diameter_km": pytest.approx(np.nan, nan_ok=True),
        "diameter_sigma_km": pytest.approx(np.nan, nan_ok=True),
        "body": "Earth",
    }


def test_fields_in_another_order_and_new_ones_do_not_matter():
    fields = [*reversed(CAD_FIELDS), "rarity", "body"]
    row = [*reversed(cad_row()), "1", "Earth"]
    block, _ = read(body_of(row, fields=fields))
    assert block is not None
    assert (block["distance_au"][0], block["time_sigma_s"][0]) == (0.0453, 120.0)


def test_the_instant_is_utc():
    block, _ = read(body_of(cad_row(cd="2026-May-08 12:27")))
    assert block is not None
    off = abs(block["timestamp_utc"][0] - np.datetime64("2026-05-08T12:25:50.816"))
    assert off < np.timedelta64(4, "ms")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("00:02", 120), ("< 00:01", 60), ("08:41", 31_260), ("2_09:08", 205_680), ("", np.nan)),
        *(("12_00:00", 1_036_800), ("soon", np.nan)),
    ],
)
def test_the_uncertainty_of_time_is_read(text: str, seconds: float):
    assert cad.time_sigma_s(text) == pytest.approx(seconds, nan_ok=True)


def test_of_two_approaches_on_one_day_the_nearer_is_kept():
    rows = [cad_row(cd="2026-May-08 01:00", dist="0.02"), cad_row(cd="2026-May-08 23:00", dist="0.01")]
    block, _ = read(body_of(*rows))
    assert block is not None
    assert block["distance_au"].tolist() == [0.01]


def test_days_beyond_those_wanted_are_left_out():
    rows = [cad_row(cd=f"2026-{day} 12:00") for day in ("Apr-30", "May-01", "May-31", "Jun-01")]
    block, unfit = read(body_of(*rows))
    assert block is not None
    assert block["close_approach_date"].tolist() == [FIRST, LAST]
    assert not unfit


def test_no_approach_is_an_answer_without_data():
    assert read(body_of()) == (None, [])


def test_numbers_that_are_not_given_are_not_known():
    block, unfit = read(body_of(cad_row(v_inf=None, h=None, dist_min=None)))
    assert block is not None
    assert not unfit
    assert np.isnan([block[name][0] for name in ("infinity_velocity_km_s", "absolute_magnitude_h")]).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"dist": "NaN"},
        {"v_rel": "Infinity"},
        {"h": ""},
        {"jd": "9e99"},
        {"cd": "2026-Mai-08 12:27"},
        {"des": ""},
    ],
)
def test_a_row_that_cannot_be_read_is_counted_and_does_not_lose_the_others(changes):
    block, unfit = read(body_of(cad_row("2026 A"), cad_row("2026 B", **changes)))
    assert block is not None
    assert block["designation"].tolist() == ["2026 A"]
    assert [(one.count, one.places) for one in unfit] == [(1, ("row 2",))]


def test_every_row_twice_is_one_row():
    block, _ = read(body_of(cad_row(), cad_row(), count=1))
    assert block is not None
    assert len(block["designation"]) == 1


@pytest.mark.parametrize("year", [1900, 1959, 1970, 2199])
def test_far_years_are_read(year: int):
    block, unfit = read(body_of(cad_row(cd=f"{year}-May-08 12:27")), date(year, 1, 1), date(year, 12, 31))
    assert block is not None
    assert not unfit
    assert block["timestamp_utc"][0].astype("datetime64[D]") == np.datetime64(f"{year}-05-08")


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"count": 0}',
        body_of(cad_row(), count=2),
        body_of(cad_row(), count="many"),
        body_of(cad_row(), signature={"version": "2.0"}),
        body_of(cad_row()[:-1]),
        body_of(cad_row(), fields=[*CAD_FIELDS[:-1], "name"]),
        body_of(cad_row(), data={"a": 1}),
        json.dumps({"code": "400", "message": "one or more query parameter was not recognized"}).encode(),
    ],
)
def test_what_is_no_table_or_half_of_one_is_refused(body: bytes):
    with pytest.raises(SchemaDrift):
        read(body)
