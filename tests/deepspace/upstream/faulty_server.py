"""A server on loopback that misbehaves below HTTP: each answer is a function that writes to a bare socket."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Self

Answer = Callable[[socket.socket], None]

HANG_S = 5.0
_RESET = struct.pack("ii", 1, 0)


class FaultyServer:
    """Answers the n-th request with the n-th answer it was given, then with the last one for ever."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[Answer] = list(answers)
        self.requests: list[str] = []
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def give(self, *answers: Answer) -> None:
        """Start over with other answers."""
        self.answers, self.requests = list(answers), []

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(HANG_S)
            stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with stream:
                request = _read_request(stream)
                with self._lock:
                    self._under_way += 1
                    self.most_at_once = max(self.most_at_once, self._under_way)
                    self.requests.append(request)
                    answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
                try:
                    answer(stream)
                finally:
                    with self._lock:
                        self._under_way -= 1


def _read_request(stream: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        block = stream.recv(65536)
        if not block:
            raise ConnectionResetError
        received += block
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].partition(b":")[2]):
        body += stream.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def raw(*blocks: bytes) -> Answer:
    """These bytes, then the end."""
    return lambda stream: stream.sendall(b"".join(blocks))


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> Answer:
    """A well-formed answer."""
    return raw(_head(status, {"Content_Length": str(len(body)), **headers}) + body)


def without_length(body: bytes, **headers: str) -> Answer:
    """An answer that ends with the connection."""
    return raw(_head("200 OK", headers) + body)


def truncated(body: bytes, sent: int) -> Answer:
    """The full length is promised, less is sent."""
    return raw(_head("200 OK", {"Content_Length": str(len(body))}) + body[:sent])


def endless(block: bytes, **headers: str) -> Answer:
    """The same block until the client has enough."""

    def answer(stream: socket.socket) -> None:
        stream.sendall(_head("200 OK", headers))
        while True:
            stream.sendall(block)

    return answer


def hang(stream: socket.socket) -> None:
    """Nothing at all, until the client leaves."""
    with suppress(OSError):
        stream.recv(1)


def reset(stream: socket.socket) -> None:
    """An RST instead of an answer."""
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def close(stream: socket.socket) -> None:
    """The end instead of an answer."""


def dripped(blocks: Iterable[bytes], pause_s: float = 0.02) -> Answer:
    """A block now and then: no pause is long, all together are."""

    def answer(stream: socket.socket) -> None:
        for block in blocks:
            stream.sendall(block)
            time.sleep(pause_s)

    return answer


def dripped_headers() -> Answer:
    """Headers that never end, some with a word that makes http.client forget its socket."""
    return dripped([b"HTTP/1.1 200 OK\r\nConnection: close\r\n", *[b"X-Drip: 1\r\n"] * 90, *[b"X"] * 1000])


def dripped_body() -> Answer:
    """A body that comes byte by byte."""
    return dripped([_head("200 OK", {"Content_Length": "100000", "Connection": "close"}), *[b"x"] * 2000])


def gzip_bomb(mebibytes: int) -> bytes:
    """A gzip stream of a few KB per MiB; its checksum is wrong, which only somebody who unpacks it all sees."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"[") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * mebibytes + packer.compress(b"]") + packer.flush()


def _head(status: str, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
