"""`manage.py restore`: everything is checked before anything is touched, and what was there is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from deepspace.backup import restore, steps, swap
from deepspace.backup.errors import BackupError
from deepspace.backup.sqlite import SqliteEngine
from deepspace.locks import hold
from deepspace.management.commands import backup as backup_command
from deepspace.management.commands import restore as command
from tests.deepspace.backup.conftest import at_step, flip, query

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
EVENTS = "SELECT COUNT(*) FROM voyager1_events"


@pytest.fixture(autouse=True)
def on_this_file(monkeypatch, engine, settings, store):
    monkeypatch.setattr(command, "engine", lambda: engine)
    monkeypatch.setattr(backup_command, "engine", lambda: engine)
    settings.BACKUP_URL = store.url


@pytest.fixture
def kept(database, store, capsys) -> int:
    """A backup; since then the live database has lost its events. Returns how many there were."""
    count = query(database, EVENTS)[0][0]
    call_command("backup")
    write(database, "DELETE FROM voyager1_events")
    capsys.readouterr()
    return int(count)


def write(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()


def run(capsys, *arguments: str) -> str:
    call_command("restore", *arguments)
    return capsys.readouterr().out


def fails(*arguments: str) -> str:
    with pytest.raises(CommandError) as told:
        call_command("restore", *arguments)
    assert "\n" not in str(told.value)
    assert told.value.returncode == 1
    return str(told.value)


def files(database: Path) -> list[str]:
    return sorted(path.name for path in database.parent.iterdir() if path.is_file())


def aside(database: Path) -> Path:
    [found] = [path for path in database.parent.glob("*before-restore*") if path.suffix.endswith("Z")]
    return found


def test_what_was_lost_comes_back_and_what_was_there_is_kept(capsys, database, kept):
    said = run(capsys, "--yes")
    assert query(database, EVENTS) == [(kept,)]
    assert query(aside(database), EVENTS) == [(0,)]
    assert f"what was there is kept as {aside(database)}" in said
    assert not swap.journal_of(database).exists()


def test_the_log_of_the_old_database_never_meets_the_new_one(capsys, database, kept):
    """Rows that are only in the write-ahead log, as after a crash of the site, are kept with the old file."""
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE late (x)")
    writer.commit()
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{database}{end}", f"{database}{end}.crash")
    writer.close()
    for end in ("", "-wal", "-shm"):
        Path(f"{database}{end}.crash").replace(f"{database}{end}")
    run(capsys, "--yes")
    assert query(database, EVENTS) == [(kept,)]
    assert query(database, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'late'") == [(0,)]
    assert query(aside(database), "SELECT COUNT(*) FROM late") == [(0,)]


def test_a_reader_that_stays_does_no_harm(capsys, database, kept):
    """It sees the old rows until it closes; closing leaves the new database's log alone."""
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("PRAGMA journal_mode=WAL")
        reader.execute("BEGIN")
        assert reader.execute(EVENTS).fetchone() == (0,)
        run(capsys, "--yes")
        assert reader.execute(EVENTS).fetchone() == (0,)
        with closing(sqlite3.connect(database)) as site:
            site.execute("PRAGMA journal_mode=WAL")
            site.execute("DELETE FROM voyager1_events WHERE id = (SELECT MIN(id) FROM voyager1_events)")
            site.commit()
            reader.execute("ROLLBACK")
            reader.close()
            assert Path(f"{database}-wal").exists()
            assert site.execute(EVENTS).fetchone() == (kept - 1,)
    assert query(database, "PRAGMA integrity_check") == [("ok",)]
    assert query(database, EVENTS) == [(kept - 1,)]


def test_a_lost_database_comes_back_where_nothing_is(capsys, database, kept):
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    Path(f"{database}-wal").write_bytes(b"of nothing")
    said = run(capsys, "--yes")
    assert query(database, EVENTS) == [(kept,)]
    assert "is kept as" not in said


def test_a_database_too_damaged_to_be_opened_is_replaced_and_kept(capsys, database, kept):
    database.write_bytes(b"\xff" * 10_000)
    run(capsys, "--yes")
    assert query(database, EVENTS) == [(kept,)]
    assert aside(database).read_bytes() == b"\xff" * 10_000


def test_mode_and_owner_stay(capsys, database, kept):
    database.chmod(0o640)
    run(capsys, "--yes")
    assert database.stat().st_mode & 0o777 == 0o640


def test_what_everybody_could_read_is_for_its_owner_afterwards(capsys, database, kept, tmp_path):
    """The new file, what is kept of the old one with its log, and a copy; also of a file that was too open."""
    before = os.umask(0o022)
    try:
        database.chmod(0o644)
        run(capsys, "--yes")
        run(capsys, "--to", str(tmp_path / "copy.sqlite3"))
        files = [database, aside(database), tmp_path / "copy.sqlite3"]
        assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
        run(capsys, "--yes")
        assert database.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


def test_a_kept_log_is_for_its_owner_too(scene):
    with closing(sqlite3.connect(scene.database)) as reader:
        reader.execute("SELECT v FROM t").fetchone()
        kept = swap.replace(scene.database, scene.candidate, "key")
        assert kept is not None
        modes = {file.name: file.stat().st_mode & 0o777 for file in kept.parent.glob(f"{kept.name}*")}
    assert f"{kept.name}-shm" in modes
    assert set(modes.values()) == {0o600}


def test_a_cache_that_is_away_does_not_fail_a_restore(monkeypatch, capsys, database, kept):
    def refuse() -> None:
        raise OSError("no cache")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.cache.cache.clear", refuse)
        assert "is in place" in run(capsys, "--yes")


def test_no_id_is_given_away_twice(capsys, database, kept):
    write(database, "UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'ingestion_log'")
    run(capsys, "--yes")
    assert query(database, "SELECT seq FROM sqlite_sequence WHERE name = 'ingestion_log'") == [(5000,)]


VERSION = "SELECT value FROM research_insights_version"


def test_what_is_restored_is_newer_content_than_all_that_was_shown(capsys, database, kept):
    write(database, "UPDATE research_insights_version SET value = 57")
    run(capsys, "--yes")
    assert query(database, VERSION) == [(58,)]
    run(capsys, "--yes")
    assert query(database, VERSION) == [(59,)]


def test_over_a_lost_database_the_content_version_jumps(capsys, database, store):
    write(database, "UPDATE research_insights_version SET value = 57")
    call_command("backup")
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    run(capsys, "--yes")
    assert query(database, VERSION)[0][0] > 57 + 1000


def test_the_one_that_is_named_is_restored(capsys, database, store):
    call_command("backup")
    [first] = [path.stem for path in store.root.rglob("*.json")]
    count = query(database, EVENTS)[0][0]
    write(database, "DELETE FROM voyager1_events")
    call_command("backup")
    run(capsys, "--yes")
    assert query(database, EVENTS) == [(0,)]
    run(capsys, f"db-backups/{first[:4]}/{first[4:6]}/{first}", "--yes")
    assert query(database, EVENTS) == [(count,)]


def test_archived_bodies_come_back_too(capsys, database, store, archive_dir):
    call_command("backup", "--include-archive")
    [body] = [path for path in archive_dir.rglob("*") if path.is_file()]
    whole = body.read_bytes()
    flip(body)
    assert "1 archived bodies brought back" in run(capsys, "--yes", "--include-archive")
    assert body.read_bytes() == whole
    shutil.rmtree(archive_dir)
    assert "1 archived bodies brought back" in run(capsys, "--yes", "--include-archive")
    assert "0 archived bodies brought back" in run(capsys, "--yes", "--include-archive")
    assert body.read_bytes() == whole
    shutil.rmtree(archive_dir)
    shutil.rmtree(store.root / "archive")
    assert "are missing here and in the store" in fails("--yes", "--include-archive")


def test_a_body_that_is_damaged_in_the_store_does_not_get_into_the_archive(capsys, store, archive_dir):
    call_command("backup", "--include-archive")
    shutil.rmtree(archive_dir)
    [body] = [path for path in (store.root / "archive").rglob("*") if path.is_file()]
    flip(body)
    assert "are missing" in fails("--yes", "--include-archive")
    assert not archive_dir.exists()


def test_a_copy_goes_where_it_is_told_and_touches_nothing(capsys, database, kept, tmp_path):
    before = database.stat().st_ino
    assert "the database is as it was" in run(capsys, "--to", str(tmp_path / "copy.sqlite3"))
    assert query(tmp_path / "copy.sqlite3", EVENTS) == [(kept,)]
    assert (database.stat().st_ino, query(database, EVENTS)) == (before, [(0,)])
    assert "exists and is not written over" in fails("--to", str(tmp_path / "copy.sqlite3"))
    assert "there is no directory" in fails("--to", str(tmp_path / "none" / "copy.sqlite3"))


# --- nothing is touched when something is wrong ----------------------------------------------


@pytest.fixture
def untouched(database, kept):
    """The live database is byte for byte the same afterwards, and nothing lies about."""
    before = database.read_bytes(), files(database)
    yield
    assert (database.read_bytes(), files(database)) == before
    assert list((database.parent / f".{database.name}.work").iterdir()) == []


@pytest.mark.parametrize("place", [10, -100])
def test_a_damaged_backup_is_refused(store, untouched, place):
    [data] = store.root.rglob("*.zst")
    flip(data, place)
    assert "choose another backup" in fails("--yes")


def test_a_cut_backup_is_refused(store, untouched):
    [data] = store.root.rglob("*.zst")
    os.truncate(data, 5000)
    assert "5,000 bytes instead of" in fails("--yes")


def test_a_backup_without_its_data_is_refused(store, untouched):
    [data] = store.root.rglob("*.zst")
    data.unlink()
    assert "its data are gone" in fails("--yes")


def test_a_backup_of_another_engine_is_refused(monkeypatch, engine, untouched):
    monkeypatch.setattr(SqliteEngine, "name", "postgresql")
    assert "is a backup of sqlite, and DATABASE_URL is postgresql" in fails("--yes")


def test_an_empty_store_is_not_a_reason_to_make_a_backup(store, untouched):
    """Whoever restores knows that there were some: the disk is not mounted, or the address is wrong."""
    for file in [path for path in store.root.rglob("*") if path.is_file()]:
        file.unlink()
    assert fails("--yes").endswith("holds no backup; mount the disk that it is on, or correct BACKUP_URL")


def test_a_newer_schema_is_refused(monkeypatch, untouched):
    known = restore.known_migrations() - {"deepspace.0004_backup_log"}
    monkeypatch.setattr(restore, "known_migrations", lambda: known)
    told = fails("--yes")
    assert "migrations that this release does not know (deepspace.0004_backup_log)" in told
    assert "install that release, then restore" in told


def test_an_older_schema_is_restored_and_what_is_pending_is_said(monkeypatch, capsys, kept):
    known = restore.known_migrations() | {"voyager.9999_to_come"}
    monkeypatch.setattr(restore, "known_migrations", lambda: known)
    assert "1 migrations are pending: run `manage.py migrate`" in run(capsys, "--yes")


def test_an_ingest_under_way_is_waited_for_then_told(monkeypatch, untouched):
    monkeypatch.setattr(restore, "INGEST_WAIT_S", 0.1)
    with hold("product-voyager.events"):
        assert "an ingest is running (product-voyager.events)" in fails("--yes")


def test_a_writer_under_way_is_waited_for_then_told(monkeypatch, untouched):
    monkeypatch.setattr(restore, "WRITER_WAIT_S", 0.1)
    with hold("writer"):
        assert "an ingest is running (writer): stop it" in fails("--yes")


def test_the_second_of_two_at_once_is_told(untouched):
    with hold("backup"):
        assert "another backup or a restore is running" in fails("--yes")


def test_a_full_disk_is_said(monkeypatch, untouched):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("deepspace.backup.swap.os.link", full)
        assert "the disk is full; free some space" in fails("--yes")


def test_who_says_no_changes_nothing(monkeypatch, capsys, untouched):
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda _: True})())
    monkeypatch.setattr("builtins.input", lambda _: "y")
    said = run(capsys)
    assert "It will take the place of the database" in said
    assert "nothing was changed" in said


def test_who_says_yes_is_heard(monkeypatch, capsys, database, kept):
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda _: True})())
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    run(capsys)
    assert query(database, EVENTS) == [(kept,)]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--drill", "--yes"),
        ("--drill", "--to", "x"),
        ("--to", "x", "--yes"),
        ("--to", "x", "--include-archive"),
    ],
)
def test_arguments_that_do_not_fit_end_with_2(monkeypatch, arguments):
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"isatty": lambda _: False})())
    with pytest.raises(CommandError) as told:
        call_command("restore", *arguments)
    assert told.value.returncode == 2


# --- the journal -----------------------------------------------------------------------------


class Scene:
    """A database with one row, its log, and a candidate with another; a child process replaces and dies."""

    def __init__(self, place: Path) -> None:
        self.database = place / "site.sqlite3"
        self.candidate = place / "candidate"
        for file, value in ((self.database, "old"), (self.candidate, "new")):
            query(file, f"CREATE TABLE t AS SELECT '{value}' AS v")
        with closing(sqlite3.connect(self.database)) as opened:
            opened.execute("PRAGMA journal_mode=WAL")

    @property
    def value(self) -> str:
        return str(query(self.database, "SELECT v FROM t")[0][0])

    def die_at(self, step: str) -> None:
        """What a SIGKILL leaves, without the cost of a command."""
        child = os.fork()
        if child == 0:
            steps.listeners.append(lambda name: os._exit(9) if name == step else None)
            swap.replace(self.database, self.candidate, "key")
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture
def scene(tmp_path) -> Scene:
    (tmp_path / "scene").mkdir()
    return Scene(tmp_path / "scene")


@pytest.fixture
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(swap, "_CHECKPOINT_S", 0.3)
    monkeypatch.setattr(swap, "_BUSY_S", 0.3)


@pytest.mark.usefixtures("impatient")
def test_a_restore_is_refused_while_a_reader_holds_the_log(scene):
    """Else the old file would be kept without the rows that are only in its log."""
    before = scene.database.stat().st_ino
    with (
        closing(sqlite3.connect(scene.database)) as writer,
        closing(sqlite3.connect(scene.database)) as reader,
    ):
        writer.execute("CREATE TABLE late (x)")
        writer.commit()
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM late").fetchall()
        writer.execute("INSERT INTO late VALUES (1)")
        writer.commit()
        with pytest.raises(BackupError, match=r"nothing was replaced; stop the web process and try again"):
            swap.replace(scene.database, scene.candidate, "key")
        assert scene.candidate.exists()
        assert not swap.journal_of(scene.database).exists()
        assert writer.execute("SELECT COUNT(*) FROM late").fetchone() == (1,)
        reader.rollback()
        assert scene.database.stat().st_ino == before
        swap.replace(scene.database, scene.candidate, "key")
    assert scene.value == "new"
    assert query(aside(scene.database), "SELECT COUNT(*) FROM late") == [(1,)]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_restore_is_refused_while_somebody_writes(scene, journal):
    """What they write would go into the old file, and be lost to the site."""
    before = scene.database.stat().st_ino
    with closing(sqlite3.connect(scene.database, isolation_level=None)) as writer:
        writer.execute(f"PRAGMA journal_mode={journal}")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE late (x)")
        with pytest.raises(BackupError, match=r"somebody has been .* the database for long"):
            swap.replace(scene.database, scene.candidate, "key")
        writer.execute("COMMIT")
    assert scene.database.stat().st_ino == before
    assert (scene.value, query(scene.database, "SELECT COUNT(*) FROM late")) == ("old", [(0,)])


def test_ids_that_cannot_be_kept_stop_the_restore(monkeypatch, untouched):
    """Caches know data by the id of a batch: a copy that cannot be told where to go on is not put in place."""
    real = sqlite3.connect

    def full(place, *arguments, **options):
        opened = real(place, *arguments, **options)
        if str(place).endswith("unpacked"):
            opened.execute("PRAGMA query_only=ON")
        return opened

    monkeypatch.setattr("deepspace.backup.sqlite.sqlite3.connect", full)
    assert "the copy cannot be made ready" in fails("--yes")


@pytest.mark.parametrize(
    ("step", "is_new"),
    [
        ("writers stopped", None),
        ("journal written", False),
        ("old database linked", False),
        ("old log moved", True),
        ("new database in place", True),
    ],
)
def test_the_next_command_ends_what_was_killed(scene, step, is_new):
    scene.die_at(step)
    said: list[str] = []
    assert swap.recover(scene.database, said.append) is (is_new is not None)
    assert scene.value == ("new" if is_new else "old")
    assert query(scene.database, "PRAGMA integrity_check") == [("ok",)]
    assert not swap.journal_of(scene.database).exists()
    assert not swap.recover(scene.database, said.append)
    if is_new is not None:
        assert ("finished" if is_new else "undid") in said[0]
    if is_new:
        assert query(aside(scene.database), "SELECT v FROM t") == [("old",)]
    else:
        assert not list(scene.database.parent.glob("*before-restore*"))


@pytest.mark.parametrize("step", ["journal written", "old database linked", "old log moved"])
def test_a_candidate_that_is_gone_leads_back_to_the_old_database(scene, step):
    scene.die_at(step)
    scene.candidate.unlink()
    assert swap.recover(scene.database, lambda _: None)
    assert scene.value == "old"
    assert not list(scene.database.parent.glob("*before-restore*"))


def test_a_log_that_somebody_made_meanwhile_does_not_stay(scene):
    """The site was started between the kill and the next command, and wrote into the old file."""
    scene.die_at("old log moved")
    with closing(sqlite3.connect(scene.database)) as site:
        site.execute("PRAGMA journal_mode=WAL")
        site.execute("CREATE TABLE meanwhile (x)")
        site.commit()
        swap.recover(scene.database, lambda _: None)
    assert scene.value == "new"
    assert query(scene.database, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'meanwhile'") == [(0,)]
    assert query(scene.database, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(
    "step", ["journal written", "old database linked", "old log moved", "new database in place"]
)
def test_ctrl_c_is_settled_at_once(scene, step):
    pressed: list[str] = []

    def interrupt() -> None:
        if not pressed:
            pressed.append(step)
            raise KeyboardInterrupt

    with at_step(step, interrupt):
        if step in {"journal written", "old database linked"}:
            with pytest.raises(KeyboardInterrupt):
                swap.replace(scene.database, scene.candidate, "key")
            assert scene.value == "old"
        else:
            swap.replace(scene.database, scene.candidate, "key")
            assert scene.value == "new"
    assert not swap.journal_of(scene.database).exists()


def test_a_damaged_journal_is_left_to_the_operator(database):
    swap.journal_of(database).write_text("{")
    assert "is damaged; move it away" in fails("--yes")
