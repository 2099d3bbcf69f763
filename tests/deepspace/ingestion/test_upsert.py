"""The upsert: exact counts, nothing written for nothing, one row per instant."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection

from deepspace.ingestion import upsert as module
from deepspace.ingestion.columns import sift
from deepspace.ingestion.upsert import BLOCK, Stamp, Upsert
from deepspace.models import IngestionLog
from tests.support.diary import Diary, block_of, entry, row, texts
from voyager.models import Event

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def log() -> int:
    return IngestionLog.objects.create(product="tests.diary", source="diary", started_at=FIRST).pk


def write(*entries, at=FIRST, log_id=None):
    block = block_of(*(row(item) for item in entries))
    return write_block(sift(Diary(), block).columns, at=at, log_id=log_id)


def write_block(block, *, at=FIRST, log_id=None):
    writer = Upsert(Event, Stamp("diary", at, log_id or log()))
    writer.write(block)
    counts = writer.counts
    return counts.created, counts.updated, counts.unchanged


def test_new_rows_are_created():
    assert write(entry(1), entry(2)) == (2, 0, 0)
    assert texts() == {"Day 1": "as usual", "Day 2": "as usual"}


def test_created_updated_and_unchanged_are_told_apart():
    write(entry(1), entry(2), entry(3))
    assert write(entry(1), entry(2, "otherwise"), entry(4), entry(5)) == (2, 1, 1)
    assert texts()["Day 2"] == "otherwise"


def test_the_same_again_changes_nothing_not_even_the_stamps():
    write(entry(1), entry(2, "at first"))
    before = list(Event.objects.order_by("pk").values())
    assert write(entry(1), entry(2, "at first"), at=LATER) == (0, 0, 2)
    assert list(Event.objects.order_by("pk").values()) == before


def test_a_changed_row_carries_the_stamps_of_the_batch_that_changed_it():
    write(entry(1), entry(2))
    second = log()
    write(entry(1), entry(2, "otherwise"), at=LATER, log_id=second)
    changed = Event.objects.get(event_name="Day 2")
    assert (changed.ingested_at, changed.ingestion_id) == (LATER, second)
    untouched = Event.objects.get(event_name="Day 1")
    assert (untouched.ingested_at, untouched.ingestion_id != second) == (FIRST, True)


def test_a_value_that_becomes_absent_or_present_is_a_change():
    with_time = row(entry(1))
    without = {**with_time, "timestamp_utc": None}
    absent, present = block_of(without), block_of(with_time)
    assert write_block(sift(Diary(), present).columns) == (1, 0, 0)
    assert write_block(sift(Diary(), absent).columns) == (0, 1, 0)
    assert write_block(sift(Diary(), absent).columns) == (0, 0, 1)
    assert Event.objects.get().timestamp_utc is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM voyager1_events WHERE timestamp_utc IS NULL")
        assert cursor.fetchone() == (1,)
    assert write_block(sift(Diary(), present).columns) == (0, 1, 0)


@pytest.mark.parametrize("n", [0, 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7])
def test_any_number_of_rows_is_written_in_blocks(n, monkeypatch):
    sizes = []
    real = module.Upsert._write_block

    def noted(self, columns, rows):
        sizes.append(rows)
        real(self, columns, rows)

    monkeypatch.setattr(module.Upsert, "_write_block", noted)
    block = many(n)
    assert write_block(block) == (n, 0, 0)
    assert sum(sizes) == n
    assert max(sizes, default=0) <= BLOCK
    assert write_block(block) == (0, 0, n)
    assert Event.objects.count() == n


def many(n: int):
    names = np.array([f"Entry {i}" for i in range(n)], dtype=object)
    rows = {name: np.full(n, value, dtype=object) for name, value in row(entry(1)).items()}
    return {
        **rows,
        "event_name": names,
        "is_milestone": np.zeros(n, dtype=bool),
        "timestamp_utc": np.datetime64("2020-01-01", "us") + np.arange(n) * np.timedelta64(1, "s"),
    }


def test_only_the_rows_that_differ_in_a_large_block_are_updated():
    block = many(BLOCK + 100)
    write_block(block)
    block["description"][[3, BLOCK - 1, BLOCK, BLOCK + 99]] = "otherwise"
    assert write_block(block) == (0, 4, BLOCK + 96)


def test_rows_that_were_deleted_are_created_again():
    write(entry(1), entry(2), entry(3))
    Event.objects.filter(event_name="Day 3").delete()
    assert write(entry(1), entry(2), entry(3)) == (1, 0, 2)


def test_one_instant_is_one_row_with_and_without_microseconds():
    """`…00` and `…00.000000` are two texts for one instant: the key must not see two."""
    from tests.deepspace.ingestion.test_columns import states
    from voyager.models import Trajectory

    def write_states(block):
        writer = Upsert(Trajectory, Stamp("jpl_horizons", FIRST, log()))
        writer.write(block)
        return writer.counts.created, writer.counts.updated, writer.counts.unchanged

    block = states(2)
    block["timestamp_utc"][1] += np.timedelta64(1, "us")
    assert write_states(block) == (2, 0, 0)
    seconds = {**block, "timestamp_utc": block["timestamp_utc"].copy()}
    seconds["timestamp_utc"] = block["timestamp_utc"][:1].astype("datetime64[s]")
    seconds = {name: column[:1] for name, column in seconds.items()}
    assert write_states(seconds) == (0, 0, 1)
    stored = Trajectory.objects.get(timestamp_utc=datetime(2020, 1, 1, tzinfo=UTC))
    stored.save()  # Django's own form of the same instant
    assert write_states(block) == (0, 0, 2)
    assert Trajectory.objects.count() == 2


def test_rows_of_another_source_are_not_counted_as_created():
    write(entry(1))
    writer = Upsert(Event, Stamp("another", FIRST, log()))
    block = block_of(row(entry(1)), row(entry(2)))
    writer.write(sift(Diary(), block).columns)
    assert (writer.counts.created, writer.counts.updated) == (1, 1)
