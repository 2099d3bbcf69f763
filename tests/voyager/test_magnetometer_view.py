"""``/magnetometer``."""

from __future__ import annotations

import csv
import io
import re

import pytest
from astropy.io.votable import parse_single_table

from tests.support import field, stored
from voyager.models import Event

pytestmark = pytest.mark.usefixtures("nothing_held")


@pytest.fixture
def page(visitor):
    """Read the page, with spaces as they are seen."""

    def get(query: str = "") -> str:
        response = visitor.get(f"/magnetometer{query}")
        assert response.status_code == 200
        return re.sub(r"[\s\u00a0]+", " ", response.content.decode())

    return get


def test_it_shows_window_statistics_and_three_plots(page):
    field.vim("2014-12-20", 1_000)
    text = page("?days=2")
    assert "1 000" in text.replace("\u202f", " ")
    assert text.count("data:image/png;base64,") == 3
    assert "48 s averages" in text
    assert "What this plot cannot tell" in text


def test_it_says_until_when_the_archive_goes_and_why(page):
    field.vim("2014-12-20", 1_000)
    text = page()
    assert "The archive goes until" in text
    assert "2014-12-20 13:19 UTC" in text
    assert "half a year or a year at a time" in text


def test_the_published_mean_stands_beside_the_archives(page):
    field.hourly("2013-01-01", 24 * 515, strength=0.47)
    text = page()
    assert "0.464 ± 0.009 nT" in text
    assert "2013, days 130.6 to 365.3" in text
    assert "2013.0 to 2014.4" in text
    assert re.search(r"0\.4[67]\d\d nT", text)
    assert "reprocessed since" in text


def test_what_the_archive_does_not_cover_is_unknown(page):
    field.vim("2014-12-20", 100)
    assert page().count('<td class="number">unknown</td>') == 2


def test_downloads_and_links_carry_the_window(page):
    field.vim("2012-08-20", 1_000)
    text = page("?days=10&end=2012-08-30")
    for fmt in ("png", "svg", "csv", "vot"):
        assert f"/plots/magnetometer.{fmt}?days=10&amp;end=2012-08-30T00%3A00%3A00Z" in text
    assert 'value="10"' in text
    assert 'value="2012-08-30"' in text


def test_a_form_with_an_empty_end_is_answered(page):
    field.vim("2014-12-20", 100)
    assert "2014-12-20" in page("?days=5&end=")


def test_the_model_is_labelled(visitor):
    response = visitor.get("/magnetometer")
    assert response["X-Data-Tier"] == "synthetic"
    text = response.content.decode()
    assert "Modelled" in text
    assert "Parker spiral" in text
    assert "Last value of the model" in text


def test_the_old_address_leads_here(visitor):
    response = visitor.get("/dashboard?days=3")
    assert response.status_code == 301
    assert response["Location"] == "/magnetometer?days=3"


@pytest.mark.parametrize("query", ["?days=0", "?days=nan", "?end=0", "?days=1&days=1"])
def test_wrong_parameters_are_refused(visitor, query):
    assert visitor.get(f"/magnetometer{query}").status_code == 422


def test_the_tables_are_exactly_what_is_drawn(visitor):
    values = field.vim("2014-12-20", 50)
    rows = list(csv.DictReader(io.StringIO(visitor.get("/plots/magnetometer.csv?days=1").content.decode())))
    assert [float(row["b_nt"]) for row in rows] == values[:, 0].tolist()
    response = visitor.get("/plots/magnetometer.vot?days=1")
    assert response["Content-Type"].startswith("application/x-votable+xml")
    assert response["Content-Disposition"] == 'attachment; filename="magnetometer.vot"'
    table = parse_single_table(io.BytesIO(response.content)).to_table()
    assert table["b_nt"].tolist() == values[:, 0].tolist()
    assert str(table["b_nt"].unit) == "nT"


def test_a_modelled_table_says_so_in_each_row_and_its_name(visitor):
    response = visitor.get("/plots/magnetometer.csv?days=1&end=2013-01-01")
    assert 'filename="magnetometer-modelled.csv"' in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert {row["data_tier"] for row in rows} == {"synthetic"}


def test_it_stands_at_the_end_of_the_journey_and_needs_no_cookie(visitor):
    stored.site()
    response = visitor.get("/magnetometer")
    assert "Set-Cookie" not in response
    assert 'rel="prev"' in response.content.decode()


def test_an_event_that_is_not_stored_has_no_window(page):
    field.vim("2014-12-20", 100)
    assert "Second interstellar shock</a>" not in page()


def test_windows_around_events_are_those_of_the_stored_list(page):
    field.vim("2014-12-20", 100)
    log = stored.batch("voyager.events")
    for day, name in (("2012-08-25", "Heliopause"), ("2014-08-24", "Second interstellar shock")):
        Event.objects.create(
            event_date=day,
            event_name=name,
            kind="boundary",
            description="A boundary.",
            citation="A paper",
            source="curated",
            ingested_at=log.ingested_at,
            ingestion=log,
        )
    text = page()
    links = {title: url for url, title in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', text)}
    assert "days=60&amp;end=2012-09-24T00%3A00%3A00Z" in links["Heliopause"]
    assert "days=366&amp;end=2013-01-01T00%3A00%3A00Z" in links["All of 2012"]
    assert "days=60&amp;end=2014-09-23T00%3A00%3A00Z" in links["Second interstellar shock"]
