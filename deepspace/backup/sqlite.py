"""SQLite: a copy in one step while others write, and a file that is opened and counted before it is trusted."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from deepspace.backup import swap
from deepspace.backup.counting import given_away, go_on_after
from deepspace.backup.engines import Candidate, Replaced
from deepspace.backup.errors import BackupError, Damaged, file_error
from deepspace.backup.manifest import Facts
from deepspace.backup.steps import reached
from deepspace.backup.stores import flush_directory, flush_file

_BUSY_S: Final = 30.0


class SqliteEngine:
    """One database file."""

    name = "sqlite"
    suffix = ".sqlite3.zst"

    def __init__(self, database: Path) -> None:
        self.database = database

    def version(self) -> str:
        """Of the library."""
        return sqlite3.sqlite_version

    def size_bytes(self) -> int:
        """Of the file and its log."""
        files = [self.database, self.database.with_name(self.database.name + "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    def snapshot(self, place: Path) -> Facts:
        """Copy the database by SQLite's online backup in one step.

        In one step (``pages=-1``) it holds a read transaction: writers go on beside it. In pieces it starts
        anew whenever another process commits, and may never end.
        """
        if str(self.database) == ":memory:" or not self.database.is_file():
            raise BackupError(
                f"there is no database at {self.database}; correct DATABASE_URL, or migrate first"
            )
        try:
            with (
                closing(
                    sqlite3.connect(f"file:{_quoted(self.database)}?mode=rw", uri=True, timeout=_BUSY_S)
                ) as live,
                closing(sqlite3.connect(place, timeout=_BUSY_S)) as copy,
            ):
                copy.execute("PRAGMA synchronous=OFF")
                live.backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        except sqlite3.Error as error:
            raise _of_the_site(_failed(f"{self.database} cannot be copied", error)) from error
        reached("copied")
        try:
            return self.examine(place)
        except Damaged as error:
            raise _of_the_site(error) from error

    def examine(self, file: Path) -> Facts:
        """Integrity, foreign keys and counts of a file."""
        try:
            with closing(sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True)) as opened:
                opened.execute("PRAGMA cache_size=-65536")
                found = [str(row[0]) for row in opened.execute("PRAGMA integrity_check(3)")]
                if found != ["ok"]:
                    raise Damaged(f"{file.name} fails SQLite's integrity check: {'; '.join(found)[:200]}")
                broken = opened.execute("PRAGMA foreign_key_check").fetchone()
                if broken is not None:
                    raise Damaged(
                        f"{file.name} has a row in {broken[0]} that refers to no row of {broken[2]}"
                    )
                return _facts(opened)
        except sqlite3.Error as error:
            raise _failed(f"{file.name} cannot be read", error) from error

    def workplace(self) -> Path:
        """Beside the database: only there a rename is atomic."""
        place = self.database.with_name(f".{self.database.name}.work")
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def recover(self, say: Callable[[str], None]) -> bool:
        """Finish or undo a killed restore by its journal."""
        return swap.recover(self.database, say)

    @contextmanager
    def candidate(self, file: Path) -> Iterator[Candidate]:
        """The unpacked file is the copy."""
        yield Candidate(f"sqlite:///{file}", str(file), self.examine(file))

    def replace(self, candidate: Candidate, key: str) -> Replaced:
        """Rename it in, with the old files moved aside."""
        _go_on_counting(self.database, Path(candidate.name))
        kept = swap.replace(self.database, Path(candidate.name), key)
        return Replaced(str(self.database), "" if kept is None else str(kept))

    def destination(self, name: str) -> str:
        """A path where nothing is."""
        path = Path(name).expanduser().resolve()
        if path.exists():
            raise BackupError(f"{path} exists and is not written over; choose another path for --to")
        if not path.parent.is_dir():
            raise BackupError(
                f"there is no directory {path.parent}; make it first, or choose another path for --to"
            )
        return str(path)

    def keep(self, candidate: Candidate, destination: str) -> None:
        """Move the file there, also to another disk; it appears complete or not at all."""
        target = Path(destination)
        temporary = target.with_name(f".{target.name}.part")
        try:
            temporary.touch(mode=swap.OWNER_ONLY)  # stays so, also when it is copied to another disk
            shutil.move(candidate.name, temporary)
            flush_file(temporary)
            os.link(temporary, target)
            flush_directory(target.parent)
        except OSError as error:
            raise file_error(f"{target} cannot be written", error) from error
        finally:
            temporary.unlink(missing_ok=True)


def _facts(opened: sqlite3.Connection) -> Facts:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    tables = sorted(str(name) for (name,) in opened.execute(names))
    if "django_migrations" not in tables:
        raise Damaged("it is not a database of this platform: it has no table django_migrations")
    facts = Facts(
        tables={name: int(opened.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]) for name in tables},  # noqa: S608 - names of the file's own tables
        migrations=[
            f"{app}.{name}"
            for app, name in opened.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
        ],
    )
    if "upstream_payloads" in tables:
        facts.bodies.update(opened.execute("SELECT DISTINCT sha256, size_bytes FROM upstream_payloads"))
    return facts


def _go_on_counting(live: Path, copy: Path) -> None:
    """No number that was given away is given away again.

    Caches and ETags know data by the id of their ingestion, and curated content by its version.
    """
    last, versions = _counters(live)
    try:
        with closing(sqlite3.connect(copy)) as new, new:
            new.executemany("UPDATE sqlite_sequence SET seq = ?1 WHERE name = ?2 AND seq < ?1", last)
            known = {name for (name,) in new.execute("SELECT name FROM sqlite_sequence")}
            missing = [(seq, name) for seq, name in last if name not in known]
            new.executemany("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", missing)
            go_on_after(versions, new.execute, _tables(new).__contains__)
    except sqlite3.Error as error:
        raise _failed("nothing was replaced: the copy cannot be made ready", error) from error


def _counters(live: Path) -> tuple[list[tuple[int, str]], dict[str, int]]:
    """The last id of each table, and the content versions; of a lost or too damaged database, none."""
    last: list[tuple[int, str]] = []
    if live.exists():
        opened = sqlite3.connect(f"file:{_quoted(live)}?mode=rw", uri=True)
        with suppress(sqlite3.Error), closing(opened) as old:
            last = old.execute("SELECT seq, name FROM sqlite_sequence").fetchall()
            return last, given_away(old.execute, _tables(old).__contains__)
    return last, {}


def _tables(opened: sqlite3.Connection) -> set[str]:
    return {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _of_the_site(error: BackupError) -> BackupError:
    """What is wrong with a fresh copy is wrong with the database of the site."""
    if not isinstance(error, Damaged):
        return error
    return Damaged(
        f"the database of the site cannot be backed up: {error}; correct DATABASE_URL if it is not this one,"
        ' else see "The database is damaged" in docs/operations.md'
    )


def _failed(what: str, error: sqlite3.Error) -> BackupError:
    text = str(error)
    if "full" in text:
        return BackupError(f"{what}: the disk is full; free some space, then run it again")
    if "disk I/O" in text:
        return BackupError(
            f"{what}: {text}; look at the disk (full, or failing: journalctl --dmesg), then run it again"
        )
    if "malformed" in text or "not a database" in text or "no such table" in text:
        return Damaged(f"{what}: {text}")
    if "locked" in text:
        return BackupError(f"{what}: {text}; somebody holds it: `fuser -v` on the file shows who")
    return BackupError(f"{what}: {text}")
