"""What all feeds of SWPC share: how they are declared, how they are asked for, what a window means to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.ingestion.product import ArchivedPayload, Batch, Product, Unusable, Window
from deepspace.ingestion.registry import product, products
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError
from spaceintel.products.alerts import AlertsProduct
from spaceintel.products.goes_flares import GoesFlaresProduct
from spaceintel.products.kp import KpProduct
from spaceintel.products.scales import ScalesProduct
from spaceintel.products.solar_wind import SolarWindProduct
from spaceintel.products.swpc import SwpcProduct
from spaceintel.products.xray import XrayProduct
from tests.spaceintel.swpc_bodies import HOST, NOW, everything, ingest, swpc

pytestmark = pytest.mark.django_db

FEEDS: tuple[type[SwpcProduct], ...] = (
    AlertsProduct,
    GoesFlaresProduct,
    KpProduct,
    ScalesProduct,
    SolarWindProduct,
    XrayProduct,
)
ROLES = {
    "spaceintel.alerts": ("alerts",),
    "spaceintel.goes_flares": ("flares",),
    "spaceintel.kp": ("observed", "estimated", "predicted"),
    "spaceintel.scales": ("scales",),
    "spaceintel.solar_wind": ("wind", "field", "summary_wind", "summary_field"),
    "spaceintel.xray": ("xrays",),
}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture(params=FEEDS, ids=lambda feed: feed.key)
def feed(request: pytest.FixtureRequest) -> Product:
    made: Product = request.param()
    return made


def test_the_registry_knows_all_of_them():
    assert {one.key for one in products()} >= {feed.key for feed in FEEDS}
    assert isinstance(product("spaceintel.kp"), KpProduct)


def test_a_feed_says_what_it_is(feed):
    assert (feed.source, feed.replaces) == ("noaa_swpc", "nothing")
    assert feed.refresh_every == timedelta(minutes=15)
    assert feed.refresh_every < feed.stale_after <= timedelta(hours=3)
    assert feed.info_url.startswith("https://www.spaceweather.gov/")
    assert feed.licence.startswith("Public domain")
    assert "NOAA" in feed.citation
    assert feed.summary.endswith(".")
    assert feed.model_summary == ""  # an invented event would be a lie


def test_what_is_asked_for_is_bounded_strict_and_without_secrets(feed):
    door = swpc(everything())
    ingest(feed, door)
    for request in door.asked:
        assert request.host == HOST
        assert request.expects == "json"
        assert request.max_bytes <= 16 * 2**20
        assert not request.secret_params
        assert request.conditional


def test_a_window_is_no_other_file_and_makes_nothing_younger(feed):
    window = Window(NOW - timedelta(days=2), NOW - timedelta(days=1))
    outcome = ingest(feed, everything(), window)
    assert outcome.succeeded
    assert outcome.created > 0
    assert set(IngestionLog.objects.values_list("kind", flat=True)) == {"backfill"}


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"[[]]", b"[[], []]", b'["a"]', b"{", b"\xff", b"[null]", b"0"]
)
def test_any_body_is_read_or_refused(feed, body):
    """Never an exception that is not one of the five."""
    for role in ROLES[feed.key]:
        payload = ArchivedPayload(1, "0" * 64, f"https://{HOST}/file.json", NOW, body)
        with suppress(UpstreamError):
            assert not [row for row in feed.parse(Batch({role: payload})) if not is_empty(row)]


def is_empty(item) -> bool:
    """Records that could not be read, or a block without rows."""
    return isinstance(item, Unusable) or not len(item["timestamp_utc"])


def test_a_date_at_the_edge_of_what_is_credible_is_kept():
    moment = NOW + timedelta(hours=23)
    files = everything()
    files["/products/noaa-scales.json"]["3"]["DateStamp"] = "2026-10-01"
    files["/products/alerts.json"][0]["issue_datetime"] = f"{moment:%Y-%m-%d %H:%M:%S}.000"
    assert ingest(ScalesProduct(), files).created == 5
    assert ingest(AlertsProduct(), files).created == 1
    assert IngestionLog.objects.filter(product="spaceintel.scales").get().window_end == datetime(
        2026, 10, 1, tzinfo=UTC
    )
