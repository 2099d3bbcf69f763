"""Circuit breaker and pacing per host, in the database, so that all ingest processes share them.

After some failed fetches in a row a host is left alone for a while, then one probe is let through: its success
closes the circuit, its failure leaves the host alone for twice as long. What happens to these notes must not
decide about data, so a database that cannot be written (locked, full) costs a warning and not the fetch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Max

from deepspace.models import UpstreamHost
from deepspace.upstream.errors import UpstreamError
from deepspace.upstream.policy import HostPolicy

logger = logging.getLogger("deepspace.upstream")


@dataclass(frozen=True, slots=True)
class CircuitState:
    """What /status shows about one host."""

    host: str
    is_open: bool
    open_until: datetime | None
    failures: int
    last_success_at: datetime | None
    last_error_class: str
    last_error: str


def circuit_states(now: datetime) -> list[CircuitState]:
    """The state of every host that was ever asked, by name."""
    return [
        CircuitState(
            host=row.host,
            is_open=row.open_until is not None and row.open_until > now,
            open_until=row.open_until,
            failures=row.failures,
            last_success_at=row.last_success_at,
            last_error_class=row.last_error_class,
            last_error=row.last_error,
        )
        for row in UpstreamHost.objects.order_by("host")
    ]


def open_until(host: str, now: datetime) -> datetime | None:
    """Until when the circuit of a host is open; None when it is not."""
    until = _newest("open_until", [host])
    return until if until is not None and until > now else None


def claim_probe(host: str, now: datetime, policy: HostPolicy) -> bool | None:
    """Whether this fetch is the one probe of a circuit that was open; None when another one is the probe.

    The claim ends by itself, so that a probe that was killed does not keep the circuit open.
    """
    until = _newest("open_until", [host])
    if until is None:
        return False
    claim_ends = now + timedelta(seconds=policy.attempt_s + policy.connect_s)
    claimed = 1  # without a database to ask, go on
    with tolerant("claiming the probe"):
        free = UpstreamHost.objects.filter(host=host, open_until=until, open_until__lte=now)
        claimed = free.update(open_until=claim_ends)
    return True if claimed else None


def last_request_at(hosts: list[str]) -> datetime | None:
    """When any of these hosts was last asked."""
    return _newest("last_request_at", hosts)


def record_request(host: str, at: datetime) -> None:
    """Note that a request was sent, for the pace of the others."""
    with tolerant("noting the pace"):
        UpstreamHost.objects.update_or_create(host=host, defaults={"last_request_at": at})


def record_answer(host: str, at: datetime, error: UpstreamError | None = None) -> None:
    """Note that the host answered: the circuit closes. ``error`` is what was wrong with the answer, if anything."""
    noted: dict[str, object] = {"failures": 0, "open_until": None, "last_request_at": at}
    noted |= {"last_success_at": at} if error is None else _told(error)
    with tolerant("closing the circuit"):
        UpstreamHost.objects.update_or_create(host=host, defaults=noted)


def record_failure(
    host: str, at: datetime, error: UpstreamError, policy: HostPolicy, *, asked_pause_s: float | None = None
) -> None:
    """Note a fetch that failed for good, and open the circuit when it was one too many.

    ``asked_pause_s`` is what the upstream itself asked for (Retry-After): it opens the circuit at once.
    """
    with tolerant("noting the failure"), transaction.atomic():
        row, _ = UpstreamHost.objects.select_for_update().get_or_create(host=host)
        row.failures += 1
        pause_s = max(_pause_s(row.failures, policy), min(asked_pause_s or 0.0, policy.opens_at_most_s))
        row.open_until = at + timedelta(seconds=pause_s) if pause_s else None
        row.last_request_at = at
        for name, value in _told(error).items():
            setattr(row, name, value)
        row.save()
        if pause_s:
            logger.warning("%s is left alone for %.0f s after %d failures", host, pause_s, row.failures)


def _pause_s(failures: int, policy: HostPolicy) -> float:
    beyond = failures - policy.failures_to_open
    if beyond < 0:
        return 0.0
    return float(min(policy.opens_for_s * 2 ** min(beyond, 20), policy.opens_at_most_s))


def _told(error: UpstreamError) -> dict[str, str]:
    return {"last_error_class": error.name, "last_error": str(error)}


@contextmanager
def tolerant(doing: str) -> Iterator[None]:
    """Let a database that cannot be written or read cost a warning only."""
    try:
        yield
    except OperationalError as error:
        _warn(doing, error)


def _newest(field: str, hosts: list[str]) -> datetime | None:
    try:
        newest: datetime | None = UpstreamHost.objects.filter(host__in=hosts).aggregate(at=Max(field))["at"]
    except OperationalError as error:
        _warn("reading the notes", error)
        return None
    return newest


def _warn(doing: str, error: OperationalError) -> None:
    logger.warning("%s on the upstream hosts failed: %s", doing, str(error).partition("\n")[0])
