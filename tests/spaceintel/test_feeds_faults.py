"""Whatever SWPC's host does: the right error for each feed, the tables as they were, everybody else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Product, Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog, Payload
from deepspace.provenance import Tier
from deepspace.upstream.http import Door
from deepspace.upstream.policy import POLICIES, HostPolicy
from spaceintel.models import PlanetaryK, Scales, SolarEvent, SolarWind, XrayFlux
from spaceintel.products.alerts import AlertsProduct
from spaceintel.products.goes_flares import GoesFlaresProduct
from spaceintel.products.kp import KpProduct
from spaceintel.products.scales import ScalesProduct
from spaceintel.products.solar_wind import SolarWindProduct
from spaceintel.products.xray import XrayProduct
from tests.support.diary import dump
from tests.support.door import Silent
from tests.support.mirror import Mirror
from voyager.products import EventsProduct

pytestmark = [pytest.mark.chaos, pytest.mark.django_db]

HOST = "services.swpc.noaa.gov"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
# Many feeds are tried against one fault, so the circuit stays closed here; what opens it has tests of its own.
PATIENT = replace(POLICIES[HOST], failures_to_open=999, attempt_s=20.0)
HASTY = replace(PATIENT, attempt_s=0.3, connect_s=0.3)
FEEDS: tuple[type[Product], ...] = (
    KpProduct,
    XrayProduct,
    GoesFlaresProduct,
    SolarWindProduct,
    ScalesProduct,
)
TABLES = (PlanetaryK, XrayFlux, SolarEvent, SolarWind, Scales)


def ingest(policy: HostPolicy = HASTY, feeds: tuple[type[Product], ...] = FEEDS) -> dict[str, Outcome]:
    pipeline = Pipeline(Door(policies={**POLICIES, HOST: policy}), Silent())
    return {feed.key: pipeline.run(feed(), Window()) for feed in feeds}


def counts(outcomes: dict[str, Outcome]) -> dict[str, Any]:
    return {key: (one.error_class, one.created, one.updated, one.unchanged) for key, one in outcomes.items()}


STORED = {
    "spaceintel.kp": 439,
    "spaceintel.xray": 2876,
    "spaceintel.goes_flares": 1,
    "spaceintel.solar_wind": 1405,
    "spaceintel.scales": 5,
}
UNCHANGED = {key: ("", 0, 0, rows) for key, rows in STORED.items()}


@pytest.fixture
def stored(through_mirror: Mirror) -> Iterator[Mirror]:
    """All feeds as of twenty minutes ago; the clock goes on from there."""
    with time_machine.travel(NOW):
        assert counts(ingest(PATIENT)) == {key: ("", rows, 0, 0) for key, rows in STORED.items()}
    Payload.objects.update(etag="", last_modified="")  # or "not modified" would hide what happens to a body
    through_mirror.clear_log()
    with time_machine.travel(LATER):
        yield through_mirror


@pytest.mark.parametrize(
    ("fault", "error_class", "words"),
    [
        ("down:{}", "Unreachable", "did not answer"),
        ("refuse:{}", "Unreachable", "did not answer"),
        ("hang:{}", "Unreachable", "timed out"),
        ("slow:{}:0.05", "Unreachable", "timed out"),
        ("status:{}:503", "Unreachable", "503 Service Unavailable"),
        ("status:{}:404", "Refused", "404 Not Found"),
        ("status:{}:410", "Refused", "410 Gone"),
        ("html:{}", "SchemaDrift", "HTML"),
        ("empty:{}", "SchemaDrift", "empty"),
        ("garbage:{}", "SchemaDrift", ""),
        ("truncate:{}:20", "Unreachable", "cut its answer short"),
        ("huge:{}", "SchemaDrift", ""),
        ("gzipbomb:{}:64", "SchemaDrift", ""),
        ("redirectloop:{}", "Refused", "redirected more than 3 times"),
        ("badutf8:{}", "SchemaDrift", ""),
    ],
)
def test_a_fault_is_named_for_each_feed_and_leaves_everything_as_it_was(stored, fault, error_class, words):
    before = dump(*TABLES)
    stored.faults(fault.format(HOST))
    outcomes = ingest(PATIENT if fault.startswith(("huge", "gzipbomb")) else HASTY)
    assert dump(*TABLES) == before
    for key, outcome in outcomes.items():
        assert outcome.error_class == error_class, f"{key}: {outcome.error_message}"
        assert words in outcome.error_message
        assert HOST in outcome.error_message
        assert "\n" not in outcome.error_message
        assert len(outcome.error_message) < 250
        where = standing(key)
        assert (where.tier, where.last_error_class, where.has_rows) == (Tier.CACHED, error_class, True)
        age = where.age(datetime.now(UTC))
        assert age is not None
        assert timedelta(minutes=19) < age < timedelta(minutes=21)
    assert not IngestionLog.objects.filter(status="failed").exclude(rows_created=0, rows_updated=0).exists()


@pytest.mark.parametrize("fault", ["429:{}", "429:{}:7200"])
def test_a_host_that_asks_for_patience_is_left_alone_by_all_feeds(stored, fault):
    before = dump(*TABLES)
    stored.faults(fault.format(HOST))
    outcomes = ingest()
    assert dump(*TABLES) == before
    assert outcomes["spaceintel.kp"].error_class == "RateLimited"
    assert "429 Too Many Requests" in outcomes["spaceintel.kp"].error_message
    if len(stored.log(HOST)) == 1:
        assert "circuit open until" in outcomes["spaceintel.scales"].error_message
    assert {standing(key).tier for key in STORED} == {Tier.CACHED}


def test_nan_for_a_number_is_refused_and_what_has_no_numbers_goes_on(stored):
    before = dump(PlanetaryK, XrayFlux, SolarEvent, Scales)
    stored.faults(f"nan:{HOST}")
    outcomes = ingest(PATIENT)
    assert outcomes["spaceintel.kp"].error_class == "SchemaDrift"
    assert outcomes["spaceintel.xray"].error_class == "SchemaDrift"
    assert outcomes["spaceintel.goes_flares"].error_class == "SchemaDrift"
    assert dump(PlanetaryK, XrayFlux, SolarEvent, Scales) == before
    assert not SolarWind.objects.filter(cadence_s=60, ingested_at__gte=LATER).exists()


@pytest.mark.parametrize("fault", ["dupes", "oldshape"])
def test_every_row_twice_and_the_old_shape_change_nothing(stored, fault):
    stored.faults(f"{fault}:{HOST}")
    assert counts(ingest(PATIENT)) == UNCHANGED
    assert all(standing(key).tier == Tier.REAL for key in STORED)


def test_a_host_that_flaps_is_asked_each_file_once_a_run_and_the_next_run_is_whole(stored):
    stored.faults(f"flap:{HOST}:2")
    outcomes = ingest(PATIENT)
    assert {one.error_class for one in outcomes.values()} == {"", "Unreachable"}
    asked = [entry["path"] for entry in stored.log(HOST)]
    assert len(asked) == len(set(asked))
    stored.clear()
    assert {one.error_class for one in ingest(PATIENT).values()} == {""}
    assert sum(verify(feed()).differences for feed in FEEDS) == 0


def test_everything_is_well_again_after_every_fault(stored):
    for fault in ("down:{}", "html:{}", "truncate:{}:20", "status:{}:404"):
        stored.faults(fault.format(HOST))
        assert all(not outcome.succeeded for outcome in ingest().values())
    stored.clear()
    assert counts(ingest(PATIENT)) == UNCHANGED
    for feed in FEEDS:
        report = verify(feed())
        assert (report.differences, report.problems) == (0, [])
        assert standing(feed.key).tier == Tier.REAL


def test_a_fault_from_the_first_day_leaves_nothing_and_invents_nothing(through_mirror):
    through_mirror.faults(f"down:{HOST}")
    for key, outcome in ingest(feeds=(*FEEDS, AlertsProduct)).items():
        where = standing(key)
        assert (outcome.error_class, where.tier, where.has_rows) == ("Unreachable", Tier.EMPTY, False)
        assert where.last_success_at is None


def test_a_host_that_is_down_is_left_alone_after_three_files_and_the_others_go_on(through_mirror):
    through_mirror.faults(f"down:{HOST}")
    policy = replace(HASTY, failures_to_open=POLICIES[HOST].failures_to_open)
    outcomes = ingest(policy, (*FEEDS, EventsProduct))
    assert len(through_mirror.log(HOST)) == 3
    assert "circuit open until" in outcomes["spaceintel.scales"].error_message
    assert outcomes["voyager.events"].succeeded


def test_one_feed_that_is_gone_touches_no_other(stored):
    """The mirror has no alerts: a file that SWPC took away."""
    outcomes = ingest(PATIENT, (AlertsProduct, *FEEDS))
    alerts = outcomes.pop("spaceintel.alerts")
    assert (alerts.error_class, alerts.created) == ("Refused", 0)
    assert "if this lasts, SWPC has retired the file" in alerts.error_message
    assert counts(outcomes) == UNCHANGED


@pytest.mark.parametrize("fault", ["html:{}", "garbage:{}", "badutf8:{}", "status:{}:503", "empty:{}"])
def test_nothing_broken_is_archived(through_mirror, var_dir, fault):
    through_mirror.faults(fault.format(HOST))
    ingest(PATIENT, (*FEEDS, AlertsProduct))
    assert not [path for path in (var_dir / "archive").rglob("*") if path.is_file()]
