"""Downloads of the instruments' plots: one table in two formats, pictures in two, each for the window asked."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io.votable import parse_single_table

from tests.support import field
from tests.voyager import plasma_samples as samples

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]

QUERIES = {
    "magnetometer": "days=2&end=2014-04-05",
    "magnetometer-direction": "days=2&end=2014-04-05",
    "magnetometer-mission": "days=2&end=2014-04-05",
    "plasma-spectrogram": "hours=6&freq_min=100&freq_max=10000",
    "plasma-spectrum": "hours=6&freq_min=100&freq_max=10000",
    "plasma-series": "hours=6&freq_min=100&freq_max=10000",
    "density-process": "hours=48",
    "density-published": "days=9000",
}
each_plot = pytest.mark.parametrize("name", QUERIES)


@pytest.fixture(autouse=True)
def _stored():
    field.vim("2014-04-04", 1_000)
    samples.spectra(hours=6, loud={10: 1e-5}, lacking=3)
    samples.densities()
    samples.recording(datetime(2023, 10, 24, 3, 51, 16, tzinfo=UTC))


@each_plot
def test_the_votable_holds_what_the_csv_holds(visitor, name):
    response = visitor.get(f"/plots/{name}.vot?{QUERIES[name]}")
    assert (response.status_code, response["X-Data-Tier"]) == (200, "real")
    table = parse_single_table(io.BytesIO(response.content)).to_table()
    text = visitor.get(f"/plots/{name}.csv?{QUERIES[name]}").content.decode()
    header, *rows = csv.reader(io.StringIO(text))
    assert len(table) == len(rows) > 0
    assert table.colnames == header
    for column, cells in zip(header, zip(*rows, strict=True), strict=True):
        found = np.ma.asarray(table[column])
        if found.dtype.kind == "f":
            numbers = np.array([float(cell) if cell else np.nan for cell in cells], dtype=found.dtype)
            np.testing.assert_array_equal(np.ma.filled(found, np.nan), numbers, err_msg=column)


@each_plot
def test_columns_of_physical_quantities_have_a_unit(visitor, name):
    content = visitor.get(f"/plots/{name}.vot?{QUERIES[name]}").content
    table = parse_single_table(io.BytesIO(content)).to_table()
    endings = {"_nt": "nT", "_deg": "deg", "_hz": "Hz", "_v_m": "V / m", "_cm3": "1 / cm3", "_au": "AU"}
    quantities = [
        (column, unit)
        for column in table.colnames
        for ending, unit in endings.items()
        if column.endswith(ending)
    ]
    assert quantities
    assert {column: str(table[column].unit) for column, _ in quantities} == dict(quantities)


@each_plot
@pytest.mark.parametrize(("fmt", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml")], ids=["png", "svg"])
def test_pictures_are_what_they_say(visitor, name, fmt, magic):
    response = visitor.get(f"/plots/{name}.{fmt}?{QUERIES[name]}")
    assert response.status_code == 200
    assert response.content.startswith(magic)


@pytest.mark.parametrize("title", ["magnetometer", "plasma", "density"])
def test_each_page_offers_all_four(visitor, title):
    query = QUERIES[next(name for name in QUERIES if name.startswith(title))]
    text = visitor.get(f"/{title}?{query}").content.decode()
    for name in (name for name in QUERIES if name.startswith(title)):
        for fmt in ("png", "svg", "csv", "vot"):
            assert f'href="/plots/{name}.{fmt}' in text


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("magnetometer", "days=1&end=2014-04-04T06:00"),
        ("magnetometer-direction", "days=1&end=2014-04-04T06:00"),
        ("plasma-spectrogram", "hours=2"),
        ("plasma-spectrum", "hours=2"),
        ("plasma-series", "hours=2"),
        ("density-process", "hours=48&end=2020-01-01"),
        ("density-published", "days=1"),
    ],
)
def test_another_window_is_another_table(visitor, name, other):
    """What is asked decides: a parameter without effect would give the same rows."""
    tables = {visitor.get(f"/plots/{name}.csv?{query}").content for query in (QUERIES[name], other)}
    assert len(tables) == 2
