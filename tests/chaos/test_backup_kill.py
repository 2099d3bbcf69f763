"""SIGKILL at any moment of a backup: never a log row or a manifest for bad data, and the next backup is whole."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing

import pytest

from deepspace.backup import steps
from tests.support.instance import Instance
from tests.support.zygote import Zygote

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]

KILLS = 100
SEED = 20261121
MEGABYTE = 2**20


def fill(site: Instance) -> None:
    """A site with a database of 1 MB."""
    site.manage("migrate", "--verbosity", "0")
    site.manage("ingest", "voyager.events")
    with closing(site.connect()) as database:
        database.execute("CREATE TABLE ballast (id INTEGER PRIMARY KEY, body BLOB)")
        database.executemany("INSERT INTO ballast (body) VALUES (randomblob(1000))", [()] * 600)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert site.database.stat().st_size > MEGABYTE


def logged(site: Instance) -> set[str]:
    with closing(sqlite3.connect(site.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {key for (key,) in database.execute("SELECT key FROM s3_backup_log WHERE pruned_at IS NULL")}


def manifests(site: Instance) -> dict[str, dict[str, object]]:
    kept = site.directory / "backups"
    found = [json.loads(path.read_bytes()) for path in kept.rglob("db-backups/**/*.json")]
    return {one["key"]: one for one in found}


def test_a_hundred_kills_never_leave_a_claim_for_a_bad_backup(instance: Instance):
    fill(instance)
    chance = random.Random(SEED)  # noqa: S311 (kill points that come again, not secrets)
    killed: dict[str, int] = {}
    with Zygote(instance.env) as zygote:
        for number in range(KILLS):
            step = steps.BACKUP[number % len(steps.BACKUP)]
            after_s = chance.uniform(0.0, 0.02) if number // len(steps.BACKUP) % 2 else 0.0
            code, output = zygote.run(
                "backup", "--include-archive", "--keep", "5", kill_at=step, after_s=after_s
            )
            assert code in {-9, 0}, output
            killed[step] = killed.get(step, 0) + (code == -9)
            present = manifests(instance)
            assert logged(instance) <= present.keys(), (
                f"kill {number} at {step!r}: a log row without its backup"
            )
            if number % 10 == 9:
                for key in present:
                    assert zygote.run("backup", "--verify", key)[0] == 0

        for key in manifests(instance):
            code, output = zygote.run("backup", "--verify", key)
            assert code == 0, output
        code, output = zygote.run("backup", "--include-archive", "--keep", "1")
        assert code == 0, output
        assert len(manifests(instance)) == 1
        assert set(manifests(instance)) <= logged(instance)
        assert zygote.run("restore", "--drill")[0] == 0
    assert sum(killed.values()) > KILLS * 0.8
    assert all(killed[step] for step in steps.BACKUP)
    assert list((instance.directory / f".{instance.database.name}.work").iterdir()) == []
    assert instance.manage("verify").returncode == 0
