import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tools import debian, postgres

ROOT = Path(__file__).resolve().parents[2]
TOOL = [sys.executable, "-m", "tools.postgres"]

needs_server = pytest.mark.skipif(
    postgres.find_programs() is None, reason="no PostgreSQL server is installed"
)


def test_without_a_server_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    monkeypatch.setattr(debian, "install", lambda *packages: False)
    assert postgres.main(["--", "true"]) == 1
    assert "apt-get install postgresql" in capsys.readouterr().err


def test_nobody_but_root_changes_the_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres.account() is None


def test_root_runs_the_server_as_somebody_else(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert postgres.account() not in {None, 0}


def test_the_newest_of_several_installations_is_preferred():
    places = [Path(f"/usr/lib/postgresql/{version}/bin") for version in (9, 15, 16)]
    assert max(places, key=postgres.version_of) == places[2]


@needs_server
def test_the_command_finds_an_empty_database_and_gives_its_exit_code():
    program = (
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
        "    rows = connection.execute('select count(*) from pg_tables where schemaname = %s', ['public'])\n"
        "    print(os.environ['DATABASE_URL'], rows.fetchone()[0])\n"
        "raise SystemExit(7)"
    )
    done = subprocess.run(
        [*TOOL, "--", sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    url, tables = done.stdout.split()
    assert url.startswith("postgres://deepspace:")
    assert tables == "0"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)


@needs_server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_cluster_and_removes_its_files(number):
    tool = subprocess.Popen(TOOL, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert tool.stdout is not None
    url = tool.stdout.readline().strip().removeprefix("DATABASE_URL=")
    with psycopg.connect(url) as connection:
        row = connection.execute("show data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
    assert data.is_dir()

    tool.send_signal(number)

    assert tool.wait(30) == 0
    tool.stdout.close()
    assert not data.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)
