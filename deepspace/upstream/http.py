"""The door: the only way from this platform to the network.

A fetch waits for its turn at the host, asks politely and within bounds, tries again where that can help, refuses
a body that is not what was asked for, and archives what it returns. It raises one of the five errors of
``deepspace.upstream.errors`` (or ``deepspace.archive.ArchiveError``), each one line without secrets.

``requests`` is imported with the first request only: a process that never asks anybody does not load it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from deepspace import archive
from deepspace.ingestion.product import ArchivedPayload
from deepspace.models import Payload
from deepspace.upstream import breaker, repository
from deepspace.upstream.bodies import flaw
from deepspace.upstream.call import Call
from deepspace.upstream.errors import RateLimited, Refused, SchemaDrift, Unreachable, UpstreamError
from deepspace.upstream.pace import pause_left_s, turn
from deepspace.upstream.policy import POLICIES, HostPolicy, policy_for
from deepspace.upstream.request import Request, Response
from deepspace.upstream.run import Run, Visit, utc_now

logger = logging.getLogger("deepspace.upstream")


class Door:
    """Fetches for one run.

    Parameters
    ----------
    deadline
        Instant of ``clock`` after which nothing is asked or waited for any more.
    policies
        How each host wants to be treated.
    clock, sleep, now
        Monotonic seconds, waiting, and UTC; for tests.
    """

    def __init__(
        self,
        *,
        deadline: float | None = None,
        policies: Mapping[str, HostPolicy] = POLICIES,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._run = Run(deadline, policies, clock, sleep, now)

    @property
    def journal(self) -> list[Visit]:
        """What was done in this run, try by try."""
        return self._run.journal

    def fetch(self, request: Request) -> ArchivedPayload:
        """The archived body that answers a request, from the first of its addresses that gives a usable answer.

        Raises
        ------
        deepspace.upstream.errors.UpstreamError
            One of the five; nothing was archived. With several addresses it is the first one's, and the message
            has what each of them did.
        deepspace.archive.ArchiveError
            The body came and could not be kept.
        """
        failures: list[UpstreamError] = []
        for route in request.routes:
            try:
                return self._fetch(route)
            except UpstreamError as error:
                failures.append(error)
            if len(failures) == 1 and not isinstance(failures[0], Unreachable | RateLimited):
                break  # an answer, and no good one: another address has no better
        raise _joined(failures)

    def wait_s(self, request: Request) -> float:
        """Seconds for which the host's pace would keep a request waiting now: somebody else may go on meanwhile."""
        if request.url.startswith(repository.SCHEME):
            return 0.0
        run, policy = self._run, policy_for(request.host, self._run.policies)
        return min(pause_left_s(request.host, run.policies, policy, run.now), max(run.left_s, 0.0))

    def _fetch(self, request: Request) -> ArchivedPayload:
        if request.url.startswith(repository.SCHEME):
            return _keep(request, repository.read(request, self._run.now()), "the repository")
        who = Call(request, self._run).who
        earlier = _earlier(request)
        if earlier is None:
            return _keep(request, self.send(request), who)
        response = self.send(request, etag=earlier.etag, last_modified=earlier.last_modified)
        if not response.not_modified:
            return _keep(request, response, who)
        try:
            return archive.confirm(earlier, response.retrieved_at)
        except (archive.ArchiveMissing, archive.ArchiveCorrupt) as error:
            logger.warning("asking for the whole body again: %s", error)
        return _keep(request, self.send(request), who)

    def send(self, request: Request, *, etag: str = "", last_modified: str = "") -> Response:
        """The answer to a request, not yet looked into; with validators it may be "not modified".

        Raises
        ------
        deepspace.upstream.errors.UpstreamError
            Unreachable, RateLimited (also unasked, where the host's limits are spent), Refused, or SchemaDrift for
            a body that is too large or oddly packed.
        """
        run, call = self._run, Call(request, self._run)
        call.check_address()
        self._check_open(call)
        if run.left_s <= 0:
            raise call.not_asked("the run's deadline has passed")
        sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        with turn(request.host, call.policy, who=call.who, wait_s=min(call.policy.slot_wait_s, run.left_s)):
            self._check_open(call)  # somebody may have found out while we waited
            left = call.check_budget()
            probe = breaker.claim_probe(request.host, run.now(), call.policy)
            if probe is None:
                raise call.not_asked("another process is finding out whether it answers again")
            try:
                response = call.answer(
                    tries=1 if probe else min(call.policy.tries, left),
                    validators={name: value for name, value in sent.items() if value},
                )
            except UpstreamError as error:
                self._note(call, error)
                raise
            breaker.record_answer(request.host, run.now())
        return response

    def _check_open(self, call: Call) -> None:
        until = breaker.open_until(call.request.host, self._run.now())
        if until is not None:
            raise call.not_asked(f"circuit open until {until:%Y-%m-%dT%H:%M:%SZ}")

    def _note(self, call: Call, error: UpstreamError) -> None:
        """Blame the host, unless it answered after all, or it was this run that had no time."""
        host, policy = call.request.host, call.policy
        if isinstance(error, Refused | SchemaDrift) and not policy.refusal_opens:
            breaker.record_answer(host, self._run.now(), error)
        elif self._run.left_s > 0:
            asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
            beyond = asked_s if asked_s is not None and asked_s > policy.retry_after_max_s else None
            breaker.record_failure(host, self._run.now(), error, policy, asked_pause_s=beyond)


def _joined(failures: list[UpstreamError]) -> UpstreamError:
    """The first failure, which says what the caller can do, with the words of all."""
    first, told = failures[0], "; ".join(str(error) for error in failures)
    if len(failures) == 1:
        return first
    return RateLimited(told, first.retry_after_s) if isinstance(first, RateLimited) else type(first)(told)


def _earlier(request: Request) -> Payload | None:
    """The archived body that the upstream may confirm."""
    if not request.conditional or request.method != "GET" or request.form or request.json is not None:
        return None
    row = archive.newest(request.public_url)
    return row if row is not None and (row.etag or row.last_modified) else None


def _keep(request: Request, response: Response, who: str) -> ArchivedPayload:
    wrong = flaw(response.body, request.expects)
    if wrong:
        raise SchemaDrift(f"{who} {wrong}")
    return archive.keep(request, response)
