import numpy as np
import pytest

from bench import invented
from deepspace.ingestion.product import Unusable
from voyager.models import MagneticField, PlasmaWave
from voyager.readers import vim_ascii


def test_passes_ascend_without_repetition_and_have_milliseconds():
    utc = invented.passes("2009-01-15", 400, invented.DENSE_PASS_ROWS, 48_000)
    assert len(utc) == 400 * invented.DENSE_PASS_ROWS
    assert (np.diff(utc) >= np.timedelta64(48, "s")).all()
    assert (utc.astype("datetime64[s]") != utc).any()


def test_the_mission_has_two_and_a_half_million_averages_in_order_of_time():
    utc = invented.vim_times()
    assert len(utc) == pytest.approx(2.5e6, rel=0.01)
    assert (np.diff(utc) > np.timedelta64(0)).all()
    assert str(utc[0])[:4] == "2009"
    assert str(utc[-1])[:4] == "2025"


@pytest.mark.parametrize("sigma_nt", [None, (0.03, 0.02)])
def test_field_rows_are_columns_of_the_table(sigma_nt):
    utc = invented.passes("2012-08-25", 2, 10, 48_000)
    rows = invented.field_rows(utc, 48, sigma_nt)
    assert set(rows) <= {field.attname for field in MagneticField._meta.concrete_fields}
    assert ("b_sigma_nt" in rows) is (sigma_nt is not None)
    assert {len(column) for column in rows.values()} == {20}
    vector = np.column_stack([rows["br_nt"], rows["bt_nt"], rows["bn_nt"]])
    np.testing.assert_allclose(rows["b_nt"], np.linalg.norm(vector, axis=1), atol=1e-5)


def test_spectra_are_columns_of_the_table():
    fields = [field.attname for field in PlasmaWave._meta.concrete_fields]
    channels = [name for name in fields if name.startswith("e_")]
    rows = invented.spectra_rows(invented.passes("2025-06-30", 1, 5, 16_000), channels)
    assert set(rows) <= set(fields)
    assert all((rows[name] > 0).all() for name in channels)


def test_the_reader_takes_the_made_up_files_whole():
    block, *left_out = vim_ascii.read_year(dict(invented.vim_year(2013)))
    assert left_out == []
    assert not isinstance(block, Unusable)
    assert len(block["b_nt"]) == 365 * invented.PASS_ROWS
    utc = invented.passes("2013-01-01", 365, invented.PASS_ROWS, 48_000)
    assert np.abs(block["timestamp_utc"] - utc).max() <= np.timedelta64(1, "s")  # five decimals of a day
