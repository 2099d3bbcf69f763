"""The database file is for its owner: it holds password hashes and sessions.

SQLite makes it as the umask says, which lets everybody read it on most machines, and gives its log the mode of the
file. A mode that lets in a group and nobody else was chosen by somebody, and stays.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_OTHERS: Final = 0o007
_OWNER_ONLY: Final = 0o600


def watch() -> None:
    """Look at the file whenever it is opened; called once per process."""
    connection_created.connect(_opened, dispatch_uid="deepspace.owneronly")


def _opened(sender: type[BaseDatabaseWrapper], connection: Any, **_: Any) -> None:
    """The first connection has just made the file; nothing is in it yet."""
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        for end in ("", "-wal", "-shm"):
            _close_to_others(Path(f"{connection.settings_dict['NAME']}{end}"))


def _close_to_others(file: Path) -> None:
    with suppress(FileNotFoundError, PermissionError):  # no log yet; a file of another user is theirs
        if file.stat().st_mode & _OTHERS:
            file.chmod(_OWNER_ONLY)
