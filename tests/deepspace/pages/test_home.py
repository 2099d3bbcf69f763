"""The front page."""

from __future__ import annotations

import pytest
from django.db import OperationalError

pytestmark = pytest.mark.usefixtures("drawn")


def test_the_distance_from_the_sun_is_the_first_thing_said(client, ingested):
    page = client.get("/").content.decode()
    main = page[page.index("<main") :]
    first = main[: main.index("</h1>")]
    assert "distance from the Sun" in first
    assert "Earth" not in first
    assert main.index("Distance from Earth") > main.index("</h1>")
    assert "tier--real" in main


def test_an_empty_site_shows_the_model_and_says_so(client, db):
    response = client.get("/")
    assert response["X-Data-Tier"] == "synthetic"
    assert b"tier--synthetic" in response.content
    assert b"not measured" in response.content


def test_every_product_and_every_page_is_listed(client, ingested):
    page = client.get("/").content.decode()
    for href in ("/data/voyager.trajectory", "/data/voyager.events", "/trajectory", "/status", "/api/docs"):
        assert f'href="{href}"' in page


def test_the_page_stands_when_the_database_fails_under_it(client, db, monkeypatch):
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("voyager.services.position", refuse)
    monkeypatch.setattr("deepspace.fallback.standings", refuse)
    response = client.get("/")
    assert response.status_code == 200
    assert response.content.count(b"the database does not answer") >= 2
