"""How far a product is known: windows that successful batches cover, and the gaps between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from deepspace import coverage, versions
from deepspace.coverage import covered
from deepspace.models import IngestionLog
from tests.support import stored

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
KEY = "voyager.trajectory"  # replaces windows
WHOLE = "voyager.events"  # replaces everything with each batch
LONG_AGO = datetime(2026, 6, 1, tzinfo=UTC)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 2, number, hour, tzinfo=UTC)


def batch(first: datetime | None, last: datetime | None, **values):
    """A stored batch that was asked for long after its window, unless told otherwise."""
    log = stored.batch(
        values.pop("product", KEY),
        **({"window_start": first, "window_end": last, "started_at": LONG_AGO, "run": uuid4()} | values),
    )
    versions.forget()
    return log


def test_a_window_inside_a_batch_is_known_completely():
    batch(day(1), day(8))
    found = covered(KEY, day(2), day(5))
    assert found.is_complete
    assert (found.known_from, found.known_until) == (day(2), day(5))
    assert found.unknown_since is None
    assert found.statement == ""


def test_without_any_batch_nothing_is_known():
    found = covered(KEY, day(2), day(5))
    assert not found.is_complete
    assert found.known_from is found.known_until is None
    assert found.unknown_since == day(2)
    assert found.gaps == ((day(2), day(5)),)
    assert found.statement == "Unknown from 2026-02-02 00:00 to 2026-02-05 00:00 UTC."


def test_the_end_that_no_batch_reaches_is_unknown():
    batch(day(1), day(4))
    found = covered(KEY, day(2), day(6))
    assert found.unknown_since == day(4) + timedelta(microseconds=1)
    assert not found.is_complete


def test_a_failed_batch_covers_nothing():
    batch(day(1), day(8), status=IngestionLog.Status.FAILED)
    assert covered(KEY, day(2), day(5)).known_until is None


def test_a_replay_covers_nothing_new():
    batch(day(1), day(8), kind=IngestionLog.Kind.REPLAY)
    assert covered(KEY, day(2), day(5)).known_until is None


def test_another_products_batch_does_not_count():
    batch(day(1), day(8), product=WHOLE)
    assert covered(KEY, day(2), day(5)).known_until is None


def test_days_that_end_a_microsecond_before_midnight_leave_no_gap():
    almost = timedelta(days=1) - timedelta(microseconds=1)
    for number in (1, 2, 3):
        batch(day(number), day(number) + almost)
    found = covered(KEY, day(1), day(4))
    assert found.is_complete
    assert found.known_until == day(4)


def test_a_gap_in_the_middle_is_told_and_the_newest_stretch_is_what_is_known():
    batch(day(1), day(3))
    batch(day(5), day(9))
    found = covered(KEY, day(1), day(8))
    assert not found.is_complete
    assert found.known_from == day(5)
    assert found.unknown_since is None
    assert found.gaps == ((day(3) + timedelta(microseconds=1), day(5)),)
    assert found.statement == "Unknown from 2026-02-03 00:00 to 2026-02-05 00:00 UTC."


def test_older_batches_than_the_first_leave_the_beginning_unknown():
    batch(day(4), day(9))
    found = covered(KEY, day(1), day(8))
    assert (found.known_from, found.gaps) == (day(4), ((day(1), day(4)),))


def test_observations_are_not_known_beyond_the_instant_at_which_they_were_asked_for():
    batch(day(1), day(8), started_at=day(5, 12))
    found = covered(KEY, day(2), day(7))
    assert found.unknown_since == day(5, 12) + timedelta(microseconds=1)


def test_predictions_are_known_to_the_end_of_the_window():
    batch(day(1), day(8), started_at=day(5, 12))
    assert covered(KEY, day(2), day(7), foretells=True).is_complete


def test_a_batch_asked_for_before_its_window_begins_knows_nothing_of_it():
    batch(day(6), day(8), started_at=day(5))
    assert covered(KEY, day(6), day(7)).known_until is None


def test_a_window_that_was_asked_and_answered_empty_is_known():
    batch(day(1), day(8), rows_created=0, payload_ids={})
    assert covered(KEY, day(2), day(5)).is_complete


def test_a_batch_for_the_whole_table_covers_everything_up_to_its_run():
    batch(None, None, product=WHOLE, started_at=day(5), payload_ids={"events": 1})
    assert covered(WHOLE, datetime(1977, 1, 1, tzinfo=UTC), day(4)).is_complete
    assert covered(WHOLE, day(4), day(6)).unknown_since == day(5) + timedelta(microseconds=1)
    assert covered(WHOLE, day(4), day(6), foretells=True).is_complete


def test_a_row_that_only_ends_a_run_covers_nothing():
    batch(None, None, product=WHOLE, payload_ids={})
    assert covered(WHOLE, day(4), day(6)).known_until is None


def test_parts_of_a_product_that_can_fail_one_by_one_are_known_one_by_one():
    batch(day(1), day(8), parameters={"event_type": "FLR"})
    assert covered(KEY, day(2), day(5), parameters={"event_type": "FLR"}).is_complete
    assert covered(KEY, day(2), day(5), parameters={"event_type": "CME"}).known_until is None
    assert covered(KEY, day(2), day(5)).is_complete


def test_an_instant_is_a_window_too():
    batch(day(1), day(8))
    assert covered(KEY, day(2), day(2)).is_complete
    assert not covered(KEY, day(9), day(9)).is_complete


def test_a_new_batch_is_seen_and_old_log_rows_are_not_read_again(django_assert_num_queries):
    batch(day(1), day(3))
    assert covered(KEY, day(1), day(5)).unknown_since is not None
    batch(day(3), day(6))
    assert covered(KEY, day(1), day(5)).is_complete
    with django_assert_num_queries(0):
        covered(KEY, day(1), day(5))


def test_what_was_known_holds_while_the_database_is_away(monkeypatch):
    batch(day(1), day(8))
    assert covered(KEY, day(2), day(5)).is_complete

    def away(*_, **__):
        raise OperationalError("gone")

    batch(day(8), day(10))
    monkeypatch.setattr(coverage, "_batches", away)
    assert covered(KEY, day(2), day(5)).is_complete
    assert not covered(KEY, day(2), day(9)).is_complete


def test_batches_in_any_order_cover_what_they_cover_together():
    moment = timedelta(microseconds=1)
    for start, end in ((7, 8), (1, 3), (2, 4), (4, 5), (1, 2), (9, 8)):
        batch(day(start), day(end))
    batch(day(5) + 2 * moment, day(6))
    found = covered(KEY, day(1), day(8))
    assert found.gaps == ((day(5) + moment, day(5) + 2 * moment), (day(6) + moment, day(7)))
    assert (found.known_from, found.known_until) == (day(7), day(8))
