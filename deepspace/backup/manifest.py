"""What a backup says of itself: written after its data were read back, so a backup without one does not exist."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from deepspace.backup.errors import Damaged

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is in a database file or dump, found by opening it."""

    tables: dict[str, int] = field(default_factory=dict)  # rows per table
    migrations: list[str] = field(default_factory=list)  # "app.name", applied
    bodies: dict[str, int] = field(default_factory=dict)  # SHA-256 -> bytes of the payloads that are named

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(self.tables.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup."""

    key: str
    made_at: str  # ISO 8601, UTC
    code_version: str
    engine: str  # sqlite or postgresql
    engine_version: str
    object: str  # name of the data object
    sha256: str  # of the data object
    size_bytes: int
    database_sha256: str  # of what the data object unpacks to
    database_bytes: int
    tables: dict[str, int]
    migrations: list[str]
    archive_included: bool = False  # every named body was in the store when this was written
    archive_objects: int = 0
    archive_bytes: int = 0
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """JSON with a checksum over the rest, for people and programs."""
        content = asdict(self)
        return (
            json.dumps(content | {"checksum": _checksum(content)}, indent=1, sort_keys=True).encode() + b"\n"
        )

    @property
    def made(self) -> datetime:
        """When the backup was made."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(self.tables.values())


def parse(body: bytes, key: str) -> Manifest:
    """The manifest that stands under ``key``.

    Raises
    ------
    Damaged
        It is not one, not whole, of another backup, or of a format that this release does not know.
    """
    advice = "choose another backup (backup --list)"
    try:
        content: dict[str, Any] = json.loads(body)
        checksum = content.pop("checksum")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Damaged(f"{key}: the manifest is damaged; {advice}") from None
    if content.get("format") != FORMAT:
        raise Damaged(
            f"{key}: the manifest has a format that this release does not know; use a newer release"
        )
    if checksum != _checksum(content):
        raise Damaged(f"{key}: the manifest is damaged; {advice}")
    try:
        manifest = Manifest(**content)
    except TypeError:
        raise Damaged(f"{key}: the manifest is damaged; {advice}") from None
    if manifest.key != key or not key.endswith(manifest.sha256[:12]) or not manifest.object.startswith(key):
        raise Damaged(f"{key}: the manifest is that of another backup ({manifest.key}); {advice}")
    return manifest


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
