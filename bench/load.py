"""A small HTTP client on raw sockets that puts a fixed number of requests on a loopback server.

Run as ``python -m bench.load`` in a process of its own: it reads its orders as one JSON line, warms its
connections up, says ``ready``, waits for a line, works, and prints the result as JSON. The connections that are
measured are the ones that were warmed, so each worker behind them is warm too.
"""

from __future__ import annotations

import json
import selectors
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.wire import LIMIT_S, Connection, request_bytes


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
    reconnects: int = 0


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
                try:
                    is_complete = connection.receive(buffer)
                except ConnectionError:  # an idle connection may be closed just when it is used again
                    if connection.has_begun or result.reconnects >= requests:
                        raise
                    selector.unregister(key.fileobj)
                    connection.reopen()
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                    result.reconnects += 1
                    continue
                if is_complete:
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
