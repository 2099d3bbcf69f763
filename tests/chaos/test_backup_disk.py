"""A full disk, under the copies or under the store: one line, nothing damaged, and all is well once there is room."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.test_backup_kill import fill, logged, manifests
from tests.chaos.test_disk_full import fill as fill_disk
from tests.chaos.test_disk_full import small_disk
from tests.support.instance import Instance

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]


def fails(site: Instance, *arguments: str) -> str:
    done = site.manage(*arguments, check=False)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def leave(ballast: Path, size_bytes: int) -> None:
    """Make so much room."""
    with ballast.open("r+b") as file:
        file.truncate(max(ballast.stat().st_size - size_bytes, 0))


def test_a_full_store_keeps_what_it_has(instance: Instance, tmp_path: Path):
    fill(instance)
    with small_disk(tmp_path / "kept", "4m") as disk:
        instance.env["BACKUP_URL"] = f"file://{disk}/backups"
        instance.env |= {"BACKUP_URL": f"file://{disk}"}
        instance.manage("backup", "--include-archive")
        ballast = fill_disk(disk)
        for room in (0, 4096, 100_000, 400_000):
            leave(ballast, room)
            assert "the disk is full; free some space" in fails(instance, "backup", "--include-archive")
            assert len(list(disk.rglob("*.json"))) == 1
            assert list(disk.rglob(".tmp-*")) == []
            assert len(logged(instance)) == 1
            fill_disk(disk)
        instance.manage("backup", "--verify")
        ballast.unlink()
        instance.manage("backup", "--include-archive", "--keep", "1")
        instance.manage("restore", "--drill")


@pytest.fixture
def on_small_disk(tmp_path: Path) -> Iterator[Instance]:
    """A site whose database is on a small disk; its store is not."""
    with small_disk(tmp_path / "disk", "8m") as disk:
        site = Instance(disk)
        kept = tmp_path / "backups"
        kept.mkdir()
        site.env |= {"BACKUP_URL": f"file://{kept}", "VAR_DIR": str(tmp_path / "var")}
        site.env["ARCHIVE_DIR"] = str(tmp_path / "archive")
        fill(site)
        yield site
        site.close()


@pytest.mark.parametrize("room", [0, 200_000, 1_000_000])
def test_a_full_disk_of_the_database_is_said_and_the_database_stays(on_small_disk: Instance, room: int):
    site = on_small_disk
    site.manage("backup")
    ballast = fill_disk(site.directory)
    leave(ballast, room)
    assert "free some space" in fails(site, "backup")
    assert "free some space" in fails(site, "restore", "--yes")
    assert manifests(site) == {}, "the store is elsewhere"
    ballast.unlink()
    with closing(sqlite3.connect(site.database)) as database:  # a reader needs a page of room itself
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    site.manage("restore", "--yes")
    site.manage("backup")
    site.manage("verify")
