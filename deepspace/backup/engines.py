"""The two databases behind one interface."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from deepspace.backup.manifest import Facts


@dataclass(frozen=True, slots=True)
class Candidate:
    """A restored copy that nothing uses yet."""

    url: str  # as DATABASE_URL, for commands that work on the copy
    name: str  # file or database, for people
    facts: Facts


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a restore put in place, and where what was there before is kept."""

    name: str
    kept_as: str  # empty when there was nothing


class Engine(Protocol):
    """What a backup and a restore need of a database."""

    name: str
    suffix: str  # of the data object

    def version(self) -> str:
        """Of the database, for the manifest."""

    def size_bytes(self) -> int:
        """Of the live database, roughly; 0 when there is none."""

    def snapshot(self, place: Path) -> Facts:
        """A consistent copy as one file, and what it holds, checked."""

    def examine(self, file: Path) -> Facts:
        """Open such a file, check it to its last byte, and count."""

    def workplace(self) -> Path:
        """Directory for copies; for SQLite on the disk of the database, so that a rename will do."""

    def recover(self, say: Callable[[str], None]) -> bool:
        """Finish or undo a restore that was killed; True when there was one."""

    def candidate(self, file: Path) -> AbstractContextManager[Candidate]:
        """Make a database of its own from an unpacked file; gone at the end, unless it was put in place or kept."""

    def replace(self, candidate: Candidate, key: str) -> Replaced:
        """Put the copy in the place of the live database, all at once."""

    def destination(self, name: str) -> str:
        """The full name of a copy for --to; refuses one that exists."""

    def keep(self, candidate: Candidate, destination: str) -> None:
        """Give the copy a name to stay under, beside the live database."""


def engine() -> Engine:
    """The engine of the configured database."""
    settings: dict[str, Any] = connection.settings_dict
    if connection.vendor == "postgresql":
        from deepspace.backup.postgres import PostgresEngine

        return PostgresEngine()
    from deepspace.backup.sqlite import SqliteEngine

    return SqliteEngine(Path(str(settings["NAME"])))
