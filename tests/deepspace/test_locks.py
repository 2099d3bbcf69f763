"""Named locks: one holder at a time, over threads and processes, and none left behind by the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from deepspace.locks import LockBusy, advisory_key, file_name, hold, hold_one_of
from tests.support.instance import ROOT

pytestmark = pytest.mark.django_db  # for the test database's name on PostgreSQL

HOLD = """
import sys, django
django.setup()
from deepspace.locks import hold
with hold("product-x"):
    print("held", flush=True)
    sys.stdin.read()
"""


def _environment() -> dict[str, str]:
    database = connection.settings_dict
    url = "sqlite://:memory:"
    if connection.vendor == "postgresql":
        user, password, host = (quote(str(database[name]), safe="") for name in ("USER", "PASSWORD", "HOST"))
        url = f"postgres://{user}:{password}@{host}:{database['PORT']}/{database['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "deepspace.settings",
        "DATABASE_URL": url,
        "VAR_DIR": str(settings.VAR_DIR),
    }


@contextmanager
def other_process_holds() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.kill()


def test_a_lock_has_one_holder():
    with hold("product-x"):
        with pytest.raises(LockBusy, match="product-x is held") as caught, hold("product-x"):
            pass
        with hold("product-y"):
            pass
    assert caught.value.name == "product-x"


def test_a_lock_is_free_after_an_error():
    with pytest.raises(RuntimeError), hold("product-x"):
        raise RuntimeError
    with hold("product-x"):
        pass


def test_waiting_is_bounded():
    with hold("product-x"):
        started = time.monotonic()
        with pytest.raises(LockBusy), hold("product-x", wait_s=0.2):
            pass
        assert 0.15 < time.monotonic() - started < 2.0


def test_as_many_slots_as_counted():
    with hold_one_of("host-x", 2) as first, hold_one_of("host-x", 2) as second:
        assert {first, second} == {0, 1}
        with pytest.raises(LockBusy), hold_one_of("host-x", 2, wait_s=0.05):
            pass
    with hold_one_of("host-x", 2) as again:
        assert again == 0


def test_another_process_is_kept_out_and_its_death_frees_the_lock():
    with other_process_holds() as child:
        with pytest.raises(LockBusy), hold("product-x"):
            pass
        child.send_signal(signal.SIGKILL)
        with hold("product-x", wait_s=10):
            pass


def test_the_end_of_another_process_is_waited_for():
    with other_process_holds() as child:
        assert child.stdin is not None
        child.stdin.close()
        with hold("product-x", wait_s=10):
            pass


@pytest.mark.sqlite_only
def test_lock_files_stay_in_their_directory(var_dir: Path):
    with hold("../../etc/passwd"), hold(".hidden"), hold("product voyager.trajectory/ü"):
        names = [path.name for path in (var_dir / "locks").iterdir()]
    assert len(names) == 3
    assert all(name.endswith(".lock") and not name.startswith(".") for name in names)


def test_different_names_are_different_files_and_keys():
    names = ["a/b", "a_b", "a b", ".a_b", "x" * 200, "x" * 201]
    assert len({file_name(name) for name in names}) == len(names)
    assert len({advisory_key(name) for name in names}) == len(names)
    assert all(-(2**63) <= advisory_key(name) < 2**63 for name in names)
