"""`ingest --watch` notices a restored database in its next round, also while nothing is due."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.instance import ROOT, Instance
from tools.processes import die_with_parent

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

SOON = """
import sys
from django.core.management import execute_from_command_line
import django; django.setup()
from deepspace.management.commands import ingest
ingest._WATCH_PAUSE_S = 0.1
execute_from_command_line(["manage.py", "ingest", "voyager.events", "--watch"])
"""


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Instance:
    shutil.copytree(filled, tmp_path / "site")
    made = Instance(tmp_path / "site")
    made.manage("ingest", "voyager.events")  # not due again for long
    made.manage("backup")
    return made


@pytest.fixture
def watching(site: Instance) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-c", SOON],
        cwd=ROOT,
        env=site.env | {"DJANGO_SETTINGS_MODULE": "deepspace.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(9),  # noqa: PLW1509 - nothing but a system call in it
    )
    yield child
    child.kill()
    child.wait(10)


def opened(child: subprocess.Popen[bytes], path: Path) -> bool:
    """Whether the process has open what is under that name now."""
    now = path.stat()
    for entry in Path(f"/proc/{child.pid}/fd").iterdir():
        try:
            found = entry.stat()
        except OSError:
            continue
        if (found.st_dev, found.st_ino) == (now.st_dev, now.st_ino):
            return True
    return False


def soon(child: subprocess.Popen[bytes], path: Path) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert child.poll() is None
        if opened(child, path):
            return True
        time.sleep(0.05)
    return False


def test_the_new_file_is_opened_though_nothing_is_due(site, watching):
    assert soon(watching, site.database)
    site.manage("restore", "--yes")
    assert soon(watching, site.database)
