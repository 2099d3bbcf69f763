"""Whether a backup is what it says: downloaded, unpacked, opened and counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepspace.backup import bodies, keys, packing, retention, work
from deepspace.backup.engines import Engine
from deepspace.backup.errors import BackupError, Damaged, NotThere, file_error
from deepspace.backup.manifest import Facts, Manifest, parse
from deepspace.backup.steps import reached
from deepspace.backup.stores import Store, read_small


@dataclass(frozen=True, slots=True)
class Fetched:
    """A backup on this disk, equal to what was kept; and what was found in it."""

    manifest: Manifest
    file: Path


_NONE: Final = "run `manage.py backup`, or correct BACKUP_URL"
NOT_FOUND: Final = "mount the disk that it is on, or correct BACKUP_URL"  # for who knows that there were some


def find(store: Store, key: str | None, *, advice: str = _NONE) -> Manifest:
    """The manifest of a backup: the named one, else the newest.

    Raises
    ------
    BackupError
        There is none, or it is not whole.
    """
    if key is None:
        present = retention.backups(store)
        if not present:
            raise BackupError(f"{store.url} holds no backup; {_deleted(store) or advice}")
        key = present[-1]
    if keys.moment_of(key) is None:
        raise BackupError(
            f"{key!r} is not the key of a backup; they look like {keys.BACKUPS}2026/11/20261120T031700Z-0123456789ab"
            " (backup --list)"
        )
    try:
        manifest = parse(read_small(store, key + keys.MANIFEST), key)
    except NotThere as error:
        raise BackupError(
            f"{store.url} holds no backup {key}; `manage.py backup --list` shows what it holds"
        ) from error
    reached("manifest read")
    return manifest


def _deleted(store: Store) -> str:
    made = sorted(key for name in store.behind(keys.BACKUPS) if (key := keys.key_of_manifest(name)))
    if not made:
        return ""
    return (
        f"{len(made)} were deleted and can still be read by their key, the newest: {made[-1]};"
        " find out who deletes"
    )


@contextmanager
def fetched(store: Store, manifest: Manifest, database: Engine) -> Iterator[Path]:
    """The unpacked data of a backup in a scratch directory of the engine; the caller holds the lock ``backup``."""
    if manifest.engine != database.name:
        raise BackupError(
            f"{manifest.key} is a backup of {manifest.engine}, and DATABASE_URL is {database.name};"
            " set DATABASE_URL to a database of that kind"
        )
    place = database.workplace()
    work.sweep(place)
    work.need_room(place, int(1.1 * manifest.database_bytes), f"unpacking {manifest.key}")
    expected = packing.Packed(
        manifest.sha256, manifest.size_bytes, manifest.database_sha256, manifest.database_bytes
    )
    with work.scratch(place) as scratch:
        file = scratch / "unpacked"
        try:
            packing.unpack(store.chunks(manifest.object), file, expected=expected, name=manifest.object)
        except NotThere as error:
            raise Damaged(
                f"{manifest.key}: its data are gone from {store.url}; choose another backup (backup --list)"
            ) from error
        except OSError as error:
            raise file_error(f"{manifest.key} was not unpacked", error) from error
        reached("data fetched")
        yield file


def compare(manifest: Manifest, facts: Facts) -> None:
    """Whether what was found is what the manifest says.

    Raises
    ------
    Damaged
        It is not.
    """
    if facts.tables != manifest.tables:
        names = sorted(facts.tables.keys() | manifest.tables.keys())
        told = [
            f"{name} has {facts.tables.get(name, 0):,} rows instead of {manifest.tables.get(name, 0):,}"
            for name in names
            if facts.tables.get(name) != manifest.tables.get(name)
        ]
        raise Damaged(f"{manifest.key}: {'; '.join(told[:3])}; choose another backup (backup --list)")
    if facts.migrations != manifest.migrations:
        raise Damaged(f"{manifest.key}: its migrations are not those of the manifest; choose another backup")


def gone(store: Store) -> str:
    """What to say when something that was read had been deleted from the store; empty when nothing was."""
    if not store.deleted:
        return ""
    first, more = min(store.deleted), len(store.deleted) - 1
    return (
        f"{first}{f' and {more} more' if more else ''} had been deleted from {store.url}, and came from an older"
        " version, which goes for ever 90 days after the deletion (deploy/aws/lifecycle.json);"
        " run `manage.py backup --include-archive`, and find out who deletes"
    )


def verify(store: Store, manifest: Manifest, database: Engine) -> Facts:
    """Fetch, open, count; and see that every body it names is there, if the archive was included.

    Raises
    ------
    Damaged
        It is not what was kept, or was deleted and can be read only until the store forgets it.
    """
    with fetched(store, manifest, database) as file:
        facts = database.examine(file)
        compare(manifest, facts)
    if deleted := gone(store):
        raise Damaged(f"{manifest.key} can still be read, but {deleted}")
    if manifest.archive_included:
        lost = bodies.missing(store, facts.bodies)
        if lost:
            raise Damaged(
                f"{manifest.key}: {len(lost)} archived bodies are gone from {store.url} ({lost[0][:12]}…);"
                " run `manage.py backup --include-archive`"
            )
    return facts
