"""Noticing that the database file was replaced (`manage.py restore`), and opening the new one.

A connection stays with the file that it opened, also after another one took its name. Each connection remembers
which file that was; the file under the name is looked at once a second at most, and before anything is written.
PostgreSQL needs none of this: a restore ends the sessions.
"""

from __future__ import annotations

import os
import time
from typing import Any, Final

from django.core.signals import request_started
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

Identity = tuple[int, int]  # device and inode
_HELD_S: Final = 1.0
_READING: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
_seen: dict[str, tuple[float, Identity | None]] = {}  # path -> when it was looked at, what was there


def reopen_if_replaced(*, at_once: bool = True) -> bool:
    """Close this thread's connection when its file is no longer the one under the name; Django opens it anew."""
    if connection.vendor != "sqlite":
        return False
    there = _look(str(connection.settings_dict["NAME"]), at_once=at_once)
    opened: Identity | None = getattr(connection, "opened_file", None)
    if (
        connection.connection is None
        or None in {opened, there}
        or opened == there
        or connection.in_atomic_block
    ):
        return False
    connection.close()
    return True


def _look(path: str, *, at_once: bool) -> Identity | None:
    """Which file is under the name; None while there is none."""
    looked_at, identity = _seen.get(path, (0.0, None))
    if at_once or time.monotonic() - looked_at > _HELD_S:
        try:
            found = os.stat(path)  # noqa: PTH116 - asked at every request of some: 1.6 µs
        except OSError:
            identity = None
        else:
            identity = (found.st_dev, found.st_ino)
        _seen[path] = (time.monotonic(), identity)
    return identity


def _remember(sender: type[BaseDatabaseWrapper], connection: Any, **_: Any) -> None:
    """A connection was made: it has the file open that was last seen under the name.

    Seen before it was opened: should another file have come in between, the connection is once closed in vain;
    the other way round a replaced file could go unnoticed.
    """
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        path = str(connection.settings_dict["NAME"])
        connection.opened_file = _seen[path][1] if path in _seen else _look(path, at_once=True)


def _before_request(sender: type, environ: dict[str, Any] | None = None, **_: Any) -> None:
    """Each thread has a connection of its own, so each request looks; one that writes looks at the disk itself."""
    if reopen_if_replaced(at_once=(environ or {}).get("REQUEST_METHOD") not in _READING):
        from deepspace import versions

        versions.forget()


def watch() -> None:
    """Begin to notice; called once per process."""
    connection_created.connect(_remember, dispatch_uid="deepspace.replaced")
    request_started.connect(_before_request, dispatch_uid="deepspace.replaced")
