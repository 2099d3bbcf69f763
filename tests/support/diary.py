"""A throw-away product for tests of the write side: pages of dated entries in JSON, stored as Voyager events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Model

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Row, Steps, Window, as_columns
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.request import Request
from voyager.models import Event

JANUARY = datetime(2020, 1, 1, tzinfo=UTC)
ADDRESS = "https://diary.example.org"


def day(number: int) -> datetime:
    """Midnight of a day of January 2020; numbers go on into the next months."""
    return JANUARY + timedelta(days=number - 1)


def entry(number: int, text: str = "as usual", **values: Any) -> dict[str, Any]:
    """An entry of a page."""
    return {"day": number, "name": f"Day {number}", "text": text, **values}


def page(*entries: dict[str, Any]) -> bytes:
    """A page as the upstream sends it."""
    return json.dumps(list(entries)).encode()


class Diary(Product):
    """Asks for pages by name and stores each as a batch over its days."""

    key: ClassVar[str] = "tests.diary"
    title: ClassVar[str] = "Diary"
    summary: ClassVar[str] = "What happened."
    model: ClassVar = Event
    source: ClassVar[str] = "diary"
    upstream: ClassVar[str] = "Nobody"
    info_url: ClassVar[str] = ADDRESS
    citation: ClassVar[str] = "none"
    licence: ClassVar[str] = "none"
    refresh_every: ClassVar[timedelta] = timedelta(days=1)
    stale_after: ClassVar[timedelta] = timedelta(days=7)
    replaces: ClassVar[Any] = "window"

    def __init__(self, *pages: tuple[str, int, int]) -> None:
        self.pages: Sequence[tuple[str, int, int]] = pages

    def requests(self, window: Window) -> Conversation:
        """One page after the other."""
        yield Steps(len(self.pages))
        for name, first, last in self.pages:
            payload = yield Request(f"{ADDRESS}/{name}", conditional=False)
            assert payload is not None
            yield Batch({"page": payload}, day(first), day(last), {"name": name}, upstream_version="1")

    def parse(self, batch: Batch) -> Iterable[Row]:
        """Rows of a page; ``{"boom": true}`` is where the parser gives up in the middle."""
        for item in json.loads(batch.body("page")):
            if "boom" in item:
                raise SchemaDrift("the page is torn here")
            yield row(item)


class History(Diary):
    """The same, where a batch replaces nothing."""

    key: ClassVar[str] = "tests.history"
    replaces: ClassVar[Any] = "nothing"


def row(item: dict[str, Any]) -> Row:
    """A row of the table from an entry."""
    moment = day(item["day"])
    return {
        "event_date": moment.date(),
        "event_name": item["name"],
        "timestamp_utc": moment,
        "kind": item.get("kind", "milestone"),
        "description": item["text"],
        "citation": "the diary",
        "citation_url": "",
        "is_milestone": False,
    }


def bug(*_: Any) -> Any:
    """What a parser must not do."""
    nothing: dict[str, Any] = {}
    return nothing["missing"]


def block_of(*rows: Row) -> Columns:
    """Rows as one column block."""
    (block,) = as_columns(rows)
    assert isinstance(block, Mapping)
    return block


def texts() -> dict[str, str]:
    """What the table says, by name of the entry."""
    return dict(Event.objects.filter(source="diary").values_list("event_name", "description"))


def dump(*models: type[Model]) -> list[dict[str, Any]]:
    """Every row of some tables, all columns."""
    return [row for model in models for row in model._default_manager.order_by("pk").values()]
