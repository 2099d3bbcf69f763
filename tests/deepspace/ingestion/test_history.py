"""The log folded newest first: which batch has the last word about which rows."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from deepspace.archive import ArchiveMissing
from deepspace.ingestion.columns import length
from deepspace.ingestion.history import Union, batch_of, effective, successful
from deepspace.ingestion.store import instant
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


def test_windows_that_cover_another_together_leave_it_nothing_to_say():
    ingest(Diary(("a", 3, 8)), a=page(entry(4), entry(6)))
    ingest(Diary(("b", 1, 5)), b=page(entry(1)))
    ingest(Diary(("c", 5, 9)), c=page(entry(9)))
    Payload.objects.filter(url__endswith="/a").update(sha256="0" * 64)
    assert spoken(Diary()) == [["Day 9"], ["Day 1"]]


# --- the union of windows

MICROSECOND = timedelta(microseconds=1)


def tick(number):
    """Microseconds are the grain of the windows: instants one apart leave no room between them."""
    return day(1) + int(number) * MICROSECOND


@pytest.mark.parametrize("seed", range(30))
def test_the_union_agrees_with_asking_every_interval(seed):
    random = np.random.default_rng(seed)
    instants = np.array([instant(tick(n)) for n in range(60)])
    union, intervals = Union(), []
    for _ in range(25):
        start, end = np.sort(random.integers(1, 59, 2)) if seed % 2 else [random.integers(1, 55)] * 2
        end += 0 if seed % 2 else random.integers(0, 4)
        intervals.append((start, end))
        union = union.joined(tick(start), tick(end))
        inside = np.array([any(a <= n <= b for a, b in intervals) for n in range(60)])
        assert np.array_equal(union.lacks(instants), ~inside)
        assert (union.starts[1:] > union.ends[:-1] + np.timedelta64(1, "us")).all()
        for low, high in np.sort(random.integers(0, 60, (20, 2)), axis=1):
            assert union.includes(tick(low), tick(high)) == inside[low : high + 1].all()


def test_the_windows_are_closed():
    union = Union().joined(day(2), day(3))
    assert union.includes(day(2), day(3))
    assert not union.includes(day(2) - MICROSECOND, day(3))
    assert not union.includes(day(2), day(3) + MICROSECOND)
    times = np.array(
        [instant(moment) for moment in (day(2) - MICROSECOND, day(2), day(3), day(3) + MICROSECOND)]
    )
    assert union.lacks(times).tolist() == [True, False, False, True]


def test_no_window_and_no_instant_are_in_nothing():
    union = Union().joined(day(2), day(3))
    assert not union.includes(None, day(3))
    assert not union.includes(day(2), None)
    assert union.lacks(np.array(["NaT"], dtype="datetime64[us]")).all()
    assert Union().lacks(np.array([instant(day(1))])).all()
    assert not len(Union().joined(day(3), day(2)).starts)


def test_days_that_follow_each_other_are_one_interval():
    union = Union()
    for number in np.random.default_rng(0).permutation(500).tolist():
        union = union.joined(day(number), day(number + 1) - MICROSECOND)
    assert (len(union.starts), len(union.ends)) == (1, 1)
