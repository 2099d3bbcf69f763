"""Reading an answer's body with a cap on what arrives and on what it unpacks to."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Protocol

from deepspace.upstream.setback import Malformed, Setback

_BLOCK = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16


class Wire(Protocol):
    """Where bytes come from: ``read1`` returns what is there, nothing at the end."""

    def read1(self, amt: int, /, *, decode_content: bool) -> bytes: ...


def read_body(wire: Wire, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """The decoded body, of at most ``max_bytes`` bytes on the wire and decoded.

    ``read1`` and not ``read``: the latter waits until a whole block is there, so that nothing could be counted
    while a slow answer drips.

    Raises
    ------
    Malformed
        Too large, or packed in a way that was not asked for.
    Setback
        Cut short, or damaged on the way: worth another try.
    """
    declared = _declared_length(headers)
    if declared is not None and declared > max_bytes:
        raise _too_large(max_bytes)
    sink = _sink(headers.get("content-encoding", "").strip().lower(), max_bytes)
    arrived = 0
    while block := wire.read1(_BLOCK, decode_content=False):
        arrived += len(block)
        if arrived > max_bytes:
            raise _too_large(max_bytes)
        sink.write(block)
    if declared is not None and arrived != declared:
        raise Setback(f"cut its answer short: {arrived:,} of {declared:,} bytes")
    if not arrived and declared is None and "transfer-encoding" not in headers:
        raise Setback("cut its answer short: no body, and nothing that says so")  # perhaps in its headers
    return sink.finish()


class _Plain:
    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._body = BytesIO()  # its getvalue() shares the buffer: the body is in memory once

    def write(self, block: bytes) -> None:
        if self._body.tell() + len(block) > self._max_bytes:
            raise _too_large(self._max_bytes)
        self._body.write(block)

    def finish(self) -> bytes:
        return self._body.getvalue()


class _Gzip(_Plain):
    """Unpacks block by block, so that a small bomb meets the cap after at most one block too many."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._member = zlib.decompressobj(_GZIP)
        self._started = False

    def write(self, block: bytes) -> None:
        self._started = True
        while block:
            if self._member.eof:  # another member, or padding after the last one
                block = block.lstrip(b"\0")
                if not block:
                    return
                self._member = zlib.decompressobj(_GZIP)
            super().write(self._unpack(block))
            block = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def finish(self) -> bytes:
        while not self._member.eof and (rest := self._unpack(b"")):
            super().write(rest)
        if self._started and not self._member.eof:
            raise Setback("cut its answer short: the gzip stream does not end")
        return super().finish()

    def _unpack(self, block: bytes) -> bytes:
        try:
            return self._member.decompress(block, _BLOCK)
        except zlib.error:
            raise Setback("sent a damaged gzip stream") from None


def _sink(encoding: str, max_bytes: int) -> _Plain:
    if encoding in {"", "identity"}:
        return _Plain(max_bytes)
    if encoding in {"gzip", "x-gzip"}:
        return _Gzip(max_bytes)
    raise Malformed("packed its answer in a way that was not asked for")


def _declared_length(headers: Mapping[str, str]) -> int | None:
    value = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (value.isascii() and value.isdigit()):
        return None
    return int(value[:18])


def _too_large(max_bytes: int) -> Malformed:
    return Malformed(f"sent more than {max_bytes:,} bytes")
