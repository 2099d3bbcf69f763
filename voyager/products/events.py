"""What happened to Voyager 1: the reviewed list in this repository."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from deepspace.ingestion.product import Batch, Conversation, Product, Row, Steps, Window
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.repository import repository_request
from voyager.models import Event


class EventsProduct(Product):
    """Dated events of the mission, from a reviewed file in this repository.

    The upstream is the repository itself: each entry of ``voyager/data/events.toml`` names who says so.
    """

    key: ClassVar[str] = "voyager.events"
    title: ClassVar[str] = "Voyager 1 events"
    summary: ClassVar[str] = (
        "Launch, encounters, boundary crossings, instruments switched off, anomalies: dated and cited."
    )
    model: ClassVar = Event
    source: ClassVar[str] = "curated"
    upstream: ClassVar[str] = "This repository, voyager/data/events.toml"
    info_url: ClassVar[str] = "https://science.nasa.gov/mission/voyager/"
    citation: ClassVar[str] = "Each event carries its own citation"
    licence: ClassVar[str] = "MIT (this project); the facts belong to nobody"
    refresh_every: ClassVar[timedelta] = timedelta(days=1)
    stale_after: ClassVar[timedelta] = timedelta(days=30)
    replaces: ClassVar = "window"
    time_column: ClassVar[str] = "event_date"

    def requests(self, window: Window) -> Conversation:
        """Read the reviewed file, always as a whole."""
        yield Steps(1)
        payload = yield repository_request("voyager/data/events.toml")
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield Batch({"events": payload})

    def parse(self, batch: Batch) -> Iterable[Row]:
        """One row per ``[[event]]``."""
        try:
            document = tomllib.loads(batch.body("events").decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SchemaDrift(f"events.toml: {error}") from error
        if not document.get("event"):
            raise SchemaDrift("events.toml: no [[event]] in it")
        for number, entry in enumerate(document["event"], start=1):
            try:
                yield _event(entry)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise SchemaDrift(f"events.toml: event {number}: {error!r}") from error


def _event(entry: dict[str, Any]) -> Row:
    when = entry["when"]  # a TOML date, or an offset date-time where an instant is published
    instant = when.astimezone(UTC) if isinstance(when, datetime) and when.tzinfo else None
    if not isinstance(when, date) or (isinstance(when, datetime) and instant is None):
        raise ValueError(f"when = {when!s} is neither a date nor an instant with its offset")
    return {
        "event_date": when if instant is None else instant.date(),
        "event_name": entry["name"],
        "timestamp_utc": instant,
        "kind": Event.Kind(entry["kind"]).value,
        "description": entry["description"],
        "citation": entry["citation"],
        "citation_url": entry.get("citation_url", ""),
        "is_milestone": entry.get("milestone", False),
    }
