"""docs/data-dictionary.md is what the models say, and the command says when it is not."""

import pytest
from django.core.management import call_command

from deepspace.ingestion.registry import products
from deepspace.management.commands import data_dictionary
from tests.docs.documents import read

PAGE = "docs/data-dictionary.md"


def test_the_document_is_what_the_command_prints(capsys):
    call_command("data_dictionary")
    assert capsys.readouterr().out == read(PAGE), "run `manage.py data_dictionary > docs/data-dictionary.md`"


def test_check_accepts_the_document(capsys):
    call_command("data_dictionary", "--check")
    assert "is up to date" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "", "# Data dictionary\n"])
def test_check_refuses_a_missing_or_old_document_with_exit_code_1(settings, tmp_path, capsys, text):
    settings.BASE_DIR = tmp_path
    if text is not None:
        (tmp_path / "docs").mkdir()
        (tmp_path / PAGE).write_text(text)
    with pytest.raises(SystemExit) as stop:
        call_command("data_dictionary", "--check")
    assert stop.value.code == 1
    assert "is out of date" in capsys.readouterr().err


def test_every_product_and_its_table_is_there():
    text = read(PAGE)
    for product in products():
        assert f"### `{product.model._meta.db_table}`" in text
        assert f"* Product: `{product.key}`, source `{product.source}`" in text


def test_every_column_of_the_data_tables_has_a_meaning():
    for line in read(PAGE).splitlines():
        if line.startswith("| `"):
            assert len(line.strip("|").split("|")[-1].strip()) > 3, line


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("x_au", "au"),
        ("earth_vx_au_d", "au/d"),
        ("speed_km_s", "km/s"),
        ("distance_km", "km"),
        ("cadence_s", "s"),
        ("jd_tdb", "d, TDB"),
        ("gal_longitude", "°"),
        ("b_sigma_nt", "nT"),
        ("solution", ""),
        ("timestamp_utc", ""),
    ],
)
def test_the_unit_is_read_from_the_longest_fitting_ending(name, unit):
    assert data_dictionary.unit(name) == unit
