"""The first answer of a new process: ``python -m bench.probes.cold PATH [FILE]``; the FILE is read from disc anew."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults


def evict(path: str) -> None:
    """Have the kernel forget what it holds of a file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def environ_of(address: str) -> dict[str, Any]:
    """A GET of a path with its query, as a server hands it to the application."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    return environ


def main(address: str, file: str = "") -> None:
    """Ask once."""
    from deepspace.wsgi import application

    with_nothing_kept()
    # As deploy/gunicorn.conf.py does before it forks the workers, which answer with what is imported set aside.
    gc.collect()
    gc.freeze()
    if file:
        evict(file)
    seen: list[tuple[str, dict[str, str]]] = []

    def respond(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        seen.append((status, dict(headers)))
        return bytes  # nothing here writes past the iterable

    began, used = time.perf_counter(), time.process_time()
    size = sum(map(len, application(environ_of(address), respond)))
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - used
    ((status, headers),) = seen
    if status != "200 OK":
        raise SystemExit(f"{address} answered {status}")
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu_s": cpu_s,
                "bytes": size,
                "tier": headers.get("X-Data-Tier", ""),
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def with_nothing_kept() -> None:
    """Empty the cache that the processes share."""
    from django.core.cache import cache

    cache.clear()


if __name__ == "__main__":
    main(*sys.argv[1:])
