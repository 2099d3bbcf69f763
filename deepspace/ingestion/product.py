"""The contract of a product: one upstream data set, how it is asked for, and how its bytes become rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Measurement
from deepspace.upstream.request import Request

if TYPE_CHECKING:
    from deepspace.models import IngestionLog

Row = Mapping[str, Any]
"""One row: column name -> Python value. For small products."""

Columns = Mapping[str, NDArray[Any]]
"""Many rows at once: column name -> array, all of one length. For series.

Times are ``datetime64[us]`` in UTC, numbers float64 or integers, texts ``object`` or ``str`` arrays. NaN is
"no value" (NULL); infinities are never valid.
"""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Records that ``parse`` could not make rows of: they count as rejected, and the log shows the first places."""

    reason: str
    count: int
    places: tuple[str, ...] = ()  # "file, line 12"


@dataclass(frozen=True, slots=True)
class Window:
    """A closed interval of time (UTC) that is asked for. ``None`` leaves a side to the product."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_explicit(self) -> bool:
        """Whether somebody asked for this window (a backfill) rather than for what is new."""
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class ArchivedPayload:
    """A body in the archive, verified against its checksum when read."""

    id: int
    sha256: str
    url: str
    retrieved_at: datetime
    body: bytes = field(repr=False)
    not_modified: bool = False  # the upstream said that nothing changed since the last time


@dataclass(frozen=True, slots=True)
class Batch:
    """What is parsed and stored in one transaction.

    ``payloads`` maps a role ("voyager1", "earth", "label") to the body that plays it; ``parameters`` holds what
    ``parse`` must know beside the bytes (JSON values only). Both are in the log row, so that replay and verify
    need neither network nor listing. ``window`` is what the batch covers; it decides what is removed when the
    product replaces windows.
    """

    payloads: Mapping[str, ArchivedPayload]
    start: datetime | None = None
    end: datetime | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    upstream_version: str = ""

    def body(self, role: str) -> bytes:
        """The bytes that play a role."""
        return self.payloads[role].body


@dataclass(frozen=True, slots=True)
class Steps:
    """How many requests are still to come, for the progress bar; may be said again when it is known better."""

    remaining: int


Conversation = Generator[Request | Batch | Steps, ArchivedPayload | None, None]
"""``requests()``: yields a Request and receives its payload, yields a Batch when one is complete."""


class RollUp(Protocol):
    """Rows computed from a product's stored rows, and kept in a table of their own beside them."""

    def renew(self, log: IngestionLog, start: datetime | None, end: datetime | None) -> None:
        """Bring them up to date for a batch's window; None leaves a side open.

        Called within the transaction that has just written or removed rows there, so that nobody ever sees one
        without the other.
        """

    def differences(self) -> Iterator[str]:
        """What of them is not as the product's rows say, a line each; for ``verify``."""


class Product(ABC):
    """One data set of one upstream. Subclasses live in ``<app>/products.py`` and are found by the registry."""

    key: ClassVar[str]  # "voyager.trajectory": app label and name
    title: ClassVar[str]
    summary: ClassVar[str]  # one sentence for the data catalogue
    model: ClassVar[type[Measurement]]
    source: ClassVar[str]  # value of the ``source`` column
    upstream: ClassVar[str]  # the institution and system, for people
    info_url: ClassVar[str]
    citation: ClassVar[str]
    licence: ClassVar[str]
    refresh_every: ClassVar[timedelta]
    stale_after: ClassVar[timedelta]
    replaces: ClassVar[Literal["window", "nothing"]]
    first_window: ClassVar[timedelta | None] = (
        None  # None: the whole data set is small enough to take at once
    )
    time_column: ClassVar[str] = "timestamp_utc"
    scope: ClassVar[Mapping[str, Any]] = {}  # column values that tell this product's rows in a shared table
    derived: ClassVar[frozenset[str]] = frozenset()  # computed columns: verified to 1e-12 instead of exactly
    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {}  # column -> smallest and largest credible value
    may_be_empty: ClassVar[bool] = (
        False  # a refresh that finds nothing is an answer: "none since …", not "unknown"
    )
    is_finished: ClassVar[bool] = False  # an archive that upstream will not add to
    model_summary: ClassVar[str] = ""  # what the synthetic rung is, for people; empty: there is none
    roll_up: ClassVar[RollUp | None] = None  # what is computed from the rows and stored beside them

    @abstractmethod
    def requests(self, window: Window) -> Conversation:
        """Ask for what ``window`` needs. May read this product's own table; never another's."""

    @abstractmethod
    def parse(self, batch: Batch) -> Iterable[Row | Columns | Unusable]:
        """Rows of a batch. Pure: no network, no clock, no database.

        Raises
        ------
        deepspace.upstream.errors.SchemaDrift
            The bytes are not what they should be; the message says where.
        """

    @property
    def app_label(self) -> str:
        """App that the product belongs to."""
        return self.key.partition(".")[0]


def as_columns(rows: Iterable[Row | Columns | Unusable]) -> Iterable[Columns | Unusable]:
    """Column blocks from whatever ``parse`` yields; runs of plain rows are gathered into one block."""
    gathered: list[Row] = []
    for item in rows:
        if isinstance(item, Unusable):
            yield item
        elif any(isinstance(value, np.ndarray) for value in item.values()):
            if gathered:
                yield _gather(gathered)
                gathered = []
            yield item
        else:
            gathered.append(item)
    if gathered:
        yield _gather(gathered)


def _gather(rows: list[Row]) -> Columns:
    columns: dict[str, NDArray[Any]] = {}
    for name in rows[0]:
        columns[name] = np.fromiter((row[name] for row in rows), dtype=object, count=len(rows))
    return columns
