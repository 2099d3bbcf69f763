"""Hourly merged text: 34 columns, a fill value per column, positions kept where the field is."""

from __future__ import annotations

import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from voyager.readers import coho_ascii

NAME = "vy1_1995.asc"
FLUXES = " ".join(["9.999e+05"] * 18)
PLASMA = "9999.9 9999.9 9999.9 99.99999  9999999."
NONE = "999.999"


def line(day, hour, *field, year=1995, distance="58.08", plasma=PLASMA):
    values = " ".join(field or ["0.062", "0.061", "0.002", "-0.057", "0.025"])
    return f"{year} {day:3} {hour:2}  {distance}   32.6  166.9 {values} {plasma} {FLUXES}"


def read(*lines, newline="\n"):
    block, *unusable = coho_ascii.read((newline.join(lines) + newline).encode(), NAME)
    return block, unusable


def test_an_hour_and_its_field():
    block, unusable = read(line(1, 7))
    assert block["timestamp_utc"].astype(str).tolist() == ["1995-01-01T07:00:00.000000"]
    assert [block[name][0] for name in ("b_nt", "br_nt", "bt_nt", "bn_nt", "distance_au")] == [
        0.062,
        0.002,
        -0.057,
        0.025,
        58.08,
    ]
    assert (block["b_kind"][0], block["cadence_s"][0]) == ("magnitude", 3600)
    assert np.isnan(block["b_sigma_nt"]).all()
    assert unusable == []


def test_an_hour_of_fill_is_no_row():
    block, unusable = read(line(1, 6, *[NONE] * 5), line(1, 7))
    assert len(block["b_nt"]) == 1
    assert unusable == []


def test_the_vector_stands_in_where_the_magnitude_is_fill():
    block, _ = read(line(1, 7, NONE, "0.061", "0.002", "-0.057", "0.025"))
    assert (block["b_nt"][0], block["b_kind"][0]) == (0.061, "vector")


def test_each_column_has_a_fill_value_of_its_own():
    block, _ = read(line(1, 7, "0.062", "0.061", NONE, "-0.057", NONE))
    assert np.isnan([block[name][0] for name in ("br_nt", "bn_nt")]).all()
    assert block["bt_nt"][0] == -0.057


@pytest.mark.parametrize("written", ["999.99", "999.999", "9999.9", "-1.0E+31", "0.00"])
def test_a_distance_that_cannot_be_is_unknown_and_the_field_is_kept(written):
    block, unusable = read(line(1, 7, distance=written))
    assert np.isnan(block["distance_au"][0])
    assert block["b_nt"][0] == 0.062
    assert unusable == []


@pytest.mark.parametrize("written", ["1.01", "99.99", "166.95", "430.00"])
def test_each_distance_of_the_flight_is_kept(written):
    block, _ = read(line(1, 7, distance=written))
    assert block["distance_au"][0] == float(written)


def test_strong_fields_of_a_flyby_are_no_fill():
    block, _ = read(
        line(64, 12, "1999.990", "1999.980", "999.998", "-99.999", "1000.000", year=1979, distance="5.30")
    )
    assert block["b_nt"][0] == 1999.99
    assert block["br_nt"][0] == 999.998


def test_the_last_hour_of_a_leap_year():
    block, _ = read(line(366, 23, year=2012), newline="\r\n")
    assert block["timestamp_utc"].astype(str).tolist() == ["2012-12-31T23:00:00.000000"]


@pytest.mark.parametrize("impossible", [(0, 1), (367, 1), (1, 24)])
def test_a_time_that_is_none_is_left_out(impossible):
    block, unusable = read(line(1, 0), line(*impossible), line(2, 0))
    assert len(block["b_nt"]) == 2
    assert [(one.reason, one.places) for one in unusable] == [("it has no time", (f"{NAME}, line 2",))]


def test_other_columns_fail_the_file():
    with pytest.raises(SchemaDrift, match=rf"{NAME}: line 1 has 33 columns, expected 34"):
        read(line(1, 0, plasma="9999.9 9999.9 9999.9 99.99999"))


def test_a_file_cut_off_fails():
    whole = "\n".join([line(1, 0), line(1, 1)])
    with pytest.raises(SchemaDrift, match=rf"{NAME}: cut off in line 2"):
        coho_ascii.read(whole[:-40].encode(), NAME)
