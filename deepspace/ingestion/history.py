"""What the tables should hold, told from the log and the archive alone.

The log is folded newest first: a batch speaks for the part of its window that no newer batch covers (products
that replace windows), or for the natural keys that no newer batch has (products that keep history). Replay and
verify both stand on this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepspace.archive import ArchiveMissing, load
from deepspace.ingestion.columns import instants, length, natural_key, take
from deepspace.ingestion.product import Batch, Columns, Product
from deepspace.ingestion.store import instant, parse
from deepspace.models import IngestionLog, Payload

Interval = tuple[np.datetime64, np.datetime64]


@dataclass(frozen=True, slots=True)
class Effective:
    """The rows for which one batch has the last word."""

    log: IngestionLog
    batch: Batch
    blocks: list[Columns]


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
    covered: list[Interval] = []
    covers_all = False
    seen: set[tuple[object, ...]] = set()
    for log in successful(product):
        if covers_all or (product.replaces == "window" and _is_covered(log, covered)):
            continue
        batch = batch_of(log)
        blocks = parse(product, batch).blocks
        if product.replaces == "window":
            if covered:
                blocks = [
                    take(block, _uncovered(instants(block[product.time_column]), covered)) for block in blocks
                ]
            if batch.start is not None and batch.end is not None:
                covered.append((instant(batch.start), instant(batch.end)))
            else:
                covers_all = True
        else:
            blocks = [take(block, _unseen(block, natural_key(product.model), seen)) for block in blocks]
        yield Effective(log, batch, [block for block in blocks if length(block)])


def _is_covered(log: IngestionLog, covered: list[Interval]) -> bool:
    if log.window_start is None or log.window_end is None:
        return False
    start, end = instant(log.window_start), instant(log.window_end)
    return any(a <= start and end <= b for a, b in covered)


def _uncovered(times: NDArray[np.datetime64], covered: list[Interval]) -> NDArray[np.bool_]:
    free = np.ones(len(times), dtype=bool)
    for start, end in covered:
        free &= ~((times >= start) & (times <= end))
    return free


def _unseen(block: Columns, key: tuple[str, ...], seen: set[tuple[object, ...]]) -> NDArray[np.bool_]:
    free = np.ones(length(block), dtype=bool)
    for i, row in enumerate(zip(*(block[name].tolist() for name in key), strict=True)):
        free[i] = row not in seen
        seen.add(row)
    return free
