"""A day of ``ingest --watch`` in a minute: what each upstream is asked, and when, whatever state it is in.

The clock is the test's own, so waiting costs nothing: a nap and a pause of the door move it on. What was asked and when
is read from the door's journal, and how often from the mirror's own log.
"""

from __future__ import annotations

import math
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import cycle, pairwise
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import call_command

from deepspace.fallback import standing
from deepspace.ingestion.registry import products, select
from deepspace.management.commands import ingest as command
from deepspace.upstream import transport
from deepspace.upstream.http import Door
from deepspace.upstream.policy import hosts_of_slot, policy_for
from deepspace.upstream.run import Visit
from tests.support.mirror import Mirror

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

START = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
APP = "spaceintel"
MOST_A_FILE = 2 * 107  # a refresh is due after 0.9 of 15 minutes: 107 in a day, and as many again that failed
MOST_A_DEAD_HOST = 60  # the circuit opens for up to an hour, then one probe is let through
SWPC, NASA, CCMC = "services.swpc.noaa.gov", "api.nasa.gov", "kauai.ccmc.gsfc.nasa.gov"


class Watch:
    """``ingest --watch`` for one day of a clock that the test moves."""

    def __init__(self, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
        self._clock = clock
        self._doors: list[Door] = []
        self._due: dict[str, datetime] = {}
        monkeypatch.setattr(command, "Door", self._open)
        monkeypatch.setattr(command, "_prerender", lambda _: None)
        monkeypatch.setattr("deepspace.management.commands.ingest.time.sleep", self._nap)

    def run(self, *selection: str) -> list[Visit]:
        """Everything that was asked for, in order."""
        self._due = {one.key: START for one in select(list(selection))}
        with pytest.raises(SystemExit, match="0"):
            call_command("ingest", *selection, "--watch", stdout=StringIO(), stderr=StringIO())
        return [visit for door in self._doors for visit in door.journal]

    def _open(self) -> Door:
        self._doors.append(Door(clock=time.time, sleep=self._clock.shift))
        return self._doors[-1]

    def _nap(self, seconds: float) -> None:
        """Sleep on until something is due: the naps in between would find nothing to do."""
        now = datetime.now(UTC)
        for key, due_at in self._due.items():
            if due_at <= now:  # it was run, or is about to be; what is due later has not changed
                self._due[key] = standing(key).next_due_at or now
        naps = max(1, math.ceil((min(self._due.values()) - now).total_seconds() / seconds))
        self._clock.shift(naps * seconds)
        if datetime.now(UTC) >= START + DAY:
            raise KeyboardInterrupt


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with time_machine.travel(START, tick=False) as clock:
        yield Watch(clock, monkeypatch)
    for number, handler in before.items():
        signal.signal(number, handler)


def of(visits: list[Visit], *hosts: str) -> list[Visit]:
    return [visit for visit in visits if visit.host in hosts]


def most_within(visits: list[Visit], span: timedelta) -> int:
    """The largest number of requests in any stretch of that length."""
    times = sorted(visit.started_at for visit in visits)
    return max((sum(first <= one < first + span for one in times) for first in times), default=0)


def assert_spaced(visits: list[Visit]) -> None:
    """From the end of one request to the start of the next, over all hosts that take turns with each other."""
    for host in {visit.host for visit in visits}:
        spacing_s = policy_for(host).spacing_s
        for one, following in pairwise(of(visits, *hosts_of_slot(host))):
            gap_s = (following.started_at - one.started_at).total_seconds() - one.elapsed_s
            assert gap_s >= spacing_s - 1e-3, f"{following.url} came {gap_s} s after {one.url}"


def assert_patient(visits: list[Visit]) -> None:
    """A further try waits at least as long as the host's policy says, and there are no more than it allows."""
    for visit in visits:
        policy = policy_for(visit.host)
        assert visit.attempt <= policy.tries
        if visit.attempt > 1:
            assert visit.waited_s >= policy.backoff_s * 2 ** (visit.attempt - 2) - 1e-3


def assert_retried_once_a_minute_at_most(visits: list[Visit]) -> None:
    """SWPC: no file twice within a minute, and none twice within a run."""
    for url in {visit.url for visit in visits}:
        times = [visit.started_at for visit in visits if visit.url == url]
        assert all(following - one >= MINUTE for one, following in pairwise(times)), url
    assert {visit.attempt for visit in visits} <= {1}


def assert_within_the_allowances(visits: list[Visit]) -> None:
    """NASA's API with its public key: 30 requests in any hour, 50 in any day."""
    assert most_within(visits, HOUR) <= 30
    assert most_within(visits, DAY) <= 50


def assert_polite(visits: list[Visit], mirror: Mirror) -> None:
    assert_spaced(visits)
    assert_patient(visits)
    assert_retried_once_a_minute_at_most(of(visits, SWPC))
    assert_within_the_allowances(of(visits, NASA))
    seen = Counter((entry["host"], entry["path"]) for entry in mirror.log())
    assert seen == Counter((visit.host, urlsplit(visit.url).path) for visit in visits)
    # To the mirror an answer is under way until its thread has written it down; the next request may be there by then.
    for host, counted in mirror.summary().items():
        assert counted["max_in_flight"] <= policy_for(host).concurrency + 1


def test_a_day_of_a_flapping_mirror(through_mirror: Mirror, watch: Watch):
    through_mirror.faults("flap:*:3")
    visits = watch.run(APP)
    assert_polite(visits, through_mirror)
    assert Counter(visit.url for visit in visits).most_common(1)[0][1] <= MOST_A_FILE
    assert {SWPC, CCMC, NASA} <= {visit.host for visit in visits}
    assert {visit.status for visit in visits} >= {200, 503}


def test_a_day_of_hosts_that_ask_for_five_minutes(through_mirror: Mirror, watch: Watch):
    through_mirror.faults("status:*:503:300")
    visits = watch.run(APP)
    assert_polite(visits, through_mirror)
    for host, asked in Counter(visit.host for visit in visits).items():
        assert asked <= MOST_A_DEAD_HOST, host
        times = [visit.started_at for visit in of(visits, *hosts_of_slot(host))]
        assert all(following - one >= timedelta(seconds=300) for one, following in pairwise(times)), host


def test_a_day_without_the_keyless_host_keeps_to_the_key(through_mirror: Mirror, watch: Watch):
    through_mirror.faults(f"down:{CCMC}")
    visits = watch.run("spaceintel.solar_events", "spaceintel.neos")
    assert_polite(visits, through_mirror)
    assert len(of(visits, NASA)) > 10  # it is the second address
    assert len(of(visits, CCMC)) <= MOST_A_DEAD_HOST


def test_a_day_of_refusals_and_no_answers_without_any_mirror(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    statuses = cycle((503, 404, 404))
    monkeypatch.setattr(transport, "exchange", lambda *_: transport.Answer(next(statuses), {}, b""))
    visits = watch.run(*(one.key for one in products() if one.source == "noaa_swpc"))
    assert {visit.host for visit in visits} == {SWPC}
    assert {visit.status for visit in visits} == {503, 404}
    assert_spaced(visits)
    assert_retried_once_a_minute_at_most(visits)
    assert Counter(visit.url for visit in visits).most_common(1)[0][1] <= MOST_A_FILE
