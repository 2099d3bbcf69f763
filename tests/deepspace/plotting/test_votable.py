"""VOTable: the same digits as the CSV, with units and provenance, readable by astropy."""

from __future__ import annotations

import io
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io.votable import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from deepspace.plotting.votable import unit_of, votable_bytes
from deepspace.provenance import Provenance, Tier

SOURCE = Provenance(
    "voyager.field", Tier.REAL, "nasa_spdf", datetime(2026, 11, 20, tzinfo=UTC), note='a "note" & <more>'
)
COLUMNS = {
    "utc": np.array(["2012-08-25T05:15:45.790", "NaT"], dtype="datetime64[us]"),
    "b_nt": np.array([0.4135900139808655, np.nan]),
    "averages": np.array([3, 4]),
    "has_instant": np.array([True, False]),
    "event": np.array(["<a> & “b”", None], dtype=object),
}


def table_of(columns, **values):
    body = votable_bytes(columns, "field-plot", "What it is.", [SOURCE])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return parse(io.BytesIO(body), verify="exception", **values)


def test_it_reads_back_with_units_and_types():
    found = table_of(COLUMNS).get_first_table()
    table = found.to_table()
    assert table["b_nt"][0] == 0.4135900139808655
    assert np.ma.is_masked(table["b_nt"][1]) or np.isnan(table["b_nt"][1])
    assert str(table["b_nt"].unit) == "nT"
    assert table["averages"].tolist() == [3, 4]
    assert table["has_instant"].tolist() == [True, False]
    assert table["event"][0] == "<a> & “b”"
    assert table["utc"][0] == "2012-08-25T05:15:45.790000Z"
    assert found.description == "What it is."


def test_where_the_values_come_from_is_in_it():
    (resource,) = table_of(COLUMNS).resources
    (info,) = resource.infos
    assert info.name == "provenance"
    assert info.value == 'voyager.field: source nasa_spdf; retrieved 2026-11-20; a "note" & <more>'


def test_a_model_says_so():
    modelled = Provenance("voyager.field", Tier.SYNTHETIC, "synthetic")
    assert b"synthetic; source synthetic" in votable_bytes(COLUMNS, "t", "d", [modelled])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_floats_read_back_as_the_same_double(values):
    table = table_of({"x_au": np.array(values)}).get_first_table().to_table()
    assert np.array(table["x_au"]).tobytes() == np.array(values).tobytes()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_text_breaks_the_document(text):
    table_of({"event": np.array([text], dtype=object)})


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("b_nt", "nT"),
        ("b_mean_nt", "nT"),
        ("vx_au_d", "au/d"),
        ("speed_km_s", "km/s"),
        ("n_e_cm3", "cm**-3"),
        ("jd_tdb", "d"),
        ("lambda_deg", "deg"),
        ("utc", ""),
        ("averages", ""),
        ("quality", ""),
    ],
)
def test_a_column_is_in_the_unit_of_its_name(name, unit):
    assert unit_of(name) == unit


def test_astropy_finds_nothing_wrong_with_it(tmp_path):
    path = tmp_path / "table.vot"
    path.write_bytes(votable_bytes(COLUMNS, "field-plot", "What it is.", [SOURCE]))
    assert validate(str(path), output=None) is not None
