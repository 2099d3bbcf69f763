"""One request at one host: try, judge the answer, wait, try again."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from deepspace import __version__
from deepspace.upstream import budget
from deepspace.upstream.address import full_url, redirected, through_mirror
from deepspace.upstream.errors import RateLimited, Unreachable
from deepspace.upstream.pace import wait_for_pace
from deepspace.upstream.policy import Allowance, policy_for
from deepspace.upstream.request import Request, Response
from deepspace.upstream.run import Run, Visit
from deepspace.upstream.setback import Denied, Setback, status_setback

logger = logging.getLogger("deepspace.upstream")

_REDIRECTS = {301, 302, 303, 307, 308}


class Call:
    """A request with what it takes to send it."""

    def __init__(self, request: Request, run: Run) -> None:
        self.request = request
        self.policy = policy_for(request.host, run.policies)
        self._run = run
        self._asked_at = run.clock()

    @property
    def who(self) -> str:
        """The upstream, as messages name it."""
        name, host = self.policy.name, self.request.host or "the address"
        return f"{name} ({host})" if name else host

    @property
    def allowances(self) -> Sequence[Allowance]:
        """The host's limits for the key that is used."""
        return budget.allowances_of(self.request, self.policy)

    def check_budget(self) -> int:
        """How many tries the host's limits leave.

        Raises
        ------
        deepspace.upstream.errors.RateLimited
            None, until the oldest requests are an hour or a day old.
        """
        now = self._run.now()
        left = budget.left(self.request.host, self.allowances, now)
        if left.next_at is None:
            return left.requests
        told = f"{self.who} is not asked: {left.reason}, one more is allowed at {left.next_at:%Y-%m-%dT%H:%M:%SZ}"
        raise RateLimited(told, (left.next_at - now).total_seconds())

    def check_address(self) -> None:
        """Refuse an address that must not be asked, before anybody waits for it.

        Raises
        ------
        deepspace.upstream.errors.Refused
            Not https, a port of its own, or credentials in it.
        """
        try:
            full_url(self.request)
        except Denied as denied:
            raise denied.as_error(self.who, 1) from None

    def not_asked(self, reason: str) -> Unreachable:
        """The error for a request that was not sent."""
        return Unreachable(f"{self.who} is not asked: {reason}")

    def answer(self, tries: int, validators: Mapping[str, str]) -> Response:
        """Ask up to ``tries`` times.

        Raises
        ------
        deepspace.upstream.errors.UpstreamError
            No usable answer; one line that says what came instead.
        """
        from deepspace.upstream.patience import Patience

        patience = Patience(self.policy, tries)
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._try(attempt, validators)
            except Setback as found:
                setback = found
            pause_s = patience.pause_after(setback)
            if pause_s is None or pause_s >= self._run.left_s:
                break
            self._asked_at = self._run.clock()
            self._run.sleep(max(pause_s, self.policy.spacing_s))
        raise setback.as_error(self.who, attempt)

    def _try(self, attempt: int, validators: Mapping[str, str]) -> Response:
        """One try, paced, noted in the journal and in the log."""
        run = self._run
        wait_for_pace(self.request.host, run.policies, self.policy, run.now, run.sleep)
        budget.spend(self.request.host, self.allowances, run.now())
        started, started_at = run.clock(), run.now()
        status: int | None = None
        outcome = "interrupted"
        try:
            response = self._follow(validators)
            status, outcome = response.status, "not modified" if response.not_modified else "ok"
        except Setback as setback:
            status, outcome = setback.status, setback.reason
            raise
        finally:
            visit = Visit(
                host=self.request.host,
                url=self.request.public_url,
                started_at=started_at,
                attempt=attempt,
                waited_s=started - self._asked_at,
                elapsed_s=run.clock() - started,
                status=status,
                outcome=outcome,
            )
            run.journal.append(visit)
            logger.info(
                "%s: %s in %.1f s (try %d) %s", self.who, outcome, visit.elapsed_s, attempt, visit.url[:300]
            )
        return response

    def _follow(self, validators: Mapping[str, str]) -> Response:
        """Send the request, and again wherever a permitted redirect leads, all within the time of one try."""
        run, mirror = self._run, settings.UPSTREAM_MIRROR
        ends = run.clock() + min(self.policy.attempt_s, run.left_s)
        url = full_url(self.request)
        for _ in range(self.policy.redirects + 1):
            left_s = ends - run.clock()
            if left_s <= 0:
                raise Setback("did not answer: no time left")
            status, headers, body = self._exchange(through_mirror(url, mirror), validators, left_s)
            if status not in _REDIRECTS or "location" not in headers:
                return self._judge(status, headers, body, validators)
            if self._method != "GET":
                raise Denied("redirected a request that is not a GET")
            if self.policy.redirects:
                url = redirected(url, headers["location"], self.policy, mirror)
        raise Denied(f"redirected more than {self.policy.redirects} times")

    @property
    def _method(self) -> str:
        return "POST" if self.request.form and self.request.method == "GET" else self.request.method

    def _exchange(
        self, address: str, validators: Mapping[str, str], total_s: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        from deepspace.upstream import transport

        outgoing = transport.Outgoing(
            method=self._method,
            url=address,
            headers={
                "User-Agent": user_agent(),
                "Accept-Encoding": "gzip",
                "Connection": "close",
                **validators,
            },
            form=self.request.form,
            json=self.request.json,
        )
        limits = transport.Limits(
            total_s=total_s,
            read_s=self.request.read_timeout_s,
            connect_s=self.policy.connect_s,
            max_bytes=self.request.max_bytes,
        )
        answer = transport.exchange(outgoing, limits)
        return answer.status, answer.headers, answer.body

    def _judge(
        self, status: int, headers: Mapping[str, str], body: bytes, validators: Mapping[str, str]
    ) -> Response:
        from deepspace.upstream.patience import retry_after_s

        budget.heed(self.request.host, self.allowances, headers, self._run.now())
        not_modified = status == HTTPStatus.NOT_MODIFIED and bool(validators)
        if not_modified or HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Response(status, body, headers, self._run.now(), not_modified)
        path = urlsplit(self.request.url).path
        pause_s = retry_after_s(headers.get("retry-after"))
        if pause_s is None and status == HTTPStatus.TOO_MANY_REQUESTS:
            pause_s = self.policy.throttled_for_s
        setback = status_setback(status, path, pause_s)
        setback.status = status
        raise setback


def user_agent() -> str:
    """Who asks, with an address where somebody can be reached."""
    contact = f"; {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"DeepSpaceResearchPlatform/{__version__} (+{settings.SITE_URL}{contact})"
