"""The circuit breaker: a host in trouble is left alone by every process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from deepspace.models import UpstreamHost
from deepspace.upstream import breaker
from deepspace.upstream.errors import Refused, Unreachable, UpstreamError
from deepspace.upstream.http import Door
from tests.deepspace.upstream import faulty_server as faulty
from tests.deepspace.upstream.asking import HOST, HURRIED, PAGE, ask
from tests.deepspace.upstream.conftest import Clock, MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db


def fail(door: Door) -> None:
    with pytest.raises(Unreachable, match="answered 503"):
        door.fetch(ask())


def test_three_failures_open_the_circuit_for_every_process(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    server.give(reply(status="503 Busy"))
    for _ in range(3):
        fail(make_door())
    asked = len(server.requests)
    with pytest.raises(Unreachable, match="circuit open until 2026-11-20T00:17:40Z"):
        make_door().fetch(ask())
    assert len(server.requests) == asked
    [state] = breaker.circuit_states(clock.now())
    assert (state.host, state.is_open, state.failures) == (HOST, True, 3)
    assert (state.last_error_class, state.last_success_at) == ("Unreachable", None)
    assert state.last_error == f"Example ({HOST}) answered 503 Service Unavailable (2 tries)"


def test_one_probe_closes_the_circuit_or_doubles_the_pause(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    server.give(reply(status="503 Busy"))
    for _ in range(3):
        fail(make_door())
    for pause_s in [60, 120, 240]:
        clock.seconds += pause_s - 1
        assert breaker.circuit_states(clock.now())[0].is_open
        clock.seconds += 1
        asked = len(server.requests)
        fail(make_door())
        assert len(server.requests) == asked + 1  # a probe is one try
    clock.seconds += 480
    server.give(reply(b"fine"))
    make_door().fetch(ask())
    [state] = breaker.circuit_states(clock.now())
    assert (state.is_open, state.failures, state.last_success_at) == (False, 0, clock.now())


def test_the_pause_is_never_longer_than_an_hour(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    UpstreamHost.objects.create(host=HOST, failures=60)
    server.give(reply(status="503 Busy"))
    fail(make_door())
    assert UpstreamHost.objects.get().open_until == clock.now() + timedelta(hours=1)


def test_only_one_process_is_the_probe(clock: Clock):
    UpstreamHost.objects.create(host=HOST, failures=3, open_until=clock.now())
    assert breaker.claim_probe(HOST, clock.now(), HURRIED) is True
    assert breaker.claim_probe(HOST, clock.now(), HURRIED) is None
    clock.seconds += 60  # the probe was killed
    assert breaker.claim_probe(HOST, clock.now(), HURRIED) is True


@pytest.mark.parametrize(
    "answer", [reply(PAGE, "404 Not Found"), faulty.endless(b"x" * 65536)], ids=["404", "endless"]
)
def test_a_host_that_answers_wrongly_is_up(server: FaultyServer, make_door: MakeDoor, answer):
    UpstreamHost.objects.create(host=HOST, failures=2)
    server.give(answer)
    with pytest.raises(UpstreamError):
        make_door().fetch(ask())
    row = UpstreamHost.objects.get()
    assert (row.failures, row.open_until, row.last_success_at) == (0, None, None)
    assert row.last_error_class


def test_a_host_that_punishes_errors_is_left_alone_after_the_first(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    server.give(reply(PAGE, "403 Forbidden"))
    with pytest.raises(Refused):
        make_door(refusal_opens=True, failures_to_open=1, opens_for_s=7200, opens_at_most_s=7200).fetch(ask())
    assert UpstreamHost.objects.get().open_until == clock.now() + timedelta(hours=2)


def test_a_database_that_cannot_be_written_does_not_stop_a_fetch(
    server: FaultyServer,
    make_door: MakeDoor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    real = QuerySet.update_or_create

    def locked(query: QuerySet[Any], **arguments: Any) -> object:
        if query.model is UpstreamHost:
            raise OperationalError("database is locked")
        return real(query, **arguments)

    monkeypatch.setattr(QuerySet, "update_or_create", locked)
    assert make_door().fetch(ask()).body == b"fine"
    assert "closing the circuit on the upstream hosts failed: database is locked" in caplog.text
