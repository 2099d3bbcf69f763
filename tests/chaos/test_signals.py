"""SIGINT and SIGTERM at any moment: a consistent database, an `interrupted` row, one line, the right exit code."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from typing import Any

import pytest

from tests.support.ingests import DAYS, KEY, Watched

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]

LINE = "ingest: interrupted; what was complete is stored, the rest is as before"
STARTED = "SELECT COUNT(*) FROM ingestion_log"
_CHANCE = random.Random(20261120)  # noqa: S311 (moments that come again, not secrets)
MOMENTS = [_CHANCE.uniform(0.0, 0.6) for _ in range(6)]


def default_signals() -> None:
    """A suite that was started in the background ignores SIGINT, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(watched: Watched, *arguments: str) -> subprocess.Popen[str]:
    return watched.site.popen(
        *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=default_signals
    )


def said(child: Any) -> list[str]:
    """What the operator reads on standard error, without the log lines."""
    _, err = child.communicate(timeout=30)
    return [line for line in err.splitlines() if not line.startswith("{")]


@pytest.fixture
def slowly(watched: Watched) -> Watched:
    """Answers that take long enough to be interrupted."""
    watched.server.pause_s = 0.15
    return watched


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_ingest_says_one_line_and_leaves_nothing_half(slowly: Watched, number: signal.Signals):
    for window, moment in enumerate(MOMENTS):
        child = start(slowly, *slowly.arguments(window))
        slowly.wait_for_more(STARTED, child)
        time.sleep(moment)
        child.send_signal(number)
        assert said(child) == [LINE]
        assert child.returncode == 130
        slowly.assert_consistent()
        count, _ = slowly.rows(window)
        newest = slowly.statuses()[-1]
        assert (count, newest) in {(0, "interrupted"), (DAYS, "success"), (DAYS, "interrupted")}
        assert "running" not in slowly.statuses()
    assert "interrupted" in slowly.statuses()
    slowly.server.pause_s = 0.0
    assert slowly.site.manage(*slowly.arguments(0, len(MOMENTS))).returncode == 0
    assert slowly.number("SELECT COUNT(*) FROM voyager1_trajectory") == DAYS * len(MOMENTS)
    assert slowly.site.manage("verify").returncode == 0


def test_a_second_signal_does_no_harm(slowly: Watched):
    slowly.server.pause_s = 1.0
    child = start(slowly, *slowly.arguments(0))
    slowly.wait_for_more(STARTED, child)
    child.send_signal(signal.SIGTERM)
    time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    slowly.assert_consistent()
    slowly.server.pause_s = 0.0
    assert slowly.site.manage(*slowly.arguments(0)).returncode == 0
    assert slowly.rows(0) == (DAYS, 1)
    assert "running" not in slowly.statuses()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_watch_ends_well_in_the_middle_of_an_ingest(slowly: Watched, number: signal.Signals):
    slowly.server.pause_s = 5.0
    child = start(slowly, "ingest", KEY, "--watch")
    slowly.wait(lambda: bool(slowly.server.asked), child)
    child.send_signal(number)
    assert said(child) == [LINE]
    assert child.returncode == 0
    assert slowly.statuses() == ["interrupted"]


def test_a_watch_ends_well_while_it_waits(slowly: Watched):
    child = start(slowly, "ingest", "voyager.events", "--watch")
    slowly.wait(lambda: slowly.number("SELECT COUNT(*) FROM ingestion_log WHERE completes_run") > 0, child)
    time.sleep(0.2)
    child.send_signal(signal.SIGTERM)
    assert said(child) == [LINE]
    assert child.returncode == 0
    assert slowly.statuses() == ["success"]
