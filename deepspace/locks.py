"""Named locks that die with their process: products, hosts, renders and the writer take turns by them.

On SQLite a lock is ``flock`` on a file under ``var/locks``; on PostgreSQL, where several machines share one
database, it is a session advisory lock. Both are released by the operating system or the server when the holder
is killed, so nothing ever has to be cleaned up by hand. A lock is not re-entrant: taking it twice in one process
is as busy as taking it in two.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, Protocol

from django.db import connections

from deepspace.configuration import var_path

_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.5


class LockBusy(Exception):
    """Somebody else holds the lock, and still did when the waiting time was over."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is held by another process or thread")
        self.name = name


@contextmanager
def hold(name: str, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock ``name``, waiting for it at most ``wait_s`` seconds.

    Raises
    ------
    LockBusy
        It was not free in time.
    """
    with hold_one_of(name, 1, wait_s=wait_s):
        yield


@contextmanager
def hold_one_of(name: str, count: int, *, wait_s: float = 0.0) -> Iterator[int]:
    """Hold one of ``count`` equal slots called ``name``; yields its number.

    Raises
    ------
    LockBusy
        No slot became free in time.
    """
    slots = [name] if count == 1 else [f"{name}.{number}" for number in range(count)]
    with closing(_holder()) as holder:
        number = _take_any(holder, slots, time.monotonic() + wait_s)
        if number is None:
            raise LockBusy(name)
        yield number


class _Holder(Protocol):
    """What holds one lock; closing it releases the lock."""

    def take(self, name: str) -> bool: ...

    def close(self) -> None: ...


def _take_any(holder: _Holder, slots: list[str], until: float) -> int | None:
    pause_s = _FIRST_PAUSE_S
    while True:
        for number, slot in enumerate(slots):
            if holder.take(slot):
                return number
        left_s = until - time.monotonic()
        if left_s <= 0:
            return None
        time.sleep(min(left_s, pause_s * random.uniform(0.5, 1.0)))  # noqa: S311 - jitter, not a secret
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _holder() -> _Holder:
    if connections["default"].vendor == "postgresql":
        return _AdvisoryLock()
    return _FileLock()


class _FileLock:
    """``flock`` on a file that is never removed (removing it would let two processes lock two files of one name)."""

    def __init__(self) -> None:
        self._directory = var_path("locks")
        self._descriptor: int | None = None

    def take(self, name: str) -> bool:
        # read-only is enough for flock, and works on a file that another user made
        descriptor = os.open(
            self._directory / file_name(name), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


class _AdvisoryLock:
    """A session advisory lock on a connection of its own.

    Not on Django's connection: that one may come from a pool, goes back to it with the session (and the lock)
    alive, and may stand in a transaction. The server frees the lock when the connection ends; keep-alives let it
    notice within a minute a machine that vanished without closing.
    """

    _KEEP_ALIVE = (
        "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
    )

    def __init__(self) -> None:
        import psycopg

        database = connections["default"]
        parameters: dict[str, Any] = database.get_connection_params()
        with database.wrap_database_errors:
            self._session = psycopg.connect(**parameters, autocommit=True)
            self._session.execute(self._KEEP_ALIVE)

    def take(self, name: str) -> bool:
        with connections["default"].wrap_database_errors:
            row = self._session.execute("SELECT pg_try_advisory_lock(%s)", [advisory_key(name)]).fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        """Let go now: a server that only notices the closed connection does so a little later."""
        import psycopg

        with suppress(psycopg.Error):
            self._session.execute("SELECT pg_advisory_unlock_all()")
        self._session.close()


def file_name(name: str) -> str:
    """A file name for any lock name; names that had to be changed get a digest, so that no two are mixed up."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100].lstrip(".")
    if plain == name:
        return f"{plain}.lock"
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.lock"


def advisory_key(name: str) -> int:
    """The signed 64-bit key that stands for ``name`` in PostgreSQL."""
    return int.from_bytes(hashlib.sha256(f"deepspace:{name}".encode()).digest()[:8], signed=True)
