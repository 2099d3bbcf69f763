"""A small HTTP client on raw sockets that puts a fixed number of requests on a loopback server.

Run as ``python -m bench.load`` in a process of its own: it reads its orders as one JSON line, warms its
connections up, says ``ready``, waits for a line, works, and prints the result as JSON. The connections that are
measured are the ones that were warmed, so each worker behind them is warm too.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

HOST = "127.0.0.1"
LIMIT_S = 120.0  # of one run, whatever the server does
_END_OF_HEAD = b"\r\n\r\n"
_BODYLESS = {204, 304}


@dataclass(frozen=True, slots=True)
class Orders:
    """What to ask for."""

    port: int
    targets: list[dict[str, Any]]  # {"path": …, "headers": {…}}, asked in turn
    requests: int
    warmup: int = 0
    connections: int = 1
    per_s: float = 0.0  # at most so many requests a second; 0: as fast as they are answered


@dataclass(slots=True)
class Result:
    """What came back."""

    seconds: float = 0.0
    body_bytes: int = 0  # of the last answer
    statuses: dict[int, int] = field(default_factory=dict)
    latencies_ms: list[list[float]] = field(default_factory=list)  # per target


class ClosedEarly(Exception):
    """The server closed a connection in the middle of an answer."""


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=LIMIT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = bytearray()
        self._missing = -1  # of the body; -1 while the head is being read
        self.target, self.started, self.status, self.body_bytes = 0, 0.0, 0, 0

    def send(self, request: bytes, target: int) -> None:
        """Ask."""
        self.target, self._missing = target, -1
        self._head.clear()
        self.started = time.perf_counter()
        self.socket.sendall(request)

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
        return self._missing == 0


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
    raise ClosedEarly("an answer without Content-Length")


def request_bytes(path: str, headers: dict[str, str]) -> bytes:
    """A GET as it goes over the wire."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def work(connections: list[Connection], asked: list[bytes], requests: int, per_s: float) -> Result:
    """Keep each connection busy until so many requests are answered."""
    result = Result(latencies_ms=[[] for _ in asked])
    statuses: Counter[int] = Counter()
    buffer = bytearray(2**20)
    idle, sent, done = deque(connections), 0, 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        while done < requests:
            now = time.perf_counter() - began
            while idle and sent < requests and (not per_s or now >= sent / per_s):
                idle.popleft().send(asked[sent % len(asked)], sent % len(asked))
                sent += 1
            if now > LIMIT_S:
                raise TimeoutError(f"{done} of {requests} answers in {LIMIT_S:.0f} s")
            pause = max(sent / per_s - now, 0.0) if per_s and idle and sent < requests else 1.0
            for key, _ in selector.select(pause):
                connection = key.data
                if connection.receive(buffer):
                    took_ms = (time.perf_counter() - connection.started) * 1e3
                    result.latencies_ms[connection.target].append(took_ms)
                    statuses[connection.status] += 1
                    result.body_bytes = connection.body_bytes
                    idle.append(connection)
                    done += 1
    result.seconds = time.perf_counter() - began
    result.statuses = dict(statuses)
    return result


def main() -> None:
    """Do what standard input orders."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    asked = [request_bytes(target["path"], target["headers"]) for target in orders.targets]
    connections = [Connection(orders.port) for _ in range(orders.connections)]
    work(connections, asked, orders.warmup, 0.0)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(work(connections, asked, orders.requests, orders.per_s))), flush=True)


if __name__ == "__main__":
    main()
