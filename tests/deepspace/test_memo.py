"""Values computed once per data version, and windows asked for lately."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from deepspace import versions
from deepspace.memo import Windows, forget, per_version, per_window
from tests.support import stored
from tests.support.visitor import database_away

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
KEY = "voyager.trajectory"


def counted(*, otherwise=None, failure: Exception | None = None):
    calls: list[int] = []

    @per_version(KEY, otherwise=otherwise)
    def compute() -> int:
        calls.append(1)
        if failure is not None:
            raise failure
        return len(calls)

    return compute, calls


def test_it_is_computed_once_until_the_product_changes():
    compute, calls = counted()
    assert [compute(), compute()] == [1, 1]
    stored.batch()
    versions.forget()
    assert compute() == 2
    assert len(calls) == 2


def test_another_product_does_not_matter():
    compute, calls = counted()
    compute()
    stored.batch("voyager.events")
    versions.forget()
    compute()
    assert len(calls) == 1


def test_it_can_be_forgotten():
    compute, calls = counted()
    compute()
    compute.forget()
    compute()
    assert len(calls) == 2


def test_readers_that_come_at_once_wait_for_one_computation(monkeypatch):
    monkeypatch.setattr(versions, "rows_token", lambda products: "same")  # threads have no test transaction
    started, go_on = threading.Event(), threading.Event()
    calls: list[int] = []

    @per_version(KEY)
    def compute() -> int:
        calls.append(1)
        started.set()
        assert go_on.wait(5)
        return 7

    found: list[int] = []
    readers = [threading.Thread(target=lambda: found.append(compute())) for _ in range(8)]
    for reader in readers:
        reader.start()
    assert started.wait(5)
    go_on.set()
    for reader in readers:
        reader.join(5)
    assert (found, calls) == ([7] * 8, [1])


def test_a_failure_is_not_kept():
    compute, calls = counted(failure=OperationalError("gone"))
    for _ in range(2):
        with pytest.raises(OperationalError):
            compute()
    assert len(calls) == 2


def test_what_stands_in_while_the_database_is_away_is_not_kept():
    compute, calls = counted(otherwise=lambda: -1, failure=OperationalError("gone"))
    assert [compute(), compute()] == [-1, -1]
    assert len(calls) == 2
    assert versions.database_is_away()


def test_a_value_that_rests_on_a_stand_in_is_not_kept():
    inner, _ = counted(otherwise=lambda: -1, failure=OperationalError("gone"))
    made: list[int] = []

    @per_version(KEY)
    def outer() -> int:
        made.append(inner())
        return made[-1]

    assert [outer(), outer()] == [-1, -1]
    assert len(made) == 2


def test_what_is_kept_outlives_the_database():
    compute, _ = counted()
    compute()
    with database_away():
        versions._held.read_at -= 2.0
        assert compute() == 1


def test_a_defect_is_not_taken_for_an_absent_database():
    compute, _ = counted(otherwise=lambda: -1, failure=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        compute()


# --- windows


@pytest.fixture
def _one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "rows_token", lambda products: "same")  # threads have no test transaction


def windows(read: Callable[[int], int], capacity: int = 4) -> Windows[int, int]:
    def stand_in(asked: int) -> int:
        return -asked

    return per_window(KEY, capacity=capacity, otherwise=stand_in)(read)


def counting(calls: list[int]) -> Callable[[int], int]:
    """Answers how many readings there were."""

    def read(asked: int) -> int:
        calls.append(asked)
        return len(calls)

    return read


def in_threads(ask: Callable[[int], None], n: int = 8) -> None:
    """Run a function in threads that start at once; raises what one of them raised."""
    gate = threading.Barrier(n)

    def run(place: int) -> None:
        gate.wait(5)
        ask(place)

    with ThreadPoolExecutor(n) as pool:
        list(pool.map(run, range(n)))


def test_what_was_used_longest_ago_is_let_go():
    calls: list[int] = []
    recall = windows(counting(calls), capacity=2)
    for asked in (1, 2, 1, 3, 1, 2):
        recall(asked)
    assert calls == [1, 2, 3, 2]
    assert len(recall) == 2


def test_windows_are_read_anew_when_a_row_changes():
    calls: list[int] = []
    recall = windows(counting(calls))
    assert [recall(5), recall(5)] == [1, 1]
    stored.batch()
    versions.forget()
    assert recall(5) == 2
    assert len(recall) == 1  # the old one is gone


def test_a_window_that_a_change_overtook_is_not_kept():
    def read(asked: int) -> int:
        stored.batch()
        versions.forget()
        return asked

    recall = windows(read)
    assert recall(5) == 5
    assert len(recall) == 0


@pytest.mark.usefixtures("_one_version")
def test_threads_that_ask_the_same_share_one_reading():
    calls: list[int] = []

    def read(asked: int) -> int:
        calls.append(asked)
        time.sleep(0.05)
        return asked

    recall = windows(read)
    found: list[int] = []
    in_threads(lambda _: found.append(recall(5)))
    assert (found, calls) == ([5] * 8, [5])


@pytest.mark.usefixtures("_one_version")
def test_threads_that_ask_otherwise_do_not_wait():
    together = threading.Barrier(8)
    recall = windows(lambda asked: together.wait(5) * 0 + asked, capacity=8)
    found: list[int] = []
    in_threads(lambda place: found.append(recall(place)))
    assert sorted(found) == list(range(8))


@pytest.mark.usefixtures("_one_version")
def test_windows_survive_threads_that_push_each_other_out():
    recall = windows(lambda asked: asked, capacity=2)

    def ask(place: int) -> None:
        for step in range(2_000):
            asked = (place + step) % 5
            assert recall(asked) == asked

    in_threads(ask)
    assert len(recall) == 2


@pytest.mark.usefixtures("_one_version")
def test_a_reading_that_fails_fails_for_nobody_else():
    calls: list[int] = []

    def read(asked: int) -> int:
        calls.append(asked)
        time.sleep(0.05)
        if len(calls) == 1:
            raise ZeroDivisionError
        return asked

    recall = windows(read)
    found: list[int | None] = []

    def ask(_place: int) -> None:
        try:
            found.append(recall(5))
        except ZeroDivisionError:
            found.append(None)

    in_threads(ask)
    assert sorted(found, key=str) == [5] * 7 + [None]
    assert len(calls) == 2


@pytest.mark.usefixtures("_one_version")
def test_a_model_that_stands_in_is_shared_and_not_kept():
    def read(_asked: int) -> int:
        time.sleep(0.05)
        raise OperationalError("gone")

    recall = windows(read)
    found: list[int] = []
    in_threads(lambda _: found.append(recall(5)))
    assert found == [-5] * 8
    assert len(recall) == 0
    assert versions.database_is_away()


def test_windows_can_be_forgotten():
    recall = windows(lambda asked: asked)
    recall(5)
    forget()
    assert len(recall) == 0
