"""When it is tried again, and after how long."""

from __future__ import annotations

import pytest

from deepspace.upstream.errors import RateLimited, Unreachable
from tests.deepspace.upstream import faulty_server as faulty
from tests.deepspace.upstream.asking import ask
from tests.deepspace.upstream.conftest import Clock, MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db


def test_a_second_try_helps(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    server.give(reply(status="503 Busy"), faulty.truncated(b"fine", 2), reply(b"fine"))
    door = make_door(tries=4, backoff_s=5.0, backoff_max_s=600.0)
    assert door.fetch(ask()).body == b"fine"
    assert clock.slept == [5.0, 10.0]
    assert [visit.attempt for visit in door.journal] == [1, 2, 3]
    assert [visit.waited_s for visit in door.journal] == [0.0, 5.0, 10.0]
    assert [visit.status for visit in door.journal] == [503, None, 200]


def test_pauses_have_jitter_and_a_limit(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    server.give(reply(status="503 Busy"))
    with pytest.raises(Unreachable):
        make_door(tries=5, backoff_s=5.0, backoff_max_s=12.0, jitter_s=1.0).fetch(ask())
    for pause_s, least_s in zip(clock.slept, [5.0, 10.0, 12.0, 12.0], strict=True):
        assert least_s <= pause_s <= least_s + 1.0


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_retry_after_is_honoured(server: FaultyServer, make_door: MakeDoor, clock: Clock, status: str):
    server.give(reply(status=status, Retry_After="7"), reply(b"fine"))
    make_door().fetch(ask())
    assert clock.slept == [7.0]


@pytest.mark.parametrize("value", ["soon", "-5", "9" * 5000, "Fri, 99 Foo 2026 00:00:00 GMT", ""])
def test_a_retry_after_without_sense_is_none(
    server: FaultyServer, make_door: MakeDoor, clock: Clock, value: str
):
    server.give(reply(status="429 Slow down", Retry_After=value), reply(b"fine"))
    make_door(backoff_s=2.0).fetch(ask())
    assert clock.slept == [2.0]


def test_a_long_retry_after_is_left_to_a_later_run(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    server.give(reply(status="429 Slow down", Retry_After="600"))
    with pytest.raises(RateLimited, match="retry after 600 s") as caught:
        make_door().fetch(ask())
    assert caught.value.retry_after_s == 600.0
    assert not clock.slept
    with pytest.raises(Unreachable, match="is not asked: circuit open until 2026-11-20T00:26:40Z"):
        make_door().fetch(ask())
    assert len(server.requests) == 1


def test_a_retry_after_of_a_day_does_not_silence_us_for_a_day(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    server.give(reply(status="429 Slow down", Retry_After="86400"), reply(b"fine"))
    with pytest.raises(RateLimited):
        make_door().fetch(ask())
    clock.seconds += 3601
    assert make_door().fetch(ask()).body == b"fine"
