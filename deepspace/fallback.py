"""The fallback ladder: on which rung a product stands, and values from the best rung that holds.

Age is now minus the last successful refresh. A refresh is a run that reaches for the newest data and succeeds as
a whole (an answer "not modified" counts); a backfill of a closed window or a replay makes nothing younger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet

from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import product as product_named
from deepspace.ingestion.registry import products
from deepspace.ingestion.store import stored_rows
from deepspace.models import IngestionLog, Payload
from deepspace.provenance import PayloadReference, Provenance, Tier

Values = TypeVar("Values")

PAYLOADS_SHOWN = 50
_BATCHES_READ = 200  # newest ones, for the payloads shown; all that there are is counted by the database
_EAGERNESS = 0.9  # a product is due a little before it would stop being fresh
_FIRST_RETRY = timedelta(seconds=60)
_LONGEST_RETRY = timedelta(hours=1)
_DOUBLINGS = 10  # beyond the longest wait, and far from what a timedelta cannot hold
_FAILURES_READ = 60  # log rows of failures; a run of several files leaves several


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one product stands now, read from the log alone."""

    product: str
    source: str
    tier: Tier
    has_rows: bool
    last_success_at: datetime | None  # last successful refresh
    last_attempt_at: datetime | None
    last_error_class: str  # of the last refresh, empty when that succeeded
    last_error: str
    next_due_at: datetime | None  # None: as soon as possible
    data_version: int  # log id of the newest batch that changed a row; 0 when there is none
    observed_from: datetime | None
    observed_until: datetime | None

    def age(self, now: datetime) -> timedelta | None:
        """Time since the last successful refresh."""
        return None if self.last_success_at is None else now - self.last_success_at

    def is_due(self, now: datetime) -> bool:
        """Whether ``ingest --due`` takes the product."""
        return self.next_due_at is None or self.next_due_at <= now


def standings(now: datetime | None = None) -> list[Standing]:
    """Where every product stands."""
    return [standing(product.key, now) for product in products()]


def standing(key: str, now: datetime | None = None) -> Standing:
    """Where a product stands at an instant (default: now)."""
    now = now or datetime.now(UTC)
    product = product_named(key)
    logs = IngestionLog.objects.filter(product=key)
    attempts = logs.filter(kind=IngestionLog.Kind.REFRESH)
    whole = attempts.filter(status=IngestionLog.Status.SUCCESS, completes_run=True).order_by("-pk")
    since, success_at = whole.values_list("pk", "finished_at").first() or (0, None)
    last = attempts.exclude(status=IngestionLog.Status.RUNNING).order_by("-pk").first()
    failed = _failed_after(attempts, since)
    failure, failures = failed[0] if failed else None, len({row.run or row.pk for row in failed})
    changed = logs.filter(status=IngestionLog.Status.SUCCESS).exclude(
        rows_created=0, rows_updated=0, rows_removed=0
    )
    span = _span(product)
    return Standing(
        product=key,
        source=product.source,
        tier=_tier(product, success_at, has_rows=span is not None, failed=failures > 0, now=now),
        has_rows=span is not None,
        last_success_at=success_at,
        last_attempt_at=(last.finished_at or last.started_at) if last else None,
        last_error_class=failure.error_class if failure else "",
        last_error=failure.error_message if failure else "",
        next_due_at=_next_due(product, success_at, failure, failures),
        data_version=changed.order_by("-pk").values_list("pk", flat=True).first() or 0,
        observed_from=span[0] if span else None,
        observed_until=span[1] if span else None,
    )


def _span(product: Product) -> tuple[datetime, datetime] | None:
    """First and last stored instant (two index look-ups, never a scan).

    A table that is the product's alone is asked without a condition: with one on ``source``, which every row
    meets, SQLite reads and sorts all rows.
    """
    shared = any(one.model is product.model and one.key != product.key for one in products())
    rows = stored_rows(product) if shared else product.model._default_manager.all()
    times = rows.values_list(product.time_column, flat=True)
    first = times.order_by(product.time_column).first()
    last = times.order_by(f"-{product.time_column}").first()
    return None if first is None or last is None else (_moment(first), _moment(last))


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, datetime.min.time(), UTC)  # type: ignore[arg-type]


def _failed_after(attempts: QuerySet[IngestionLog], since: int) -> list[IngestionLog]:
    """Failures since the last run that succeeded as a whole, newest first; one run may have several."""
    failed = attempts.filter(
        pk__gt=since, status__in=[IngestionLog.Status.FAILED, IngestionLog.Status.INTERRUPTED]
    )
    told = ("run", "started_at", "finished_at", "error_class", "error_message")
    return list(failed.order_by("-pk").only(*told)[:_FAILURES_READ])


def _tier(
    product: Product, success_at: datetime | None, *, has_rows: bool, failed: bool, now: datetime
) -> Tier:
    if not has_rows and not (product.may_be_empty and success_at is not None):
        return Tier.SYNTHETIC if product.model_summary else Tier.EMPTY
    if product.is_finished and success_at is not None:
        return Tier.REAL
    if success_at is None:
        return Tier.STALE
    age = now - success_at
    if age < product.refresh_every and not failed:
        return Tier.REAL
    return Tier.CACHED if age < product.stale_after else Tier.STALE


def _next_due(
    product: Product, success_at: datetime | None, failure: IngestionLog | None, failures: int
) -> datetime | None:
    if failure is not None:
        wait: timedelta = min(
            _FIRST_RETRY * 2 ** min(failures - 1, _DOUBLINGS), _LONGEST_RETRY, product.refresh_every
        )
        attempted_at: datetime = failure.finished_at or failure.started_at
        return attempted_at + wait
    if success_at is None:
        return None
    due_at: datetime = success_at + product.refresh_every * _EAGERNESS
    return due_at


def real_provenance(
    key: str,
    *,
    observed_from: datetime | None,
    observed_until: datetime | None,
    note: str = "",
    now: datetime | None = None,
) -> Provenance:
    """Provenance of stored rows of a window, with the payloads of the batches that brought rows for it.

    Replays are left out: they name the payloads of the batches that they repeat. So are batches without rows.
    """
    where = standing(key, now)
    batches = IngestionLog.objects.filter(product=key, status=IngestionLog.Status.SUCCESS)
    batches = batches.exclude(kind=IngestionLog.Kind.REPLAY).exclude(payload_ids={})
    batches = batches.exclude(rows_created=0, rows_updated=0, rows_unchanged=0)
    if observed_from is not None:
        batches = batches.exclude(window_end__lt=observed_from)
    if observed_until is not None:
        batches = batches.exclude(window_start__gt=observed_until)
    newest = list(batches.order_by("-pk").values_list("pk", "payload_ids")[:_BATCHES_READ])
    payload_ids = dict.fromkeys(int(one) for _, ids in newest for one in ids.values())  # each once, in order
    total = len(payload_ids) if len(newest) < _BATCHES_READ else _payloads_of(batches)
    shown = list(payload_ids)[:PAYLOADS_SHOWN]
    found = Payload.objects.only("sha256", "url", "retrieved_at").in_bulk(shown)
    references = tuple(
        PayloadReference(found[pk].sha256, found[pk].url, found[pk].retrieved_at)
        for pk in shown
        if pk in found
    )
    return Provenance(
        product=key,
        tier=where.tier,
        source=where.source,
        retrieved_at=where.last_success_at,
        observed_from=observed_from,
        observed_until=observed_until,
        ingestion=newest[0][0] if newest else None,
        payloads=references,
        payloads_total=total,
        note=note,
    )


def _payloads_of(batches: QuerySet[IngestionLog]) -> int:
    """How many payloads some batches name, each counted once; the database takes their JSON apart."""
    inner, values = batches.order_by().values("payload_ids").query.sql_with_params()
    each = "json_each" if connection.vendor == "sqlite" else "jsonb_each_text"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(DISTINCT one.value) FROM ({inner}) AS batch, {each}(batch.payload_ids) AS one",  # noqa: S608 (Django's own SQL)
            values,
        )
        return int(cursor.fetchone()[0])


def climb(
    key: str,
    *,
    real: Callable[[], tuple[Values, Provenance] | None],
    model: Callable[[], Values] | None = None,
    nothing: Callable[[], Values] | None = None,
    note: str = "",
) -> tuple[Values, Provenance]:
    """Values of a product from the best rung that holds, with their provenance.

    Parameters
    ----------
    real
        Stored values with provenance (:func:`real_provenance`), or None when there is no real row at or before
        the end of what is asked.
    model
        The documented model, for products that have one.
    nothing
        What stands for "no data": an empty result, shown with an explanation.
    """
    product = product_named(key)
    found = real()
    if found is not None:
        return found
    if model is not None:
        text = note or f"No real data are stored yet. Shown is a model: {product.model_summary}"
        return model(), Provenance(key, Tier.SYNTHETIC, "synthetic", note=text)
    if nothing is None:
        raise TypeError(f"{key} has neither rows nor a model, and the service offers nothing to show instead")
    text = note or f"Nothing is known yet: {product.title} has not been ingested."
    return nothing(), Provenance(key, Tier.EMPTY, "none", note=text)


def with_note(provenance: Provenance, note: str) -> Provenance:
    """The same provenance with one more sentence."""
    return replace(provenance, note=f"{provenance.note} {note}".strip())
