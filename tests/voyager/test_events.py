"""The mission's events: a reviewed file in the repository, loaded like any other upstream."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import ArchivedPayload, Batch, Row, Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.http import Door
from tests.support.diary import dump
from tests.support.door import FakeDoor, Silent
from voyager.models import Event
from voyager.products import EventsProduct

FILE = Path(__file__).resolve().parents[2] / "voyager" / "data" / "events.toml"
ENTRIES = tomllib.loads(FILE.read_text())["event"]
GOOD = """
[[event]]
when = 1990-02-14
name = "Pale Blue Dot"
kind = "milestone"
description = "The last pictures."
citation = "NASA"
"""


def parse(text: str | bytes) -> list[Row]:
    body = text.encode() if isinstance(text, str) else text
    payload = ArchivedPayload(1, "0" * 64, "repository:x", datetime.now(UTC), body)
    return list(EventsProduct().parse(Batch({"events": payload})))


def ingest(body: bytes | None = None):
    door = Door() if body is None else FakeDoor(lambda _: body)
    return Pipeline(door, Silent()).run(EventsProduct(), Window())


@pytest.mark.django_db
def test_the_file_is_loaded_verified_and_comes_to_rest():
    first = ingest()
    assert (first.created, first.rejected, first.error_class) == (len(ENTRIES), 0, "")
    assert (second := ingest()).unchanged == len(ENTRIES)
    assert not second.changed
    assert verify(EventsProduct()).differences == 0
    Event.objects.all().delete()
    assert replay(EventsProduct(), Silent()).created == len(ENTRIES)


@pytest.mark.django_db
def test_an_event_without_an_instant_has_none_in_the_table():
    ingest()
    without = [entry["name"] for entry in ENTRIES if not isinstance(entry["when"], datetime)]
    assert without
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_name FROM voyager1_events WHERE timestamp_utc IS NULL")
        assert {name for (name,) in cursor.fetchall()} == set(without)


@pytest.mark.django_db
def test_an_event_that_leaves_the_file_leaves_the_table():
    ingest()
    outcome = ingest(GOOD.encode())
    assert (outcome.created + outcome.updated, outcome.removed) == (1, len(ENTRIES) - 1)
    assert Event.objects.get().event_name == "Pale Blue Dot"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[[event]]\nwhen = 1990-02-14\n", b"\xff", b"<html>", b"event = []"])
def test_a_file_that_is_not_what_it_should_be_changes_nothing(body):
    ingest()
    before = dump(Event)
    outcome = ingest(body)
    assert outcome.error_class == "SchemaDrift"
    assert outcome.error_message.startswith("events.toml: ")
    assert dump(Event) == before


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("when = 1990-02-14T10:00:00", "neither a date nor an instant with its offset"),  # whose local time?
        ('when = "1990-02-14"', "neither a date nor an instant with its offset"),
        ("when = 10:00:00", "neither a date nor an instant with its offset"),
        ('kind = "party"', "party"),
    ],
)
def test_a_wrong_entry_is_named(line, what):
    key = line.partition(" ")[0]
    lines = [line if old.startswith(f"{key} =") else old for old in GOOD.splitlines()]
    with pytest.raises(SchemaDrift, match=rf"event 2: .*{what}"):
        parse(GOOD + "\n".join(lines))


def test_a_missing_key_is_named():
    with pytest.raises(SchemaDrift, match="event 1: KeyError\\('citation'\\)"):
        parse(GOOD.replace('citation = "NASA"', ""))


def test_the_date_of_an_instant_is_the_one_in_utc():
    (row,) = parse(GOOD.replace("1990-02-14", "1990-02-14T23:30:00-05:00"))
    assert row["event_date"] == date(1990, 2, 15)
    assert row["timestamp_utc"] == datetime(1990, 2, 15, 4, 30, tzinfo=UTC)


# --- the reviewed file itself


def names(kind: str) -> set[str]:
    return {entry["name"] for entry in ENTRIES if entry["kind"] == kind}


def test_what_must_be_in_it_is_in_it():
    text = " ".join(f"{entry['name']} {entry['description']}" for entry in ENTRIES)
    wanted = (
        "Launch",
        "Jupiter",
        "Saturn",
        "Pale Blue Dot",
        "Pioneer 10",
        "Termination shock",
        "Heliopause",
        "light-day",
    )
    assert [word for word in wanted if word.lower() not in text.lower()] == []
    assert names("instrument")
    assert names("anomaly")


def test_every_event_says_who_says_so():
    assert [entry["name"] for entry in ENTRIES if not entry.get("citation", "").strip()] == []
    addresses = [entry["citation_url"] for entry in ENTRIES if entry.get("citation_url")]
    assert all(address.startswith("https://") for address in addresses)


def test_each_event_stands_once_and_in_order():
    dates = [
        entry["when"].date() if isinstance(entry["when"], datetime) else entry["when"] for entry in ENTRIES
    ]
    assert dates == sorted(dates)
    assert len({(day, entry["name"]) for day, entry in zip(dates, ENTRIES, strict=True)}) == len(ENTRIES)


def test_instants_are_those_published():
    at = {entry["name"]: entry["when"] for entry in ENTRIES}
    assert at["Launch"] == datetime(1977, 9, 5, 12, 56, tzinfo=UTC)  # NSSDCA 1977-084A
    assert abs(at["Jupiter"] - datetime(1979, 3, 5, 12, 5, 26, tzinfo=UTC)).total_seconds() < 90
    assert abs(at["Saturn"] - datetime(1980, 11, 12, 23, 46, 30, tzinfo=UTC)).total_seconds() < 90
