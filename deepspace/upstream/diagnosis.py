"""The operator's words for what the network libraries raise. Imported with the first request only."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead

from requests.exceptions import ProxyError  # noqa: TID253 - see above
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from deepspace.upstream.setback import Setback

_UNTRUSTED = "was not trusted: its TLS certificate is not valid"

# The first line with a kind among the causes is what happened; the particular ones stand first.
_WORDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ProxyError,), "was not reached: the proxy failed"),
    ((NameResolutionError, socket.gaierror), "did not answer: its name cannot be resolved"),
    ((ConnectionRefusedError,), "did not answer: connection refused"),
    ((NewConnectionError,), "did not answer: no connection"),
    ((ConnectTimeoutError,), "did not answer: no connection within {connect_s:.3g} s"),
    ((ssl.SSLCertVerificationError,), _UNTRUSTED),
    ((TimeoutError,), "did not answer: timed out, silent for {read_s:.3g} s"),
    ((IncompleteRead,), "cut its answer short"),
    ((ConnectionResetError, BrokenPipeError), "did not answer: connection closed"),
    ((ssl.SSLError,), "did not answer: TLS failed"),
    ((HTTPException,), "did not answer in HTTP"),
)


def explained(error: BaseException, *, read_s: float, connect_s: float) -> Setback:
    """What happened, found by going down to the causes. The error has the address in its text: drop it."""
    causes = list(_causes(error))
    for kinds, words in _WORDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return Setback(
                words.format(read_s=read_s, connect_s=connect_s), retryable=words is not _UNTRUSTED
            )
    return Setback("did not answer: connection failed")


def _causes(error: object, depth: int = 8) -> Iterator[BaseException]:
    """An exception and whatever it wraps, in any of the ways that the libraries have."""
    if not isinstance(error, BaseException) or depth == 0:
        return
    yield error
    for inner in (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__):
        yield from _causes(inner, depth - 1)
