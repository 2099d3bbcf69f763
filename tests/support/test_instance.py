"""A site in other processes: its own database, directories and settings, and no way to an upstream."""

import os
import signal
import subprocess
import time

import pytest

pytestmark = pytest.mark.sqlite_only

SHOW = (
    "from django.conf import settings as s; "
    "print(s.DEBUG, s.VAR_DIR, s.ARCHIVE_DIR, s.DATABASES['default']['NAME'], s.UPSTREAM_MIRROR)"
)


def test_its_settings_are_its_own(instance):
    shown = instance.manage("shell", "--verbosity", "0", "-c", SHOW).stdout.split()
    assert shown == [
        "False",
        *map(str, (instance.var, instance.archive, instance.database)),
        "http://127.0.0.1:9",
    ]


def test_a_failing_command_shows_its_words(instance):
    with pytest.raises(AssertionError, match="no_such_command"):
        instance.manage("no_such_command")
    assert instance.manage("no_such_command", check=False).returncode == 1


def test_its_database_is_a_file_that_can_be_looked_into(instance):
    instance.manage("migrate", "--verbosity", "0")
    tables = {name for (name,) in instance.connect().execute("select name from sqlite_master")}
    assert {"django_migrations", "ingestion_log"} <= tables


def test_what_was_left_running_is_ended(tmp_path):
    from tests.support.instance import Instance

    site = Instance(tmp_path)
    child = site.popen("shell", "-c", "import time; time.sleep(60)")
    time.sleep(0.1)
    assert child.poll() is None
    site.close()
    assert child.returncode == -signal.SIGKILL


def test_its_output_can_be_read_while_it_runs(instance):
    child = instance.popen("shell", "--verbosity", "0", "-c", "print('ready')", stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "ready"
    child.wait(30)


def test_the_shell_it_runs_in_does_not_leak_in(instance, monkeypatch):
    monkeypatch.setitem(os.environ, "NASA_API_KEY", "a-real-key")
    assert instance.env["NASA_API_KEY"] == "DEMO_KEY"
