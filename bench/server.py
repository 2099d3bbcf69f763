"""gunicorn as it is deployed, on a site of the bench, and loads put on it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from bench import processes
from bench.lab import BenchError, Site
from bench.load import Orders, Result
from bench.wire import HOST
from tests.support.instance import ROOT

WORKERS = 2
START_S = 30.0
_GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
# A worker that retires in the middle would take its CPU time with it.
_NO_RETIREMENT = ["--max-requests", "0", "--max-requests-jitter", "0"]


@dataclass(frozen=True, slots=True)
class Target:
    """An address with the headers that are sent."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One load: CPU of the workers and what the client saw."""

    cpu_us: float  # utime + stime of all workers per request
    per_s: float
    result: Result


class Server:
    """Two workers behind a port of their own."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.port = free_port()

    def __enter__(self) -> Self:
        env = self._site.env | {"PORT": str(self.port), "WEB_CONCURRENCY": str(WORKERS)}
        self._log = self._site.place / "gunicorn.log"
        command = [*_GUNICORN, *_NO_RETIREMENT, "deepspace.wsgi:application"]
        self._master = processes.start(command, env, self._log, cwd=ROOT)
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._master.poll() is not None or time.monotonic() > deadline:
                processes.end(self._master)
                raise BenchError(f"gunicorn did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.workers = processes.children(self._master.pid)
        return self

    def __exit__(self, *exception: object) -> None:
        processes.end(self._master)

    def _answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200 and len(processes.children(self._master.pid)) == WORKERS
        except OSError:
            return False

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request on a connection of its own: status, headers in lower case, body."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "identity"} | dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
        finally:
            connection.close()

    def warm(self, *paths: str) -> None:
        """Ask often enough, each time on a new connection, for every worker to have answered."""
        for path in paths * (8 * WORKERS):
            status, _, _ = self.get(path)
            if status != 200:
                raise BenchError(f"{path} answered {status}:\n{self._log.read_text()[-2000:]}")

    def load(
        self, *targets: Target, requests: int, warmup: int = 0, connections: int = 1, per_s: float = 0.0
    ) -> Sample:
        """Put a fixed number of requests on the server, from another process."""
        asked: list[dict[str, Any]] = [{"path": one.path, "headers": dict(one.headers)} for one in targets]
        orders = Orders(self.port, asked, requests, warmup, connections, per_s)
        with subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as client:
            sent, received = client.stdin, client.stdout
            assert sent is not None and received is not None and client.stderr is not None  # noqa: S101, PT018
            print(json.dumps(asdict(orders)), file=sent, flush=True)
            if received.readline() != "ready\n":
                raise BenchError(f"the load did not start:\n{client.stderr.read()[-2000:]}")
            before = processes.cpu_s(self.workers)
            print("go", file=sent, flush=True)
            line = received.readline()
            used_s = processes.cpu_s(self.workers) - before
            if not line:
                raise BenchError(f"the load broke off:\n{client.stderr.read()[-2000:]}")
        found = json.loads(line)
        found["statuses"] = {int(status): count for status, count in found["statuses"].items()}
        result = Result(**found)
        return Sample(used_s / requests * 1e6, requests / result.seconds, result)

    @property
    def memory(self) -> list[processes.Memory]:
        """Of each worker, now."""
        return [processes.memory(pid) for pid in self.workers]


def free_port() -> int:
    """A loopback port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
    return number
