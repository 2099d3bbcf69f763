"""The database file is for its owner, whatever the umask; a mode that somebody chose for a group stays."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.instance import ROOT, Instance

pytestmark = pytest.mark.sqlite_only

OPEN = """
import os; os.umask({umask})
import django; django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE IF NOT EXISTS t (x)")
connection.cursor().execute("INSERT INTO t VALUES (1)")
name = connection.settings_dict["NAME"]
print({{end or "db": oct(os.stat(name + end).st_mode & 0o777) for end in ("", "-wal", "-shm")}})
"""


def modes(site: Instance, umask: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", OPEN.format(umask=umask)],
        cwd=ROOT,
        env=site.env | {"DJANGO_SETTINGS_MODULE": "deepspace.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022])
def test_a_new_database_and_its_log_are_for_the_owner(instance: Instance, umask: int):
    assert modes(instance, umask) == "{'db': '0o600', '-wal': '0o600', '-shm': '0o600'}"


def test_one_that_everybody_could_read_is_closed_when_it_is_opened(instance: Instance):
    modes(instance, 0o022)
    instance.database.chmod(0o644)
    assert modes(instance, 0o022) == "{'db': '0o600', '-wal': '0o600', '-shm': '0o600'}"


def test_a_mode_for_a_group_stays(instance: Instance):
    modes(instance, 0o022)
    instance.database.chmod(0o660)
    assert modes(instance, 0o007) == "{'db': '0o660', '-wal': '0o660', '-shm': '0o660'}"


@pytest.mark.skipif(os.geteuid() != 0, reason="root may open what is not its own")
def test_a_file_of_somebody_else_keeps_its_owner(instance: Instance):
    modes(instance, 0o022)
    os.chown(instance.database, 12345, 12345)
    assert "'db': '0o600'" in modes(instance, 0o022)
    assert instance.database.stat().st_uid == 12345
