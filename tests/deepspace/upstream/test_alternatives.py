"""Several addresses of the same bytes: the next one is asked where the one before gives no usable answer."""

from __future__ import annotations

import pytest

from deepspace.models import Payload
from deepspace.upstream.errors import RateLimited, Refused, Unreachable
from deepspace.upstream.http import Door
from deepspace.upstream.request import Request
from tests.deepspace.upstream.asking import HURRIED
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db

FIRST, SECOND = "one.example.org", "two.example.org"
UNAVAILABLE, THROTTLED = reply(status="503 Service Unavailable"), reply(status="429 Too Many Requests")
MISSING = reply(status="404 Not Found")
URLS = tuple(f"https://{host}/file.cdf" for host in (FIRST, SECOND))


def ask(**options):
    return Request(url=URLS[0], alternatives=URLS[1:], params={"day": "1"}, **options)


@pytest.fixture
def door(clock):
    policies = dict.fromkeys((FIRST, SECOND), HURRIED)
    return Door(policies=policies, clock=clock, sleep=clock.sleep, now=clock.now)


def asked(server: FaultyServer) -> list[str]:
    return [head.split(" ")[1].split("/")[1] for head in server.requests]


def test_the_second_address_is_not_asked_where_the_first_answers(server, door):
    server.give(reply(b"bytes"))
    assert door.fetch(ask()).url == f"{URLS[0]}?day=1"
    assert asked(server) == [FIRST]


@pytest.mark.parametrize("answer", [UNAVAILABLE, THROTTLED])
def test_the_payload_says_which_address_sent_it(server, door, answer):
    server.give(answer, answer, reply(b"bytes"))
    payload = door.fetch(ask())
    assert payload.body == b"bytes"
    assert payload.url == f"{URLS[1]}?day=1"
    assert Payload.objects.get().upstream == SECOND
    assert asked(server) == [FIRST, FIRST, SECOND]


def test_an_answer_that_is_no_good_is_not_asked_for_elsewhere(server, door):
    server.give(MISSING)
    with pytest.raises(Refused, match="404"):
        door.fetch(ask())
    assert asked(server) == [FIRST]


def test_where_nobody_answers_the_error_is_the_first_one_with_the_words_of_all(server, door):
    server.give(UNAVAILABLE, UNAVAILABLE, MISSING)
    with pytest.raises(Unreachable, match=rf"{FIRST}\) answered 503 .*; .*{SECOND}\) refused /file.cdf: 404"):
        door.fetch(ask())


def test_patience_asked_for_is_kept(server, door):
    server.give(reply(status="429 Too Many Requests", Retry_After="600"), UNAVAILABLE)
    with pytest.raises(RateLimited) as caught:
        door.fetch(ask())
    assert caught.value.retry_after_s == 600


def test_each_address_is_asked_for_changes_of_its_own_bytes(server, door):
    server.give(reply(b"bytes", ETag='"a"'))
    door.fetch(ask())
    server.give(UNAVAILABLE, UNAVAILABLE, reply(b"bytes", ETag='"b"'))
    again = door.fetch(ask())
    assert not again.not_modified
    assert "If-None-Match" in server.requests[0]
    assert "If-None-Match" not in server.requests[2]
    server.give(UNAVAILABLE, UNAVAILABLE, reply(status="304 Not Modified"))
    assert door.fetch(ask()).not_modified
    assert 'If-None-Match: "b"' in server.requests[2]
    assert Payload.objects.count() == 2


def test_a_host_left_alone_is_passed_over_at_once(server, door):
    server.give(UNAVAILABLE)
    for _ in range(HURRIED.failures_to_open):
        with pytest.raises(Unreachable):
            door.fetch(Request(url=URLS[0]))
    server.give(reply(b"bytes"))
    assert door.fetch(ask()).url == f"{URLS[1]}?day=1"
    assert asked(server) == [SECOND]


def test_an_address_with_parameters_and_a_key_of_its_own_is_a_request(server, door):
    keyed = Request(url=URLS[1], params={"day": "1"}, secret_params={"api_key": "k3y"})
    request = Request(url=URLS[0], params={"date": "1"}, alternatives=(keyed,))
    server.give(UNAVAILABLE, UNAVAILABLE, reply(b"bytes"))
    assert door.fetch(request).url == f"{URLS[1]}?day=1"
    first, *_, last = [head.split(" ")[1] for head in server.requests]
    assert first == f"/{FIRST}/file.cdf?date=1"
    assert last == f"/{SECOND}/file.cdf?day=1&api_key=k3y"


def test_a_key_does_not_go_to_another_host():
    nearby = f"https://{FIRST}/mirror/file.cdf"
    request = Request(url=URLS[0], secret_params={"api_key": "k3y"}, alternatives=(nearby, URLS[1]))
    keys = [dict(route.secret_params) for route in request.routes]
    assert keys == [{"api_key": "k3y"}, {"api_key": "k3y"}, {}]
