"""What all products of NOAA's Space Weather Prediction Center have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepspace.ingestion.product import (
    ArchivedPayload,
    Batch,
    Columns,
    Conversation,
    Product,
    Row,
    Unusable,
    Window,
)
from deepspace.upstream.errors import NoData, Refused, UpstreamError
from deepspace.upstream.request import Request
from spaceintel.readers.swpc import FUTURE, Record, Records, read

BASE: Final = "https://services.swpc.noaa.gov"
KIB, MIB = 2**10, 2**20

Model = TypeVar("Model", bound=Record)
Asking = Generator[Request, ArchivedPayload | None, ArchivedPayload | None]


class SwpcProduct(Product):
    """A product of https://www.spaceweather.gov, made of files that are rewritten every minute or few.

    The files hold hours or days, the table keeps all that was ever ingested: a batch replaces nothing. A window that
    is asked for cannot be had: a file is what it is.
    """

    source: ClassVar[str] = "noaa_swpc"
    upstream: ClassVar[str] = "NOAA Space Weather Prediction Center (SWPC)"
    licence: ClassVar[str] = "Public domain (NOAA/NWS)"
    refresh_every: ClassVar[timedelta] = timedelta(minutes=15)
    replaces: ClassVar = "nothing"

    @abstractmethod
    def requests(self, window: Window) -> Conversation:
        """Ask for the files."""

    @abstractmethod
    def parse(self, batch: Batch) -> Iterator[Row | Columns | Unusable]:
        """Rows of the files."""

    def spanned(self, batch: Batch, cadence_s: int = 0) -> Batch:
        """The batch with the window that its rows cover, the last interval included.

        A batch that cannot be read gets none: the pipeline meets the same error, and records it.
        """
        span = self._span(batch)
        if span is None:
            return batch
        return replace(batch, start=span[0], end=span[1] + timedelta(seconds=cadence_s))

    def listed(self, batch: Batch, holds: timedelta) -> Batch:
        """The batch of a list of events with the window for which the list is complete: up to now.

        A list whose newest event is older than the list reaches back is an old list, and speaks for its own time:
        one of today would be empty.
        """
        now = datetime.now(UTC)
        span = self._span(batch)
        if span is None:
            return replace(batch, start=now - holds, end=now) if self._is_empty(batch) else batch
        is_old = span[1] < now - holds - FUTURE
        return replace(batch, start=span[0] if is_old else now - holds, end=span[1] if is_old else now)

    def _is_empty(self, batch: Batch) -> bool:
        try:
            return not list(self.parse(batch))
        except UpstreamError:
            return False

    def _span(self, batch: Batch) -> tuple[datetime, datetime] | None:
        """First and last time of the rows; None when there is none, or the batch cannot be read."""
        try:
            found = [
                moment
                for rows in self.parse(batch)
                if not isinstance(rows, Unusable)
                for moment in _moments(rows[self.time_column])
            ]
        except UpstreamError:
            return None
        return (min(found), max(found)) if found else None


def _moments(time: datetime | NDArray[np.datetime64]) -> list[datetime]:
    """The first and the last time of a block, or the time of a row."""
    if isinstance(time, datetime):
        return [time]
    ends = [time.min(), time.max()] if len(time) else []
    return [one.item().replace(tzinfo=UTC) for one in ends]


def file(path: str, max_bytes: int, *, optional: bool = False) -> Request:
    """The request for one of SWPC's files."""
    return Request(f"{BASE}{path}", expects="json", max_bytes=max_bytes, optional=optional)


def ask(request: Request) -> Asking:
    """Ask for a file; a refusal says what it means if it lasts.

    Raises
    ------
    deepspace.upstream.errors.UpstreamError
        The file cannot be had.
    """
    try:
        return (yield request)
    except Refused as error:
        raise Refused(f"{error}; if this lasts, SWPC has retired the file") from error


def records(batch: Batch, role: str, model: type[Model], *, ahead: timedelta = FUTURE) -> Records[Model]:
    """The records of one file of a batch, dated at most ``ahead`` of their retrieval.

    Raises
    ------
    SchemaDrift
        The file is not what it should be.
    """
    payload = batch.payloads[role]
    # the checker of types loses the type variable in a cache
    found: Records[Model] = _read_once(payload.body, payload.url, payload.retrieved_at + ahead, model)
    return found


@lru_cache(maxsize=3)
def _read_once(body: bytes, url: str, latest: datetime, model: type[Any]) -> Records[Any]:
    """A batch is read for its window, and at once again for its rows: the files of one batch are kept."""
    return read(body, url.rpartition("/")[2], model, latest=latest)


def some(found: Records[Model], name: str) -> Records[Model]:
    """The records, of a file that is never empty when all is well.

    Raises
    ------
    NoData
        It is.
    """
    if not found.usable and not found.unusable:
        raise NoData(f"{name} has no records")
    return found


def numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Numbers as a column, NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def times(moments: Sequence[datetime]) -> NDArray[np.datetime64]:
    """Instants (UTC) as a column."""
    return np.array([moment.replace(tzinfo=None) for moment in moments], dtype="datetime64[us]")


def objects(values: Sequence[object]) -> NDArray[Any]:
    """Anything else as a column."""
    return np.fromiter(values, dtype=object, count=len(values))
