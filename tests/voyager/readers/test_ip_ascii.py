"""Hourly averages of the instrument team: decimal years in three spellings, angles, a column that comes and goes."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from voyager.readers import ip_ascii

NAME = "vy1mag_pri_1hr_1990.txt"
HEADER = (
    "------\nData File: vy1mag_pri_1hr_1990.txt\n\nNess, N., J. Geophys. Res.,\n76, 3564, 1971.\n"
    "   Col 2  The time in decimal year. (90.00000 is day 1 of 1990)\n\n"
    "SN      DecimalYear     F1Mag   ElevAng AzimAng F2Mag\n"
)


def read(*lines):
    block, *unusable = ip_ascii.read((HEADER + "\n".join(lines) + "\n").encode(), NAME)
    return block, unusable


def test_an_hour_and_its_field():
    block, unusable = read("1\t90.00194064\t0.056\t-61\t151.6\t0.055")
    assert block["timestamp_utc"].astype(str).tolist() == ["1990-01-01T17:00:00.000000"]
    elevation, azimuth = radians(-61), radians(151.6)
    assert block["br_nt"][0] == pytest.approx(0.055 * cos(elevation) * cos(azimuth))
    assert block["bt_nt"][0] == pytest.approx(0.055 * cos(elevation) * sin(azimuth))
    assert block["bn_nt"][0] == pytest.approx(0.055 * sin(elevation))
    assert (block["b_nt"][0], block["b_kind"][0], block["cadence_s"][0]) == (0.056, "magnitude", 3600)
    assert np.isnan(block["distance_au"]).all()
    assert unusable == []


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("90.9981735", "1990-12-31T08:00"),
        ("92.00250501", "1992-01-01T22:00"),  # a leap year
        ("0.00011416", "2000-01-01T01:00"),
        ("0.14401215", "2000-02-22T17:00"),
        ("4.99738191", "2004-12-31T01:00"),
        ("1990.00194064", "1990-01-01T17:00"),
    ],
)
def test_years_are_written_in_three_ways(written, utc):
    block, unusable = read(f"1\t{written}\t0.056\t-61\t151.6\t0.055")
    assert block["timestamp_utc"][0] == np.datetime64(utc)
    assert unusable == []


def test_1997_has_no_spacecraft_column():
    block, unusable = read("97.00228279\t0.029\t35.4\t278.8\t0.028", "97.00239695\t0.038\t41.4\t263.8\t0.037")
    assert block["timestamp_utc"].astype(str).tolist() == [
        "1997-01-01T20:00:00.000000",
        "1997-01-01T21:00:00.000000",
    ]
    assert block["b_nt"].tolist() == [0.029, 0.038]
    assert unusable == []


def test_fill_is_per_column():
    block, _ = read(
        "1\t91.00251142\t999\t999\t999\t999",
        "1\t91.00262557\t999\t10\t20\t0.05",
        "1\t91.00273973\t0.06\t999\t999\t999",
    )
    assert block["b_nt"].tolist() == [0.05, 0.06]
    assert block["b_kind"].tolist() == ["vector", "magnitude"]
    assert np.isnan(block["br_nt"]).tolist() == [False, True]


def test_a_time_off_the_hour_is_none():
    block, unusable = read(
        "1\t90.00194064\t0.056\t-61\t151.6\t0.055",
        "1\t90.00200000\t0.056\t-61\t151.6\t0.055",
        "1\t90.00205479\t0.056\t-61\t151.6\t0.055",
    )
    assert len(block["b_nt"]) == 2
    assert [(one.reason, one.count) for one in unusable] == [("it has no time", 1)]


def test_voyager_2_is_not_read():
    with pytest.raises(SchemaDrift, match=rf"{NAME}: no line of data"):
        read("2\t90.00194064\t0.056\t-61\t151.6\t0.055")


def test_other_columns_fail_the_file():
    with pytest.raises(SchemaDrift, match=rf"{NAME}: line 9 has 4 columns, expected 6 or 5"):
        read("1\t90.00194064\t0.056\t-61")
