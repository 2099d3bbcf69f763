"""/status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import OperationalError

from deepspace.fallback import standings
from deepspace.models import IngestionLog, UpstreamHost
from deepspace.provenance import Tier, worst


def test_a_product_that_never_came_says_never_and_now(client, db):
    page = client.get("/status").content.decode()
    assert "Modelled" in page
    assert "<td>never</td>" in page
    assert "<td>now</td>" in page
    assert "No upstream has been asked yet." in page


def test_a_failure_shows_its_class_and_not_its_message(client, ingested, log):
    log(
        status=IngestionLog.Status.FAILED,
        error_class="RateLimited",
        error_message="secret detail",
        completes_run=False,
    )
    response = client.get("/status")
    assert b"<code>RateLimited</code>" in response.content
    assert b"secret detail" not in response.content
    assert b"tier--cached" in response.content


def test_the_header_carries_the_worst_tier(client, ingested):
    tiers = [one.tier for one in standings()]
    assert Tier.REAL in tiers
    assert len(set(tiers)) > 1
    assert client.get("/status")["X-Data-Tier"] == worst(tiers).value


def test_circuits_are_shown_open_and_closed(client, db):
    soon = datetime.now(UTC) + timedelta(hours=1)
    UpstreamHost.objects.create(
        host="open.example.org", failures=5, open_until=soon, last_error_class="Unreachable"
    )
    UpstreamHost.objects.create(host="closed.example.org", open_until=soon - timedelta(hours=2))
    page = client.get("/status").content.decode()
    assert f'open until <time datetime="{soon:%Y-%m-%dT%H:%M}' in page
    closed = page[page.index("closed.example.org") :]
    assert "<td>closed</td>" in closed[:300]


def test_the_page_stands_when_the_database_fails_under_it(client, db, monkeypatch):
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(UpstreamHost.objects, "order_by", refuse)
    monkeypatch.setattr("deepspace.fallback.standings", refuse)
    response = client.get("/status")
    assert response.status_code == 200
    assert b"the database does not answer" in response.content
