"""The log folded newest first: which batch has the last word about which rows."""

from __future__ import annotations

import pytest

from deepspace.archive import ArchiveMissing
from deepspace.ingestion.columns import length
from deepspace.ingestion.history import batch_of, effective, successful
from deepspace.models import IngestionLog, Payload
from tests.deepspace.ingestion.test_store import ingest
from tests.support.diary import Diary, History, day, entry, page

pytestmark = pytest.mark.django_db


def spoken(product) -> list[list[str]]:
    """Names of the rows that each batch speaks for, newest batch first."""
    return [
        [name for block in step.blocks for name in block["event_name"].tolist()]
        for step in effective(product)
        if all(length(block) for block in step.blocks)
    ]


def test_a_newer_window_takes_its_part_of_an_older_one():
    ingest(Diary(("a", 1, 20)), a=page(entry(1), entry(10), entry(20)))
    ingest(Diary(("b", 5, 15)), b=page(entry(7), entry(10, "otherwise")))
    assert spoken(Diary()) == [["Day 7", "Day 10"], ["Day 1", "Day 20"]]


def test_a_window_that_is_covered_is_not_even_read(monkeypatch):
    ingest(Diary(("a", 5, 6)), a=page(entry(5)))
    ingest(Diary(("b", 1, 20)), b=page(entry(1)))
    Payload.objects.filter(url__endswith="/a").update(sha256="0" * 64)
    assert spoken(Diary()) == [["Day 1"]]


def test_without_windows_a_row_belongs_to_the_newest_batch_that_has_its_key():
    ingest(History(("a", 1, 31)), a=page(entry(1), entry(2)))
    ingest(History(("b", 1, 31)), b=page(entry(2, "otherwise"), entry(3)))
    assert spoken(History()) == [["Day 2", "Day 3"], ["Day 1"]]


def test_failed_and_replayed_batches_have_no_say():
    ingest(Diary(("a", 1, 9)), a=page(entry(1)))
    ingest(Diary(("b", 1, 9)), b=b"{")
    IngestionLog.objects.create(
        product="tests.diary",
        source="diary",
        kind="replay",
        status="success",
        started_at=day(1),
        payload_ids={"x": 1},
    )
    assert [log.rows_created for log in successful(Diary())] == [1]


def test_a_batch_is_read_back_as_it_was():
    ingest(Diary(("a", 1, 9)), a=page(entry(1)))
    batch = batch_of(IngestionLog.objects.get())
    assert batch.body("page") == page(entry(1))
    assert (batch.start, batch.end, batch.parameters) == (day(1), day(9), {"name": "a"})


def test_a_payload_that_nobody_recorded_is_missing():
    ingest(Diary(("a", 1, 9)), a=page(entry(1)))
    log = IngestionLog.objects.get()
    Payload.objects.all().delete()
    with pytest.raises(ArchiveMissing):
        batch_of(log)
    log.payload_ids = {}
    with pytest.raises(ArchiveMissing, match="no payload is named"):
        batch_of(log)
