"""What is passed on of the connection of the site: everything, and nothing secret on a command line."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from deepspace.backup import postgres
from deepspace.backup.errors import BackupError, Damaged
from deepspace.backup.postgres_server import Server
from deepspace.configuration import Environment

SECURE = {
    "sslmode": "verify-full",
    "sslrootcert": "/etc/ssl/the root.pem",
    "sslcert": "/etc/ssl/site.pem",
    "sslkey": "/etc/ssl/site.key",
    "options": "-c search_path=public -c statement_timeout=0",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",
}
OF_DJANGO = {
    "cursor_factory": object(),
    "client_encoding": "UTF8",
    "prepare_threshold": None,
    "context": None,
}


def server(**parameters: Any) -> Server:
    return Server({"dbname": "site", **parameters, **OF_DJANGO})


def read_back(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a command that is started with this DATABASE_URL connects with."""
    monkeypatch.setenv("DATABASE_URL", url)
    found = Environment(Path("/nowhere/.env")).database("DATABASE_URL", default="")
    wrapper = DatabaseWrapper({"OPTIONS": {}, "TIME_ZONE": None, **found})
    parameters = wrapper.get_connection_params()
    return {name: str(text) for name, text in parameters.items() if name not in OF_DJANGO}


@pytest.mark.parametrize(
    "where",
    [
        {"host": "db.example.org", "port": 5433},
        {"host": "/run/postgresql"},
        {"host": "::1", "port": 5432},
        {"host": "one.example.org,two.example.org", "port": "5432,5433"},
        {},
    ],
)
@pytest.mark.parametrize(
    "who", [{"user": "the site", "password": "0x1:/?#@%&+ é"}, {"user": "site"}, {"password": "123"}, {}]
)
def test_a_command_on_a_copy_connects_as_the_site_does(monkeypatch, where, who):
    url = server(**where, **who, **SECURE).url("copy_1")
    expected = {name: str(text) for name, text in ({"dbname": "copy_1"} | where | who | SECURE).items()}
    assert read_back(url, monkeypatch) == expected


def test_the_programs_get_every_parameter_and_no_secret():
    place = server(host="db.example.org", user="site", password="hidden", **SECURE).place("copy_1")
    assert "hidden" not in place
    for text in (
        "dbname=copy_1",
        "sslcert=/etc/ssl/site.pem",
        "sslkey=/etc/ssl/site.key",
        "connect_timeout=5",
    ):
        assert text in place
    assert "sslrootcert='/etc/ssl/the root.pem'" in place
    assert "client_encoding" not in place


def test_a_passphrase_that_would_show_on_a_command_line_is_refused():
    with pytest.raises(
        BackupError, match="cannot be given an sslpassword in secret; take it out of DATABASE_URL"
    ):
        server(sslpassword="hidden").client("pg_dump", "--version")


@pytest.fixture
def reader(monkeypatch, tmp_path):
    """A stand-in for pg_restore."""

    def make(script: str) -> tuple[postgres.PostgresEngine, Path]:
        program = tmp_path / "pg_restore"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        monkeypatch.setattr(postgres, "program", lambda _: program)
        return object.__new__(postgres.PostgresEngine), tmp_path / "dump"

    return make


TALK = "i=0; while [ $i -lt 4000 ]; do echo 'pg_restore: warning: forty bytes' >&2; i=$((i+1)); done"
ROWS = "printf 'COPY public.django_migrations (id, app, name) FROM stdin;\\n1\\tvoyager\\t0001\\n\\\\.\\n'"


def stuck(*_: object) -> None:
    raise TimeoutError("the program is stuck")


@pytest.fixture
def bounded() -> Iterator[None]:
    """Two programs that wait for each other fail the test instead of the suite."""
    before = signal.signal(signal.SIGALRM, stuck)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("bounded")
def test_a_program_that_complains_a_lot_is_read_to_its_end(reader):
    engine, dump = reader(f"{TALK}; {ROWS}")
    assert engine.examine(dump).migrations == ["voyager.0001"]


@pytest.mark.usefixtures("bounded")
def test_its_last_word_is_told_when_it_fails(reader):
    engine, dump = reader(f"{TALK}; echo 'pg_restore: error: out of luck' >&2; exit 1")
    with pytest.raises(Damaged, match="cannot be read by pg_restore: pg_restore: error: out of luck"):
        engine.examine(dump)
