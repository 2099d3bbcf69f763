"""Rebuild a table from the archive, without network."""

from __future__ import annotations

from datetime import UTC, datetime

import deepspace
from deepspace.archive import ArchiveError
from deepspace.ingestion.history import Effective, effective
from deepspace.ingestion.pipeline import Outcome, Progress
from deepspace.ingestion.product import Product
from deepspace.ingestion.store import finish
from deepspace.ingestion.upsert import Stamp, Upsert
from deepspace.locks import LockBusy, hold
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError


def replay(product: Product, progress: Progress) -> Outcome:
    """Store again what every archived batch of a product says; on an intact table nothing changes."""
    from django.db import transaction

    outcome = Outcome(product.key)
    started = datetime.now(UTC)
    progress.begin(product)
    try:
        with hold(f"product-{product.key}"):
            for step in effective(product):
                log = _log_row(product, step)
                with hold("writer", wait_s=120), transaction.atomic():
                    log.save()
                    upsert = Upsert(product.model, Stamp(product.source, started, log.pk))
                    for block in step.blocks:
                        upsert.write(block)
                    finish(log, step.batch, upsert.counts)
                outcome.add(upsert.counts, 0)
                progress.stored(upsert.counts)
    except (ArchiveError, UpstreamError, LockBusy) as error:
        outcome.error_class, outcome.error_message = type(error).__name__, str(error)
    outcome.seconds = (datetime.now(UTC) - started).total_seconds()
    progress.end(outcome)
    return outcome


def _log_row(product: Product, step: Effective) -> IngestionLog:
    now = datetime.now(UTC)
    return IngestionLog(
        product=product.key,
        source=product.source,
        kind=IngestionLog.Kind.REPLAY,
        started_at=now,
        ingested_at=now,
        code_version=deepspace.__version__,
    )
