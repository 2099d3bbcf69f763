"""Upstreams in trouble, and ingests that meet them one after the other."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, Self

from bench.lab import Lab, Site
from bench.server import free_port
from bench.wire import HOST
from tests.support.instance import ROOT
from tests.support.mirror import Mirror

UPSTREAM: Final = "ssd.jpl.nasa.gov"
PRODUCT: Final = "voyager.trajectory"
KINDS: Final = (
    *(
        "down",
        "refuse",
        "hang",
        "slow:0.2",
        "status:503",
        "429:1",
        "html",
        "empty",
        "truncate:2000",
        "garbage",
    ),
    *("huge", "gzipbomb", "redirectloop", "badutf8", "nan", "dupes", "flap:2"),
)
QUICK: Final = ("down", "hang", "gzipbomb")
_PAUSE_S = 0.5  # between two ingests
_LONGEST_S = "60"  # no ingest outlives a bench that is killed by more


@dataclass(frozen=True, slots=True)
class Trouble:
    """One state of the upstream."""

    name: str
    url: str
    active: Callable[[], AbstractContextManager[object]] = nullcontext


def troubles(lab: Lab) -> Iterator[Trouble]:
    """A healthy upstream, then each fault; without the mirror the two that bare sockets can make."""
    yield Trouble("healthy", lab.upstream_url)
    mirror = lab.mirror
    if mirror is None:
        yield Trouble("down", f"http://{HOST}:{free_port()}")
        with socket.create_server((HOST, 0)) as silent:  # the kernel accepts, nobody answers
            yield Trouble("hang", f"http://{HOST}:{silent.getsockname()[1]}")
        return
    for kind in QUICK if lab.quick else KINDS:
        yield Trouble(kind, mirror.url, lambda kind=kind: _fault(mirror, kind))  # type: ignore[misc]


@contextmanager
def _fault(mirror: Mirror, kind: str) -> Iterator[None]:
    mirror.faults(fault_spec(kind))
    try:
        yield
    finally:
        mirror.clear()


def fault_spec(kind: str) -> str:
    """``KIND[:ARGUMENT]`` as the mirror wants it: ``KIND:HOST[:ARGUMENT]``."""
    name, colon, argument = kind.partition(":")
    return f"{name}:{UPSTREAM}{colon}{argument}"


class Ingests:
    """Ingests of a window that is always asked for, one after the other, until the block ends."""

    def __init__(self, site: Site, url: str) -> None:
        self._site, self._env = site, site.env | {"UPSTREAM_MIRROR": url}
        self._over = Event()
        self._thread = Thread(target=self._go_on)
        self._count = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.is_set():
            self._forget_the_host()
            with subprocess.Popen(
                [sys.executable, "manage.py", "ingest", PRODUCT, "--deadline", _LONGEST_S],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as child:
                self._count += 1
                while child.poll() is None and not self._over.wait(0.05):
                    pass
                child.terminate()  # a finished child is left alone
            self._over.wait(_PAUSE_S)

    def _forget_the_host(self) -> None:
        """Close the circuit, or only the first ingests would ask at all."""
        with closing(sqlite3.connect(self._site.database, timeout=20)) as database, database:
            database.execute("DELETE FROM upstream_hosts")

    def outcome(self) -> str:
        """How many there were, and what the newest entry of the log says."""
        with closing(sqlite3.connect(self._site.database, timeout=20)) as database:
            found = database.execute(
                "SELECT status, error_class FROM ingestion_log WHERE product = ? ORDER BY id DESC LIMIT 1",
                [PRODUCT],
            ).fetchone()
        status, error_class = found or ("", "")
        return f"{self._count}: {error_class or status}"
