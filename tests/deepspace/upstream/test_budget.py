"""Requests an hour and a day: counted over all runs and processes, and never exceeded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from deepspace.models import UpstreamHost
from deepspace.upstream import budget
from deepspace.upstream.errors import RateLimited, Unreachable
from deepspace.upstream.policy import POLICIES, Allowance
from deepspace.upstream.request import Request
from tests.deepspace.upstream.asking import HOST, ask
from tests.deepspace.upstream.conftest import Clock, MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db

HOURLY = (Allowance(3, 3_600),)
SPENT = r"is not asked: the 3 requests that its key allows in 1 h are spent"
NASA = POLICIES["api.nasa.gov"]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def with_key(key: str) -> Request:
    return Request("https://api.nasa.gov/neo", secret_params={"api_key": key})


def test_each_run_counts_what_the_others_asked(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    for _ in range(3):
        make_door(allowances=HOURLY).fetch(ask())
        clock.seconds += 60
    with pytest.raises(RateLimited, match=SPENT) as caught:
        make_door(allowances=HOURLY).fetch(ask())
    assert len(server.requests) == 3
    assert caught.value.retry_after_s is not None
    assert 3_300 < caught.value.retry_after_s <= 3_600


def test_a_spent_budget_is_no_fault_of_the_host(server: FaultyServer, make_door: MakeDoor):
    for _ in range(3):
        make_door(allowances=HOURLY).fetch(ask())
    with pytest.raises(RateLimited):
        make_door(allowances=HOURLY).fetch(ask())
    row = UpstreamHost.objects.get()
    assert (row.failures, row.open_until, row.last_error_class) == (0, None, "")


def test_an_hour_later_it_may_be_asked_again(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    for _ in range(3):
        make_door(allowances=HOURLY).fetch(ask())
    with pytest.raises(RateLimited) as caught:
        make_door(allowances=HOURLY).fetch(ask())
    assert caught.value.retry_after_s is not None
    clock.seconds += caught.value.retry_after_s - 61
    with pytest.raises(RateLimited):
        make_door(allowances=HOURLY).fetch(ask())
    clock.seconds += 62
    make_door(allowances=HOURLY).fetch(ask())
    assert len(server.requests) == 4


def test_second_tries_count_and_stop_at_the_limit(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(b"", status="503 Service Unavailable"))
    with pytest.raises(Unreachable):
        make_door(allowances=HOURLY, tries=9).fetch(ask())
    assert len(server.requests) == 3


def test_an_upstream_that_says_that_nothing_is_left_is_believed(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(b"fine", X_RateLimit_Limit="3", X_RateLimit_Remaining="0"))
    make_door(allowances=HOURLY).fetch(ask())
    with pytest.raises(RateLimited):
        make_door(allowances=HOURLY).fetch(ask())
    assert len(server.requests) == 1


def heard(limit: str, *, spent: int = 0) -> tuple[int, int]:
    """What is left of the hour and of the day after an answer that says that nothing is left."""
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    if spent:
        budget.spend(HOST, limits, NOON, spent)
    told = {"x-ratelimit-remaining": "0"} | ({"x-ratelimit-limit": limit} if limit else {})
    budget.heed(HOST, limits, told, NOON)
    hour, day = (budget.left(HOST, (one,), NOON).requests for one in limits)
    return hour, day


@pytest.mark.parametrize("limit", ["30", "", "40"])
def test_an_hour_that_is_used_up_says_nothing_of_the_day(limit: str):
    assert heard(limit, spent=2) == (0, 48)


def test_a_day_that_is_used_up_leaves_the_hour():
    assert heard("50", spent=2) == (28, 0)


def test_after_a_used_up_hour_the_rest_of_the_day_may_be_asked():
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    heard("30", spent=2)
    assert budget.left(HOST, limits, NOON).next_at == NOON + timedelta(hours=1, minutes=1)
    assert budget.left(HOST, limits, NOON + timedelta(hours=1, minutes=2)).requests == 30
    budget.spend(HOST, limits, NOON + timedelta(hours=2), 30)
    assert budget.left(HOST, limits, NOON + timedelta(hours=4)).requests == 18


def test_nothing_left_said_twice_counts_once():
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    for _ in range(2):
        assert heard("30") == (0, 50)
    assert sum(UpstreamHost.objects.get(host=HOST).requests_by_minute.values()) == 30
    budget.spend(HOST, limits, NOON + timedelta(days=2))
    assert list(UpstreamHost.objects.get(host=HOST).requests_by_minute.values()) == [1]


def test_a_public_key_that_is_refused_all_day_is_tried_once_an_hour(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    """429 without any header: the hour that the rules name is waited for, and what was not sent is not counted."""
    server.give(reply(b"", status="429 Too Many Requests"))
    limits = {"allowances": NASA.demo_allowances, "throttled_for_s": NASA.throttled_for_s}
    for _ in range(24 * 4):
        with pytest.raises((RateLimited, Unreachable)):
            make_door(**limits).fetch(ask())
        clock.seconds += 900
    assert 20 <= len(server.requests) <= 24
    assert sum(UpstreamHost.objects.get().requests_by_minute.values()) == len(server.requests)
    server.give(reply(b"fine"))
    clock.seconds += 3_600
    assert make_door(**limits).fetch(ask()).body == b"fine"


def test_429_without_retry_after_leaves_the_host_alone_for_the_hour_that_its_rules_name(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    server.give(reply(b"", status="429 Too Many Requests"))
    with pytest.raises(RateLimited, match="retry after 3600 s"):
        make_door(allowances=HOURLY, throttled_for_s=3_600.0, tries=3).fetch(ask())
    assert len(server.requests) == 1
    clock.seconds += 3_500
    with pytest.raises(Unreachable, match="circuit open"):
        make_door(allowances=HOURLY).fetch(ask())
    server.give(reply(b"fine"))
    clock.seconds += 200
    assert make_door(allowances=HOURLY).fetch(ask()).body == b"fine"


def test_the_public_key_has_limits_of_its_own():
    assert budget.allowances_of(with_key("DEMO_KEY"), NASA) == (Allowance(30, 3_600), Allowance(50, 86_400))
    assert budget.allowances_of(with_key("mine"), NASA) == (Allowance(1_000, 3_600),)


@pytest.mark.parametrize(("hour", "left"), [(1, 30), (2, 20), (3, 0)])
def test_the_day_limits_what_the_hour_allows(hour: int, left: int):
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    for earlier, spent in ((1, 30), (2, 20)):
        if earlier < hour:
            budget.spend(HOST, limits, NOON + timedelta(hours=2 * earlier), spent)
    assert budget.left(HOST, limits, NOON + timedelta(hours=2 * hour)).requests == left


def test_the_next_request_of_a_spent_day_is_a_day_after_the_first():
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    budget.spend(HOST, limits, NOON, 25)
    budget.spend(HOST, limits, NOON + timedelta(hours=4), 25)
    found = budget.left(HOST, limits, NOON + timedelta(hours=6))
    assert found.next_at == NOON + timedelta(days=1, minutes=1)
    assert "50 requests" in found.reason
    assert "24 h" in found.reason


def test_old_minutes_are_forgotten():
    limits = budget.allowances_of(with_key("DEMO_KEY"), NASA)
    for day in range(4):
        budget.spend(HOST, limits, NOON + timedelta(days=day))
    assert len(UpstreamHost.objects.get(host=HOST).requests_by_minute) <= 2


def test_a_host_without_limits_is_not_counted(server: FaultyServer, make_door: MakeDoor):
    make_door().fetch(ask())
    assert UpstreamHost.objects.get().requests_by_minute == {}


def test_what_is_counted_are_minutes_and_numbers_only():
    budget.spend(HOST, HOURLY, NOON)
    stored = UpstreamHost.objects.get().requests_by_minute
    assert json.loads(json.dumps(stored)) == {str(int(NOON.timestamp()) // 60): 1}
