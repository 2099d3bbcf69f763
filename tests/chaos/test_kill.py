"""SIGKILL at any moment of a real ingest: the database is always consistent, and a later run completes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.support.ingests import DAYS, Watched

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]

KILLS = 50
SEED = 20261120
RUNNING = "SELECT COUNT(*) FROM ingestion_log WHERE status = 'running'"
SUCCESS = "SELECT COUNT(*) FROM ingestion_log WHERE status = 'success'"
COMPLETE = "SELECT COUNT(*) FROM ingestion_log WHERE completes_run"
CHANGES = "SELECT COUNT(*) FROM voyager1_trajectory WHERE solution = '{}'"


def wal_size(watched: Watched) -> int:
    wal = watched.site.database.with_name(watched.site.database.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


# name -> what counts it, as seen from outside; the kill follows when it has grown
STEPS: dict[str, Callable[[Watched, str], int]] = {
    "the log row says running": lambda watched, _: watched.number("SELECT MAX(id) FROM ingestion_log"),
    "the first request is asked": lambda watched, _: len(watched.server.asked),
    "the second request is asked": lambda watched, _: len(watched.server.asked) // 2,
    "a body is in the archive": lambda watched, _: len(watched.archived()),
    "the write-ahead log grows": lambda watched, _: wal_size(watched),
    "the rows are stored": lambda watched, solution: watched.number(CHANGES.format(solution)),
    "the batch is logged": lambda watched, _: watched.number(SUCCESS),
    "the run is complete": lambda watched, _: watched.number(COMPLETE),
}


def kill_at_a_step(watched: Watched, name: str, solution: str, window: int, delay_s: float) -> None:
    measure = STEPS[name]
    before = measure(watched, solution)
    child = watched.site.popen(*watched.arguments(window))
    watched.wait(lambda: measure(watched, solution) > before, child)
    time.sleep(delay_s)
    child.kill()
    child.wait()


def kill_after(watched: Watched, window: int, seconds: float) -> None:
    child = watched.site.popen(*watched.arguments(window))
    time.sleep(seconds)
    child.kill()
    child.wait()


def test_fifty_kills_leave_whole_batches_or_none_and_a_later_run_completes(watched: Watched):
    chance = random.Random(SEED)  # noqa: S311 (kill points that come again, not secrets)
    began = time.monotonic()
    watched.site.manage(*watched.arguments(0))
    takes_s = time.monotonic() - began
    assert watched.rows(0) == (DAYS, 1)

    names = list(STEPS)
    completed = 1
    for number in range(1, KILLS + 1):
        # every third time rows that are there are replaced by those of another solution, else a window is new
        window = 0 if number % 3 == 0 else number
        solution = f"solution {number}"
        watched.server.solutions = {"-31": solution}
        if number % 2:
            kill_after(watched, window, takes_s * chance.uniform(0.15, 1.0))
        else:
            kill_at_a_step(
                watched, names[number // 2 % len(names)], solution, window, chance.uniform(0.0, 0.02)
            )

        watched.assert_consistent()
        assert watched.rows(0) == (DAYS, 1), f"kill {number} left half of a replacement"
        count, solutions = watched.rows(window)
        assert (count, solutions) in {(0, 0), (DAYS, 1)}, f"kill {number} left half a batch"
        assert watched.statuses().count("running") <= 1
        completed += count > 0

    assert 5 < completed < KILLS - 5, "the kills did not spread over the run"
    assert {"interrupted", "success"} <= set(watched.statuses())

    watched.server.solutions = {}
    whole = watched.arguments(0, KILLS + 1)
    done = watched.site.manage(*whole)
    assert watched.number("SELECT COUNT(*) FROM voyager1_trajectory") == DAYS * (KILLS + 1), done.stdout
    assert watched.number("SELECT COUNT(DISTINCT timestamp_utc) FROM voyager1_trajectory") == DAYS * (
        KILLS + 1
    )
    assert "running" not in watched.statuses()
    watched.assert_consistent()
    assert "0 created, 0 updated" in watched.site.manage(*whole).stdout
    assert watched.site.manage("verify").stdout.endswith(
        f"verify: {DAYS * (KILLS + 1)} of {DAYS * (KILLS + 1)} rows re-derived, 0 differences\n"
    )


@pytest.mark.parametrize("name", list(STEPS)[::2])
def test_a_rerun_right_after_a_kill_completes(watched: Watched, name: str):
    kill_at_a_step(watched, name, "Voyager_1_ST+refit2022_m", 0, 0.0)
    watched.assert_consistent()
    count, _ = watched.rows(0)
    done = watched.site.manage(*watched.arguments(0))
    assert f"{DAYS - count} created, 0 updated, {count} unchanged" in done.stdout
    assert watched.rows(0) == (DAYS, 1)
    assert "running" not in watched.statuses()
    watched.assert_consistent()
