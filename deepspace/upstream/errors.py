"""The five ways in which an upstream can fail, named by what the caller can do about it."""

from __future__ import annotations

from typing import ClassVar


class UpstreamError(Exception):
    """An upstream did not give what was asked.

    The message is one line for the operator: what was asked of whom, and what came instead. It never contains
    a secret or a body.
    """

    permanent: ClassVar[bool] = False  # True: asking again with the same request cannot help

    @property
    def name(self) -> str:
        """Class name, as stored in the ingestion log and shown on /status."""
        return type(self).__name__


class Unreachable(UpstreamError):
    """No usable answer: refused, timed out, cut off, 5xx, or the circuit breaker is open. Try later."""


class RateLimited(UpstreamError):
    """The upstream asked for patience (429). Try again after ``retry_after_s``."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(UpstreamError):
    """The request itself is wrong or no longer served (4xx, a redirect elsewhere). Needs a person."""

    permanent = True


class SchemaDrift(UpstreamError):
    """The body is not what it should be: HTML for JSON, columns missing, cut short, too large. Needs a person."""

    permanent = True


class NoData(UpstreamError):
    """A well-formed answer that says there is nothing for the window asked."""

    permanent = True
