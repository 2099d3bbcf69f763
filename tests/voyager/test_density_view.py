"""/density."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.support.visitor import database_away
from tests.voyager import plasma_samples as samples

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
START = datetime(2023, 10, 24, 3, 51, 16, tzinfo=UTC)
PLOTS = ("density-published", "density-process")


def test_the_page_shows_both_plots_with_chips_downloads_and_words(visitor):
    samples.densities()
    samples.recording(START)
    samples.boundaries()
    response = visitor.get("/density")
    page = response.content.decode()
    assert response.status_code == 200
    assert response["X-Data-Tier"] == "real"
    for name in PLOTS:
        assert f'id="{name}"' in page
        for kind in ("png", "svg", "csv"):
            assert f'href="/plots/{name}.{kind}"' in page
    assert page.count("What this plot cannot tell") == len(PLOTS)
    assert "4 published densities (2 epo, 2 qtn)" in page


def test_each_plot_gets_the_parameters_that_are_its_own(visitor):
    samples.densities()
    samples.recording(START)
    page = visitor.get("/density?hours=720&days=4000&end=2024-01-01").content.decode()
    assert "/plots/density-process.csv?end=2024-01-01T00%3A00%3A00Z&amp;hours=720" in page
    assert "/plots/density-published.csv?days=4000&amp;end=2024-01-01T00%3A00%3A00Z" in page


def test_that_no_line_is_significant_is_said_in_words(visitor):
    samples.densities()
    samples.recording(START, sigma=0.577)
    page = visitor.get("/density").content.decode()
    notice = re.search(r'<p class="notice">(.*?)</p>', page, re.DOTALL)
    assert notice
    assert "No significant line, so no density" in notice[1]
    assert "0.6 sigma of 4 needed" in notice[1]


def test_a_density_found_here_is_printed_with_its_error(visitor):
    samples.densities()
    samples.recording(START, sigma=6.3, line_hz=3_042.0)
    assert "n_e = 0.1148 ± 0.0004 per cm³" in visitor.get("/density").content.decode()


def test_without_published_values_there_are_no_statistics_and_a_model_is_labelled(visitor):
    response = visitor.get("/density")
    page = response.content.decode()
    assert response["X-Data-Tier"] == "synthetic"
    assert "so there are no statistics" in page
    assert "tier--real" not in page.partition("<main")[2]


def test_a_panel_of_a_model_beside_real_densities_is_told(visitor):
    samples.densities()
    response = visitor.get("/density")
    page = response.content.decode()
    assert response["X-Data-Tier"] == "synthetic"
    assert "tier--real" in page
    assert "No wideband recording is stored" in page


def test_fields_left_empty_in_the_form_are_defaults(visitor):
    samples.densities()
    assert visitor.get("/density?days=&hours=48&end=").status_code == 200
    assert visitor.get("/density?days=0").status_code == 422


def test_without_a_database_the_page_still_answers(visitor):
    with database_away():
        response = visitor.get("/density")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_nothing_numeric_of_science_is_typed_into_the_statistics(visitor):
    samples.densities((("2015-01-01", "epo", 0.0912, 130.0),))
    page = visitor.get("/density").content.decode()
    assert page.count("0.091") >= 4  # newest, median, smallest, largest
