"""A watchdog over the sockets of one exchange: at the deadline it shuts them down, whatever they are waiting for.

Socket timeouts bound only the silence between two packets: an answer dripped byte by byte holds a plain client
for ever. Each socket is watched through a duplicate of its descriptor, because the original changes hands: TLS
takes it over, and ``http.client`` forgets it once it has read the headers of an answer with ``Connection: close``.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_Address = tuple[Any, ...]


class Guard:
    """Opens sockets and ends them at the deadline."""

    def __init__(self, limit_s: float, connect_s: float) -> None:
        self.expired = False
        self._ends = time.monotonic() + limit_s
        self._connect_s = connect_s
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(limit_s, 0.0), self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._watched:
                watched.close()
            self._watched.clear()

    def connect(self, host: str, port: int, options: Iterable[tuple[int, int, int | bytes]]) -> socket.socket:
        """A connected socket to the first address of ``host`` that answers.

        Raises
        ------
        TimeoutError
            Neither the name service nor any address answered in time.
        OSError
            As the last address said.
        """
        problem: OSError = OSError(f"no address for {host}")
        for family, kind, protocol, _, address in _resolve(host, port, self._patience_s()):
            try:
                return self._open(family, kind, protocol, address, options)
            except OSError as error:
                problem = error
        raise problem

    def _open(
        self,
        family: int,
        kind: int,
        protocol: int,
        address: _Address,
        options: Iterable[tuple[int, int, int | bytes]],
    ) -> socket.socket:
        opened = socket.socket(family, kind, protocol)
        try:
            for option in options:
                opened.setsockopt(*option)
            opened.settimeout(self._patience_s())
            opened.connect(address)
            self._watch(opened)
        except OSError:
            opened.close()
            raise
        return opened

    def _patience_s(self) -> float:
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the deadline has passed")
        return min(self._connect_s, left_s)

    def _watch(self, opened: socket.socket) -> None:
        with self._lock:
            if self.expired:
                raise TimeoutError("the deadline has passed")
            self._watched.append(opened.dup())

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for watched in self._watched:
                with suppress(OSError):  # already closed by the other side
                    watched.shutdown(socket.SHUT_RDWR)


def _resolve(host: str, port: int, timeout_s: float) -> list[tuple[int, int, int, str, _Address]]:
    """``getaddrinfo`` with a limit: the C library's own may take half a minute, and nothing can interrupt it."""
    answer: queue.SimpleQueue[list[tuple[int, int, int, str, _Address]] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answer.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    try:
        found = answer.get(timeout=timeout_s)
    except queue.Empty:
        raise TimeoutError(f"the name {host} was not resolved in {timeout_s:g} s") from None
    if isinstance(found, UnicodeError):
        raise socket.gaierror(socket.EAI_NONAME, "not a host name")
    if isinstance(found, Exception):
        raise found
    return found
