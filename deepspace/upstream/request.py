"""What may be asked of an upstream, and what comes back through the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, described without secrets.

    ``url`` and ``params`` make the public address that is archived and shown; ``secret_params`` (an API key)
    are added by the door when it sends, and appear nowhere else. ``form`` makes it a POST of multipart fields,
    ``json`` a request with a JSON body. ``expects`` names what the body must look like, so that an error page
    sent with status 200 is refused at the door. ``alternatives`` are other addresses of the same bytes, asked in
    this order where the ones before give no usable answer; one that needs parameters or secrets of its own is a
    request. Secrets never go to another host than that of the request they stand in.
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    json: object | None = None
    # "any", "text" (UTF-8, not HTML), "json" (strict), "json-or-empty", "cdf" (CDF magic bytes), "html"
    expects: str = "any"
    max_bytes: int = 64 * 2**20
    read_timeout_s: float = 30.0
    conditional: bool = True  # send If-None-Match / If-Modified-Since when an earlier body is archived
    alternatives: tuple[str | Request, ...] = ()
    optional: bool = False  # where it cannot be had the product is answered None, and nothing has failed

    @property
    def host(self) -> str:
        """Host name, the unit of politeness."""
        return urlsplit(self.url).hostname or ""

    @property
    def public_url(self) -> str:
        """The address that may be shown: with the parameters, without the secrets."""
        if not self.params:
            return self.url
        joiner = "&" if urlsplit(self.url).query else "?"
        return f"{self.url}{joiner}{urlencode(self.params)}"

    @property
    def routes(self) -> tuple[Request, ...]:
        """The same request at each of its addresses, the preferred one first."""
        if not self.alternatives:
            return (self,)
        return tuple(self._at(other) for other in (self.url, *self.alternatives))

    def _at(self, other: str | Request) -> Request:
        """The same request at another address, with the secrets only where that is the same host."""
        if isinstance(other, Request):
            return other
        moved = replace(self, url=other, alternatives=())
        return moved if moved.host == self.host else replace(moved, secret_params={})


@dataclass(frozen=True, slots=True)
class Response:
    """What the door brought back."""

    status: int
    body: bytes  # decoded content; empty when ``not_modified``
    headers: Mapping[str, str]  # lower-case names
    retrieved_at: datetime  # UTC
    not_modified: bool = False
