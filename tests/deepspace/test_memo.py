"""Values computed once per data version."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from deepspace import versions
from deepspace.memo import per_version
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
