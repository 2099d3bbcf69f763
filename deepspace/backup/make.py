"""One backup, from the snapshot to the log row: each step only after the one before is proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DatabaseError

import deepspace
from deepspace.archive import Archive
from deepspace.backup import bodies, keys, packing, pruning, retention, work
from deepspace.backup.engines import Engine
from deepspace.backup.errors import BackupError, Damaged, file_error
from deepspace.backup.manifest import Facts, Manifest
from deepspace.backup.retention import Plan, Policy
from deepspace.backup.steps import reached
from deepspace.backup.stores import Store, read_small
from deepspace.locks import hold
from deepspace.models import BackupLog

LOCK = "backup"  # one backup or restore at a time


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was verified and logged."""

    manifest: Manifest
    carried: bodies.Carried | None
    pruned: Plan


def make(
    store: Store, database: Engine, archive: Archive | None, policy: Policy, say: Callable[[str], None]
) -> Made:
    """Copy, check, pack, send, read back, log, prune.

    Raises
    ------
    BackupError
        There is no new backup; what was there before is as it was.
    deepspace.locks.LockBusy
        Another backup or a restore is running.
    """
    with hold(LOCK):
        reached("locked")
        database.recover(say)
        store.check()
        started_at = datetime.now(UTC)
        place = database.workplace()
        work.sweep(place)
        work.need_room(place, int(1.5 * database.size_bytes()), "the copy of the database")
        try:
            with work.scratch(place) as scratch:
                manifest, carried = _send(store, database, archive, started_at, scratch)
        except OSError as error:
            raise file_error("the backup was not made", error) from error
        _log(store, manifest, carried, started_at)
        reached("logged")
        pruned = pruning.prune(store, policy, manifest.key)
        reached("pruned")
    return Made(manifest, carried, pruned)


def _send(
    store: Store, database: Engine, archive: Archive | None, made_at: datetime, scratch: Path
) -> tuple[Manifest, bodies.Carried | None]:
    copy, data = scratch / "copy", scratch / "data"
    facts = database.snapshot(copy)
    reached("examined")
    packed = packing.pack(copy, data)
    copy.unlink()
    reached("packed")
    carried = None if archive is None else bodies.send(store, archive, facts.bodies)
    reached("bodies sent")
    key = _free_key(store, made_at, packed.sha256)
    name = key + database.suffix
    store.put(name, data, packed.sha256)
    reached("data sent")
    packing.unpack(store.chunks(name), None, expected=packed, name=name)
    _still_there(store, name)
    reached("data read back")
    manifest = _manifest(key, name, made_at, database, packed, facts, carried)
    _put_manifest(store, manifest, scratch / "manifest")
    reached("manifest sent")
    return manifest, carried


def _free_key(store: Store, made_at: datetime, sha256: str) -> str:
    """A key of this moment, or of the second after the newest: no two share a second, so that they have an order."""
    moments = [keys.moment_of(one.name.partition(".")[0]) for one in store.objects(keys.BACKUPS)]
    near = [moment for moment in moments if moment is not None and moment < made_at + retention.FUTURE]
    newest = max(near, default=made_at - timedelta(days=1))
    return keys.new_key(max(made_at, newest + timedelta(seconds=1)), sha256)


def _manifest(
    key: str,
    name: str,
    made_at: datetime,
    database: Engine,
    packed: packing.Packed,
    facts: Facts,
    carried: bodies.Carried | None,
) -> Manifest:
    archived: dict[str, Any] = {}
    if carried is not None:
        archived = {
            "archive_included": not carried.lost,
            "archive_objects": len(facts.bodies) - len(carried.lost),
            "archive_bytes": sum(facts.bodies.values()) - sum(facts.bodies[one] for one in carried.lost),
        }
    return Manifest(
        key=key,
        made_at=made_at.isoformat(timespec="seconds"),
        code_version=deepspace.__version__,
        engine=database.name,
        engine_version=database.version(),
        object=name,
        sha256=packed.sha256,
        size_bytes=packed.size_bytes,
        database_sha256=packed.plain_sha256,
        database_bytes=packed.plain_bytes,
        tables=facts.tables,
        migrations=facts.migrations,
        **archived,
    )


def _put_manifest(store: Store, manifest: Manifest, file: Path) -> None:
    import hashlib

    body = manifest.as_bytes()
    file.write_bytes(body)
    name = manifest.key + keys.MANIFEST
    store.put(name, file, hashlib.sha256(body).hexdigest())
    if read_small(store, name) != body:
        raise Damaged(
            f"{store.url}: {name} did not come back as it was sent; look after the store, and run it again"
        )
    _still_there(store, name)


def _still_there(store: Store, name: str) -> None:
    """What was read from a version before a deletion is not kept."""
    if name in store.deleted:
        raise Damaged(
            f"{store.url}: somebody deleted {name} as soon as it was sent; find out who, then run the backup again"
        )


def _log(store: Store, manifest: Manifest, carried: bodies.Carried | None, started_at: datetime) -> None:
    row = BackupLog(
        key=manifest.key,
        store=store.url,
        engine=manifest.engine,
        started_at=started_at,
        verified_at=datetime.now(UTC),
        sha256=manifest.sha256,
        size_bytes=manifest.size_bytes,
        database_bytes=manifest.database_bytes,
        rows=manifest.rows,
        tables=manifest.tables,
        archive_included=manifest.archive_included,
        archive_objects=manifest.archive_objects,
        archive_bytes=manifest.archive_bytes,
        archive_sent=0 if carried is None else carried.objects,
        code_version=manifest.code_version,
    )
    try:
        row.save(force_insert=True)
    except DatabaseError as error:
        raise BackupError(
            f"{manifest.key} is kept and verified, but the log row could not be written: {error}"
        ) from error
