"""One database file in the place of another, with a journal, so that a kill leaves the old one or the new one.

Order, under the locks of ``restore``: journal; a second name for the old file; its log (``-wal``, ``-shm``) moved
beside that name (a log left behind would be taken for the new file's); the new file renamed over the old name.
There is always a database under the name. Until the log is moved a killed restore is undone, from there on it is
finished: the new file was checked before.

SQLite notices that its file was moved (SQLITE_FCNTL_HAS_MOVED): a process that still has the old one open neither
checkpoints nor removes the log of the new one when it closes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from deepspace.backup.errors import BackupError, file_error
from deepspace.backup.steps import reached
from deepspace.backup.stores import flush_directory, flush_file

_LOG: Final = ("-wal", "-shm", "-journal")
_CHECKPOINT_S: Final = 5.0
_BUSY_S: Final = 20.0
_OTHERS: Final = 0o007
OWNER_ONLY: Final = 0o600


def journal_of(database: Path) -> Path:
    """Where the journal of a restore is while it has not ended."""
    return database.with_name(f"{database.name}.restore-journal")


def replace(database: Path, candidate: Path, key: str) -> Path | None:
    """Put ``candidate`` (same file system) under the name of ``database``; returns where the old files are kept."""
    try:
        flush_file(candidate)
        if not database.exists():
            _into_an_empty_place(database, candidate)
            return None
        _as_owned(candidate, database)
        return _exchange(database, candidate, key)
    except OSError as error:
        raise file_error(f"{database} was not replaced", error) from error


def _exchange(database: Path, candidate: Path, key: str) -> Path:
    aside = _aside(database)
    with closing(_quiet(database)):
        journal: dict[str, Any] = {
            "key": key,
            "candidate": str(candidate),
            "aside": str(aside),
            "inode": candidate.stat().st_ino,
        }
        try:
            _write_journal(database, journal)
            reached("journal written")
            os.link(database, aside)
            reached("old database linked")
            _finish(database, candidate, aside)
        except BaseException:  # also Ctrl-C: the candidate is removed on the way out, so it is settled here
            recover(database, lambda _: None)
            if database.stat().st_ino != journal["inode"]:
                raise
    return aside


def recover(database: Path, say: Callable[[str], None]) -> bool:
    """Undo or finish a restore that was killed; True when there was one."""
    journal = journal_of(database)
    try:
        content: dict[str, Any] = json.loads(journal.read_text())
        candidate, aside = Path(content["candidate"]), Path(content["aside"])
        key, inode = str(content["key"]), int(content["inode"])
    except FileNotFoundError:
        return False
    except (ValueError, KeyError):
        raise BackupError(
            f"{journal} is damaged; move it away, then look at {database} with `verify`"
        ) from None
    is_in_place = database.exists() and database.stat().st_ino == inode
    log_is_moved = any(_beside(aside, end).exists() for end in _LOG)
    if is_in_place or (log_is_moved and candidate.exists()):
        _finish(database, candidate, aside)
        say(f"finished the restore of {key} that was interrupted; the files before it are {aside}*")
    else:
        _undo(database, candidate, aside)
        say(f"undid the restore of {key} that was interrupted: the database is as before it")
    return True


def _undo(database: Path, candidate: Path, aside: Path) -> None:
    """Back to the old file with its log, as it was."""
    for end in _LOG:
        if _beside(aside, end).exists() and not _beside(database, end).exists():
            _beside(aside, end).rename(_beside(database, end))
    aside.unlink(missing_ok=True)
    candidate.unlink(missing_ok=True)
    _end(journal_of(database))


def _finish(database: Path, candidate: Path, aside: Path) -> None:
    """From the moment when the log is moved; may be done again after a kill anywhere in it."""
    if candidate.exists():
        for end in _LOG:
            kept = _beside(aside, end)
            if (
                kept.exists()
            ):  # somebody opened the old file between the kill and now: that log must not stay either
                kept = kept.with_name(f"{kept.name}.late")
            with suppress(FileNotFoundError):
                _beside(database, end).rename(kept)
        flush_directory(database.parent)
        reached("old log moved")
        candidate.replace(database)
    _keep_private(aside)
    flush_directory(database.parent)
    reached("new database in place")
    _end(journal_of(database))
    reached("journal removed")


def _quiet(database: Path) -> sqlite3.Connection:
    """A connection that keeps other writers out, after everything was moved from the log into the file.

    A database that is too damaged for this is replaced all the same: its files are kept as they are.

    Raises
    ------
    deepspace.backup.errors.BackupError
        Readers kept the log from being moved into the file: without it the old file would lack committed rows.
        Or somebody writes, and did not end in time: what they write would be lost.
    """
    connection = sqlite3.connect(database, timeout=_BUSY_S, isolation_level=None)
    try:
        _put_log_away(connection)
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            connection.close()
            raise BackupError(
                "somebody has been writing to the database for long: nothing was replaced;"
                f" `fuser -v {database}` shows who; end it and try again"
            ) from error
    except BackupError:
        connection.close()
        raise
    reached("writers stopped")
    return connection


def _put_log_away(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout=100")
    until = time.monotonic() + _CHECKPOINT_S
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # readers are in the way
        if time.monotonic() > until:
            raise BackupError(
                "somebody has been using the database for long, so that its log cannot be put away:"
                " nothing was replaced; stop the web process and try again"
            )
        time.sleep(0.05)
    connection.execute(f"PRAGMA busy_timeout={_BUSY_S * 1000:.0f}")


def _into_an_empty_place(database: Path, candidate: Path) -> None:
    """A lost disk: nothing is kept, nobody is stopped. A log without its database belongs to nothing."""
    for end in _LOG:
        _beside(database, end).unlink(missing_ok=True)
    candidate.chmod(OWNER_ONLY)
    candidate.replace(database)
    flush_directory(database.parent)
    reached("new database in place")


def _keep_private(aside: Path) -> None:
    """What is kept is for its owner: it holds password hashes and sessions, and nothing reads it any more."""
    for file in aside.parent.iterdir():
        if file.name.startswith(aside.name):
            with suppress(PermissionError):  # of another user: theirs to decide
                file.chmod(OWNER_ONLY)


def _as_owned(candidate: Path, database: Path) -> None:
    """Mode and owner of the file that is replaced: a restore by root must not lock the site out.

    But for a mode that lets everybody read: the new file is for its owner then.
    """
    live = database.stat()
    candidate.chmod(OWNER_ONLY if live.st_mode & _OTHERS else live.st_mode & 0o777)
    if (live.st_uid, live.st_gid) != (candidate.stat().st_uid, candidate.stat().st_gid):
        os.chown(candidate, live.st_uid, live.st_gid)


def _aside(database: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3]
    return database.with_name(f"{database.name}.before-restore-{stamp}Z")


def _beside(database: Path, end: str) -> Path:
    return database.with_name(database.name + end)


def _write_journal(database: Path, content: dict[str, Any]) -> None:
    journal = journal_of(database)
    temporary = journal.with_name(f"{journal.name}.tmp")
    temporary.write_text(json.dumps(content))
    flush_file(temporary)
    temporary.replace(journal)
    flush_directory(journal.parent)


def _end(journal: Path) -> None:
    journal.unlink(missing_ok=True)
    flush_directory(journal.parent)
