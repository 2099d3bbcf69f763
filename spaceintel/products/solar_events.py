"""What the Sun did, from DONKI: flares, coronal mass ejections, storms, particle events, fast streams.

DONKI revises its events for days and withdraws some. So each window is asked anew and replaces what was stored of
it: the last days every quarter of an hour, the last 30 days once a day.

api.nasa.gov serves the same lists out of a cache that can lack the newest events. Where it has to stand in, what CCMC
said before of the same days goes into the batch beside its answer (``donki_before``).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings

from deepspace.ingestion.product import (
    ArchivedPayload,
    Batch,
    Conversation,
    Product,
    Row,
    Steps,
    Unusable,
    Window,
)
from deepspace.ingestion.store import stored_rows
from deepspace.models import IngestionLog
from deepspace.upstream.errors import NoData, SchemaDrift
from deepspace.upstream.request import Request
from spaceintel.models import SolarEvent
from spaceintel.products.donki_before import CCMC, SKEW, events_before, lists_before
from spaceintel.products.windows import bounds, is_inside, midnight
from spaceintel.readers import donki
from spaceintel.readers.donki_events import BEGINS, KINDS

_NASA: Final = "https://api.nasa.gov/DONKI/"
_DAY: Final = timedelta(days=1)
_LONGEST_DAYS: Final = 30  # of one window
_RECENT_DAYS: Final = 4  # most revisions come within two or three days
_LONG_LOOK_EVERY: Final = timedelta(hours=23)  # the whole 30 days
_EDGE: Final = _DAY  # events this close outside the window belong to another day by another reckoning


class SolarEventsProduct(Product):
    """Five lists of events per window of whole UTC days, stored together.

    A list that is empty, or a body that is, says that there were none. Only the latter is doubted where events are
    stored: the second address is asked as well, and two empty bodies are an error.
    """

    key: ClassVar[str] = "spaceintel.solar_events"
    title: ClassVar[str] = "Solar events"
    summary: ClassVar[str] = (
        "Flares, coronal mass ejections with their analyses and modelled arrivals, geomagnetic storms, "
        "particle events and high-speed streams, as NASA's DONKI lists them."
    )
    model: ClassVar = SolarEvent
    source: ClassVar[str] = "nasa_donki"
    upstream: ClassVar[str] = (
        "NASA/GSFC CCMC, Space Weather Database of Notifications, Knowledge, Information"
    )
    info_url: ClassVar[str] = "https://ccmc.gsfc.nasa.gov/tools/DONKI/"
    citation: ClassVar[str] = (
        "NASA/GSFC, Community Coordinated Modeling Center and Moon to Mars Space Weather Analysis Office: "
        "DONKI, https://ccmc.gsfc.nasa.gov/tools/DONKI/"
    )
    licence: ClassVar[str] = "Public domain (NASA); not an official forecast"
    refresh_every: ClassVar[timedelta] = timedelta(minutes=15)
    stale_after: ClassVar[timedelta] = timedelta(hours=2)
    replaces: ClassVar = "window"
    first_window: ClassVar[timedelta | None] = timedelta(days=_LONGEST_DAYS)
    may_be_empty: ClassVar[bool] = True
    bounds: ClassVar = {
        "peak_flux_w_m2": (1e-9, 1.0),
        "speed_km_s": (0.0, 10_000.0),
        "half_angle_deg": (0.0, 180.0),
        "latitude_deg": (-90.0, 90.0),
        "longitude_deg": (-360.0, 360.0),
        "arrival_kp_min": (0.0, 9.0),
        "arrival_kp_max": (0.0, 9.0),
        "kp_max": (0.0, 9.0),
    }

    def requests(self, window: Window) -> Conversation:
        """Windows of at most 30 days, oldest first, each of five lists."""
        windows = list(self._windows(window, datetime.now(UTC).date()))
        yield Steps(len(windows) * len(KINDS))
        for first, last in windows:
            start, end = midnight(first), midnight(last + _DAY) - timedelta(microseconds=1)
            payloads: dict[str, ArchivedPayload] = {}
            for kind in KINDS:
                payloads |= yield from self._ask(kind, first, last, Window(start, end))
            yield Batch(payloads, start, end)

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """Events of all five lists that begin in the window."""
        for kind in KINDS:
            before = events_before(kind, batch)
            said = set()
            payload = batch.payloads[kind]
            for item in donki.read(kind, payload.body, latest=payload.retrieved_at + SKEW):
                if isinstance(item, Unusable):
                    yield item
                elif is_inside(item["timestamp_utc"], batch) or not _is_at_the_edge(
                    item["timestamp_utc"], batch
                ):
                    said.add(item["event_id"])
                    earlier = before.get(item["event_id"], item)
                    yield earlier if _version(earlier) > _version(item) else item
            yield from (before[event_id] for event_id in before if event_id not in said)

    def _windows(self, window: Window, today: date) -> Iterator[tuple[date, date]]:
        """First and last days. A refresh looks at the last days, or at 30 where it did not do so for a day."""
        if not window.is_explicit:
            days = _RECENT_DAYS if self._has_looked_long_at(today) else _LONGEST_DAYS
            yield today - (days - 1) * _DAY, today
            return
        last = min(today, (window.end or midnight(today)).date())
        first = window.start.date() if window.start else last - (_LONGEST_DAYS - 1) * _DAY
        first = max(first, BEGINS.date())
        if first > last:
            raise NoData("DONKI has no events in the window asked: it begins in 2010 and foretells none")
        while first <= last:
            yield first, min(last, first + (_LONGEST_DAYS - 1) * _DAY)
            first += _LONGEST_DAYS * _DAY

    def _has_looked_long_at(self, today: date) -> bool:
        """Whether the last 30 days were stored within the last day."""
        logs = IngestionLog.objects.filter(product=self.key, status=IngestionLog.Status.SUCCESS)
        return (
            logs.exclude(kind=IngestionLog.Kind.REPLAY)
            .filter(
                window_start__lte=midnight(today - (_LONGEST_DAYS - 2) * _DAY),
                window_end__gte=midnight(today - _DAY),
                finished_at__gte=datetime.now(UTC) - _LONG_LOOK_EVERY,
            )
            .exists()
        )

    def _ask(
        self, kind: str, first: date, last: date, window: Window
    ) -> Generator[Request | Batch | Steps, ArchivedPayload | None, dict[str, ArchivedPayload]]:
        request, second = _requests(kind, first, last)
        payload = yield request
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        if not payload.body.strip() and self._holds(kind, window):
            if not payload.url.startswith(_NASA):
                payload = yield second
                assert payload is not None  # noqa: S101
            if not payload.body.strip():
                raise SchemaDrift(
                    f"DONKI sent an empty body for {kind} of {first} to {last}, where events are stored"
                )
            if payload.body.strip() == b"[]":
                return {kind: payload}  # both say that there are none
        before = lists_before(self, kind, first, last) if payload.url.startswith(_NASA) else {}
        return {kind: payload, **before}

    def _holds(self, kind: str, window: Window) -> bool:
        inside = stored_rows(self).filter(timestamp_utc__range=(window.start, window.end))
        return inside.filter(event_type=kind).exists()


def _requests(kind: str, first: date, last: date) -> tuple[Request, Request]:
    """A list of events: from CCMC, with api.nasa.gov as the other way, and from api.nasa.gov alone."""
    common: Mapping[str, Any] = {
        "params": {"startDate": f"{first}", "endDate": f"{last}"},
        "expects": "json-or-empty",
        "max_bytes": 16 * 2**20,
    }
    second = Request(f"{_NASA}{kind}", secret_params={"api_key": settings.NASA_API_KEY}, **common)
    return Request(f"{CCMC}{kind}", alternatives=(second,), **common), second


def _version(row: Row) -> int:
    version: int | None = row["version_id"]
    return version or 0


def _is_at_the_edge(begin: datetime, batch: Batch) -> bool:
    """Whether an event lies outside the window by less than a day: it was not asked for, and is no error."""
    start, end = bounds(batch)
    return start - _EDGE <= begin < start or end < begin <= end + _EDGE
