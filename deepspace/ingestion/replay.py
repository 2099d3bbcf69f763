"""Rebuild a table from the archive, without network."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db import transaction

from deepspace.ingestion.columns import length
from deepspace.ingestion.history import Union, effective
from deepspace.ingestion.journal import Journal, carry_out
from deepspace.ingestion.pipeline import Outcome, Progress
from deepspace.ingestion.product import Product
from deepspace.ingestion.store import CHUNK, WRITER_WAIT_S, absent, finish, keys, remove, stored_rows
from deepspace.ingestion.upsert import Counts, Stamp, Upsert
from deepspace.locks import hold
from deepspace.models import IngestionLog


def replay(product: Product, progress: Progress) -> Outcome:
    """Store again what every archived batch of a product says, and remove what none of them says.

    On an intact table nothing changes. Failures and interruptions are recorded as in the pipeline.
    """
    outcome = Outcome(product.key)
    started = datetime.now(UTC)
    progress.begin(product)
    journal = Journal(product, IngestionLog.Kind.REPLAY)
    carry_out(lambda: _rebuild(product, journal, outcome, progress), product, journal, outcome)
    outcome.seconds = (datetime.now(UTC) - started).total_seconds()
    progress.end(outcome)
    return outcome


def _rebuild(product: Product, journal: Journal, outcome: Outcome, progress: Progress) -> None:
    rows = 0
    for step in effective(product):
        log = journal.open()
        with hold("writer", wait_s=WRITER_WAIT_S), transaction.atomic():
            log.ingested_at = datetime.now(UTC)
            upsert = Upsert(product.model, Stamp(product.source, log.ingested_at, log.pk))
            for block in step.blocks:
                upsert.write(block)
                rows += length(block)
            if product.roll_up is not None:
                product.roll_up.renew(log, step.batch.start, step.batch.end)
            finish(log, step.batch, upsert.counts)
        journal.close()
        outcome.add(upsert.counts, 0)
        progress.stored(upsert.counts)
    if rows and stored_rows(product).count() != rows:
        log = journal.open()
        doomed = _unsaid(product)  # before the writer is held: it reads the archive once more
        with hold("writer", wait_s=WRITER_WAIT_S), transaction.atomic():
            counts = Counts(removed=remove(product, doomed))
            if product.roll_up is not None:
                product.roll_up.renew(log, None, None)
            finish(log, None, counts)
        journal.close()
        outcome.add(counts, 0)
        progress.stored(counts)


def _unsaid(product: Product) -> array[int]:
    """Ids of the stored rows that no batch says."""
    if product.replaces == "window":
        return _unsaid_by_windows(product)
    said = {key for step in effective(product) for block in step.blocks for key in keys(product, block)}
    return array("q", (pk for pk, _ in absent(product, stored_rows(product), said)))


def _unsaid_by_windows(product: Product) -> array[int]:
    """The same, with no more than one batch in memory: each one settles the part of its window that is its own."""
    doomed = array("q")
    covered = Union()
    for step in effective(product):
        said = {key for block in step.blocks for key in keys(product, block)}
        rows, (start, end) = stored_rows(product), (step.batch.start, step.batch.end)
        if start is None or end is None:
            doomed.extend(_outside(step.newer, absent(product, rows, said)))
            return doomed
        rows = rows.filter(**{f"{product.time_column}__range": (start, end)})
        window = Union().joined(start, end)  # the query is wider where the time column holds dates
        doomed.extend(_outside(step.newer, absent(product, rows, said), inside=window))
        covered = step.newer.joined(start, end)
    doomed.extend(_outside(covered, absent(product, stored_rows(product), frozenset())))
    return doomed


def _outside(
    windows: Union, rows: Iterator[tuple[int, Any]], *, inside: Union | None = None
) -> Iterator[int]:
    """Ids of the rows whose times are in none of the windows, and inside another where one is given."""
    while chunk := list(islice(rows, CHUNK)):
        times = np.array([_naive(moment) for _, moment in chunk], dtype="datetime64[us]")
        chosen = windows.lacks(times) if inside is None else windows.lacks(times) & ~inside.lacks(times)
        yield from (chunk[i][0] for i in np.flatnonzero(chosen))


def _naive(moment: date) -> date:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment
