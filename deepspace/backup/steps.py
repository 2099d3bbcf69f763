"""The named steps of a backup and of a restore: said on a terminal, and where tests pull the plug."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

BACKUP: Final = (
    *("locked", "copied", "examined", "packed", "bodies sent", "data sent", "data read back"),
    *("manifest sent", "logged", "pruned"),
)
_CHECKED: Final = (
    *("locked", "manifest read", "data fetched", "candidate examined", "bodies fetched", "writers stopped"),
)
RESTORE: Final = (
    *_CHECKED,
    *("journal written", "old database linked", "old log moved", "new database in place", "journal removed"),
)
RESTORE_POSTGRES: Final = (
    *_CHECKED,
    *("old database renamed", "new database renamed", "new database in place"),
)

listeners: list[Callable[[str], None]] = []


def reached(step: str) -> None:
    """Tell whoever listens that a step is done."""
    for listener in listeners:
        listener(step)


def on_terminal(step: str) -> None:
    """One line on stderr for who waits."""
    sys.stderr.write(f"  {step}\n")
    sys.stderr.flush()
