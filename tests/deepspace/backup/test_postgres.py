"""Backup and restore on a real PostgreSQL: a site of its own beside the suite's database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from deepspace.backup import postgres_server, steps
from deepspace.backup.errors import BackupError
from tests.support.instance import Instance
from tests.support.zygote import Zygote

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]


def server(name: str = "postgres") -> psycopg.Connection:
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password")}
    return psycopg.connect(**wanted, dbname=name, autocommit=True)


def names(prefix: str) -> list[str]:
    with server() as session:
        rows = session.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return sorted(name for (name,) in rows.fetchall())


class PostgresSite(Instance):
    name = ""

    def query(self, question: str):
        with server(self.name) as session:
            return session.execute(question).fetchall()

    def events(self) -> int:
        return int(self.query("SELECT COUNT(*) FROM voyager1_events")[0][0])


@pytest.fixture
def site(tmp_path) -> Iterator[PostgresSite]:
    """A migrated site with its events, in a database of its own."""
    made = PostgresSite(tmp_path)
    made.name = f"site_{secrets.token_hex(4)}"
    with server() as session:
        session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made.name)))
    parts = urlsplit(os.environ["DATABASE_URL"])
    made.env["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{made.name}"))
    made.manage("migrate", "--verbosity", "0")
    made.manage("ingest", "voyager.events")
    yield made
    made.close()
    for name in names(made.name):
        with server() as session:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_what_was_lost_comes_back_and_what_was_there_is_kept(site):
    stored = site.events()
    said = site.manage("backup", "--include-archive").stdout
    assert "was read back" in said
    assert f"{stored}" in str(site.query("SELECT tables FROM s3_backup_log")[0][0]["voyager1_events"])
    assert "is whole" in site.manage("backup", "--verify").stdout
    last = site.query("SELECT MAX(id) FROM ingestion_log")[0][0]
    site.query("DELETE FROM voyager1_events WHERE id > 3 RETURNING 1")
    site.manage("ingest", "voyager.events", "--replay", check=False)
    site.query("DELETE FROM voyager1_events WHERE id > 3 RETURNING 1")
    given = site.query("SELECT MAX(id) FROM ingestion_log")[0][0]
    assert given >= last
    site.query("UPDATE research_insights_version SET value = 57 RETURNING 1")

    said = site.manage("restore", "--yes").stdout
    assert "is in place" in said
    assert site.events() == stored
    kept = [name for name in names(site.name) if "_before_restore_" in name]
    assert len(kept) == 1
    assert kept[0] in said
    assert len(names(site.name)) == 2, "no scratch database is left"
    assert site.query("SELECT value FROM research_insights_version") == [(58,)], (
        "newer than all that was shown"
    )
    assert site.manage("verify").returncode == 0
    site.manage("ingest", "voyager.events", "--replay")
    assert site.query("SELECT MAX(id) FROM ingestion_log")[0][0] > given, "no id is given away twice"


def test_sessions_of_the_site_are_ended_and_come_back_to_the_new_database(site):
    site.manage("backup")
    with server(site.name) as visitor:
        visitor.execute("SELECT 1")
        site.manage("restore", "--yes")
        with pytest.raises(psycopg.OperationalError):
            visitor.execute("SELECT 1")
    assert site.events() > 0


def test_a_drill_touches_nothing_and_leaves_nothing(site):
    site.manage("backup", "--include-archive")
    before = site.query("SELECT oid FROM pg_database WHERE datname = current_database()")
    said = site.manage("restore", "--drill").stdout
    assert "0 differences" in said
    assert names(site.name) == [site.name]
    assert site.query("SELECT oid FROM pg_database WHERE datname = current_database()") == before


def test_a_copy_gets_the_name_it_is_given(site):
    site.manage("backup")
    copy = f"{site.name}_copy"
    assert f"is at {copy}, checked" in site.manage("restore", "--to", copy).stdout
    assert copy in names(site.name)
    again = site.manage("restore", "--to", copy, check=False)
    assert (again.returncode, f"the database {copy} exists" in again.stderr) == (1, True)
    bad = site.manage("restore", "--to", "Not A Name", check=False)
    assert "must be the name of a new database" in bad.stderr


def test_a_dump_that_is_damaged_is_not_restored(site):
    site.manage("backup")
    oid = site.query("SELECT oid FROM pg_database WHERE datname = current_database()")
    [data] = (site.directory / "backups").rglob("*.pgdump.zst")
    body = bytearray(data.read_bytes())
    body[len(body) // 2] ^= 1
    data.write_bytes(body)
    done = site.manage("restore", "--yes", check=False)
    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert site.query("SELECT oid FROM pg_database WHERE datname = current_database()") == oid
    assert names(site.name) == [site.name]


@pytest.mark.chaos
def test_a_kill_at_any_step_of_a_restore_leaves_the_old_database_or_the_new_one(site):
    stored = site.events()
    with Zygote(site.env) as zygote:
        assert zygote.run("backup")[0] == 0
        for step in steps.RESTORE_POSTGRES:
            site.query(
                "DELETE FROM voyager1_events WHERE id = (SELECT MAX(id) FROM voyager1_events) RETURNING 1"
            )
            fewer = site.events()
            code, output = zygote.run("restore", "--yes", kill_at=step)
            assert code == -9, (step, output)
            assert site.events() in {fewer, stored}, step
        code, output = zygote.run("restore", "--yes")
        assert code == 0, output
    assert site.events() == stored
    assert not [name for name in names(site.name) if "_restore_" in name and "_before_" not in name]


@pytest.mark.chaos
def test_a_kill_at_any_step_of_a_backup_leaves_no_false_row(site):
    with Zygote(site.env) as zygote:
        for step in steps.BACKUP:
            assert zygote.run("backup", "--keep", "2", kill_at=step)[0] == -9, step
            kept = {path.stem for path in (site.directory / "backups").rglob("*.json")}
            logged = site.query("SELECT key FROM s3_backup_log WHERE pruned_at IS NULL")
            assert {key.rpartition("/")[2] for (key,) in logged} <= kept
        assert zygote.run("backup", "--keep", "1")[0] == 0
        assert zygote.run("backup", "--verify")[0] == 0


def test_every_parameter_of_the_connection_is_passed_on(site):
    """The options reach every session: the dump's, the drill's and its commands'."""
    options = "application_name=the%20site&options=-c%20work_mem%3D7MB&connect_timeout=11"
    url = f"{site.env['DATABASE_URL']}{'&' if '?' in site.env['DATABASE_URL'] else '?'}{options}"
    site.env["DATABASE_URL"] = url
    site.manage("backup")
    assert "0 differences" in site.manage("restore", "--drill").stdout
    site.manage("restore", "--yes", "--migrate")
    assert site.manage("verify").returncode == 0


def test_a_role_that_may_not_create_databases_is_told_what_to_run(site):
    with server() as session:
        session.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
        session.execute(sql.SQL("ALTER DATABASE {} OWNER TO modest").format(sql.Identifier(site.name)))
    try:
        site.manage("backup")
        parts = urlsplit(site.env["DATABASE_URL"])
        where = f"modest:modest@{parts.hostname}:{parts.port}"
        done = site.manage(
            "restore", "--yes", check=False, env={"DATABASE_URL": urlunsplit(parts._replace(netloc=where))}
        )
        assert done.returncode == 1
        assert "ALTER ROLE modest CREATEDB" in done.stderr
    finally:
        with server() as session:
            session.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(sql.Identifier(site.name))
            )
            session.execute("DROP ROLE modest")


def test_a_missing_client_program_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres_server, "PLACES", ("/nowhere/*",))
    with pytest.raises(BackupError, match=r"no pg_dump here; install PostgreSQL's client"):
        postgres_server.program("pg_dump")
