"""The disk is lost: the site comes back from S3 with every row, as the writer that the timer uses."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.horizons import HorizonsServer
from tests.support.ingests import KEY, Watched
from tests.support.instance import Instance
from tests.support.s3 import BUCKET, S3Server, moto

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]
# written after the copy was taken, or set past what a lost site may have shown
OWN = {"s3_backup_log", "sqlite_sequence", "research_insights_version"}


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as running:
        yield running


def contents(site: Instance) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(site.database)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if name not in OWN
        }


def test_every_row_and_every_body_comes_back_from_the_store(instance: Instance, server: S3Server):
    admin, writer = server.identity("admin"), server.identity("writer")
    server.enforce()
    instance.env["BACKUP_URL"] = f"s3://{BUCKET}"
    with HorizonsServer() as horizons:
        watched = Watched(instance, horizons)
        instance.manage(*watched.arguments(0))
        instance.manage("ingest", "voyager.events")
    instance.manage("backup", "--ensure-bucket", env=admin)
    instance.env |= writer
    said = instance.manage("backup", "--include-archive", "--keep", "7").stdout
    assert "archived bodies sent" in said
    stored, bodies = contents(instance), len(watched.archived())
    assert len(stored["voyager1_trajectory"]) == 60
    assert bodies > 2

    shutil.rmtree(instance.var)
    shutil.rmtree(instance.archive)
    for file in instance.directory.glob("*site.sqlite3*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()

    said = instance.manage("restore", "--yes", "--include-archive").stdout
    assert f"{bodies} archived bodies brought back" in said
    assert contents(instance) == stored
    assert len(watched.archived()) == bodies
    assert instance.manage("verify").stdout.endswith(" 0 differences\n")
    assert f"{KEY}" in instance.manage("ingest", "--list").stdout

    instance.manage("backup", "--include-archive")
    said = instance.manage("backup", "--include-archive", "--keep", "1").stdout
    assert "pruning is left to the lifecycle rules" in said
    said = instance.manage("backup", "--keep", "1", env=admin).stdout
    assert "older backups removed" in said
    assert instance.manage("backup", "--list").stdout.count("db-backups/") == 1
    assert "0 differences" in instance.manage("restore", "--drill").stdout
