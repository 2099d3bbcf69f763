"""The admin shows the kernel's and the suite's tables, changes nothing, and opens at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test.utils import CaptureQueriesContext

from deepspace.models import IngestionLog, Payload, UpstreamHost
from deepspace.readonly_admin import COUNTED, CappedPaginator
from tests.support import stored
from voyager.models import Event, Trajectory

pytestmark = pytest.mark.django_db
LISTS: dict[str, Any] = {
    "/admin/deepspace/payload/": Payload,
    "/admin/deepspace/ingestionlog/": IngestionLog,
    "/admin/deepspace/upstreamhost/": UpstreamHost,
    "/admin/voyager/trajectory/": Trajectory,
    "/admin/voyager/event/": Event,
}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root", password="x"))
    return client


@pytest.fixture
def rows(db):
    """One row in every table."""
    stored.states(stored.days("2026-01-01", "2026-01-02"))
    stored.events()
    stored.failure(error_class="RateLimited", error_message="429 from Horizons")
    UpstreamHost.objects.create(host="ssd.jpl.nasa.gov", last_error="<b>bold</b>")
    Payload.objects.create(
        sha256="ab" * 32,
        url="https://ssd.jpl.nasa.gov/x",
        upstream="ssd.jpl.nasa.gov",
        size_bytes=1,
        retrieved_at=NOW,
        last_seen_at=NOW,
    )


@pytest.mark.parametrize("path", ["/admin/", *LISTS])
def test_strangers_are_sent_to_the_login(client, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={path}")


def test_a_reader_without_staff_rights_gets_no_further(client):
    client.force_login(User.objects.create_user("reader", password="x"))
    assert client.get("/admin/voyager/trajectory/").status_code == 302


@pytest.mark.parametrize("path", LISTS)
def test_rows_can_be_looked_at(admin, rows, path):
    assert admin.get(path).status_code == 200
    one = LISTS[path].objects.first()
    page = admin.get(f"{path}{one.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert b"<b>bold</b>" not in page.content


@pytest.mark.parametrize("path", LISTS)
def test_rows_cannot_be_added_changed_or_deleted(admin, rows, path):
    model = LISTS[path]
    before = list(model.objects.values())
    key = before[0][model._meta.pk.attname]
    assert f'href="{path}add/"'.encode() not in admin.get(path).content
    assert admin.get(f"{path}add/").status_code == 403
    for action in ("add/", f"{key}/change/", f"{key}/delete/"):
        assert admin.post(f"{path}{action}", {"post": "yes", "host": "x"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [str(key)], "post": "yes"}
    assert admin.post(path, bulk).status_code in {200, 302, 403}
    assert list(model.objects.values()) == before


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("/admin/deepspace/payload/", "q=abab", 1),
        ("/admin/deepspace/payload/", "q=nasa.gov", 1),
        ("/admin/deepspace/payload/", "upstream=ssd.jpl.nasa.gov", 1),
        ("/admin/deepspace/payload/", "retrieved_at__year=2026", 1),
        ("/admin/deepspace/payload/", "retrieved_at__year=2025", 0),
        ("/admin/deepspace/ingestionlog/", "q=RateLimited", 1),
        ("/admin/deepspace/ingestionlog/", "q=Horizons", 1),
        ("/admin/deepspace/ingestionlog/", "status__exact=failed", 1),
        ("/admin/deepspace/ingestionlog/", "product=voyager.events", 1),
        ("/admin/voyager/trajectory/", "quality=refit", 1),
        ("/admin/voyager/trajectory/", "timestamp_utc__year=2026&timestamp_utc__month=1", 1),
        ("/admin/voyager/trajectory/", "q=2026-01", 1),
        ("/admin/voyager/trajectory/", "q=2025-01", 0),
        ("/admin/voyager/event/", "q=jupiter", 1),
        ("/admin/voyager/event/", "kind__exact=milestone", 1),
        ("/admin/voyager/event/", "event_date__year=1979", 1),
    ],
)
def test_search_filters_and_dates_find_rows(admin, rows, path, query, count):
    response = admin.get(f"{path}?{query}")
    assert response.status_code == 200
    assert response.context["cl"].result_count == count


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%27%22%3B--", "p=9999", "p=x", "o=99", "timestamp_utc__year=x", "x=1"]
)
def test_nonsense_in_the_address_breaks_nothing(admin, rows, query):
    assert admin.get(f"/admin/voyager/trajectory/?{query}").status_code in {200, 302, 400}


def test_a_long_list_opens_with_few_queries_and_without_a_full_count(admin):
    utc = np.datetime64("1990-01-01", "us") + np.arange(12_000) * np.timedelta64(1, "D")
    log = stored.batch()
    plain = {
        field.name: 1.0 for field in Trajectory._meta.fields if field.get_internal_type() == "FloatField"
    }
    Trajectory.objects.bulk_create(
        Trajectory(
            timestamp_utc=moment.item().replace(tzinfo=UTC),
            cadence_s=86_400,
            quality="refit",
            solution="test",
            earth_solution="test",
            source="jpl_horizons",
            ingested_at=NOW + timedelta(0),
            ingestion=log,
            **plain,
        )
        for moment in utc
    )
    with CaptureQueriesContext(_connection()) as queries:
        response = admin.get("/admin/voyager/trajectory/")
    assert len(response.context["cl"].result_list) == 50
    assert len(queries) <= 14
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "trajectory" in query["sql"]]
    assert counts
    assert all(f"LIMIT {COUNTED + 1}" in sql for sql in counts)
    assert response.context["cl"].result_count == COUNTED + 1
    last = admin.get("/admin/voyager/trajectory/?p=201")
    assert len(last.context["cl"].result_list) == 1
    facets = admin.get("/admin/voyager/trajectory/?_facets=True")  # would count each filter's rows
    assert facets.status_code in {200, 302}


def _connection():
    from django.db import connection

    return connection


def test_a_short_list_is_counted_exactly(rows):
    assert CappedPaginator(Event.objects.order_by("event_date"), 50).count == 2
