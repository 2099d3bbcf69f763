"""Put a backup in the place of the live database: everything is checked before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from deepspace import versions
from deepspace.archive import Archive
from deepspace.backup import bodies, check, commands
from deepspace.backup.engines import Candidate, Engine, Replaced
from deepspace.backup.errors import BackupError
from deepspace.backup.manifest import Manifest
from deepspace.backup.steps import reached
from deepspace.backup.stores import Store
from deepspace.ingestion.registry import products
from deepspace.locks import hold

WRITER_WAIT_S: Final = 120.0
INGEST_WAIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put in place."""

    manifest: Manifest
    replaced: Replaced
    pending: list[str]  # migrations that the code has and the restored database has not
    carried: bodies.Carried | None


def restore(
    store: Store,
    database: Engine,
    manifest: Manifest,
    *,
    archive: Archive | None,
    migrate: bool,
    agreed: Callable[[Candidate], bool],
) -> Restored | None:
    """Fetch, check, ask, stop the writers, replace. None when the operator did not agree.

    Raises
    ------
    BackupError
        Nothing is replaced.
    deepspace.locks.LockBusy
        Somebody writes and did not end in time; nothing is replaced.
    """
    with ready(store, database, manifest, migrate=migrate) as candidate:
        if not agreed(candidate):
            return None
        carried = None if archive is None else bodies.fetch(store, archive, candidate.facts.bodies)
        reached("bodies fetched")
        with _nobody_writes():
            connection.close()
            replaced = database.replace(candidate, manifest.key)
        _forget()
        pending = [] if migrate else pending_migrations(candidate.facts.migrations)
        return Restored(manifest, replaced, pending, carried)


def copy(store: Store, database: Engine, manifest: Manifest, name: str, *, migrate: bool) -> None:
    """Put a checked copy under a name where nothing is; the live database is not touched."""
    destination = database.destination(name)
    with ready(store, database, manifest, migrate=migrate) as candidate:
        database.keep(candidate, destination)


@contextmanager
def ready(store: Store, database: Engine, manifest: Manifest, *, migrate: bool) -> Iterator[Candidate]:
    """A copy that holds what the manifest says, in a schema that this code knows. Holds the lock ``backup``."""
    with (
        check.fetched(store, manifest, database) as file,
        database.candidate(file) as candidate,
    ):
        check.compare(manifest, candidate.facts)
        refuse_newer(manifest, candidate.facts.migrations)
        if migrate:
            commands.migrate(candidate.url)
        reached("candidate examined")
        yield candidate


def refuse_newer(manifest: Manifest, applied: list[str]) -> None:
    """A database that newer code has changed is not given to older code."""
    known = known_migrations()
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise BackupError(
            f"{manifest.key} was made by release {manifest.code_version} and has migrations that this release does not"
            f" know ({', '.join(unknown[:3])}); install that release, then restore"
        )


def pending_migrations(applied: list[str]) -> list[str]:
    """What `migrate` would still do."""
    return sorted(known_migrations() - set(applied))


def known_migrations() -> set[str]:
    """Every migration of the installed apps, as "app.name"."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


@contextmanager
def _nobody_writes() -> Iterator[None]:
    """Keep ingests out: no run is in the middle, and no batch is being written.

    On PostgreSQL the sessions of others end with the rename, so the writer's turn is enough.
    """
    with ExitStack() as held:
        if connection.vendor == "sqlite":
            for product in products():
                held.enter_context(hold(f"product-{product.key}", wait_s=INGEST_WAIT_S))
        held.enter_context(hold("writer", wait_s=WRITER_WAIT_S))
        yield


def _forget() -> None:
    """What was drawn from the database before; a cache that is away does not undo a restore."""
    from deepspace.plotting.store import cache_failures

    with suppress(*cache_failures()):
        cache.clear()
    versions.forget()
