"""Who goes on while another one waits."""

from __future__ import annotations

import pytest

from deepspace.ingestion.sidebyside import side_by_side, to_its_end


class Hosts:
    """Runs over hosts that want a second after each request; time passes only while somebody waits or works."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.free_at = {}
        self.done = []
        monkeypatch.setattr("deepspace.ingestion.sidebyside.time.monotonic", lambda: self.now)

    def run(self, name, host, requests, work_s=0.1):
        for number in range(requests):
            while (wait_s := self.free_at.get(host, 0.0) - self.now) > 1e-9:
                if (yield wait_s):
                    self.now = max(self.now, self.free_at[host])
                    break
            self.now += work_s
            self.free_at[host] = self.now + 1.0
            self.done.append(f"{name}{number}")
        return name


@pytest.fixture
def hosts(monkeypatch):
    return Hosts(monkeypatch)


def test_results_come_in_the_order_of_the_runs(hosts):
    assert side_by_side([hosts.run("a", "one", 3), hosts.run("b", "two", 1)]) == ["a", "b"]
    assert side_by_side([]) == []
    assert to_its_end(hosts.run("c", "one", 2)) == "c"


def test_the_pauses_of_one_host_are_the_time_of_another(hosts):
    side_by_side([hosts.run("a", "one", 3), hosts.run("b", "two", 3)])
    assert hosts.done == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert hosts.now == pytest.approx(0.1 + 1.1 + 1.1 + 0.1)  # one after the other it would be 5.6


def test_two_runs_at_one_host_take_turns_with_its_pauses(hosts):
    side_by_side([hosts.run("a", "one", 2), hosts.run("b", "one", 2)])
    assert sorted(hosts.done) == ["a0", "a1", "b0", "b1"]
    assert hosts.now == pytest.approx(4 * 0.1 + 3 * 1.0)


def test_one_that_never_waits_is_done_at_once(hosts):
    side_by_side([hosts.run("a", "one", 3), *(hosts.run(name, name, 1) for name in "bcdefg")])
    assert hosts.done[:2] == ["a0", "b0"]
    assert hosts.done.index("g0") < hosts.done.index("a1")


def test_no_more_than_so_many_are_begun(hosts):
    begun = []

    def one(name):
        begun.append(name)
        yield 1.0
        assert len(begun) - begun.index(name) <= 2
        return name

    assert side_by_side([one(name) for name in "abcd"], at_once=2) == list("abcd")
    assert begun == list("abcd")


def test_an_interruption_reaches_all_that_are_under_way_and_no_other(hosts):
    told = []

    def one(name):
        try:
            told.append(name)
            yield 1.0
        except KeyboardInterrupt:
            told.append(f"{name} interrupted")
            raise

    def other():
        yield 0.5
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side([one("a"), other(), one("b"), one("c")], at_once=3)
    assert told == ["a", "b", "a interrupted", "b interrupted"]
