"""A small migrated database file, made once, and a copy of it for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deepspace.backup import steps
from deepspace.backup.sqlite import SqliteEngine
from deepspace.backup.stores import DirectoryStore
from tests.support.instance import Instance


@pytest.fixture(autouse=True)
def goes_on_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs within the suite would slow down all that comes after it."""
    monkeypatch.setattr("os.nice", lambda _: None)
    monkeypatch.setattr("os.sched_setscheduler", lambda *_: None)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a migrated site with the events stored (they come from the repository: no network)."""
    place = tmp_path_factory.mktemp("filled")
    site = Instance(place)
    site.manage("migrate", "--verbosity", "0")
    site.manage("ingest", "voyager.events")
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    site.close()
    return place


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    """A live database file of one's own."""
    place = tmp_path / "live"
    place.mkdir()
    return Path(shutil.copy(filled / "site.sqlite3", place / "site.sqlite3"))


@pytest.fixture
def archive_dir(filled: Path, settings) -> Path:
    """The archive of that site."""
    place = Path(settings.ARCHIVE_DIR)
    shutil.copytree(filled / "archive", place)
    return place


@pytest.fixture
def engine(database: Path) -> SqliteEngine:
    """The engine of that file."""
    return SqliteEngine(database)


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """A directory that is there."""
    (tmp_path / "kept").mkdir()
    return DirectoryStore(tmp_path / "kept")


def query(database: Path, sql: str):
    """Rows of a question to a file."""
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute(sql).fetchall()


@contextmanager
def at_step(name: str, action) -> Iterator[None]:
    """Do something when a step is reached."""

    def listener(step: str) -> None:
        if step == name:
            action()

    steps.listeners.append(listener)
    try:
        yield
    finally:
        steps.listeners.remove(listener)


def flip(path: Path, place: int = -100) -> None:
    """Damage one byte."""
    body = bytearray(path.read_bytes())
    body[place] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(body)
