"""How long to wait before the next try: urllib3's ``Retry``, fed by the host's policy."""

from __future__ import annotations

import random

from urllib3.exceptions import InvalidHeader, MaxRetryError, ProtocolError
from urllib3.util import Retry

from deepspace.upstream.policy import HostPolicy
from deepspace.upstream.setback import Setback


class _PoliteRetry(Retry):
    """urllib3's own formula tries the second time at once; an upstream in trouble gets its pause from the start."""

    def get_backoff_time(self) -> float:
        """Seconds: factor, twice the factor, … up to the largest, and jitter on top."""
        pause_s = min(self.backoff_max, self.backoff_factor * 2 ** max(len(self.history) - 1, 0))
        return float(pause_s + random.uniform(0.0, self.backoff_jitter))  # noqa: S311 - jitter, not a secret


class Patience:
    """Counts the tries of one fetch and says how long to wait for the next one."""

    def __init__(self, policy: HostPolicy, tries: int) -> None:
        self._longest_retry_after_s = policy.retry_after_max_s
        self._retry: Retry = _PoliteRetry(
            total=tries - 1,
            allowed_methods=None,  # every request of ours only reads
            backoff_factor=policy.backoff_s,
            backoff_max=policy.backoff_max_s,
            backoff_jitter=policy.jitter_s,
        )

    def pause_after(self, setback: Setback) -> float | None:
        """Seconds until the next try; None when there shall be none."""
        if not setback.retryable:
            return None
        try:
            self._retry = self._retry.increment(error=ProtocolError(setback.reason), method="GET")
        except MaxRetryError:
            return None
        if setback.retry_after_s is None:
            return self._retry.get_backoff_time()
        if setback.retry_after_s > self._longest_retry_after_s:
            return None
        return setback.retry_after_s


def retry_after_s(header: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (a number or a date, at most six hours); None without sense."""
    if not header:
        return None
    try:
        return Retry().parse_retry_after(header)
    except (InvalidHeader, ValueError, OverflowError):
        return None
