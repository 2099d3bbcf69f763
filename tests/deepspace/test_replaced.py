"""A database file that was replaced is noticed, and the new one opened: in a thread, and in a real gunicorn."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from deepspace import checks, replaced
from tests.support.instance import ROOT, Instance
from tools.processes import die_with_parent


@pytest.fixture
def fake(monkeypatch, tmp_path) -> SimpleNamespace:
    """A connection to a file, as far as the look at it goes."""
    path = tmp_path / "site.sqlite3"
    path.write_bytes(b"old")
    made = SimpleNamespace(
        vendor="sqlite",
        settings_dict={"NAME": str(path)},
        connection=object(),
        in_atomic_block=False,
        is_in_memory_db=lambda: False,
        closed=0,
        path=path,
    )

    def close() -> None:
        made.closed += 1

    made.close = close
    monkeypatch.setattr(replaced, "connection", made)
    monkeypatch.setattr(replaced, "_seen", {})
    replaced._remember(type(connection), made)
    return made


def replace(fake: SimpleNamespace) -> None:
    new = fake.path.with_name("new")
    new.write_bytes(b"new")
    new.replace(fake.path)


def test_a_file_that_stays_is_left_alone(fake):
    assert not replaced.reopen_if_replaced()
    fake.path.write_bytes(b"written to")
    assert not replaced.reopen_if_replaced()
    assert fake.closed == 0


def test_a_replaced_file_is_noticed_at_once_when_asked(fake):
    replace(fake)
    assert replaced.reopen_if_replaced()
    assert fake.closed == 1


def test_readers_look_once_a_second_at_most(fake, monkeypatch):
    looks: list[str] = []
    real = os.stat

    def stat(path: str) -> os.stat_result:
        looks.append(path)
        return real(path)

    now = time.monotonic()
    monkeypatch.setattr("os.stat", stat)
    monkeypatch.setattr("time.monotonic", lambda: now)
    for _ in range(100):
        replaced._before_request(object, {"REQUEST_METHOD": "GET"})
    assert looks == []
    replace(fake)
    replaced._before_request(object, {"REQUEST_METHOD": "GET"})
    assert fake.closed == 0
    now += 1.1
    replaced._before_request(object, {"REQUEST_METHOD": "GET"})
    assert (fake.closed, len(looks)) == (1, 1)


def test_a_request_that_writes_looks_itself(fake):
    replace(fake)
    replaced._before_request(object, {"REQUEST_METHOD": "POST"})
    assert fake.closed == 1


def test_a_missing_file_closes_nothing(fake):
    fake.path.unlink()
    assert not replaced.reopen_if_replaced()
    assert fake.closed == 0


def test_a_transaction_under_way_is_not_cut(fake):
    fake.in_atomic_block = True
    replace(fake)
    assert not replaced.reopen_if_replaced()
    fake.in_atomic_block = False
    assert replaced.reopen_if_replaced()


def test_postgresql_and_memory_need_none_of_this(fake):
    fake.vendor = "postgresql"
    replace(fake)
    assert not replaced.reopen_if_replaced()
    fake.vendor, fake.is_in_memory_db, fake.opened_file = "sqlite", lambda: True, None
    replaced._remember(type(connection), fake)
    assert not replaced.reopen_if_replaced()


def test_a_connection_in_this_process_remembers_its_file(fake, monkeypatch):
    assert fake.opened_file == replaced._look(str(fake.path), at_once=True)


@pytest.mark.parametrize(("is_there", "found"), [(True, ["deepspace.E002"]), (False, [])])
def test_a_killed_restore_stops_the_other_commands(monkeypatch, tmp_path, is_there, found):
    if is_there:
        (tmp_path / "x.sqlite3.restore-journal").write_text("{}")
    fake = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(tmp_path / "x.sqlite3")})
    monkeypatch.setattr(checks, "connection", fake)
    assert [one.id for one in checks.no_restore_is_under_way()] == found


# --- with a real gunicorn --------------------------------------------------------------------


class Web:
    def __init__(self, site: Instance, port: int) -> None:
        self.site, self.port = site, port

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def tier(self) -> str:
        status, body = self.get("/api/status")
        assert status == 200
        return str(json.loads(body)["data_sources"]["voyager.events"]["tier"])

    def says(self, tier: str, limit_s: float) -> bool:
        """Whether eight answers in a row (two workers of four threads) say so within the limit."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            if [self.tier() for _ in range(8)] == [tier] * 8:
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def web(instance: Instance) -> Iterator[Web]:
    instance.manage("migrate", "--verbosity", "0")
    instance.manage("ingest", "voyager.events")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (instance.directory / "gunicorn.log").open("wb")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "deepspace.wsgi:application",
    ]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=instance.env | {"PORT": str(port)},
        stdout=log,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent(9),  # noqa: PLW1509 - nothing but a system call in it
    )
    made = Web(instance, port)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                made.get("/healthz")
                break
            except OSError:
                assert child.poll() is None, "gunicorn did not start"
                assert time.monotonic() < until, "gunicorn did not start"
                time.sleep(0.1)
        yield made
    finally:
        child.terminate()
        child.wait(20)
        log.close()


def forget_events(database: Path) -> None:
    """The live database loses what the backup has."""
    with closing(sqlite3.connect(database, timeout=20)) as opened:
        opened.execute("DELETE FROM voyager1_events")
        opened.execute("DELETE FROM ingestion_log")
        opened.commit()


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_workers_show_the_restored_database_within_seconds(web: Web):
    assert web.says("real", 10)
    web.site.manage("backup")
    forget_events(web.site.database)
    assert web.says("empty", 10)
    web.site.manage("restore", "--yes")
    assert web.says("real", 5)
    with closing(sqlite3.connect(web.site.database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    status, _ = web.get("/readyz")
    assert status == 200


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_a_disk_that_was_lost_under_the_workers_comes_back(web: Web):
    assert web.says("real", 10)
    web.site.manage("backup")
    for end in ("", "-wal", "-shm"):
        Path(f"{web.site.database}{end}").unlink(missing_ok=True)
    shutil.rmtree(web.site.var / "cache", ignore_errors=True)
    web.site.manage("restore", "--yes")
    assert web.says("real", 5)
    assert web.site.manage("verify", "voyager.events").returncode == 0
