"""PostgreSQL: ``pg_dump -Fc`` of one exported snapshot, restored into a new database, which is then renamed in."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any, Final

from django.db import connection

from deepspace.backup import dump
from deepspace.backup.counting import given_away, go_on_after
from deepspace.backup.engines import Candidate, Replaced
from deepspace.backup.errors import BackupError, Damaged
from deepspace.backup.manifest import Facts
from deepspace.backup.postgres_server import MAINTENANCE, Server, counted, last_line, program, rename
from deepspace.backup.steps import reached
from deepspace.configuration import var_path

_KEPT: Final = "_before_restore_"
_LONGEST: Final = 63  # bytes of a name
_LAST_BYTES: Final = 4096  # of what a program said
_COUNTER: Final = "SELECT to_regclass('ingestion_log_id_seq')"
_LAST_ID: Final = "SELECT last_value FROM ingestion_log_id_seq"


class PostgresEngine:
    """The configured database of a server."""

    name = "postgresql"
    suffix = ".pgdump.zst"

    def __init__(self) -> None:
        parameters: dict[str, Any] = connection.get_connection_params()
        self._server = Server(parameters)
        self.database = str(parameters["dbname"])
        self._scratch = f"{self.database[:40]}_restore_"  # copies that nothing uses yet

    def version(self) -> str:
        """Of the server."""
        with self._server.session(self.database) as session:
            return str(session.execute("SHOW server_version").fetchone()[0])

    def size_bytes(self) -> int:
        """Of all relations of the database; its dump is smaller."""
        with self._server.session(self.database) as session:
            return int(session.execute("SELECT pg_database_size(current_database())").fetchone()[0])

    def snapshot(self, place: Path) -> Facts:
        """Dump and count in one and the same snapshot, and compare what the dump holds with the count."""
        with self._server.session(self.database, autocommit=False) as session:
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = session.execute("SELECT pg_export_snapshot()").fetchone()[0]
            # zstd packs it afterwards, several times faster than the dump's own gzip
            what = [
                "--format=custom",
                "--compress=0",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
            ]
            where = [f"--file={place}", f"--dbname={self._server.place(self.database)}"]
            self._server.client("pg_dump", *what, *where)
            reached("copied")
            tables = counted(session)
        facts = self.examine(place)
        if facts.tables != tables:
            raise Damaged("the dump does not hold the rows that the database has; run the backup again")
        return facts

    def examine(self, file: Path) -> Facts:
        """Read a dump to its end: rows of each table, migrations, bodies."""
        command = [str(program("pg_restore")), "--file=-", str(file)]
        # its complaints go to a file: a second pipe that nobody empties would stop it after 64 kB
        with tempfile.TemporaryFile(dir=file.parent) as complaints:
            with Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=complaints) as reader:
                assert reader.stdout is not None  # noqa: S101 - a pipe was asked for
                facts = dump.facts(reader.stdout)
            complaints.seek(max(complaints.seek(0, os.SEEK_END) - _LAST_BYTES, 0))
            said = complaints.read().decode(errors="replace")
        if reader.returncode:
            raise Damaged(f"{file.name} cannot be read by pg_restore: {last_line(said)}")
        if "django_migrations" not in facts.tables:
            raise Damaged("it is not a database of this platform: it has no table django_migrations")
        return facts

    def workplace(self) -> Path:
        """For dumps; only their owner may look."""
        place = var_path("backup-work")
        place.chmod(0o700)
        return place

    def recover(self, say: Callable[[str], None]) -> bool:
        """Drop what a killed restore left: both renames are one transaction, so there is nothing else."""
        left = self._server.databases(self._scratch)
        for name in left:
            self._server.drop(name)
            say(f"removed {name}, which an interrupted restore had left; the database is as before it")
        return bool(left)

    @contextmanager
    def candidate(self, file: Path) -> Iterator[Candidate]:
        """A new database with what the dump holds."""
        name = f"{self._scratch}{secrets.token_hex(4)}"
        try:
            self._server.create(name)
            options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
            self._server.client("pg_restore", *options, f"--dbname={self._server.place(name)}", str(file))
            yield Candidate(self._server.url(name), name, self._facts(name))
        finally:
            self._server.drop(name)  # does nothing when it was renamed

    def replace(self, candidate: Candidate, key: str) -> Replaced:
        """Two renames in one transaction, while every other session is ended."""
        kept = f"{self.database[:28]}{_KEPT}{datetime.now(UTC):%Y%m%dt%H%M%S%f}"[:_LONGEST]
        self._go_on_counting(candidate.name)
        pooled: Any = connection
        pooled.close_pool()
        reached("writers stopped")
        with (
            self._server.session(MAINTENANCE, autocommit=False) as session,
            self._server.ended_sessions(self.database, candidate.name),
        ):
            rename(session, self.database, kept)
            reached("old database renamed")
            rename(session, candidate.name, self.database)
            reached("new database renamed")
            session.commit()
        reached("new database in place")
        return Replaced(self.database, kept)

    def destination(self, name: str) -> str:
        """A database name that is free."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise BackupError(f"--to must be the name of a new database (letters, digits, _), not {name!r}")
        if name.startswith(self._scratch):
            raise BackupError(
                f"{name} looks like a copy that nothing uses, which is removed; choose another name"
            )
        if name in self._server.databases(name):
            raise BackupError(
                f"the database {name} exists and is not written over; choose another name for --to"
            )
        return name

    def keep(self, candidate: Candidate, destination: str) -> None:
        """Rename the copy."""
        with self._server.session(MAINTENANCE) as session:
            rename(session, candidate.name, destination)

    def _facts(self, name: str) -> Facts:
        with self._server.session(name) as session:
            session.execute("ANALYZE")
            tables = counted(session)
            migrations = session.execute("SELECT app, name FROM django_migrations").fetchall()
            bodies: dict[str, int] = {}
            if "upstream_payloads" in tables:
                named = "SELECT DISTINCT sha256, size_bytes FROM upstream_payloads"
                bodies = dict(session.execute(named).fetchall())
        return Facts(tables, sorted(f"{app}.{one}" for app, one in migrations), bodies)

    def _go_on_counting(self, name: str) -> None:
        """No number that was given away is given away again: ids of batches, and versions of curated content."""
        with self._server.session(self.database) as session:
            if session.execute(_COUNTER).fetchone()[0] is None:
                return  # a database without tables has given nothing away
            last = session.execute(_LAST_ID).fetchone()[0]
            versions = given_away(session.execute, _has_table(session))
        with self._server.session(name) as session:
            session.execute(f"SELECT setval('ingestion_log_id_seq', GREATEST(%s, ({_LAST_ID})))", [last])
            go_on_after(versions, session.execute, _has_table(session))


def _has_table(session: Any) -> Callable[[str], bool]:
    def has(table: str) -> bool:
        return session.execute("SELECT to_regclass(%s)", [table]).fetchone()[0] is not None

    return has
