"""Whatever Horizons does: one line for the operator, the right error in the log, the data as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.fallback import Standing, standing
from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.http import Door
from deepspace.upstream.policy import POLICIES
from tests.support.diary import dump
from tests.support.door import Silent
from tests.support.mirror import Mirror
from voyager.models import Trajectory
from voyager.products import TrajectoryProduct

pytestmark = [pytest.mark.chaos, pytest.mark.django_db]

HOST = "ssd.jpl.nasa.gov"
KEY = "voyager.trajectory"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
# The last 60 days of the year ahead: few rows, and still a refresh, because it reaches for the newest.
SINCE = Window(start=datetime(2027, 9, 21, 12, tzinfo=UTC))
HASTY = replace(
    POLICIES[HOST], spacing_s=0.0, tries=2, backoff_s=0.02, jitter_s=0.0, attempt_s=1.2, connect_s=1.0
)
PATIENT = replace(HASTY, attempt_s=20.0)


def ingest(policy=HASTY) -> Outcome:
    return Pipeline(Door(policies={**POLICIES, HOST: policy}), Silent()).run(TrajectoryProduct(), SINCE)


@pytest.fixture
def stored(through_mirror: Mirror) -> Iterator[Mirror]:
    """60 days from a refresh three hours ago; the clock goes on from there."""
    with time_machine.travel(NOW):
        assert ingest(PATIENT).created == 60
    with time_machine.travel(LATER):
        yield through_mirror


def assert_told(outcome: Outcome, error_class: str, words: str) -> None:
    assert outcome.error_class == error_class, outcome.error_message
    assert words in outcome.error_message
    assert "\n" not in outcome.error_message
    assert len(outcome.error_message) < 250
    log = IngestionLog.objects.order_by("-pk")[0]
    assert (log.status, log.error_class, log.error_message) == ("failed", error_class, outcome.error_message)
    assert (log.rows_created, log.rows_updated, log.rows_removed) == (0, 0, 0)


def assert_still_served(where: Standing) -> None:
    assert where.tier == Tier.CACHED
    age = where.age(datetime.now(UTC))
    assert age is not None
    assert abs(age - timedelta(hours=3)) < timedelta(minutes=2)
    assert where.has_rows


@pytest.mark.parametrize(
    ("fault", "error_class", "words"),
    [
        ("down:{}", "Unreachable", "did not answer"),
        ("refuse:{}", "Unreachable", "did not answer"),
        ("hang:{}", "Unreachable", "timed out"),
        ("slow:{}:0.01", "Unreachable", "timed out"),
        ("status:{}:503", "Unreachable", "503 Service Unavailable"),
        ("status:{}:404", "Refused", "404 Not Found"),
        ("429:{}", "RateLimited", "429 Too Many Requests"),
        ("429:{}:7200", "RateLimited", "retry after 7200 s"),
        ("html:{}", "SchemaDrift", "HTML"),
        ("empty:{}", "SchemaDrift", ""),
        ("truncate:{}:700", "Unreachable", "cut its answer short"),
        ("garbage:{}", "SchemaDrift", ""),
        ("huge:{}", "SchemaDrift", ""),
        ("gzipbomb:{}:64", "SchemaDrift", ""),
        ("redirectloop:{}", "Refused", "redirected more than 3 times"),
        ("badutf8:{}", "SchemaDrift", ""),
        ("nan:{}", "SchemaDrift", ""),
    ],
)
def test_a_fault_is_named_and_leaves_everything_as_it_was(stored, fault, error_class, words):
    before = dump(Trajectory)
    stored.faults(fault.format(HOST))
    outcome = ingest(PATIENT if fault.startswith(("huge", "gzipbomb")) else HASTY)
    assert_told(outcome, error_class, words)
    assert (
        HOST in outcome.error_message
        or "Horizons" in outcome.error_message
        or "rejected" in outcome.error_message
    )
    assert dump(Trajectory) == before
    assert_still_served(standing(KEY))


def test_every_row_twice_is_stored_once(stored):
    before = dump(Trajectory)
    stored.faults(f"dupes:{HOST}")
    outcome = ingest(PATIENT)
    assert (outcome.error_class, outcome.created, outcome.updated, outcome.unchanged) == ("", 0, 0, 60)
    assert dump(Trajectory) == before
    assert standing(KEY).tier == Tier.REAL


@pytest.mark.parametrize("every", [2, 3])
def test_an_upstream_that_flaps_is_asked_again(stored, every):
    stored.faults(f"flap:{HOST}:{every}")
    outcome = ingest(replace(PATIENT, tries=4))
    assert (outcome.error_class, outcome.unchanged) == ("", 60)
    assert standing(KEY).tier == Tier.REAL


def test_a_fault_from_the_first_day_leaves_the_model(through_mirror):
    through_mirror.faults(f"down:{HOST}")
    assert ingest().error_class == "Unreachable"
    assert standing(KEY).tier == Tier.SYNTHETIC
    assert not Trajectory.objects.exists()


def test_everything_is_well_again_after_every_fault(stored):
    for fault in ("down:{}", "html:{}", "nan:{}", "truncate:{}:5000"):
        stored.faults(fault.format(HOST))
        assert not ingest(replace(HASTY, failures_to_open=99)).succeeded
    stored.clear()
    outcome = ingest(PATIENT)
    assert (outcome.error_class, outcome.created, outcome.updated, outcome.unchanged) == ("", 0, 0, 60)
    assert standing(KEY).tier == Tier.REAL
    assert verify(TrajectoryProduct()).differences == 0


def test_a_run_has_a_deadline(stored):
    import time

    stored.faults(f"hang:{HOST}")
    began = time.monotonic()
    door = Door(policies={**POLICIES, HOST: PATIENT}, deadline=time.monotonic() + 1.0)
    outcome = Pipeline(door, Silent()).run(TrajectoryProduct(), SINCE)
    assert time.monotonic() - began < 5.0
    assert_told(outcome, "Unreachable", "")
    assert_still_served(standing(KEY))
