"""Replay: the table is what the archive says, without network."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deepspace.archive import archive
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.locks import hold
from deepspace.models import IngestionLog, Payload
from tests.deepspace.ingestion.test_store import ingest
from tests.support.diary import Diary, History, bug, day, dump, entry, page, texts
from tests.support.door import Silent
from voyager.models import Event

pytestmark = pytest.mark.django_db

STAMPS = {"id", "ingested_at", "ingestion_id"}


def data() -> list[dict[str, object]]:
    rows = [{k: v for k, v in row.items() if k not in STAMPS} for row in dump(Event)]
    return sorted(rows, key=lambda row: str(row["event_name"]))


@pytest.fixture(params=[Diary, History])
def product(request):
    """A product with a past: overlapping windows, removed rows, changed values."""
    kind = request.param
    ingest(kind(("a", 1, 20)), a=page(entry(1), entry(10), entry(11), entry(20)))
    ingest(kind(("b", 5, 15)), b=page(entry(7), entry(10, "otherwise")))
    ingest(kind(("c", 40, 50)), c=page())
    return kind()


def test_an_intact_table_is_not_touched(product):
    before = dump(Event)
    outcome = replay(product, Silent())
    assert (outcome.created, outcome.updated, outcome.removed, outcome.changed) == (0, 0, 0, False)
    assert outcome.unchanged == len(before)
    assert dump(Event) == before


def test_an_emptied_table_comes_back_as_it_was(product):
    before = data()
    Event.objects.all().delete()
    outcome = replay(product, Silent())
    assert outcome.created == len(before)
    assert data() == before
    assert verify(product).differences == 0


def test_the_newest_of_overlapping_windows_wins(product):
    Event.objects.all().delete()
    replay(product, Silent())
    assert texts()["Day 10"] == "otherwise"
    assert ("Day 11" in texts()) == (product.replaces == "nothing")


def test_tampered_deleted_and_smuggled_rows_are_put_right(product):
    before = data()
    Event.objects.filter(event_name="Day 10").update(description="tampered")
    Event.objects.filter(event_name="Day 1").delete()
    stranger = Event.objects.get(event_name="Day 7")
    stranger.pk, stranger.event_name = None, "Smuggled"
    stranger.save()
    assert verify(product).differences == 3
    outcome = replay(product, Silent())
    assert (outcome.created, outcome.updated, outcome.removed) == (1, 1, 1)
    assert data() == before
    assert verify(product).differences == 0


def smuggle(number: int) -> None:
    stranger = Event.objects.order_by("pk")[0]
    stranger.pk, stranger.event_name = None, f"Smuggled {number}"
    stranger.timestamp_utc, stranger.event_date = day(number), day(number).date()
    stranger.save()


def test_rows_are_removed_in_every_window_between_them_and_outside(product):
    """Inside a newer window, in the rest of an older one, in an empty one, between windows and beyond all."""
    before = data()
    for number in (0, 3, 6, 18, 25, 45, 90):
        smuggle(number)
    assert replay(product, Silent()).removed == 7
    assert data() == before
    assert verify(product).differences == 0


def test_a_batch_without_a_window_speaks_for_all_that_newer_ones_left():
    ingest(Diary(("a", 1, 31)), a=page(entry(1), entry(10), entry(30)))
    IngestionLog.objects.update(window_start=None, window_end=None)
    ingest(Diary(("b", 5, 15)), b=page(entry(7)))
    before = data()
    for number in (0, 6, 18, 90):
        smuggle(number)
    assert replay(Diary(), Silent()).removed == 4
    assert data() == before
    assert verify(Diary()).differences == 0


def test_dates_in_a_window_that_begins_at_noon_belong_to_the_older_batch():
    class Noon(Diary):
        time_column = "event_date"

    ingest(Noon(("a", 1, 20)), a=page(entry(5), entry(6)))
    ingest(Noon(("b", 6, 9)), b=page(entry(6)))
    IngestionLog.objects.filter(window_start=day(6)).update(window_start=day(5) + timedelta(hours=12))
    before = data()
    smuggle(7)
    assert replay(Noon(), Silent()).removed == 1
    assert data() == before


def test_replaying_twice_changes_nothing_more(product):
    Event.objects.all().delete()
    replay(product, Silent())
    before = dump(Event)
    assert not replay(product, Silent()).changed
    assert dump(Event) == before


def test_rows_of_a_replay_are_logged_as_such(product):
    Event.objects.all().delete()
    replay(product, Silent())
    log = IngestionLog.objects.order_by("-pk")[0]
    assert (log.kind, log.status, log.completes_run) == ("replay", "success", False)
    assert log.payload_ids


def test_a_damaged_archive_stops_the_replay_and_removes_nothing(product):
    rows = Event.objects.count()
    path = archive().path(Payload.objects.get(url__endswith="/a").sha256)
    path.chmod(0o600)
    path.write_bytes(b"[]")
    outcome = replay(product, Silent())
    assert outcome.error_class == "ArchiveCorrupt"
    assert "\n" not in outcome.error_message
    assert Event.objects.count() == rows
    assert IngestionLog.objects.order_by("-pk")[0].error_class == "ArchiveCorrupt"


def test_a_bug_in_one_parser_does_not_stop_the_others(product, monkeypatch):
    monkeypatch.setattr(type(product), "parse", bug)
    assert replay(product, Silent()).error_class == "KeyError"


def test_an_interrupted_replay_is_recorded(product, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("deepspace.ingestion.replay.finish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replay(product, Silent())
    log = IngestionLog.objects.order_by("-pk")[0]
    assert (log.kind, log.status) == ("replay", "interrupted")


def test_a_product_that_is_being_ingested_is_not_replayed(product):
    with hold(f"product-{product.key}"):
        assert replay(product, Silent()).error_class == "LockBusy"


def test_a_product_without_a_past_is_left_alone():
    outcome = replay(Diary(), Silent())
    assert (outcome.succeeded, outcome.batches) == (True, 0)
