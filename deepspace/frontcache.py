"""Finished public responses, kept in each worker and answered before anything else runs.

An entry lives as long as the pulse it was made under (no ingest has ended, the minute is the same), so it can
never outlive the data. Only responses of views decorated with ``versions.public`` to requests without cookies
are kept. The host is checked before a stored response is given out, and the request id is the new request's own.
Compressed forms are made once per entry, not per request.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import brotli
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import ResponseHeaders

from deepspace import versions

Handler = Callable[[HttpRequest], HttpResponse]
Compress = Callable[[bytes], bytes]
Key = tuple[str, str, str, str]

CAPACITY_BYTES = 16 * 2**20  # per worker
LARGEST_BYTES = 2 * 2**20  # bigger bodies (long CSVs) come from the shared cache
_COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg+xml", "application/atom+xml")
_SMALLEST_COMPRESSED = 1000  # below one packet nothing is gained
_COMPRESSIONS: dict[str, Compress] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
# A body that is not kept is compressed for each reader: 6 MB take 0.05 s so, and 0.4 s as above.
_HASTY_COMPRESSIONS: dict[str, Compress] = {"gzip": partial(gzip.compress, compresslevel=1, mtime=0)}


_ENTRY_BYTES, _OBJECT_BYTES = 1_500, 100  # entry, key and dictionaries; each text in them (measured: 2.2 kB)


@dataclass(slots=True)
class Entry:
    """One finished response."""

    pulse: str
    body: bytes
    headers: dict[str, str]
    etag: str
    encodings: dict[str, bytes] = field(default_factory=dict)

    def headers_without(self, *names: str) -> ResponseHeaders:
        """The stored headers for a new response."""
        return ResponseHeaders({name: value for name, value in self.headers.items() if name not in names})

    @property
    def size(self) -> int:
        """Bytes held, with what Python keeps around them: small answers by the thousand must not add up unseen."""
        headers = sum(len(name) + len(value) + _OBJECT_BYTES for name, value in self.headers.items())
        bodies = len(self.body) + sum(len(body) + _OBJECT_BYTES for body in self.encodings.values())
        return _ENTRY_BYTES + headers + bodies


class Store:
    """Least-recently-used entries within a byte budget; safe under threads."""

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity, self._size = capacity_bytes, 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, pulse: str) -> Entry | None:
        """The entry, if it was made under this pulse."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.pulse != pulse:
                return None
            self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an entry; the oldest make room."""
        with self._lock:
            replaced = self._entries.pop(key, None)
            self._size -= replaced.size if replaced else 0
            self._entries[key] = entry
            self._size += entry.size
            while self._size > self._capacity:
                _, oldest = self._entries.popitem(last=False)
                self._size -= oldest.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._size = 0


store = Store(CAPACITY_BYTES)


def front_cache(get_response: Handler) -> Handler:
    """Answer from the store, or pass on and keep what comes back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or "HTTP_COOKIE" in request.META:
            return get_response(request)
        try:
            host = request.get_host()
        except DisallowedHost:
            return get_response(request)  # Django's own answer, 400
        key = (request.scheme or "", host, request.path_info, request.META.get("QUERY_STRING", ""))
        pulse = versions.pulse()
        entry = store.get(key, pulse)
        if entry is not None:
            return _answer(request, entry)
        response = get_response(request)
        if (
            getattr(response, "may_be_front_cached", False)
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
        ):
            is_kept = len(response.content) <= LARGEST_BYTES
            entry = _entry(response, pulse, _COMPRESSIONS if is_kept else _HASTY_COMPRESSIONS)
            if is_kept:
                store.put(key, entry)
            return _answer(request, entry)
        return response

    return middleware


def _entry(response: HttpResponse, pulse: str, compressions: dict[str, Compress]) -> Entry:
    headers = {
        name: value for name, value in response.items() if name not in {"X-Request-Id", "Content-Length"}
    }
    entry = Entry(pulse, bytes(response.content), headers, response.get("ETag", ""))
    if response.get("Content-Type", "").startswith(_COMPRESSIBLE) and len(entry.body) >= _SMALLEST_COMPRESSED:
        entry.encodings = {name: compress(entry.body) for name, compress in compressions.items()}
    return entry


def _answer(request: HttpRequest, entry: Entry) -> HttpResponse:
    if versions.matches(request.META.get("HTTP_IF_NONE_MATCH", ""), entry.etag):
        response = HttpResponse(status=304)
        response.headers = entry.headers_without("Content-Type")
        return response
    encoding = _encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), entry)
    body = entry.encodings[encoding] if encoding else entry.body
    response = HttpResponse(body)
    response.headers = entry.headers_without()
    response.headers["Content-Length"] = str(len(body))
    if encoding:
        response.headers["Content-Encoding"] = encoding
        if entry.etag:
            response.headers["ETag"] = f"W/{entry.etag}"  # same content, other bytes
    return response


def _encoding(accepted: str, entry: Entry) -> str:
    """The encoding that the client likes best of those there are; the smaller one when it likes both the same."""
    if not accepted or not entry.encodings:
        return ""
    liking = dict(map(_liking, accepted.lower().split(",")))
    best = max(entry.encodings, key=lambda name: liking.get(name, 0.0))  # the first one wins a tie: br
    return best if liking.get(best, 0.0) > 0.0 else ""


def _liking(offer: str) -> tuple[str, float]:
    """``gzip;q=0.5`` -> ("gzip", 0.5); what cannot be read is not wanted."""
    name, _, parameter = offer.partition(";")
    weight = parameter.strip().removeprefix("q=") or "1"
    try:
        return name.strip(), float(weight)
    except ValueError:
        return name.strip(), 0.0
