"""Names in a store, relative to BACKUP_URL.

A backup is ``db-backups/YYYY/MM/<timestamp>-<sha12>``: its instant (UTC) and the beginning of the SHA-256 of
its data object. The data object adds the engine's suffix to the key, the manifest ``.json``. Archived bodies
are ``archive/ab/cd/<sha256>``, as in the archive itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

BACKUPS: Final = "db-backups/"
BODIES: Final = "archive/"
MANIFEST: Final = ".json"

_KEY_RE = re.compile(r"db-backups/(\d{4})/(\d{2})/(\d{8}T\d{6}Z)-([0-9a-f]{12})")
_STAMP = "%Y%m%dT%H%M%SZ"


def new_key(made_at: datetime, sha256: str) -> str:
    """The key of a backup."""
    moment = made_at.astimezone(UTC)
    return f"{BACKUPS}{moment:%Y/%m}/{moment.strftime(_STAMP)}-{sha256[:12]}"


def moment_of(key: str) -> datetime | None:
    """When a backup was made, from its key; None for anything that is not a key."""
    found = _KEY_RE.fullmatch(key)
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[3], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if found[3].startswith(found[1] + found[2]) else None


def key_of_manifest(name: str) -> str | None:
    """The key that a manifest's name stands for; None for other objects."""
    key = name.removesuffix(MANIFEST)
    return key if key != name and moment_of(key) is not None else None


def body_name(sha256: str) -> str:
    """The name of an archived body in a store."""
    return f"{BODIES}{sha256[:2]}/{sha256[2:4]}/{sha256}"
