"""Try a restore without touching anything: scratch database, scratch archive, counts, and ``verify``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deepspace.archive import Archive
from deepspace.backup import bodies, check, commands, restore, work
from deepspace.backup.engines import Engine
from deepspace.backup.errors import BackupError
from deepspace.backup.manifest import Manifest
from deepspace.backup.stores import Store


def run(store: Store, database: Engine, manifest: Manifest, live: Archive) -> Iterator[str]:
    """Restore, migrate, count and verify a copy; yields what was found, and leaves nothing.

    The archived bodies come from the store when the backup includes them, else from the live archive.

    Raises
    ------
    BackupError
        The backup could not be restored, its rows are not what their bytes say, or it was deleted meanwhile.
    """
    with (
        restore.ready(store, database, manifest, migrate=True) as candidate,
        work.scratch(database.workplace()) as scratch,
    ):
        yield f"{manifest.key} restored to a scratch place: {candidate.facts.rows:,} rows, as counted when it was made"
        place = live.root
        if manifest.archive_included:
            place = scratch / "archive"
            work.need_room(scratch, sum(candidate.facts.bodies.values()), "the archive of the drill")
            carried = bodies.fetch(store, Archive(place), candidate.facts.bodies)
            if carried.lost:
                raise BackupError(
                    f"{manifest.key}: {len(carried.lost)} archived bodies are not in {store.url}"
                    f" ({carried.lost[0][:12]}…); run `manage.py backup --include-archive`"
                )
            yield f"{carried.objects:,} archived bodies fetched"
        yield _verified(candidate.url, place, scratch, manifest.key)
    if deleted := check.gone(store):
        raise BackupError(f"{manifest.key} can still be restored, but {deleted}")


def _verified(url: str, archive: Path, scratch: Path, key: str) -> str:
    env = {
        "DATABASE_URL": url,
        "ARCHIVE_DIR": str(archive),
        "VAR_DIR": str(scratch / "var"),
        "CACHE_URL": "locmem://",
    }
    done = commands.run("verify", env=env)
    if done.returncode:
        raise BackupError(f"{key}: verify of the restored copy says: {commands.last_line(done)}")
    return commands.last_line(done)
