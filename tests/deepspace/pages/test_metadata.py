"""Titles, previews and structured data."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse

from deepspace.ingestion.registry import product
from deepspace.pages import metadata
from deepspace.pages.registry import Page, page_for


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://example.org"


@pytest.fixture
def plots(monkeypatch):
    plot = SimpleNamespace(name="trajectory", title="Path", caption="Seen from above.", size_px=(1000, 600))
    monkeypatch.setattr("deepspace.plotting.registry.plots", lambda: (plot,))


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _page(plot: str = "") -> Page:
    return Page("/trajectory", "t", "Title", "Nav", "Summary.", _view, plot=plot)


def test_addresses_are_absolute(plots):
    meta = metadata.of_page(_page(plot="trajectory"))
    assert meta.canonical == "https://example.org/trajectory"
    assert meta.image == metadata.Image(
        "https://example.org/plots/trajectory.png", "Path. Seen from above.", 1000, 600
    )


def test_a_page_without_a_plot_shows_the_sites(plots):
    assert metadata.of_page(_page()).image is not None


def test_a_site_without_plots_has_no_image(monkeypatch):
    monkeypatch.setattr("deepspace.plotting.registry.plots", lambda: ())
    assert metadata.of_page(_page(plot="trajectory")).image is None


def test_the_site_is_named_once_in_a_title(plots):
    assert metadata.of_page(_page()).full_title == f"Title · {metadata.SITE_NAME}"
    home = page_for("/")
    assert home
    assert metadata.of_page(home).full_title == metadata.SITE_NAME


def test_structured_data_cannot_end_their_element(plots):
    page = Page("/x", "x", "</script><!--", "x", "a & b", _view)
    text = metadata.of_page(page).json_ld
    assert not set("<>&") & set(text)
    names = [node.get("name") for node in json.loads(text)["@graph"]]
    assert "</script><!--" in names


def test_a_product_is_a_dataset(plots):
    meta = metadata.of_product(product("voyager.trajectory"), None, {"x_au": "Heliocentric, au."})
    dataset = json.loads(meta.json_ld)["@graph"][1]
    assert dataset["@type"] == "Dataset"
    assert dataset["@id"] == meta.canonical == "https://example.org/data/voyager.trajectory"
    assert dataset["variableMeasured"] == [
        {"@type": "PropertyValue", "name": "x_au", "description": "Heliocentric, au."}
    ]
    assert "temporalCoverage" not in dataset


def test_an_error_is_not_to_be_indexed():
    assert metadata.of_error("Gone.").canonical == ""
