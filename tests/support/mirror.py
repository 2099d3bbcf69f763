"""The replay mirror of the upstreams: recorded bodies over HTTP on loopback, with faults on demand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "DEEPSPACE_MIRROR_DIR"
ANSWER_S = 10
END_S = 5

# Loopback is asked directly whatever proxy the environment names.
_opener = build_opener(ProxyHandler({}))


def directory() -> Path | None:
    """Where the mirror is, if this machine has it: it is a development aid, the suite is complete without."""
    place = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "mirror")
    return place if (place / "mirror.py").is_file() else None


class Mirror:
    """One running mirror process.

    Parameters
    ----------
    place : Path
        Directory of ``mirror.py``.
    today : str, optional
        The day (ISO 8601) that the services take for today; the clock's by default.
    faults : sequence of str
        Faults active from the start, ``KIND:HOST[:ARGUMENT]``.
    """

    def __init__(self, place: Path, *, today: str | None = None, faults: tuple[str, ...] = ()) -> None:
        command = [sys.executable, "mirror.py", "--port", "0"]
        if today is not None:
            command += ["--today", today]
        if faults:
            command += ["--fault", *faults]
        self._process = subprocess.Popen(
            command,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("mirror: http://"):
            self.close()
            raise RuntimeError(f"the mirror in {place} did not start: {line!r}")
        self.url = line.removeprefix("mirror:").strip().rstrip("/")
        self.port = int(self.url.rpartition(":")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def faults(self, *specs: str) -> None:
        """Replace the active faults, e.g. ``mirror.faults("down:ssd.jpl.nasa.gov")``."""
        self._ask("faults", method="POST", body=list(specs))

    def clear(self) -> None:
        """End all faults."""
        self._ask("faults", method="DELETE")

    def log(self, host: str | None = None) -> list[dict[str, Any]]:
        """Requests so far, oldest first: times, headers, status, ``in_flight``."""
        entries: list[dict[str, Any]] = self._ask("log", host=host)
        return entries

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self._ask("log", method="DELETE")

    def summary(self) -> dict[str, dict[str, Any]]:
        """Per host: requests, most at once, shortest gap, conditional requests, statuses."""
        hosts: dict[str, dict[str, Any]] = self._ask("summary")
        return hosts

    def _ask(self, what: str, *, method: str = "GET", body: object = None, host: str | None = None) -> Any:
        query = f"?{urlencode({'host': host})}" if host else ""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/__mirror__/{what}{query}", data=data, method=method)
        with _opener.open(request, timeout=ANSWER_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None
