"""A server that misbehaves, and doors to it with short patience."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from deepspace.upstream.http import Door
from tests.deepspace.upstream.asking import HOST, HURRIED
from tests.deepspace.upstream.faulty_server import FaultyServer, reply
from tests.support.mirror import Mirror

MakeDoor = Callable[..., Door]


class Clock:
    """Monotonic seconds and UTC that pass only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings) -> Iterator[FaultyServer]:
    """Everything asked of any host comes here."""
    with FaultyServer(reply(b"fine")) as running:
        settings.UPSTREAM_MIRROR = running.url
        yield running


@pytest.fixture
def make_door(clock: Clock) -> MakeDoor:
    """Doors of different runs: same clock, same host, a policy with changes."""

    def make(*, deadline: float | None = None, **changes: Any) -> Door:
        policies = {HOST: replace(HURRIED, **changes)}
        return Door(deadline=deadline, policies=policies, clock=clock, sleep=clock.sleep, now=clock.now)

    return make


@pytest.fixture(autouse=True)
def _mirror_is_quiet_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """Wait until the mirror has noticed that we left: it takes one request at a time, the next test's would be two."""
    mirror: Mirror | None = request.getfixturevalue("mirror") if "mirror" in request.fixturenames else None
    yield
    until = time.monotonic() + 5
    while (
        mirror is not None
        and any(visit["t_end"] is None for visit in mirror.log())
        and time.monotonic() < until
    ):
        time.sleep(0.02)
