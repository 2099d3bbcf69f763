"""Fetch, archive, parse, validate, upsert: one product at a time, each isolated from every other."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from deepspace.ingestion.journal import Journal, carried_out
from deepspace.ingestion.product import Batch, Product, Steps, Window
from deepspace.ingestion.sidebyside import Waiting, to_its_end
from deepspace.ingestion.store import parse, store
from deepspace.ingestion.upsert import Counts
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError
from deepspace.upstream.request import Request

logger = logging.getLogger("deepspace.ingestion")

if TYPE_CHECKING:
    from deepspace.ingestion.product import ArchivedPayload


class Fetches(Protocol):
    """What the pipeline needs of the door."""

    def fetch(self, request: Request) -> ArchivedPayload:
        """Bring a body, archived, or raise one of the five upstream errors."""

    def wait_s(self, request: Request) -> float:
        """Seconds for which the host's pace would keep a request waiting now."""


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
    failures: int = 0  # items that failed in a run that went on

    @property
    def succeeded(self) -> bool:
        """Whether the product ended without an error."""
        return not self.error_class

    def fail(self, error_class: str, message: str) -> None:
        """Take in one failure that the run goes on after; the first one is what the outcome tells."""
        self.failures += 1
        if self.succeeded:
            self.error_class, self.error_message = error_class, message

    def add(self, counts: Counts, rejected: int) -> None:
        """Take in one batch."""
        self.created += counts.created
        self.updated += counts.updated
        self.unchanged += counts.unchanged
        self.removed += counts.removed
        self.rejected += rejected
        self.batches += 1
        self.changed = self.changed or bool(counts.created or counts.updated or counts.removed)


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
        return to_its_end(self.going(product, window))

    def going(self, product: Product, window: Window) -> Waiting[Outcome]:
        """The same, to be carried out beside the runs of other products."""
        outcome = Outcome(product.key)
        kind = IngestionLog.Kind.REFRESH if window.end is None else IngestionLog.Kind.BACKFILL
        journal = None if self._dry_run else Journal(product, kind, window)
        self._progress.begin(product)
        started = datetime.now(UTC)
        yield from carried_out(self._converse(product, window, journal, outcome), product, journal, outcome)
        outcome.seconds = (datetime.now(UTC) - started).total_seconds()
        self._progress.end(outcome)
        return outcome

    def _converse(
        self, product: Product, window: Window, journal: Journal | None, outcome: Outcome
    ) -> Waiting[None]:
        """Carry out what the product asks for.

        An upstream's error is thrown into ``requests()`` at the ``yield`` it belongs to. A product that catches it
        loses that item and goes on; one that does not ends its run with it.
        """
        conversation = product.requests(window)
        answer: ArchivedPayload | None = None
        failure: UpstreamError | None = None
        item: Request | Batch | Steps | None = None
        while True:
            failed = item
            try:
                item = conversation.send(answer) if failure is None else conversation.throw(failure)
            except StopIteration:
                item = None
            if failure is not None:
                self._bear(failure, failed, journal, outcome)
            if item is None:
                break
            answer, failure = None, None
            if isinstance(item, Request):
                yield from self._let_others_go_on(item)
            try:
                answer = self._take(item, product, journal, outcome)
            except UpstreamError as error:
                failure = error
        if journal is not None:
            journal.complete(whole=outcome.succeeded)

    def _let_others_go_on(self, request: Request) -> Waiting[None]:
        while (wait_s := self._door.wait_s(request)) > 0:
            if (yield wait_s):  # nobody else has anything to do: the door itself waits
                return

    def _take(
        self,
        item: Request | Batch | Steps,
        product: Product,
        journal: Journal | None,
        outcome: Outcome,
    ) -> ArchivedPayload | None:
        if isinstance(item, Steps):
            self._progress.steps(item.remaining)
            return None
        if journal is not None:
            journal.open()
        if isinstance(item, Batch):
            self._store(product, item, journal, outcome)
            return None
        try:
            answer = self._door.fetch(item)
        except UpstreamError as error:
            if not item.optional:
                raise
            logger.info("%s: done without %s: %s", product.key, item.public_url, error)
            return None
        self._progress.fetched(item)
        return answer

    @staticmethod
    def _bear(failure: UpstreamError, failed: object, journal: Journal | None, outcome: Outcome) -> None:
        """Write down a failure that the product goes on after; the run as a whole has failed all the same."""
        told = " ".join(str(failure).split()) or failure.name
        logger.warning("%s: %s: %s; going on", outcome.product, failure.name, told)
        if journal is not None:
            batch = failed if isinstance(failed, Batch) else None
            journal.fail(IngestionLog.Status.FAILED, failure.name, told, batch)
        outcome.fail(failure.name, told)

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
