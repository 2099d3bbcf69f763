"""Parse, validate and store one batch: all of it or nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from numpy.typing import NDArray

from deepspace.ingestion.columns import (
    SAMPLE,
    Sifted,
    has_repetitions,
    instants,
    length,
    merged,
    row_key,
    sift,
    take,
)
from deepspace.ingestion.product import Batch, Columns, Product, Unusable, as_columns
from deepspace.ingestion.upsert import Counts, Stamp, Upsert
from deepspace.locks import hold
from deepspace.models import IngestionLog
from deepspace.upstream.errors import SchemaDrift

TOLERATED_REJECTIONS = 0.10  # share of a batch; more means that the format is not what the parser thinks
WRITER_WAIT_S = 120.0
CHUNK = 20_000  # stored rows read at once


@dataclass(slots=True)
class Parsed:
    """The storable rows of a batch, and what was rejected."""

    blocks: list[Columns] = field(default_factory=list)
    rows: int = 0
    rejected: int = 0
    sample: list[dict[str, Any]] = field(default_factory=list)

    def add(self, sifted: Sifted) -> None:
        """Take in one more block."""
        self.blocks.append(sifted.columns)
        self.rows += length(sifted.columns)
        self.rejected += sifted.rejected
        self.sample += sifted.sample[: SAMPLE - len(self.sample)]

    def leave_out(self, unusable: Unusable) -> None:
        """Count records that the parser itself found unfit."""
        self.rejected += unusable.count
        places = [{"reason": unusable.reason, "row": {"where": place}} for place in unusable.places]
        self.sample += places[: SAMPLE - len(self.sample)]

    def check(self) -> None:
        """Raise SchemaDrift when more than a tenth of the rows had to be rejected."""
        total = self.rows + self.rejected
        if self.rejected > TOLERATED_REJECTIONS * total:
            reason = self.sample[0]["reason"]
            raise SchemaDrift(f"{self.rejected} of {total} rows rejected, the first because {reason}")


def parse(product: Product, batch: Batch) -> Parsed:
    """Rows of a batch that pass validation.

    Raises
    ------
    SchemaDrift
        The parser says so, or more than a tenth of the rows had to be rejected.
    """
    parsed = _read(product, batch)
    parsed.check()
    return parsed


def _read(product: Product, batch: Batch) -> Parsed:
    parsed = Parsed()
    for block in as_columns(product.parse(batch)):
        if isinstance(block, Unusable):
            parsed.leave_out(block)
        else:
            parsed.add(_inside(product, batch, sift(product, block)))
    if len(parsed.blocks) > 1:
        _settle_repetitions(product, parsed)
    return parsed


def _settle_repetitions(product: Product, parsed: Parsed) -> None:
    """What ``sift`` does within a block, over all of them: a key is one row, or rejected when its rows disagree."""
    key = row_key(product.model)
    if has_repetitions(merged([{name: block[name] for name in key} for block in parsed.blocks]), key):
        blocks, parsed.blocks, parsed.rows = parsed.blocks, [], 0
        parsed.add(sift(product, merged(blocks)))


def _inside(product: Product, batch: Batch, sifted: Sifted) -> Sifted:
    """Reject rows outside the window that the batch replaces: they would outlive their bytes."""
    if product.replaces != "window" or batch.start is None or batch.end is None:
        return sifted
    times = instants(sifted.columns[product.time_column])
    inside = (times >= instant(batch.start)) & (times <= instant(batch.end))
    if inside.all():
        return sifted
    outside = np.flatnonzero(~inside)
    sample = [
        {"reason": "outside the window asked", "row": {product.time_column: str(times[i])}} for i in outside
    ]
    return Sifted(
        take(sifted.columns, inside), sifted.rejected + len(outside), sifted.sample + sample[:SAMPLE]
    )


def instant(moment: datetime) -> np.datetime64:
    """An aware datetime as numpy's UTC instant."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def store(product: Product, batch: Batch, log: IngestionLog) -> Counts:
    """Write a batch and finish its log row in one transaction.

    Parsing comes first, so that the writer is held for the writing only. A failure leaves the tables as they
    were; the caller records it.
    """
    parsed = _read(product, batch)
    log.rows_rejected, log.rejected_sample = parsed.rejected, parsed.sample
    parsed.check()
    with hold("writer", wait_s=WRITER_WAIT_S), transaction.atomic():
        log.ingested_at = datetime.now(UTC)
        upsert = Upsert(product.model, Stamp(product.source, log.ingested_at, log.pk))
        for block in parsed.blocks:
            upsert.write(block)
        if product.replaces == "window":
            upsert.counts.removed = _remove_absent(product, batch, parsed)
        if product.roll_up is not None:
            product.roll_up.renew(log, batch.start, batch.end)
        finish(log, batch, upsert.counts)
    return upsert.counts


def finish(log: IngestionLog, batch: Batch | None, counts: Counts) -> None:
    """Mark a log row as succeeded."""
    if batch is not None:
        describe(log, batch)
    log.rows_created, log.rows_updated = counts.created, counts.updated
    log.rows_unchanged, log.rows_removed = counts.unchanged, counts.removed
    log.status, log.finished_at = IngestionLog.Status.SUCCESS, datetime.now(UTC)
    log.save()


def describe(log: IngestionLog, batch: Batch) -> None:
    """Write into a log row which batch it is about."""
    log.window_start, log.window_end = batch.start, batch.end
    log.payload_ids = {role: payload.id for role, payload in batch.payloads.items()}
    log.parameters = dict(batch.parameters)
    log.upstream_version = batch.upstream_version[:128]


def stored_rows(product: Product) -> QuerySet[Any]:
    """The product's rows in its table, which other products may share."""
    return product.model._default_manager.filter(source=product.source, **product.scope)


def _remove_absent(product: Product, batch: Batch, parsed: Parsed) -> int:
    """Delete the product's rows inside the window that the new bytes do not contain (no window: everywhere)."""
    inside = stored_rows(product)
    if batch.start is not None and batch.end is not None:
        inside = inside.filter(**{f"{product.time_column}__range": (batch.start, batch.end)})
    if inside.count() == parsed.rows:  # all new rows are there, so nothing else is
        return 0
    present = {row for block in parsed.blocks for row in keys(product, block)}
    return remove(product, [pk for pk, _ in absent(product, inside, present)])


def absent(
    product: Product, rows: QuerySet[Any], present: Container[tuple[Any, ...]]
) -> Iterator[tuple[int, Any]]:
    """Those of the rows whose natural key is not among ``present``: their ids and their times."""
    found = rows.values_list("pk", product.time_column, *row_key(product.model))
    for pk, moment, *key in found.iterator(CHUNK):
        if _database_key(key) not in present:
            yield pk, moment


def remove(product: Product, doomed: Sequence[int]) -> int:
    """Delete the rows with these ids; returns how many."""
    for start in range(0, len(doomed), 500):
        product.model._default_manager.filter(pk__in=doomed[start : start + 500]).delete()
    return len(doomed)


def keys(product: Product, block: Columns) -> list[tuple[Any, ...]]:
    """Natural keys of a block's rows, times as naive UTC."""
    columns: list[list[Any]] = []
    for name in row_key(product.model):
        column: NDArray[Any] = block[name]
        columns.append(
            column.astype("datetime64[us]").tolist() if column.dtype.kind == "M" else column.tolist()
        )
    return list(zip(*columns, strict=True))


def _database_key(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in row)
