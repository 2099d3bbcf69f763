"""The ladder: on which rung a product stands, when it is due again, and what is shown from where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from deepspace.fallback import climb, real_provenance, standing, standings, with_note
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.registry import product, products
from deepspace.ingestion.replay import replay
from deepspace.models import IngestionLog, Payload
from deepspace.provenance import Provenance, Tier
from deepspace.upstream.errors import Unreachable
from tests.support.door import FakeDoor, Silent
from tests.support.horizons import answering
from voyager.models import Event, Trajectory

pytestmark = pytest.mark.django_db

KEY, EVENTS = "voyager.trajectory", "voyager.events"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE = Window(start=NOW + timedelta(days=340))  # the last days of the year ahead: a refresh of a few rows
PAST = Window(NOW - 30 * DAY, NOW)


def refuse(_request):
    raise Unreachable("Horizons (ssd.jpl.nasa.gov) did not answer: timed out")


def refresh(at: datetime, *, window: Window = SINCE, answer=None):
    with time_machine.travel(at, tick=False):
        return Pipeline(FakeDoor(answer or answering()), Silent()).run(product(KEY), window)


def fail(at: datetime, *, window: Window = SINCE):
    assert refresh(at, window=window, answer=refuse).error_class == "Unreachable"


def tier(at: datetime, key: str = KEY) -> Tier:
    return standing(key, at).tier


def test_without_rows_there_is_the_model_or_nothing():
    assert tier(NOW) == Tier.SYNTHETIC
    assert tier(NOW, EVENTS) == Tier.EMPTY
    where = standing(KEY, NOW)
    assert (where.has_rows, where.last_success_at, where.age(NOW), where.data_version) == (
        False,
        None,
        None,
        0,
    )
    assert (where.observed_from, where.next_due_at, where.is_due(NOW)) == (None, None, True)


def test_a_fresh_refresh_is_real():
    refresh(NOW)
    where = standing(KEY, NOW + HOUR)
    assert (where.tier, where.age(NOW + HOUR), where.last_error_class) == (Tier.REAL, HOUR, "")
    assert where.data_version == IngestionLog.objects.get().pk
    assert (where.observed_from, where.observed_until) == (
        Trajectory.objects.order_by("timestamp_utc")[0].timestamp_utc,
        Trajectory.objects.order_by("-timestamp_utc")[0].timestamp_utc,
    )


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Tier.REAL),
        (DAY - timedelta(seconds=1), Tier.REAL),
        (DAY, Tier.CACHED),
        (7 * DAY - timedelta(seconds=1), Tier.CACHED),
        (7 * DAY, Tier.STALE),
        (4000 * DAY, Tier.STALE),
        (-HOUR, Tier.REAL),  # a clock that was set back
    ],
)
def test_the_rung_follows_the_age(age, expected):
    refresh(NOW)
    assert tier(NOW + age) == expected


def test_a_failed_refresh_makes_fresh_data_cached_and_says_why():
    refresh(NOW)
    fail(NOW + HOUR)
    where = standing(KEY, NOW + 2 * HOUR)
    assert (where.tier, where.age(NOW + 2 * HOUR)) == (Tier.CACHED, 2 * HOUR)
    assert (where.last_error_class, where.last_attempt_at) == ("Unreachable", NOW + HOUR)
    assert "timed out" in where.last_error


def test_a_failure_before_any_row_leaves_the_model():
    fail(NOW)
    assert (tier(NOW), standing(KEY, NOW).last_error_class) == (Tier.SYNTHETIC, "Unreachable")


def test_the_next_success_makes_it_real_again():
    refresh(NOW)
    fail(NOW + HOUR)
    refresh(NOW + 2 * HOUR)
    where = standing(KEY, NOW + 3 * HOUR)
    assert (where.tier, where.last_error_class, where.last_error) == (Tier.REAL, "", "")


def test_an_answer_without_news_counts_as_a_refresh():
    refresh(NOW)
    version = standing(KEY, NOW).data_version
    later = NOW + 20 * HOUR
    with time_machine.travel(later, tick=False):
        outcome = Pipeline(FakeDoor(answering()), Silent()).run(product(KEY), SINCE)
    assert (outcome.created + outcome.updated, outcome.changed) in {(0, False), (1, True)}
    where = standing(KEY, later)
    assert where.last_success_at == later
    assert (where.data_version == version) == (not outcome.changed)


def test_a_backfill_makes_nothing_younger_and_breaks_nothing():
    refresh(NOW)
    refresh(NOW + 30 * HOUR, window=PAST)
    where = standing(KEY, NOW + 30 * HOUR)
    assert (where.tier, where.last_success_at) == (Tier.CACHED, NOW)
    assert where.data_version == IngestionLog.objects.order_by("-pk")[0].pk
    fail(NOW + HOUR, window=PAST)
    assert tier(NOW + 2 * HOUR) == Tier.REAL


def test_a_backfill_does_not_hide_that_the_refresh_failed():
    refresh(NOW)
    fail(NOW + HOUR)
    refresh(NOW + 2 * HOUR, window=PAST)
    where = standing(KEY, NOW + 2 * HOUR)
    assert (where.tier, where.last_error_class) == (Tier.CACHED, "Unreachable")


def test_rows_from_a_backfill_alone_are_stale():
    refresh(NOW, window=PAST)
    assert tier(NOW) == Tier.STALE
    assert standing(KEY, NOW).is_due(NOW)


def test_a_replay_makes_nothing_younger():
    refresh(NOW)
    Trajectory.objects.all().delete()
    with time_machine.travel(NOW + 30 * HOUR, tick=False):
        assert replay(product(KEY), Silent()).created
    where = standing(KEY, NOW + 30 * HOUR)
    assert (where.tier, where.last_success_at) == (Tier.CACHED, NOW)


def test_a_batch_in_the_middle_of_a_run_is_no_refresh():
    """A run that stores its first batch and then fails has not succeeded, nor has it stopped failing."""
    refresh(NOW)
    fail(NOW + HOUR)
    IngestionLog.objects.create(
        product=KEY, source="jpl_horizons", status="success", started_at=NOW, finished_at=NOW + 2 * HOUR
    )
    where = standing(KEY, NOW + 2 * HOUR)
    assert (where.tier, where.last_success_at, where.last_error_class) == (Tier.CACHED, NOW, "Unreachable")


def test_a_running_ingest_changes_nothing_yet():
    refresh(NOW)
    IngestionLog.objects.create(product=KEY, source="jpl_horizons", started_at=NOW + HOUR)
    assert tier(NOW + HOUR) == Tier.REAL


def test_an_interrupted_refresh_is_no_success():
    refresh(NOW)
    IngestionLog.objects.create(
        product=KEY,
        source="jpl_horizons",
        status="interrupted",
        error_class="Interrupted",
        started_at=NOW + HOUR,
    )
    where = standing(KEY, NOW + HOUR)
    assert (where.tier, where.last_error_class, where.last_attempt_at) == (
        Tier.CACHED,
        "Interrupted",
        NOW + HOUR,
    )


def test_a_finished_archive_stays_real(monkeypatch):
    refresh(NOW)
    monkeypatch.setattr(product(KEY), "is_finished", True, raising=False)
    fail(NOW + HOUR)
    assert tier(NOW + 4000 * DAY) == Tier.REAL


def test_a_finished_archive_without_rows_is_not():
    assert tier(NOW) == Tier.SYNTHETIC


def test_a_product_is_due_a_little_before_it_would_stop_being_fresh():
    refresh(NOW)
    where = standing(KEY, NOW)
    assert where.next_due_at == NOW + 0.9 * DAY
    assert not where.is_due(NOW + 21 * HOUR)
    assert where.is_due(NOW + 22 * HOUR)


def test_the_pause_after_failures_doubles_up_to_an_hour():
    refresh(NOW)
    pauses = []
    for minutes in range(1, 9):
        at = NOW + timedelta(minutes=minutes)
        fail(at)
        due = standing(KEY, at).next_due_at
        assert due is not None
        pauses.append((due - at).total_seconds())
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    refresh(NOW + HOUR)
    assert standing(KEY, NOW + HOUR).next_due_at == NOW + HOUR + 0.9 * DAY


def test_the_pause_grows_also_when_each_run_stores_something_before_it_fails():
    at = NOW
    for _ in range(3):
        at += timedelta(minutes=1)
        IngestionLog.objects.create(
            product=KEY, source="jpl_horizons", status="success", started_at=at, finished_at=at
        )
        fail(at)
    assert standing(KEY, at).next_due_at == at + timedelta(minutes=4)


def test_several_failures_in_one_run_are_one():
    run = uuid4()
    for _ in range(5):
        IngestionLog.objects.create(
            product=KEY, source="x", status="failed", run=run, started_at=NOW, finished_at=NOW
        )
    assert standing(KEY, NOW).next_due_at == NOW + timedelta(minutes=1)


def test_the_pause_grows_also_when_a_run_leaves_several_failures():
    for _ in range(7):
        run = uuid4()
        for _ in range(3):
            IngestionLog.objects.create(
                product=KEY, source="x", status="failed", run=run, started_at=NOW, finished_at=NOW
            )
    assert standing(KEY, NOW).next_due_at == NOW + HOUR


def test_failures_for_years_do_not_overflow():
    rows = [
        IngestionLog(product=KEY, source="x", status="failed", started_at=NOW, finished_at=NOW)
        for _ in range(5000)
    ]
    IngestionLog.objects.bulk_create(rows)
    assert standing(KEY, NOW).next_due_at == NOW + HOUR


def test_a_standing_takes_six_queries(django_assert_num_queries):
    refresh(NOW)
    fail(NOW + HOUR)
    with django_assert_num_queries(6):
        standing(KEY, NOW)


def test_failures_are_looked_for_after_the_last_success_only(django_assert_num_queries):
    """A product that never failed must not have its whole log read."""
    refresh(NOW)
    with django_assert_num_queries(6) as queries:
        standing(KEY, NOW)
    (asked,) = [one["sql"] for one in queries.captured_queries if "'failed'" in one["sql"]]
    assert f'"id" > {IngestionLog.objects.get().pk}' in asked


def test_every_product_has_a_standing():
    assert [one.product for one in standings(NOW)] == [one.key for one in products()]


def test_a_date_column_has_a_span_too():
    from tests.voyager.test_events import ingest

    ingest()
    where = standing(EVENTS)
    assert where.tier == Tier.REAL
    first = Event.objects.order_by("event_date")[0].event_date
    assert where.observed_from == datetime.combine(first, datetime.min.time(), UTC)


# --- provenance of what is shown


def test_provenance_names_the_payloads_of_the_batches_that_cover_the_window():
    refresh(NOW, window=PAST)
    refresh(NOW)
    start, end = NOW - 20 * DAY, NOW - 10 * DAY
    found = real_provenance(KEY, observed_from=start, observed_until=end, now=NOW)
    assert (found.tier, found.source, found.retrieved_at) == (Tier.REAL, "jpl_horizons", NOW)
    assert (found.payloads_total, len(found.payloads)) == (2, 2)
    assert found.ingestion == IngestionLog.objects.order_by("pk")[0].pk
    assert all(one.upstream_url.startswith("https://ssd.jpl.nasa.gov/") for one in found.payloads)
    everything = real_provenance(KEY, observed_from=None, observed_until=None, now=NOW)
    assert everything.payloads_total == 4
    assert everything.ingestion == IngestionLog.objects.order_by("-pk")[0].pk


def batch(number: int, **more):
    """A stored batch over one day with payloads of its own."""
    start = NOW + number * DAY
    named = more.pop("payload_ids", None) or {"file": payload(number).pk}
    values = {"kind": "backfill", "status": "success", "rows_created": 1, "started_at": NOW, **more}
    return IngestionLog.objects.create(
        product=KEY, source="x", window_start=start, window_end=start + DAY, payload_ids=named, **values
    )


def payload(number: int) -> Payload:
    return Payload.objects.create(
        sha256=f"{number:064x}", url=f"https://x/{number}", size_bytes=1, retrieved_at=NOW, last_seen_at=NOW
    )


def named(start: datetime | None, end: datetime | None) -> tuple[list[str], int, int | None]:
    found = real_provenance(KEY, observed_from=start, observed_until=end, now=NOW)
    return [one.upstream_url for one in found.payloads], found.payloads_total, found.ingestion


def test_replays_and_batches_that_brought_no_row_are_not_named():
    first = batch(1)
    batch(1, kind="replay", payload_ids=first.payload_ids)
    batch(2, rows_created=0)
    batch(3, status="failed")
    assert named(None, None) == (["https://x/1"], 1, first.pk)


def test_rows_that_were_only_confirmed_count_as_brought():
    again = batch(1, rows_created=0, rows_unchanged=1)
    assert named(None, None) == (["https://x/1"], 1, again.pk)


def test_batches_outside_of_the_window_are_not_named_not_even_of_half_a_window():
    for number in (1, 3, 5):
        batch(number)
    assert named(NOW + 3 * DAY, NOW + 4 * DAY)[0] == ["https://x/3"]
    assert named(NOW + 3 * DAY, None)[0] == ["https://x/5", "https://x/3"]
    assert named(None, NOW + 4 * DAY)[0] == ["https://x/3", "https://x/1"]


def test_of_many_payloads_the_newest_are_shown_and_all_are_counted(django_assert_max_num_queries):
    label = payload(9999)
    for number in range(250):
        batch(number, payload_ids={"file": payload(number).pk, "label": label.pk})
    with django_assert_max_num_queries(9):
        urls, total, _ = named(None, None)
    assert total == 251
    assert urls[:3] == ["https://x/249", "https://x/9999", "https://x/248"]
    assert len(urls) == 50
    assert named(NOW + 10 * DAY, NOW + 230 * DAY)[1] == 223


def test_real_values_come_first():
    real = Provenance(KEY, Tier.STALE, "jpl_horizons")
    assert climb(KEY, real=lambda: (1, real), model=lambda: pytest.fail("asked")) == (1, real)


def test_the_model_is_labelled():
    values, provenance = climb(KEY, real=lambda: None, model=lambda: 2, nothing=lambda: 3)
    assert (values, provenance.tier, provenance.source) == (2, Tier.SYNTHETIC, "synthetic")
    assert product(KEY).model_summary in provenance.note
    assert not provenance.is_real


def test_nothing_is_explained():
    values, provenance = climb(EVENTS, real=lambda: None, nothing=lambda: 0)
    assert (values, provenance.tier, provenance.source) == (0, Tier.EMPTY, "none")
    assert "Voyager 1 events" in provenance.note
    with pytest.raises(TypeError, match="neither rows nor a model"):
        climb(EVENTS, real=lambda: None)


def test_a_note_is_added_to_a_note():
    first = with_note(Provenance(KEY, Tier.REAL, "jpl_horizons"), "One.")
    assert with_note(first, "Two.").note == "One. Two."
