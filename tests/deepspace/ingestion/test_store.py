"""One batch, one transaction: what fails leaves the tables and the log as promised."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import DatabaseError, connection

from deepspace.ingestion import store as module
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Batch, Window
from deepspace.ingestion.upsert import Upsert
from deepspace.locks import hold
from deepspace.models import IngestionLog
from deepspace.upstream.errors import SchemaDrift
from tests.support.diary import Diary, History, day, dump, entry, page, row, texts
from tests.support.door import FakeDoor, Silent
from voyager.models import Event

pytestmark = pytest.mark.django_db


def ingest(product, **pages: bytes):
    door = FakeDoor(lambda request: pages[request.url.rpartition("/")[2]])
    return Pipeline(door, Silent()).run(product, Window())


def january(*entries, last=31, kind=Diary):
    """Ingest one page for the whole month."""
    return ingest(kind(("page", 1, last)), page=page(*entries))


def last_log() -> IngestionLog:
    return IngestionLog.objects.order_by("-pk")[0]


def test_a_stored_batch_is_told_in_full():
    january(entry(1), entry(2))
    log = last_log()
    assert (log.status, log.rows_created, log.rows_updated, log.rows_unchanged) == ("success", 2, 0, 0)
    assert (log.window_start, log.window_end) == (day(1), day(31))
    assert (log.parameters, log.upstream_version, list(log.payload_ids)) == ({"name": "page"}, "1", ["page"])
    assert log.ingested_at is not None
    assert log.finished_at is not None
    assert log.started_at <= log.ingested_at <= log.finished_at
    assert set(Event.objects.values_list("ingestion_id", "ingested_at")) == {(log.pk, log.ingested_at)}


def test_a_parser_that_gives_up_in_the_middle_leaves_the_table_as_it_was():
    january(entry(1), entry(2))
    before = dump(Event)
    outcome = january(entry(1, "otherwise"), entry(3), {"boom": True})
    assert (outcome.error_class, outcome.error_message) == ("SchemaDrift", "the page is torn here")
    assert dump(Event) == before
    log = last_log()
    assert (log.status, log.error_class, log.rows_created, log.ingested_at) == (
        "failed",
        "SchemaDrift",
        0,
        None,
    )


def test_some_bad_rows_are_counted_and_sampled_and_the_rest_is_stored():
    outcome = january(*[entry(n) for n in range(1, 20)], entry(20, kind="k" * 13))
    assert (outcome.created, outcome.rejected, outcome.succeeded) == (19, 1, True)
    log = last_log()
    assert log.rows_rejected == 1
    assert log.rejected_sample[0]["reason"] == "kind is longer than 12 characters"
    assert log.rejected_sample[0]["row"]["event_name"] == "Day 20"


def test_a_tenth_of_bad_rows_is_tolerated():
    good = [entry(n) for n in range(1, 10)]
    assert january(*good, entry(10, kind="k" * 13)).succeeded


def test_more_than_a_tenth_of_bad_rows_fails_the_batch_and_is_still_told():
    january(entry(1))
    before = dump(Event)
    bad = [entry(n, kind="k" * 13) for n in (9, 10)]
    outcome = january(*[entry(n, "otherwise") for n in range(1, 9)], *bad)
    assert outcome.error_class == "SchemaDrift"
    assert (
        outcome.error_message == "2 of 10 rows rejected, the first because kind is longer than 12 characters"
    )
    assert dump(Event) == before
    log = last_log()
    assert (log.status, log.rows_rejected, len(log.rejected_sample)) == ("failed", 2, 2)


def test_a_database_error_in_the_middle_takes_everything_back(monkeypatch):
    january(entry(1), entry(2))
    before = dump(Event)
    real = Upsert._write_block

    def full_disk(self, columns, n):
        real(self, columns, n)
        raise DatabaseError("database or disk is full\nand a second line")

    monkeypatch.setattr(Upsert, "_write_block", full_disk)
    outcome = january(entry(1, "otherwise"), entry(2), entry(3))
    assert dump(Event) == before
    assert (outcome.error_class, outcome.error_message) == (
        "DatabaseError",
        "database or disk is full and a second line",
    )
    log = last_log()
    assert (log.status, log.rows_created, log.rows_updated, log.window_end) == ("failed", 0, 0, None)


def test_a_failure_in_the_last_step_leaves_no_counts_of_what_was_rolled_back(monkeypatch):
    def fail(*_):
        raise DatabaseError("the connection is gone")

    real = IngestionLog.save

    def save(self, *args, **kwargs):
        if self.status == "success":
            fail()
        real(self, *args, **kwargs)

    monkeypatch.setattr(IngestionLog, "save", save)
    outcome = january(entry(1))
    assert outcome.error_class == "DatabaseError"
    log = last_log()
    assert (log.status, log.rows_created, log.payload_ids, log.ingested_at) == ("failed", 0, {}, None)
    assert not Event.objects.exists()


def test_rows_outside_the_window_are_rejected():
    outcome = january(*[entry(n) for n in range(1, 12)], entry(40))
    assert (outcome.created, outcome.rejected) == (11, 1)
    assert last_log().rejected_sample[0]["reason"] == "outside the window asked"
    assert "Day 40" not in texts()


def test_rows_outside_the_window_are_fine_where_a_batch_replaces_nothing():
    assert january(entry(1), entry(40), kind=History).created == 2


def test_the_ends_of_the_window_belong_to_it():
    assert january(entry(1), entry(5), last=5).created == 2


def test_rows_that_the_new_bytes_lack_are_removed_inside_the_window_only():
    january(entry(1), entry(5), entry(6), entry(20))
    outcome = january(entry(1), last=10)
    assert (outcome.removed, outcome.unchanged, last_log().rows_removed) == (2, 1, 2)
    assert set(texts()) == {"Day 1", "Day 20"}


def test_as_many_rows_as_before_are_not_taken_for_the_same_rows():
    january(entry(1), entry(2))
    outcome = january(entry(1), entry(3))
    assert (outcome.created, outcome.removed) == (1, 1)
    assert set(texts()) == {"Day 1", "Day 3"}


def test_rows_of_other_products_in_the_same_table_are_left_alone():
    january(entry(1))
    Event.objects.update(source="another")
    assert january(entry(2)).removed == 0
    assert Event.objects.count() == 2


def test_an_empty_answer_empties_its_window():
    january(entry(1), entry(20))
    outcome = january(last=10)
    assert (outcome.succeeded, outcome.removed) == (True, 1)
    assert set(texts()) == {"Day 20"}


def test_a_batch_that_replaces_nothing_keeps_what_it_lacks():
    january(entry(1), entry(2), kind=History)
    outcome = january(entry(2, "otherwise"), kind=History)
    assert (outcome.updated, outcome.removed) == (1, 0)
    assert texts() == {"Day 1": "as usual", "Day 2": "otherwise"}


class InBlocks(Diary):
    """Yields each entry as a block of its own."""

    def parse(self, batch: Batch):
        for one in super().parse(batch):
            yield {name: np.array([value], dtype=object) for name, value in one.items()}


def test_a_key_that_stands_in_two_blocks_is_one_row():
    """Or the second run would write it again and again, and the table would never come to rest."""
    pages = [*[entry(n) for n in range(1, 20)], entry(1)]
    assert january(*pages, kind=InBlocks).created == 19
    outcome = january(*pages, kind=InBlocks)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 19)


def test_a_key_that_stands_in_two_blocks_with_different_values_is_rejected():
    pages = [*[entry(n) for n in range(1, 22)], entry(1, "otherwise")]
    outcome = january(*pages, kind=InBlocks)
    assert (outcome.created, outcome.rejected) == (20, 2)
    assert "Day 1" not in texts()


def test_the_writer_is_not_held_while_parsing(monkeypatch):
    order = []
    real_parse = Diary.parse

    def parse(self, batch):
        order.append("parse")
        return real_parse(self, batch)

    def held(name, *, wait_s=0.0):
        order.append(name)
        return hold(name, wait_s=wait_s)

    monkeypatch.setattr(Diary, "parse", parse)
    monkeypatch.setattr(module, "hold", held)
    january(entry(1))
    assert order == ["parse", "writer"]


@pytest.mark.django_db(transaction=True)
def test_others_see_all_of_a_batch_or_nothing(monkeypatch):
    seen = []
    real = module.finish

    def finish(log, batch, counts):
        if batch is not None:
            seen.append((connection.in_atomic_block, Event.objects.count()))
        real(log, batch, counts)

    monkeypatch.setattr(module, "finish", finish)
    january(entry(1), entry(2))
    assert seen == [(True, 2)]


def test_parse_alone_says_what_store_would_refuse():
    product = Diary(("page", 1, 31))
    january(*[entry(n) for n in range(1, 4)])
    from deepspace.ingestion.history import batch_of

    batch = batch_of(last_log())
    assert module.parse(product, batch).rows == 3
    with pytest.raises(SchemaDrift, match="3 of 3 rows rejected, the first because outside the window"):
        module.parse(product, Batch(batch.payloads, day(10), day(12)))
    assert row(entry(1))["event_name"] == "Day 1"
