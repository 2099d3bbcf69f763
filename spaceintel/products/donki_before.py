"""What CCMC said before of the days that api.nasa.gov stands in for, so that an outage makes no event vanish.

CCMC's lists are of different lengths: four days each quarter of an hour, thirty once a day, any of a backfill. The
newest one has the last word on its own days and on no other: for the rest the next older one speaks. A batch keeps as
many of them as it takes to speak for its days, and their addresses say which days those are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from deepspace.archive import load
from deepspace.ingestion.product import ArchivedPayload, Batch, Product, Row, Unusable
from deepspace.models import IngestionLog, Payload
from spaceintel.products.windows import is_inside, midnight
from spaceintel.readers import donki

CCMC: Final = "https://kauai.ccmc.gsfc.nasa.gov/DONKI/WS/get/"  # needs no key, and is the more current one
SKEW: Final = timedelta(hours=1)  # between the upstream's clock and this one
_BEFORE: Final = "_before"  # roles: FLR_before, FLR_before2, …, the newest first
_DAY: Final = timedelta(days=1)


def lists_before(product: Product, kind: str, first: date, last: date) -> Mapping[str, ArchivedPayload]:
    """CCMC's lists of one kind for these days, by role; none where it never gave one."""
    lacking = {first + i * _DAY for i in range((last - first).days + 1)}
    found: dict[str, ArchivedPayload] = {}
    said = Payload.objects.filter(url__startswith=f"{CCMC}{kind}?").order_by("-last_seen_at", "-pk")
    for pk, url in said.values_list("pk", "url").iterator():
        begin, end = _days(url)
        new = {day for day in lacking if begin <= day <= end}
        if new and _was_stored(product, kind, pk):
            found[f"{kind}{_BEFORE}{len(found) + 1 if found else ''}"] = load(pk)
            lacking -= new
        if not lacking:
            break
    return found


def events_before(kind: str, batch: Batch) -> dict[str, Row]:
    """What these lists say of the batch's window, by the events' ids."""
    found: dict[str, Row] = {}
    told: set[str] = set()
    spoken_for: list[tuple[datetime, datetime]] = []
    for payload in _in_order(kind, batch):
        items = [one for one in _read(kind, payload) if not isinstance(one, Unusable)]
        for item in items:
            begin = item["timestamp_utc"]
            is_told = item["event_id"] in told or any(a <= begin < b for a, b in spoken_for)
            if not is_told and is_inside(begin, batch):
                found[item["event_id"]] = item
        told |= {item["event_id"] for item in items}
        first, last = _days(payload.url)
        spoken_for.append((midnight(first), midnight(last + _DAY)))
    return found


def _was_stored(product: Product, kind: str, pk: int) -> bool:
    """Whether the list was good once: a body that is no list is archived as well."""
    logs: Any = IngestionLog.objects.filter(product=product.key, status=IngestionLog.Status.SUCCESS)
    return bool(logs.filter(**{f"payload_ids__{kind}": pk}).exists())


def _in_order(kind: str, batch: Batch) -> Iterator[ArchivedPayload]:
    role, number = f"{kind}{_BEFORE}", 1
    while role in batch.payloads:
        yield batch.payloads[role]
        number += 1
        role = f"{kind}{_BEFORE}{number}"


def _read(kind: str, payload: ArchivedPayload) -> Iterator[Row | Unusable]:
    return donki.read(kind, payload.body, latest=payload.retrieved_at + SKEW)


def _days(url: str) -> tuple[date, date]:
    """First and last day that a list was asked for."""
    asked = parse_qs(urlsplit(url).query)
    return date.fromisoformat(asked["startDate"][0]), date.fromisoformat(asked["endDate"][0])
