"""Two ingests at once: one works, the other says so in a line and leaves."""

from __future__ import annotations

import pytest

from tests.support.ingests import DAYS, KEY, Watched

pytestmark = [pytest.mark.chaos, pytest.mark.sqlite_only]

BUSY = f"{KEY}: FAILED LockBusy: another ingest of this product is running\n"


def test_one_works_and_the_other_says_so(watched: Watched):
    with watched.server.held():
        first = watched.site.popen(*watched.arguments(0))
        watched.wait(lambda: bool(watched.server.asked), first)
        second = watched.site.manage(*watched.arguments(0), check=False)
    assert (second.returncode, second.stdout) == (1, BUSY)
    assert "Traceback" not in second.stderr
    assert first.wait(30) == 0
    assert watched.rows(0) == (DAYS, 1)
    assert watched.statuses() == ["success"]
    assert len(watched.server.asked) == 2
    watched.assert_consistent()


def test_the_lock_dies_with_its_process(watched: Watched):
    watched.server.pause_s = 5.0
    first = watched.site.popen(*watched.arguments(0))
    watched.wait(lambda: bool(watched.server.asked), first)
    first.kill()
    first.wait()
    watched.server.pause_s = 0.0
    assert watched.site.manage(*watched.arguments(0)).returncode == 0
    assert watched.statuses() == ["interrupted", "success"]


def test_started_in_the_same_moment_the_table_is_right_all_the_same(watched: Watched):
    children = [watched.site.popen(*watched.arguments(0)) for _ in range(3)]
    codes = sorted(child.wait(60) for child in children)
    assert codes[0] == 0
    assert set(codes) <= {0, 1}
    assert watched.rows(0) == (DAYS, 1)
    assert watched.server.most_at_once == 1
    assert set(watched.statuses()) == {"success"}
    watched.assert_consistent()


def test_other_products_go_on_meanwhile(watched: Watched):
    with watched.server.held():
        first = watched.site.popen(*watched.arguments(0))
        watched.wait(lambda: bool(watched.server.asked), first)
        second = watched.site.manage("ingest", "voyager.events")
        assert "created, 0 updated" in second.stdout
        assert first.poll() is None
    assert first.wait(30) == 0
    assert watched.rows(0) == (DAYS, 1)
