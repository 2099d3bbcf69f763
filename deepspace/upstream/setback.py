"""What went wrong with one try, before it is decided whether to try again."""

from __future__ import annotations

from http import HTTPStatus

from deepspace.upstream.errors import RateLimited, Refused, SchemaDrift, Unreachable, UpstreamError


class Setback(Exception):
    """One try failed. The reason is a sentence without its subject, and without secrets or parts of the body."""

    error: type[UpstreamError] = Unreachable

    def __init__(self, reason: str, *, retryable: bool = True, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.status: int | None = None  # for the journal, where there was an answer

    def as_error(self, who: str, tries: int) -> UpstreamError:
        """The error for the caller, one line that names the upstream."""
        line = f"{who} {self.reason}" + (f" ({tries} tries)" if tries > 1 else "")
        if self.error is RateLimited:
            return RateLimited(line, self.retry_after_s)
        return self.error(line)


class Throttled(Setback):
    """The upstream asks for patience."""

    error = RateLimited


class Denied(Setback):
    """The upstream will not answer this request, however often it is asked."""

    error = Refused

    def __init__(self, reason: str) -> None:
        super().__init__(reason, retryable=False)


class Malformed(Setback):
    """The answer is not what it should be, and will not get better by asking again."""

    error = SchemaDrift

    def __init__(self, reason: str) -> None:
        super().__init__(reason, retryable=False)


def status_setback(status: int, path: str, retry_after_s: float | None) -> Setback:
    """What a status other than success means."""
    told = described(status)
    is_down = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT
    if status == HTTPStatus.TOO_MANY_REQUESTS or (is_down and retry_after_s is not None):
        patience = "" if retry_after_s is None else f", retry after {retry_after_s:.0f} s"
        return Throttled(f"asks for patience: {told}{patience}", retry_after_s=retry_after_s)
    if is_down:
        return Setback(f"answered {told}")
    return Denied(f"refused {path[:200]}: {told}")


def described(status: int) -> str:
    """The number and its standard name (not the server's own words)."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
