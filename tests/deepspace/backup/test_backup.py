"""`manage.py backup`: what is kept, what is logged, and what is never claimed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import deepspace
from deepspace.backup import keys, make, stores
from deepspace.backup.errors import BackupError, Forbidden, StoreError
from deepspace.backup.sqlite import SqliteEngine
from deepspace.locks import hold
from deepspace.management.commands import backup as command
from deepspace.models import BackupLog
from tests.chaos.test_disk_full import small_disk
from tests.deepspace.backup.conftest import at_step, flip, query
from tests.support.instance import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_this_file(monkeypatch, engine, settings, store):
    """The command works on a file of one's own; the log is that of the suite's database."""
    monkeypatch.setattr(command, "engine", lambda: engine)
    settings.BACKUP_URL = store.url


def manifests(store) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(store.root.rglob("*.json"))]


def run(capsys, *arguments: str) -> str:
    call_command("backup", *arguments)
    return capsys.readouterr().out


def fails(*arguments: str) -> str:
    with pytest.raises(CommandError) as told:
        call_command("backup", *arguments)
    assert "\n" not in str(told.value)
    assert told.value.returncode == 1
    return str(told.value)


def test_a_backup_is_kept_verified_and_logged(capsys, store, database):
    said = run(capsys)
    [manifest] = manifests(store)
    [row] = BackupLog.objects.all()
    assert f"backup: {row.key} is kept at {store.url} and was read back" in said
    assert (row.key, row.sha256, row.tables) == (manifest["key"], manifest["sha256"], manifest["tables"])
    assert keys.moment_of(row.key) == row.started_at.replace(microsecond=0)
    assert row.key.endswith(row.sha256[:12])
    assert (
        manifest["tables"]["voyager1_events"] == query(database, "SELECT COUNT(*) FROM voyager1_events")[0][0]
    )
    assert manifest["code_version"] == deepspace.__version__
    assert "deepspace.0001_initial" in manifest["migrations"]
    assert manifest["engine_version"] == sqlite3.sqlite_version
    assert not row.archive_included
    assert "is whole" in run(capsys, "--verify")
    assert "is whole" in run(capsys, "--verify", row.key)


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="Linux only")
@pytest.mark.parametrize("line", ["backup --list", "restore --drill"])
def test_the_site_goes_first(instance, line):
    """The process stays in the background to its end, with all that it starts."""
    program = (
        "import os, sys, atexit\n"
        "atexit.register(lambda: print({os.SCHED_IDLE: 'idle', os.SCHED_OTHER: 'other'}[os.sched_getscheduler(0)],"
        " os.getpriority(os.PRIO_PROCESS, 0)))\n"
        "from django.core.management import execute_from_command_line\n"
        f"execute_from_command_line(['manage.py', *{line.split()!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=instance.env | {"DJANGO_SETTINGS_MODULE": "deepspace.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "idle 19"


def test_what_is_kept_is_the_database(capsys, store, database, tmp_path):
    import zstandard

    run(capsys)
    [data] = store.root.rglob("*.zst")
    with data.open("rb") as packed, (tmp_path / "out").open("wb") as plain:
        zstandard.ZstdDecompressor().copy_stream(packed, plain)
    tables = manifests(store)[0]["tables"]
    assert len(tables) > 10
    for table in [*tables, "sqlite_master"]:
        assert query(tmp_path / "out", f"SELECT * FROM {table}") == query(database, f"SELECT * FROM {table}")


def test_rows_in_the_write_ahead_log_are_kept(capsys, store, database):
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE late (x)")
        writer.execute("INSERT INTO late VALUES (1)")
        writer.commit()
        assert Path(f"{database}-wal").stat().st_size > 0
        run(capsys)
    assert manifests(store)[0]["tables"]["late"] == 1


def test_the_copy_is_of_one_moment_while_somebody_writes(capsys, store, database):
    """Two tables that are always written together have the same number of rows in every backup."""
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.executescript("CREATE TABLE one (x); CREATE TABLE two (x);")
    over = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with closing(sqlite3.connect(database, timeout=20)) as writer:
            while not over.is_set():
                writer.execute("INSERT INTO one VALUES (randomblob(2000))")
                writer.execute("INSERT INTO two VALUES (1)")
                writer.commit()
                written += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            run(capsys)
    finally:
        over.set()
        thread.join()
    tables = [one["tables"] for one in manifests(store)]
    assert [one["one"] for one in tables] == [one["two"] for one in tables]
    assert len({one["one"] for one in tables}) > 1, "nothing was written meanwhile"
    assert max(one["one"] for one in tables) <= written


def test_scratch_files_are_gone_afterwards_and_those_of_killed_runs_too(capsys, engine):
    left = engine.workplace() / "run-killed"
    left.mkdir()
    (left / "copy").write_bytes(b"x")
    run(capsys)
    assert list(engine.workplace().iterdir()) == []


def test_backups_in_the_same_second_have_an_order(capsys, store):
    for _ in range(3):
        run(capsys)
    made = [keys.moment_of(one["key"]) for one in manifests(store)]
    assert len(set(made)) == 3


def test_the_archive_goes_along_and_only_new_bodies_are_sent(capsys, store, archive_dir):
    assert "1 new archived bodies sent" in run(capsys, "--include-archive")
    assert "0 new archived bodies sent (0 bytes), 1 are in the store" in run(capsys, "--include-archive")
    sent = BackupLog.objects.order_by("id").values_list("archive_included", "archive_objects", "archive_sent")
    assert list(sent) == [(True, 1, 1), (True, 1, 0)]
    [kept] = [path for path in (store.root / "archive").rglob("*") if path.is_file()]
    [here] = [path for path in archive_dir.rglob("*") if path.is_file()]
    assert kept.relative_to(store.root / "archive") == here.relative_to(archive_dir)
    assert kept.read_bytes() == here.read_bytes()


def test_a_body_that_is_lost_here_and_there_is_told_and_the_database_is_kept(capsys, store, archive_dir):
    shutil.rmtree(archive_dir)
    assert "1 archived bodies are missing here and in the store" in fails("--include-archive")
    [row] = BackupLog.objects.all()
    assert not row.archive_included
    assert "is whole" in run(capsys, "--verify")


def test_a_body_that_is_lost_here_only_is_no_trouble(capsys, archive_dir):
    run(capsys, "--include-archive")
    shutil.rmtree(archive_dir)
    run(capsys, "--include-archive")
    assert BackupLog.objects.latest("id").archive_included


def test_a_body_that_was_damaged_here_is_not_sent(store, archive_dir):
    [body] = [path for path in archive_dir.rglob("*") if path.is_file()]
    flip(body)
    fails("--include-archive")
    assert list(store.objects("archive/")) == []


def test_a_body_that_is_cut_in_the_store_is_told(capsys, store, archive_dir):
    run(capsys, "--include-archive")
    [kept] = [path for path in (store.root / "archive").rglob("*") if path.is_file()]
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-1])
    assert "archived bodies are gone" in fails("--verify")
    assert "is damaged; remove it" in fails("--include-archive")


def test_pruning_keeps_what_was_asked_and_says_so_in_the_log(capsys, store):
    for _ in range(4):
        run(capsys)
    assert "3 older backups removed" in run(capsys, "--keep", "2")
    assert len(manifests(store)) == 2
    kept = {one["key"] for one in manifests(store)}
    assert set(BackupLog.objects.filter(pruned_at=None).values_list("key", flat=True)) == kept
    assert BackupLog.objects.exclude(pruned_at=None).count() == 3


def test_an_identity_that_may_not_delete_leaves_it_to_the_lifecycle(capsys, store, monkeypatch):
    run(capsys)
    marked: list[str] = []

    def refuse(*_: object) -> None:
        raise Forbidden("no")

    monkeypatch.setattr(stores.DirectoryStore, "delete", refuse)
    monkeypatch.setattr(stores.DirectoryStore, "retire", lambda _, name: marked.append(name))
    assert "pruning is left to the lifecycle rules" in run(capsys, "--keep", "1")
    assert BackupLog.objects.exclude(pruned_at=None).count() == 0
    assert len(manifests(store)) == 2
    oldest = BackupLog.objects.earliest("id").key
    assert marked == [f"{oldest}.json", f"{oldest}.sqlite3.zst"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "correct the owner of the directory"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_a_pruning_that_fails_does_not_call_the_backup_bad(capsys, store, monkeypatch, error, words):
    """The second of two cannot be removed: the new backup is good, and the log says what is still there."""
    for _ in range(3):
        run(capsys)
    real = Path.unlink
    removed: list[Path] = []

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path.is_relative_to(store.root) and path.suffix == ".json":
            if removed:
                raise error
            removed.append(path)
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        told = fails("--keep", "1")
    newest = BackupLog.objects.latest("id")
    assert told.startswith(f"{newest.key} is made and was read back, but older backups were not removed: ")
    assert words in told
    assert "deploy/aws" not in told
    assert "lifecycle" not in told
    assert f"{newest.key} is kept at" in capsys.readouterr().out
    assert set(BackupLog.objects.filter(pruned_at=None).values_list("key", flat=True)) == {
        one["key"] for one in manifests(store)
    }
    assert len(manifests(store)) == 3
    call_command("backup", "--verify", newest.key)


def test_the_list_shows_the_newest_first_and_what_is_wrong(capsys, store):
    assert "holds no backup" in run(capsys, "--list")
    run(capsys)
    run(capsys)
    first, second = sorted(store.root.rglob("*.json"))
    flip(second, 20)
    lines = run(capsys, "--list").splitlines()
    assert lines[0].split() == ["key", "age", "bytes", "rows", "archived", "bodies", "release"]
    assert second.stem in lines[2]
    assert "damaged" in lines[2]
    assert first.stem in lines[3]
    assert deepspace.__version__ in lines[3]


# --- never a false claim ---------------------------------------------------------------------


def damage_data(store) -> None:
    [data] = store.root.rglob("*.zst")
    flip(data)


def cut_data(store) -> None:
    [data] = store.root.rglob("*.zst")
    os.truncate(data, data.stat().st_size - 1)


def lose_data(store) -> None:
    [data] = store.root.rglob("*.zst")
    data.unlink()


@pytest.mark.parametrize("harm", [damage_data, cut_data, lose_data])
def test_data_that_go_bad_on_the_way_are_neither_claimed_nor_logged(store, harm):
    with at_step("data sent", lambda: harm(store)):
        fails()
    assert manifests(store) == []
    assert not BackupLog.objects.exists()


def test_a_manifest_that_goes_bad_on_the_way_is_not_logged(store, monkeypatch):
    monkeypatch.setattr(make, "read_small", lambda *_: b"other")
    assert "did not come back as it was sent" in fails()
    assert not BackupLog.objects.exists()


@pytest.mark.parametrize("harm", [damage_data, cut_data, lose_data])
def test_data_that_go_bad_later_are_found_by_verify(capsys, store, harm):
    run(capsys)
    harm(store)
    assert "choose another backup" in fails("--verify")


def test_objects_that_were_swapped_are_found(capsys, store, database):
    run(capsys)
    query(database, "CREATE TABLE more (x)")
    run(capsys)
    first, second = sorted(store.root.rglob("*.zst"))
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    assert "is damaged" in fails("--verify", manifests(store)[0]["key"])
    first, second = sorted(store.root.rglob("*.json"))
    first.write_bytes(second.read_bytes())
    key = first.relative_to(store.root).with_suffix("").as_posix()
    assert "is that of another backup" in fails("--verify", key)


def test_a_database_that_is_damaged_is_not_backed_up(database, store):
    size = database.stat().st_size
    with database.open("r+b") as file:
        for page in range(20, size // 4096 - 20):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    told = fails()
    assert "integrity" in told or "malformed" in told
    assert 'see "The database is damaged" in docs/operations.md' in told
    assert list(store.objects("db-backups/")) == []
    assert not BackupLog.objects.exists()


def test_a_row_that_refers_to_nothing_is_not_backed_up(database):
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA foreign_keys=OFF")
        opened.execute("UPDATE voyager1_events SET ingestion_id = 4711")
        opened.commit()
    assert "refers to no row of ingestion_log" in fails()


def test_a_database_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "engine", lambda: SqliteEngine(tmp_path / "none.sqlite3"))
    assert "there is no database at" in fails()
    assert not (tmp_path / "none.sqlite3").exists()


def test_somebody_elses_database_is_refused(monkeypatch, tmp_path):
    query(tmp_path / "other.sqlite3", "CREATE TABLE x (y)")
    monkeypatch.setattr(command, "engine", lambda: SqliteEngine(tmp_path / "other.sqlite3"))
    assert "not a database of this platform" in fails()


def test_the_second_of_two_at_once_is_told():
    with hold("backup"):
        assert fails() == "another backup or a restore is running; let it end, then run this again"
        assert "another backup" in fails("--verify")


def test_too_little_room_is_said_before_anything_is_copied(monkeypatch, store):
    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert "1 MB at" in fails()
    assert list(store.objects("")) == []


def test_a_failure_prunes_nothing(capsys, store):
    run(capsys)
    run(capsys)
    with at_step("data sent", lambda: flip(max(store.root.rglob("*.zst")))):
        fails("--keep", "1")
    assert len(manifests(store)) == 2


def test_a_disk_that_fills_in_the_middle_of_the_copy_is_said(monkeypatch, store, tmp_path):
    """There was room when it was asked."""
    with small_disk(tmp_path / "disk", "600k") as disk:
        (disk / "work").mkdir()
        monkeypatch.setattr(SqliteEngine, "workplace", lambda _: disk / "work")
        monkeypatch.setattr("deepspace.backup.work.need_room", lambda *_: None)
        assert fails().endswith("cannot be copied: the disk is full; free some space, then run it again")
        assert list((disk / "work").iterdir()) == []
    assert list(store.objects("")) == []
    assert not BackupLog.objects.exists()


def test_a_disk_that_fills_while_the_copy_is_packed_is_said(monkeypatch, store):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("deepspace.backup.packing.Counting.write", full)
    assert fails() == "the backup was not made: the disk is full; free some space, then run it again"
    assert list(store.objects("")) == []
    assert not BackupLog.objects.exists()


def test_a_log_that_cannot_be_written_fails_the_command(monkeypatch):
    from django.db import OperationalError

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(BackupLog, "save", refuse)
    assert "is kept and verified, but the log row could not be written: database is locked" in fails()


def test_ctrl_c_ends_with_130_and_claims_nothing(store):
    def interrupt() -> None:
        raise KeyboardInterrupt

    with at_step("data sent", interrupt), pytest.raises(CommandError, match="interrupted") as told:
        call_command("backup")
    assert told.value.returncode == 130
    assert manifests(store) == []
    assert not BackupLog.objects.exists()


@pytest.mark.sqlite_only
def test_a_directory_that_cannot_be_made_is_one_line(settings):
    settings.VAR_DIR = "/dev/null/var"
    assert "/dev/null/var" in fails()


@pytest.mark.parametrize("key", ["x", "db-backups/2026/11/20261120T031700Z-0123456789ab"])
def test_a_key_that_is_not_there_is_said(key, capsys):
    run(capsys)
    assert "backup --list" in fails("--verify", key)


def test_an_empty_store_has_nothing_to_verify():
    assert "holds no backup; run `manage.py backup`" in fails("--verify")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--list", "--verify"),
        ("--list", "--keep", "2"),
        ("--verify", "--include-archive"),
        ("--ensure-bucket", "--list"),
        ("--keep", "0"),
        ("--keep-daily", "-1"),
    ],
)
def test_arguments_that_do_not_fit_end_with_2(arguments):
    with pytest.raises(CommandError) as told:
        call_command("backup", *arguments)
    assert told.value.returncode == 2


def test_ensure_makes_the_directory(capsys, settings, tmp_path):
    settings.BACKUP_URL = f"file://{tmp_path}/a/b"
    assert "is there, for its owner only" in run(capsys, "--ensure-bucket")


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    run(capsys)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    call_command("backup")
    assert "  data read back\n" in capsys.readouterr().err


def test_errors_are_of_one_family():
    assert issubclass(StoreError, BackupError)
