"""How a run of one product is written down: its log rows, and what its failures become."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4

from django.db import DatabaseError, connection

import deepspace
from deepspace.archive import ArchiveError
from deepspace.ingestion.product import Batch, Product, Window
from deepspace.ingestion.sidebyside import Waiting, to_its_end
from deepspace.ingestion.store import describe, finish
from deepspace.ingestion.upsert import Counts
from deepspace.locks import LockBusy, hold
from deepspace.models import IngestionLog
from deepspace.replaced import reopen_if_replaced
from deepspace.upstream.errors import UpstreamError

logger = logging.getLogger("deepspace.ingestion")

EXPECTED_FAILURES = (UpstreamError, ArchiveError, LockBusy, DatabaseError, OSError)


class Failure(Protocol):
    """Where the caller reads what went wrong."""

    error_class: str
    error_message: str


class Journal:
    """Log rows of one run of one product: at most one of them is ``running`` at any time."""

    def __init__(self, product: Product, kind: str, asked: Window | None = None) -> None:
        self._product, self._kind, self._asked, self._run = product, kind, asked or Window(), uuid4()
        self.current: IngestionLog | None = None
        self._last: IngestionLog | None = None

    def mark_orphans(self) -> None:
        """Rows left ``running`` by a process that died: the product lock is ours, so nobody works on them."""
        orphans = IngestionLog.objects.filter(product=self._product.key, status=IngestionLog.Status.RUNNING)
        orphans.update(
            status=IngestionLog.Status.INTERRUPTED,
            error_class="Interrupted",
            error_message="the process ended in the middle",
        )

    def open(self) -> IngestionLog:
        """The running row, made when there is none."""
        if self.current is None:
            self.current = IngestionLog(
                product=self._product.key,
                source=self._product.source,
                run=self._run,
                kind=self._kind,
                started_at=datetime.now(UTC),
                code_version=deepspace.__version__,
            )
            self.current.save()
        return self.current

    def close(self) -> None:
        """The running row has succeeded."""
        self._last, self.current = self.current, None

    def complete(self, *, whole: bool = True) -> None:
        """The run is over; a run that had nothing to store says so in a row of its own.

        That row has the window that was asked, so that "nothing" can be told from "not asked".
        It counts as a refresh when it has succeeded as a ``whole``, without a failure that it went on after.
        """
        if self.current is not None or (whole and self._last is None):
            row = self.open()
            if whole and self._last is None:
                self._tell_what_was_asked(row)
            finish(row, None, Counts())
            self.close()
        if whole and self._last is not None:
            self._last.completes_run, self._last.finished_at = True, datetime.now(UTC)
            self._last.save(update_fields=["completes_run", "finished_at"])

    def _tell_what_was_asked(self, row: IngestionLog) -> None:
        """An end left open reaches to the start of the run; a start left to the product is not known here."""
        start, end = self._asked.start, self._asked.end or row.started_at
        if start is not None and start <= end:
            row.window_start, row.window_end = start, end

    def fail(self, status: str, error_class: str, message: str, batch: Batch | None = None) -> None:
        """The running row has failed or was interrupted; it says which bytes could not be stored, where known."""
        self._take_back()
        row = self.open()
        if batch is not None:
            describe(row, batch)
        row.status, row.finished_at = status, datetime.now(UTC)
        row.error_class, row.error_message = error_class, message[:2000]
        row.save()
        self.current = None

    def _take_back(self) -> None:
        """Forget what the running row says of a batch that was rolled back; what was rejected stays known.

        A batch whose commit came through before the signal did is stored, and its row stays a success.
        """
        row = self.current
        if row is None or row.pk is None:
            return
        rejected = row.rows_rejected, row.rejected_sample
        row.refresh_from_db()
        if row.status == IngestionLog.Status.SUCCESS:
            self.close()
        else:
            row.rows_rejected, row.rejected_sample = rejected


def carry_out(work: Callable[[], None], product: Product, journal: Journal | None, failure: Failure) -> None:
    """Do the work of one run that waits for nobody."""
    to_its_end(carried_out(_at_once(work), product, journal, failure))


def _at_once(work: Callable[[], None]) -> Waiting[None]:
    work()
    yield from ()


def carried_out(
    work: Waiting[None], product: Product, journal: Journal | None, failure: Failure
) -> Waiting[None]:
    """Do the work of one run under the product's lock, and record how it ends.

    A failure goes into the log (unless there is no journal: a dry run) and into ``failure``, and ends here, so
    that the other products go on. An interruption (SIGINT, SIGTERM) is recorded and raised.
    """
    lock = f"product-{product.key}"
    try:
        with hold(lock):
            reopen_if_replaced()
            if journal is not None:
                journal.mark_orphans()
            yield from work
    except KeyboardInterrupt:
        if not connection.in_atomic_block:
            connection.close()  # the signal may have come between Django's book-keeping and the COMMIT
        _record(product, journal, IngestionLog.Status.INTERRUPTED, "Interrupted", "stopped by a signal")
        raise
    except LockBusy as busy:
        if busy.name == lock:  # that other run writes the log
            failure.error_class = "LockBusy"
            failure.error_message = "another ingest of this product is running"
        else:
            _failed(product, journal, failure, busy)
    except EXPECTED_FAILURES as error:
        _failed(product, journal, failure, error)
    except Exception as error:  # a bug in one product must not stop the others
        logger.exception("%s: unexpected failure", product.key)
        _failed(product, journal, failure, error)


def _failed(product: Product, journal: Journal | None, failure: Failure, error: Exception) -> None:
    failure.error_class = type(error).__name__
    failure.error_message = " ".join(str(error).split()) or failure.error_class
    _record(product, journal, IngestionLog.Status.FAILED, failure.error_class, failure.error_message)


def _record(product: Product, journal: Journal | None, status: str, error_class: str, message: str) -> None:
    if journal is None:
        return
    try:
        journal.fail(status, error_class, message)
    except DatabaseError as error:  # a full or broken disk: the console still says what happened
        told = " ".join(str(error).split())
        logger.warning("%s: %s could not be written to the log: %s", product.key, error_class, told)
