"""One HTTP exchange over ``requests``, bounded in time and in bytes. Imported with the first request only.

Only the transport adapter is used, not a ``Session``: no cookies, no redirects, no passwords from ``~/.netrc``.
Proxies and certificate bundles from the environment are honoured, as institutional machines need them.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import requests  # noqa: TID253 - see above
from requests.adapters import HTTPAdapter  # noqa: TID253
from requests.exceptions import InvalidSchema, RequestException  # noqa: TID253
from requests.utils import get_environ_proxies  # noqa: TID253
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from deepspace.upstream.diagnosis import explained
from deepspace.upstream.guard import Guard
from deepspace.upstream.intake import read_body
from deepspace.upstream.setback import Setback

# Its messages, warnings included, have addresses with their keys in them; what matters is raised as well.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one exchange."""

    total_s: float
    read_s: float
    connect_s: float
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it is sent. The address may contain secrets."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str]
    form: Mapping[str, str]
    json: object | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body is read only where the status says success."""

    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes = field(repr=False)


def exchange(outgoing: Outgoing, limits: Limits) -> Answer:
    """Send one request and read its answer.

    Raises
    ------
    Setback
        No usable answer. The error underneath, whose text has the address in it, is neither kept nor chained.
    """
    answer: Answer | None = None
    setback = Setback("did not answer")
    with Guard(limits.total_s, limits.connect_s) as guard, _GuardedAdapter(guard) as adapter:
        try:
            answer = _exchange(adapter, outgoing, limits)
        except (RequestException, HTTPError, HTTPException, OSError) as error:
            setback = explained(error, read_s=min(limits.read_s, limits.total_s), connect_s=limits.connect_s)
        except Setback as found:
            setback = found
        if guard.expired:  # whatever it looks like: to http.client, cut-off headers are complete ones
            raise Setback(f"did not answer: timed out after {limits.total_s:.3g} s")
    if answer is None:
        raise setback
    return answer


def _exchange(adapter: HTTPAdapter, outgoing: Outgoing, limits: Limits) -> Answer:
    prepared = requests.Request(
        outgoing.method,
        outgoing.url,
        headers=dict(outgoing.headers),
        files={name: (None, value) for name, value in outgoing.form.items()} or None,
        json=outgoing.json,
    ).prepare()
    answer = adapter.send(
        prepared,
        stream=True,
        timeout=(limits.connect_s, min(limits.read_s, limits.total_s)),
        verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True,
        proxies=_proxies(outgoing.url),
    )
    with closing(answer.raw):
        headers = {name.lower(): value for name, value in answer.headers.items()}
        has_body = outgoing.method != "HEAD" and 200 <= answer.status_code < 300 and answer.status_code != 204
        body = read_body(answer.raw, headers, limits.max_bytes) if has_body else b""
    return Answer(answer.status_code, headers, body)


def _proxies(url: str) -> dict[str, str]:
    """A mirror on this machine is never asked through a proxy."""
    if urlsplit(url).hostname in _LOOPBACK:
        return {}
    return dict(get_environ_proxies(url, no_proxy=None))


class _GuardedConnection:
    """What the two connection classes have in common: the guard opens their sockets."""

    guard: ClassVar[Guard]

    def _new_conn(self: Any) -> socket.socket:
        try:
            opened: socket.socket = self.guard.connect(self._dns_host, self.port, self.socket_options or ())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "connecting took too long") from error
        except OSError as error:
            raise NewConnectionError(self, "connecting failed") from error
        return opened


class _Http(_GuardedConnection, HTTPConnection):
    pass


class _Https(_GuardedConnection, HTTPSConnection):
    pass


class _GuardedAdapter(HTTPAdapter):
    """An adapter for one exchange; also through a proxy, its connections belong to the guard."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(max_retries=0)
        self._guard = guard

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        guarded: dict[Any, type] = {HTTPConnection: _Http, HTTPSConnection: _Https}
        if pool.ConnectionCls not in guarded:
            raise InvalidSchema("this kind of proxy cannot be guarded")
        pool.ConnectionCls = type("Guarded", (guarded[pool.ConnectionCls],), {"guard": self._guard})
        return pool
