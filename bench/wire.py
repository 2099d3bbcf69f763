"""HTTP/1.1 on a raw socket: as little work per request as possible, because client and server share the cores."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

HOST = "127.0.0.1"
LIMIT_S = 120.0  # of any wait, whatever the server does
_END_OF_HEAD = b"\r\n\r\n"
_BODYLESS = {204, 304}


class ClosedEarly(ConnectionError):
    """The server closed a connection."""


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._head, self._request = bytearray(), b""
        self._missing = -1  # of the body; -1 while the head is being read
        self.target, self.started, self.status, self.body_bytes = 0, 0.0, 0, 0
        self.socket = self._opened()

    def _opened(self) -> socket.socket:
        opened = socket.create_connection((HOST, self._port), timeout=LIMIT_S)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    @property
    def has_begun(self) -> bool:
        """Whether a part of the answer is here."""
        return bool(self._head)

    def send(self, request: bytes, target: int) -> None:
        """Ask. A connection that is gone is noticed when the answer is awaited."""
        self.target, self._missing, self._request = target, -1, request
        self.started = time.perf_counter()
        with suppress(ConnectionError):
            self.socket.sendall(request)

    def reopen(self) -> None:
        """Connect anew and ask again what is under way, as every client does; the clock goes on."""
        self.socket.close()
        self.socket = self._opened()
        self.socket.sendall(self._request)

    def receive(self, buffer: bytearray) -> bool:
        """Take what has come; whether the answer is complete."""
        count = self.socket.recv_into(buffer)
        if not count:
            raise ClosedEarly("the server closed the connection")
        if self._missing >= 0:
            self._missing -= count
        else:
            self._head += memoryview(buffer)[:count]
            end = self._head.find(_END_OF_HEAD)
            if end < 0:
                return False
            self.status, self.body_bytes = read_head(bytes(self._head[:end]))
            self._missing = self.body_bytes - (len(self._head) - end - len(_END_OF_HEAD))
        if self._missing:
            return False
        self._head, self._request = bytearray(), b""
        return True


def read_head(head: bytes) -> tuple[int, int]:
    """Status and length of the body that follows."""
    first, *lines = head.split(b"\r\n")
    status = int(first.split(b" ", 2)[1])
    if status in _BODYLESS:
        return status, 0
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return status, int(value)
    raise ValueError("an answer without Content-Length")


def request_bytes(path: str, headers: dict[str, str]) -> bytes:
    """A GET as it goes over the wire."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
