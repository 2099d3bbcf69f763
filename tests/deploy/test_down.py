"""gunicorn dies, is restarted, is gone: what the visitors of nginx see of it."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.deploy.front import Front
from tests.deploy.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

KEPT_S = 5  # proxy_cache_valid


def test_while_it_is_gone_what_was_seen_is_served_and_marked(front: Front, web: Web):
    fresh = front.ask("/status")
    before = front.ask("/api/status")
    web.refuse()
    time.sleep(KEPT_S + 1)
    stale = front.ask("/status")
    assert (stale.status, stale["X-Cache"], stale.body) == (200, "STALE", fresh.body)
    assert stale["X-Request-Id"] != fresh["X-Request-Id"]
    assert front.ask("/api/status").body == before.body
    assert front.ask("/status", {"If-None-Match": fresh["ETag"]}).status == 304


def test_while_it_is_gone_the_rest_gets_a_page_that_says_so(front: Front, web: Web):
    web.refuse()
    page, admin = front.ask("/trajectory?until=2001-01-01"), front.ask("/admin/login/")
    for answer in (page, admin):
        assert answer.status == 503
        assert answer["Retry-After"] == "10"
        assert answer["Cache-Control"] == "no-store"
        assert b"away for a moment" in answer.body
    program = front.ask("/api/trajectory?until=2001-01-01")
    assert program.status == 503
    assert json.loads(program.body)["error"]["code"] == "unavailable"


def test_when_it_is_back_pages_are_fresh_again(front: Front, web: Web):
    front.ask("/data")
    web.refuse()
    time.sleep(KEPT_S + 1)
    assert front.ask("/data")["X-Cache"] == "STALE"
    web.serve()
    assert front.ask("/data")["X-Cache"] in {"EXPIRED", "REVALIDATED"}
    assert front.ask("/data")["X-Cache"] == "HIT"


@contextmanager
def visitors(front: Front, found: Counter[int], seconds: list[float]) -> Iterator[None]:
    """Four visitors who ask for what is never kept, from addresses of their own."""
    end = threading.Event()

    def ask(source: str) -> None:
        while not end.is_set():
            started = time.monotonic()
            found[front.ask("/healthz", source=source).status] += 1
            seconds.append(time.monotonic() - started)
            time.sleep(0.06)  # below the limit of requests

    threads = [threading.Thread(target=ask, args=(f"127.0.1.{number}",)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["restarted", "killed"])
def test_a_restart_loses_no_request(front: Front, web: Web, number: signal.Signals):
    found: Counter[int] = Counter()
    seconds: list[float] = []
    with visitors(front, found, seconds):
        for _ in range(2):
            time.sleep(0.5)
            web.stop(number)
            web.serve()
        time.sleep(0.5)
    assert set(found) == {200}
    assert sum(one > 0.3 for one in seconds) >= 2  # they waited, once at each restart
