"""The section `backup`: a command with readers beside it, and a file that packs like the platform's rows."""

import sqlite3
import sys
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import zstandard

from bench import processes
from bench.sections import backup


def test_work_goes_on_beside_a_child_until_it_ends(tmp_path):
    done = []
    found = processes.run_beside(
        [sys.executable, "-c", "import time; time.sleep(0.5); print('said')"],
        {},
        tmp_path / "log",
        lambda: done.append(1),
        cwd=tmp_path,
    )
    assert (found.returncode, found.output) == (0, "said\n")
    assert found.seconds >= 0.5
    assert len(done) > 1


def test_work_is_done_at_least_once(tmp_path):
    done = []
    found = processes.run_beside(
        [sys.executable, "-c", "raise SystemExit(3)"],
        {},
        tmp_path / "log",
        lambda: done.append(1),
        cwd=tmp_path,
    )
    assert found.returncode == 3
    assert done


def test_the_filled_file_packs_to_about_two_fifths(tmp_path):
    path = tmp_path / "site.sqlite3"
    sqlite3.connect(path).close()
    site: Any = SimpleNamespace(database=path)
    size = backup._fill(site, 5_000_000)
    assert 5_000_000 <= size < 6_500_000
    ratio = len(zstandard.compress(path.read_bytes(), 3)) / size
    assert 0.3 < ratio < 0.5
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT COUNT(*) FROM ballast").fetchone() == (2500,)


def test_the_slowdown_is_that_of_the_p99():
    finished = processes.Finished(0, 1.0, 1.0, 1.0, "")
    run = backup.Run(finished, [1.0] * 99 + [2.0], [3.0] * 100)
    assert run.ratio == 3.0
