"""What the tables should hold, told from the log and the archive alone.

The log is folded newest first: a batch speaks for the part of its window that no newer batch covers (products
that replace windows), or for the natural keys that no newer batch has (products that keep history). Replay and
verify both stand on this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from deepspace.archive import ArchiveMissing, load
from deepspace.ingestion.columns import instants, length, row_key, take
from deepspace.ingestion.product import Batch, Columns, Product
from deepspace.ingestion.store import instant, parse
from deepspace.models import IngestionLog, Payload

_MICROSECOND = np.timedelta64(1, "us")


def _none() -> NDArray[np.datetime64]:
    return np.empty(0, dtype="datetime64[us]")


@dataclass(frozen=True, slots=True)
class Union:
    """A union of closed intervals of microseconds: sorted, apart from each other, found by bisection."""

    starts: NDArray[np.datetime64] = field(default_factory=_none)
    ends: NDArray[np.datetime64] = field(default_factory=_none)

    def joined(self, start: datetime, end: datetime) -> Union:
        """With one more interval; those that it overlaps or follows without a gap become one with it."""
        low, high = instant(start), instant(end)
        if low > high:
            return self
        first = np.searchsorted(self.ends, low - _MICROSECOND)
        beyond = np.searchsorted(self.starts, high + _MICROSECOND, side="right")
        if first < beyond:
            low, high = min(low, self.starts[first]), max(high, self.ends[beyond - 1])
        return Union(
            np.concatenate([self.starts[:first], [low], self.starts[beyond:]]),
            np.concatenate([self.ends[:first], [high], self.ends[beyond:]]),
        )

    def includes(self, start: datetime | None, end: datetime | None) -> bool:
        """Whether every instant of an interval is in it; an interval without bounds never is."""
        if start is None or end is None:
            return False
        place = np.searchsorted(self.starts, instant(start), side="right") - 1
        return bool(place >= 0 and self.ends[place] >= instant(end))

    def lacks(self, times: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which of some instants are not in it."""
        if not len(self.starts):
            return np.ones(len(times), dtype=np.bool_)
        place = np.searchsorted(self.starts, times, side="right") - 1
        return np.asarray((place < 0) | ~(times <= self.ends[place]), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Effective:
    """The rows for which one batch has the last word."""

    log: IngestionLog
    batch: Batch
    blocks: list[Columns]
    newer: Union  # windows of newer batches, where this one has no say (products that replace windows)


def batch_of(log: IngestionLog) -> Batch:
    """The batch of a log row, read back from the archive.

    Raises
    ------
    deepspace.archive.ArchiveError
        A body is missing or no longer has its checksum.
    """
    if not log.payload_ids:
        raise ArchiveMissing("no payload is named in its log row")
    try:
        payloads = {role: load(int(payload_id)) for role, payload_id in log.payload_ids.items()}
    except Payload.DoesNotExist:
        raise ArchiveMissing("a payload that it names is not in upstream_payloads") from None
    return Batch(payloads, log.window_start, log.window_end, log.parameters, log.upstream_version)


def successful(product: Product) -> Iterator[IngestionLog]:
    """Log rows of stored batches, newest first, without replays (they say nothing new)."""
    rows = IngestionLog.objects.filter(product=product.key, status=IngestionLog.Status.SUCCESS)
    yield from (
        row
        for row in rows.exclude(kind=IngestionLog.Kind.REPLAY).order_by("-pk").iterator()
        if row.payload_ids
    )


def effective(product: Product) -> Iterator[Effective]:
    """Batches that still have a say, newest first, each with the rows it speaks for."""
    covered = Union()
    seen: set[tuple[object, ...]] = set()
    key = row_key(product.model)
    for log in successful(product):
        if product.replaces == "window" and covered.includes(log.window_start, log.window_end):
            continue
        batch = batch_of(log)
        blocks, newer = parse(product, batch).blocks, covered
        if product.replaces == "window":
            blocks = [take(block, newer.lacks(instants(block[product.time_column]))) for block in blocks]
            if batch.start is not None and batch.end is not None:
                covered = newer.joined(batch.start, batch.end)
        if product.replaces == "nothing" or product.time_column not in key:  # there a key can change its time
            blocks = [take(block, _unseen(block, key, seen)) for block in blocks]
        yield Effective(log, batch, [block for block in blocks if length(block)], newer)
        if product.replaces == "window" and (batch.start is None or batch.end is None):
            return  # it replaced everything


def _unseen(block: Columns, key: tuple[str, ...], seen: set[tuple[object, ...]]) -> NDArray[np.bool_]:
    free = np.ones(length(block), dtype=bool)
    for i, row in enumerate(zip(*(block[name].tolist() for name in key), strict=True)):
        free[i] = row not in seen
        seen.add(row)
    return free
