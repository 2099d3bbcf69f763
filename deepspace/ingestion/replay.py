"""Rebuild a table from the archive, without network."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from deepspace.ingestion.columns import length
from deepspace.ingestion.history import effective
from deepspace.ingestion.journal import Journal, carry_out
from deepspace.ingestion.pipeline import Outcome, Progress
from deepspace.ingestion.product import Product
from deepspace.ingestion.store import WRITER_WAIT_S, finish, keep_only, keys, stored_rows
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
    said: set[tuple[object, ...]] = set()
    rows = 0
    for step in effective(product):
        log = journal.open()
        with hold("writer", wait_s=WRITER_WAIT_S), transaction.atomic():
            log.ingested_at = datetime.now(UTC)
            upsert = Upsert(product.model, Stamp(product.source, log.ingested_at, log.pk))
            for block in step.blocks:
                upsert.write(block)
                said.update(keys(product, block))
                rows += length(block)
            finish(log, step.batch, upsert.counts)
        journal.close()
        outcome.add(upsert.counts, 0)
        progress.stored(upsert.counts)
    if rows and stored_rows(product).count() != rows:
        log = journal.open()
        with hold("writer", wait_s=WRITER_WAIT_S), transaction.atomic():
            counts = Counts(removed=keep_only(product, stored_rows(product), said))
            finish(log, None, counts)
        journal.close()
        outcome.add(counts, 0)
        progress.stored(counts)
