"""A web process from its first import to its first page: milliseconds, memory and modules at each stage."""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the clock comes first
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402
from wsgiref.util import setup_testing_defaults  # noqa: E402

from bench.processes import memory  # noqa: E402


def _stage(watched: list[str]) -> dict[str, Any]:
    elapsed_ms = (time.perf_counter() - BEGAN) * 1e3
    loaded = [name for name in watched if name in sys.modules]
    return {"ms": elapsed_ms, "rss_mb": memory(os.getpid()).rss_mb, "loaded": loaded}


def _asked(application: Any, path: str) -> None:
    """A request without django.test, which loads much that a server does not."""
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    for _ in application(environ, lambda status, headers: statuses.append(status)):
        pass
    if statuses != ["200 OK"]:
        raise SystemExit(f"{path} answered {statuses}")


def main(watched: list[str]) -> None:
    """Go through the stages."""
    from deepspace.wsgi import application

    stages = {"wsgi": _stage(watched)}
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    stages["urls"] = _stage(watched)
    _asked(application, "/trajectory")
    stages["page"] = _stage(watched)
    _asked(application, "/drawn/trajectory.png")
    stages["drawn"] = _stage(watched)
    print(json.dumps(stages))


if __name__ == "__main__":
    main(sys.argv[1:])
