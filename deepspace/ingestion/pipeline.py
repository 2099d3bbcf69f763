"""Fetch, archive, parse, validate, upsert: one product at a time, each isolated from every other."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from django.db import DatabaseError

import deepspace
from deepspace.archive import ArchiveError
from deepspace.ingestion.product import Batch, Product, Steps, Window
from deepspace.ingestion.store import finish, parse, store
from deepspace.ingestion.upsert import Counts
from deepspace.locks import LockBusy, hold
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError

if TYPE_CHECKING:
    from deepspace.ingestion.product import ArchivedPayload
    from deepspace.upstream.request import Request

logger = logging.getLogger("deepspace.ingestion")

EXPECTED_FAILURES = (UpstreamError, ArchiveError, LockBusy, DatabaseError, OSError)


class Fetches(Protocol):
    """What the pipeline needs of the door."""

    def fetch(self, request: Request) -> ArchivedPayload:
        """Bring a body, archived, or raise one of the five upstream errors."""


class Progress(Protocol):
    """How a run reports on itself while it goes."""

    def begin(self, product: Product) -> None:
        """A product starts."""

    def steps(self, remaining: int) -> None:
        """So many requests are still to come."""

    def fetched(self, request: Request) -> None:
        """One request was answered."""

    def stored(self, counts: Counts) -> None:
        """One batch was stored."""

    def end(self, outcome: Outcome) -> None:
        """A product ended."""


@dataclass(slots=True)
class Outcome:
    """What came of one product in one run."""

    product: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    parsed: int = 0  # dry run only
    batches: int = 0
    error_class: str = ""
    error_message: str = ""
    seconds: float = 0.0
    changed: bool = field(default=False)

    @property
    def succeeded(self) -> bool:
        """Whether the product ended without an error."""
        return not self.error_class

    def add(self, counts: Counts, rejected: int) -> None:
        """Take in one batch."""
        self.created += counts.created
        self.updated += counts.updated
        self.unchanged += counts.unchanged
        self.removed += counts.removed
        self.rejected += rejected
        self.batches += 1
        self.changed = self.changed or bool(counts.created or counts.updated or counts.removed)


class Journal:
    """Log rows of one run of one product: at most one of them is ``running`` at any time."""

    def __init__(self, product: Product, kind: str) -> None:
        self._product, self._kind = product, kind
        self.current: IngestionLog | None = None
        self._last: IngestionLog | None = None

    def mark_orphans(self) -> None:
        """Rows left ``running`` by a process that died: the product lock is ours, so nobody works on them."""
        orphans = IngestionLog.objects.filter(product=self._product.key, status=IngestionLog.Status.RUNNING)
        orphans.update(
            status=IngestionLog.Status.INTERRUPTED, error_message="the process ended in the middle"
        )

    def open(self) -> IngestionLog:
        """The running row, made when there is none."""
        if self.current is None:
            self.current = IngestionLog(
                product=self._product.key,
                source=self._product.source,
                kind=self._kind,
                started_at=datetime.now(UTC),
                code_version=deepspace.__version__,
            )
            self.current.save()
        return self.current

    def close(self) -> None:
        """The running row has succeeded."""
        self._last, self.current = self.current, None

    def complete(self) -> None:
        """The run as a whole has succeeded; a run that had nothing to store says so in a row of its own."""
        if self.current is not None or self._last is None:
            row = self.open()
            finish(row, None, Counts())
            self.close()
        if self._last is not None:
            self._last.completes_run, self._last.finished_at = True, datetime.now(UTC)
            self._last.save(update_fields=["completes_run", "finished_at"])

    def fail(self, status: str, error_class: str, message: str) -> None:
        """The running row has failed or was interrupted."""
        row = self.open()
        row.status, row.finished_at = status, datetime.now(UTC)
        row.error_class, row.error_message = error_class, message[:2000]
        row.save()
        self.current = None


class Pipeline:
    """Runs products through the door and into their tables.

    A dry run asks and parses like a real one (the bytes stay in the archive) and writes neither rows nor log.
    """

    def __init__(self, door: Fetches, progress: Progress, *, dry_run: bool = False) -> None:
        self._door, self._progress, self._dry_run = door, progress, dry_run

    def run(self, product: Product, window: Window) -> Outcome:
        """Bring one product up to date, or fill a window of it.

        Every failure is recorded in the log and returned in the outcome; none is raised, so that the other
        products go on. An interruption (SIGINT, SIGTERM) is recorded and raised.
        """
        outcome = Outcome(product.key)
        kind = IngestionLog.Kind.REFRESH if window.end is None else IngestionLog.Kind.BACKFILL
        journal = Journal(product, kind)
        self._progress.begin(product)
        started = datetime.now(UTC)
        try:
            with hold(f"product-{product.key}"):
                if self._dry_run:
                    self._converse(product, window, None, outcome)
                else:
                    journal.mark_orphans()
                    self._converse(product, window, journal, outcome)
                    journal.complete()
        except KeyboardInterrupt:
            if not self._dry_run:
                journal.fail(IngestionLog.Status.INTERRUPTED, "Interrupted", "stopped by a signal")
            raise
        except EXPECTED_FAILURES as error:
            self._failed(journal, outcome, error)
        except Exception as error:  # a bug in one product must not stop the others
            logger.exception("%s: unexpected failure", product.key)
            self._failed(journal, outcome, error)
        outcome.seconds = (datetime.now(UTC) - started).total_seconds()
        self._progress.end(outcome)
        return outcome

    def _converse(self, product: Product, window: Window, journal: Journal | None, outcome: Outcome) -> None:
        conversation = product.requests(window)
        answer: ArchivedPayload | None = None
        while True:
            try:
                item = conversation.send(answer)
            except StopIteration:
                return
            answer = None
            if isinstance(item, Steps):
                self._progress.steps(item.remaining)
                continue
            if journal is not None:
                journal.open()
            if isinstance(item, Batch):
                self._store(product, item, journal, outcome)
            else:
                answer = self._door.fetch(item)
                self._progress.fetched(item)

    def _store(self, product: Product, batch: Batch, journal: Journal | None, outcome: Outcome) -> None:
        if journal is None:
            parsed = parse(product, batch)
            outcome.parsed += parsed.rows
            outcome.rejected += parsed.rejected
            return
        log = journal.open()
        counts = store(product, batch, log)
        journal.close()
        outcome.add(counts, log.rows_rejected)
        self._progress.stored(counts)

    def _failed(self, journal: Journal, outcome: Outcome, error: Exception) -> None:
        outcome.error_class = type(error).__name__
        if isinstance(error, LockBusy) and error.name == f"product-{outcome.product}":
            outcome.error_message = "another ingest of this product is running"
            return  # the log belongs to the other one
        outcome.error_message = " ".join(str(error).split()) or outcome.error_class
        if self._dry_run:
            return
        try:
            journal.fail(IngestionLog.Status.FAILED, outcome.error_class, outcome.error_message)
        except DatabaseError:  # a full or broken disk: the console still says what happened
            logger.exception("%s: the failure could not be written to the log", outcome.product)
