"""Yearly CDF files of 48 s vectors: two time axes, uncertainties, fill, and what makes a file unfit."""

from __future__ import annotations

import numpy as np
import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from tests.support.cdf import EPOCH, FILL, INT2, REAL4, epochs, vim
from voyager.readers import vim_cdf

NAME = "voyager1_48s_mag-vim_20120101_v01.cdf"
UTC = ["2012-01-01T00:00:00", "2012-01-01T00:00:48.020", "2012-01-01T12:00:00", "2012-01-03T12:00:00"]
F1 = [0.4, 0.5, FILL, 0.25]


def read(body):
    block, *unusable = vim_cdf.read(body, NAME)
    return block, unusable


def test_records_with_a_field_are_rows_and_fill_records_are_none():
    block, unusable = read(
        vim(UTC, F1, BR=(REAL4, [0.1, 0.2, FILL, FILL], {"FILLVAL": FILL}), BT=_fill_at(2), BN=_fill_at(2))
    )
    assert block["timestamp_utc"].astype(str).tolist() == [
        "2012-01-01T00:00:00.000000",
        "2012-01-01T00:00:48.020000",
        "2012-01-03T12:00:00.000000",
    ]
    assert np.array_equal(block["b_nt"], np.array([0.4, 0.5, 0.25], dtype=np.float32).astype(float))
    assert np.isnan(block["br_nt"]).tolist() == [False, False, True]
    assert set(block["cadence_s"].tolist()) == {48}
    assert set(block["b_kind"].tolist()) == {"magnitude"}
    assert unusable == []


def _fill_at(place):
    values = np.full(len(UTC), 0.1)
    values[place] = FILL
    return (REAL4, values, {"FILLVAL": FILL})


def test_the_position_on_its_daily_axis_reaches_each_record():
    """Loading it against the other axis is the classic crash: 3 daily values, 4 records."""
    block, _ = read(vim(UTC, [0.4] * 4))
    assert block["distance_au"] == pytest.approx([119.0, 119.0002779, 119.25, 120.25])


@pytest.mark.parametrize(
    "changes",
    [
        {"Radius": None},
        {"Epoch_ephem": None},
        {"Radius": (REAL4, [FILL] * 3, {"FILLVAL": FILL})},
        {"Epoch_ephem": (EPOCH, epochs("2012-01-02", "2012-01-01", "2012-01-03"), {"FILLVAL": FILL})},
    ],
)
def test_a_file_without_position_has_its_field_all_the_same(changes):
    block, _ = read(vim(UTC, [0.4] * 4, **changes))
    assert len(block["b_nt"]) == 4
    assert np.isnan(block["distance_au"]).all()


def test_uncertainties_are_those_of_the_file():
    block, _ = read(vim(UTC, [0.4] * 4))
    assert block["b_sigma_nt"] == pytest.approx([0.03] * 4)
    assert block["bt_sigma_nt"] == pytest.approx([0.02] * 4)
    assert block["bn_sigma_nt"] == pytest.approx([0.04] * 4)


def test_where_a_file_has_no_uncertainty_it_is_the_documented_one():
    block, _ = read(vim(UTC, [0.4] * 4, dF=None, dBN=(REAL4, [0.05, FILL, 0.05, 0.05], {"FILLVAL": FILL})))
    assert block["b_sigma_nt"].tolist() == [0.03] * 4
    assert block["bn_sigma_nt"] == pytest.approx([0.05, 0.02, 0.05, 0.05])


@pytest.mark.parametrize("variable", ["Epoch", "F1", "BR", "BT", "BN"])
def test_a_missing_variable_fails_the_file(variable):
    with pytest.raises(SchemaDrift, match=rf"{NAME}: no variable {variable}"):
        read(vim(UTC, [0.4] * 4, **{variable: None}))


def test_another_spacecraft_fails_the_file():
    with pytest.raises(SchemaDrift, match="record 3 is of spacecraft 2, not Voyager 1"):
        read(vim(UTC, [0.4] * 4, spacecraftID=(INT2, [1, -32768, 2, 1], {"FILLVAL": -32768})))


def test_a_file_of_fill_alone_has_no_rows():
    block, unusable = read(
        vim(UTC, [FILL] * 4, **{name: (REAL4, [FILL] * 4, {"FILLVAL": FILL}) for name in ("BR", "BT", "BN")})
    )
    assert len(block["b_nt"]) == 0
    assert unusable == []


def test_a_record_without_time_is_left_out_and_told():
    block, unusable = read(
        vim(["2012-01-01T00:00:00", "", "2012-01-01T00:01:36", "2012-01-01T00:02:24"], [0.4] * 4)
    )
    assert len(block["b_nt"]) == 3
    assert unusable == [Unusable("it has no time", 1, (f"{NAME}, record 2",))]


def test_a_clock_that_jumps_takes_no_other_record_with_it():
    utc = [f"2012-01-01T00:{minute:02}:00" for minute in range(10)]
    utc[3] = "2012-05-01T00:00:00"
    utc[7] = "2012-01-01T00:01:30"
    block, unusable = read(vim(utc, [0.4] * 10))
    assert len(block["b_nt"]) == 8
    assert unusable == [Unusable("its time is out of order", 2, (f"{NAME}, record 4", f"{NAME}, record 8"))]


def test_an_axis_of_another_length_fails_the_file():
    with pytest.raises(SchemaDrift, match="F1 has 3 records, its time axis 4"):
        read(vim(UTC, [0.4] * 4, F1=(REAL4, [0.4] * 3, {"FILLVAL": FILL})))
