"""Turns: so many requests at a time and a pause between them, over all processes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from deepspace.locks import hold
from deepspace.models import UpstreamHost
from deepspace.upstream.errors import Unreachable
from deepspace.upstream.http import Door
from deepspace.upstream.request import Request
from tests.deepspace.upstream.asking import HOST, ask
from tests.deepspace.upstream.conftest import Clock, MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply
from tests.support.instance import ROOT, Instance

pytestmark = pytest.mark.django_db


def test_requests_are_spaced_from_the_end_of_the_last_one(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    make_door(spacing_s=2.0).fetch(ask())
    clock.seconds += 0.5
    door = make_door(spacing_s=2.0)
    door.fetch(ask())
    assert clock.slept == [1.5]
    assert door.journal[0].waited_s == 1.5


def test_a_clock_that_was_set_back_does_not_make_us_wait(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    UpstreamHost.objects.create(host=HOST, last_request_at=clock.now() + timedelta(days=1))
    make_door(spacing_s=2.0).fetch(ask())
    assert not clock.slept


def test_how_long_a_request_would_wait_can_be_asked_without_asking_anybody(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    door = make_door(spacing_s=2.0)
    assert door.wait_s(ask()) == 0.0
    door.fetch(ask())
    clock.seconds += 0.5
    assert door.wait_s(ask()) == 1.5
    assert make_door(spacing_s=2.0, deadline=clock() + 1.0).wait_s(ask()) == 1.0
    assert make_door(spacing_s=0.0).wait_s(ask()) == 0.0
    clock.seconds += 1.5
    assert door.wait_s(ask()) == 0.0
    assert door.wait_s(Request(url="repository:voyager/data/events.csv")) == 0.0
    assert (len(server.requests), clock.slept) == (1, [])


def test_hosts_of_one_slot_are_spaced_together(server: FaultyServer, clock: Clock):
    UpstreamHost.objects.create(host="ssd-api.jpl.nasa.gov", last_request_at=clock.now())
    door = Door(clock=clock, sleep=clock.sleep, now=clock.now)
    door.fetch(Request(url="https://ssd.jpl.nasa.gov/api/horizons.api"))
    assert clock.slept == [0.1]


def test_where_several_run_at_once_their_starts_are_spaced(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    UpstreamHost.objects.create(host=HOST, last_request_at=clock.now())
    make_door(spacing_s=2.0, concurrency=2).fetch(ask())
    assert clock.slept == [2.0]


TURNS = """
import sys, django
django.setup()
from django.db import connection
from deepspace.locks import hold
from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.http import Door
from deepspace.upstream.repository import repository_request
from deepspace.upstream.request import Request
with hold("make tables", wait_s=30):
    if UpstreamHost._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Payload)
            editor.create_model(UpstreamHost)
print("ready", flush=True)
sys.stdin.readline()
for number in range(3):
    host = ["ssd.jpl.nasa.gov", "ssd-api.jpl.nasa.gov"][number % 2]
    Door().fetch(Request(url=f"https://{host}/{sys.argv[1]}/{number}"))
"""


def test_two_processes_take_turns_at_hosts_of_one_slot(server: FaultyServer, instance: Instance):
    def slowly(stream: socket.socket) -> None:
        time.sleep(0.1)
        reply(b"fine")(stream)

    server.give(slowly)
    env = {**instance.env, "UPSTREAM_MIRROR": server.url, "DJANGO_SETTINGS_MODULE": "deepspace.settings"}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", TURNS, name],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    results = []
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        _, errors = child.communicate(timeout=60)
        results.append((child.returncode, errors if child.returncode else ""))
    assert results == [(0, ""), (0, "")]
    assert len(server.requests) == 6
    assert server.most_at_once == 1


def test_a_turn_that_does_not_come_is_unreachable(server: FaultyServer, make_door: MakeDoor):
    door = make_door(slot_wait_s=0.1)
    with hold(f"host-{HOST}"), pytest.raises(Unreachable, match=r"other requests were under way for 0\.1 s"):
        door.fetch(ask())
    assert not server.requests
