"""/metrics: for scrapers on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

import deepspace
from deepspace.models import UpstreamHost
from tests.support import stored
from tests.support.visitor import database_away

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]


def scrape(client) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_an_empty_site_tells_its_tiers_and_no_age(client):
    found = scrape(client)
    assert found["deepspace_release_info", deepspace.__version__] == 1
    assert found["deepspace_database_up",] == 1
    assert found["deepspace_product_tier", "synthetic", "voyager.trajectory"] == 1
    assert found["deepspace_product_tier", "real", "voyager.trajectory"] == 0
    assert ("deepspace_product_age_seconds", "voyager.trajectory") not in found


def test_ages_failures_and_open_circuits_are_told(client):
    stored.site(ago=timedelta(hours=2))
    stored.failure("voyager.events")
    UpstreamHost.objects.create(host="open.example", open_until=datetime.now(UTC) + timedelta(minutes=1))
    UpstreamHost.objects.create(host="closed.example", open_until=datetime.now(UTC) - timedelta(minutes=1))
    found = scrape(client)
    assert found["deepspace_product_age_seconds", "voyager.trajectory"] == pytest.approx(7200, abs=30)
    assert found["deepspace_product_failing", "voyager.events"] == 1
    assert found["deepspace_product_failing", "voyager.trajectory"] == 0
    assert found["deepspace_product_tier", "cached", "voyager.events"] == 1
    assert found["deepspace_upstream_circuit_open", "open.example"] == 1
    assert found["deepspace_upstream_circuit_open", "closed.example"] == 0


def test_without_the_database_it_says_so(client):
    with database_away():
        found = scrape(client)
    assert found["deepspace_database_up",] == 0
    assert not [name for name, *_ in found if name.startswith("deepspace_product")]


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", ""])
def test_scrapers_on_this_machine_are_answered(client, peer):
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("peer", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "nonsense"])
def test_others_find_nothing(client, peer):
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-real-ip",
        "forwarded",
        "via",
        "cf-connecting-ip",
    ],
)
def test_what_came_through_a_proxy_finds_nothing(client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
