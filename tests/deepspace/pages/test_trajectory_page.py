"""/trajectory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from voyager import services

views = import_module("voyager.views.trajectory")  # the package gives the view that name

pytestmark = pytest.mark.usefixtures("drawn")


def test_the_panels_are_those_of_the_registry(client, ingested, drawn):
    client.get("/trajectory")
    assert drawn == [*views.PATH_PLOTS, *views.DISTANCE_PLOTS, views.TIMELINE_PLOT]


def test_both_distances_are_shown_and_named(client, ingested):
    page = client.get("/trajectory").content.decode()
    assert "distance from the Sun" in page
    assert "Distance from Earth" in page
    assert "some months each year" in page


def test_the_crossing_is_computed_and_the_published_one_stands_beside_it(client, ingested):
    page = client.get("/trajectory").content.decode()
    crossing = services.trajectory().light_day_at
    assert crossing is not None
    assert abs(crossing - datetime(2026, 11, 18, 10, 16, 7, tzinfo=UTC)) < timedelta(days=2)
    assert f"{crossing:%Y-%m-%dT%H:%M:%S}Z" in page
    assert "2026-11-18T10:16:07Z" in page


def test_the_tense_follows_the_date(ingested):
    data = services.trajectory()
    assert data.light_day_at
    before = replace(data, now=replace(data.now, at_utc=data.light_day_at - timedelta(hours=1)))
    after = replace(data, now=replace(data.now, at_utc=data.light_day_at + timedelta(hours=1)))
    assert not views.trajectory_context(before)["light_day_is_past"]
    assert views.trajectory_context(after)["light_day_is_past"]


def test_milestones_have_date_distance_and_citation(client, ingested):
    page = client.get("/trajectory").content.decode()
    row = page[page.index("CRS off") - 300 : page.index("CRS off") + 500]
    assert "2025-02-25" in row
    assert "au</td>" in row
    assert 'href="https://example.org/crs"' in row


def test_the_design_trajectory_is_named(client, db):
    assert b"mission-design trajectory" in client.get("/trajectory").content


def test_without_events_the_table_says_how_to_get_them(client, db):
    response = client.get("/trajectory")
    assert b"manage.py ingest voyager.events" in response.content
    assert response["X-Data-Tier"] == "empty"


@pytest.mark.parametrize(("rate_km_s", "words"), [(24.4, "receding from Earth"), (-3.1, "nearing Earth")])
def test_the_direction_relative_to_earth_is_said_in_words(ingested, rate_km_s, words):
    position = replace(services.position(), earth_range_rate_km_s=rate_km_s)
    assert words in views._seen_from_earth(position)
    assert "\u2212" not in views._seen_from_earth(position)
