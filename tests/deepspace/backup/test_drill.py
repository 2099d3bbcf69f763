"""`manage.py restore --drill`, and restores with `--migrate`: commands in processes of their own."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.deepspace.backup.conftest import flip
from tests.support.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Instance:
    """A filled site of one's own, backed up with its archive."""
    shutil.copytree(filled, tmp_path / "site")
    made = Instance(tmp_path / "site")
    made.manage("backup", "--include-archive")
    return made


def tree(place: Path) -> dict[str, int]:
    return {
        str(path.relative_to(place)): path.stat().st_ino
        for path in place.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_a_drill_proves_the_backup_and_leaves_no_trace(site):
    before = tree(site.directory)
    said = site.manage("restore", "--drill").stdout
    assert "rows, as counted when it was made" in said
    assert "1 archived bodies fetched" in said
    assert said.endswith("19 of 19 rows re-derived, 0 differences\n")
    assert tree(site.directory) == before


def test_a_drill_without_the_archive_in_the_backup_uses_the_live_one(site):
    site.manage("backup")
    assert "0 differences" in site.manage("restore", "--drill").stdout


def test_a_drill_fails_when_a_body_is_gone(site):
    shutil.rmtree(site.directory / "backups" / "archive")
    done = site.manage("restore", "--drill", check=False)
    assert done.returncode == 1
    assert "archived bodies are not in" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_drill_fails_when_rows_are_not_what_their_bytes_say(site):
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("UPDATE voyager1_events SET description = 'changed by hand' WHERE id = 1")
        database.commit()
    site.manage("backup", "--include-archive")
    done = site.manage("restore", "--drill", check=False)
    assert done.returncode == 1
    assert "verify of the restored copy says: verify: 18 of 19 rows re-derived" in done.stderr


def test_a_drill_fails_when_the_backup_is_damaged(site):
    [data] = (site.directory / "backups").rglob("*.zst")
    flip(data)
    done = site.manage("restore", "--drill", check=False)
    assert (done.returncode, "is damaged" in done.stderr) == (1, True)


def older(site: Instance) -> None:
    """As a backup of the release before the backup log."""
    site.manage("migrate", "deepspace", "0003", "--verbosity", "0")
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_an_older_backup_is_migrated_only_when_told(site):
    old = site.directory / "old"
    shutil.copytree(site.directory / "backups", old)
    from deepspace.backup import make
    from deepspace.backup.sqlite import SqliteEngine
    from deepspace.backup.stores import DirectoryStore

    older(site)
    store = DirectoryStore(old)
    place = site.directory / "scratch"
    place.mkdir()
    from datetime import UTC, datetime

    make._send(store, SqliteEngine(site.database), None, datetime.now(UTC), place)  # the log has no table yet
    env = {"BACKUP_URL": store.url}
    said = site.manage("restore", "--yes", env=env).stdout
    assert "1 migrations are pending" in said
    assert "[ ] 0004_backup_log" in site.manage("showmigrations", "deepspace").stdout
    said = site.manage("restore", "--yes", "--migrate", env=env).stdout
    assert "pending" not in said
    assert "[X] 0004_backup_log" in site.manage("showmigrations", "deepspace").stdout
    site.manage("verify")
    site.manage("backup")
