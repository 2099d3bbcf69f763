"""SIGKILL at any moment of a restore: the old database or the new one, whole, and the next command ends it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deepspace.backup import steps
from tests.chaos.test_backup_kill import fill, manifests
from tests.support.instance import Instance
from tests.support.zygote import Zygote

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]

KILLS = 100
SEED = 20261122


def ballast(site: Instance) -> int:
    """Rows, after looking at every page."""
    with closing(sqlite3.connect(site.database, timeout=20)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return int(database.execute("SELECT COUNT(*) FROM ballast").fetchone()[0])


def add_rows(site: Instance, keep_log: bool) -> int:
    """Rows that no backup has; with ``keep_log`` they stay in the write-ahead log, as after a crash of the site."""
    database = sqlite3.connect(site.database, timeout=20)
    database.execute("PRAGMA journal_mode=WAL")
    database.executemany("INSERT INTO ballast (body) VALUES (randomblob(500))", [()] * 7)
    database.commit()
    count = int(database.execute("SELECT COUNT(*) FROM ballast").fetchone()[0])
    if keep_log:
        files = [Path(f"{site.database}{end}") for end in ("", "-wal", "-shm")]
        copies = [shutil.copy(file, f"{file}.crash") for file in files]
        database.close()
        for copy, file in zip(copies, files, strict=True):
            Path(copy).replace(file)
    else:
        database.close()
    return count


def test_a_hundred_kills_leave_the_old_database_or_the_new_one(instance: Instance):
    fill(instance)
    chance = random.Random(SEED)  # noqa: S311 (kill points that come again, not secrets)
    killed: dict[str, int] = {}
    seen: dict[str, int] = {"old": 0, "new": 0}
    with Zygote(instance.env) as zygote:
        assert zygote.run("backup", "--include-archive")[0] == 0
        key = next(iter(manifests(instance)))
        new = ballast(instance)
        for number in range(KILLS):
            old = add_rows(instance, keep_log=number % 3 == 0)
            step = steps.RESTORE[number % len(steps.RESTORE)]
            after_s = chance.uniform(0.0, 0.01) if number // len(steps.RESTORE) % 2 else 0.0
            code, output = zygote.run(
                "restore", key, "--yes", "--include-archive", kill_at=step, after_s=after_s
            )
            assert code in {-9, 0}, output
            killed[step] = killed.get(step, 0) + (code == -9)
            interrupted = (instance.directory / f"{instance.database.name}.restore-journal").exists()
            if interrupted:  # nothing may open the file now: the next command ends the restore first
                code, output = zygote.run("backup")
                assert code == 0, output
                assert ("undid" in output) != ("finished" in output), output
            found = ballast(instance)
            assert found in {old, new}, f"kill {number} at {step!r} left {found} rows"
            seen["old" if found == old else "new"] += 1
            for kept in instance.directory.glob("site.sqlite3.before-restore-*"):
                kept.unlink()
        assert zygote.run("restore", key, "--yes", "--include-archive")[0] == 0
    assert ballast(instance) == new
    assert sum(killed.values()) > KILLS * 0.8
    assert all(killed[step] for step in steps.RESTORE)
    assert min(seen.values()) > 10, seen
    assert instance.manage("verify").returncode == 0
