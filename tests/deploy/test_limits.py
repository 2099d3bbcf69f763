"""What one visitor may take, and that he takes it from himself only: nginx with somebody in gunicorn's place."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.deploy.files import HOST
from tests.deploy.front import ADDRESS, Front
from tests.deploy.listening import listening

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

HEADER_TIMEOUT_S = 5


@pytest.fixture(scope="module")
def front(nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    place = tmp_path_factory.mktemp("limits")
    (place / "static").mkdir()
    front = Front(place, place / "web.sock", place / "static")
    front.write()
    with listening(place / "web.sock"):
        try:
            front.start()
            yield front
        finally:
            front.close()


def test_the_application_is_told_the_peers_address_and_nothing_that_the_peer_says(front: Front):
    lies = dict.fromkeys(
        ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Forwarded"),
        "192.0.2.99",
    )
    lies |= {
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "other.example",
        "Proxy": "http://other.example",
    }
    for source in ("127.0.0.2", "127.0.0.3"):
        told = json.loads(front.ask("/told", lies, source=source).body)
        assert told["x-forwarded-for"] == source
        assert told["x-forwarded-proto"] == "https"
        assert told["host"] == HOST
        assert "192.0.2.99" not in told.values()
        assert not {"x-forwarded-host", "proxy", "forwarded", "x-real-ip"} & set(told)


def test_who_asks_too_often_is_told_so_and_nobody_else_is(front: Front):
    answers = front.ask_often("/often", 200, source="127.0.0.4")
    found = Counter(answer.status for answer in answers)
    assert set(found) == {200, 429}
    assert found[200] >= 100
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused["Retry-After"] == "10"
    assert refused["Cache-Control"] == "no-store"
    assert b"Too many requests" in refused.body
    assert front.ask("/often", source="127.0.0.5").status == 200


def test_programs_are_told_in_json(front: Front):
    answers = front.ask_often("/api/often", 200, source="127.0.0.6")
    refused = next(answer for answer in answers if answer.status == 429)
    assert json.loads(refused.body)["error"]["code"] == "too_many_requests"
    assert refused["Content-Type"] == "application/json"
    assert refused["Access-Control-Allow-Origin"] == "*"


def test_passwords_can_be_tried_ten_times_a_minute_by_each_address(front: Front):
    tries = [
        front.ask("/admin/login/", method="POST", body=b"x", source="127.0.0.7").status for _ in range(20)
    ]
    assert tries[:11] == [200] * 11
    assert set(tries[11:]) == {429}
    assert front.ask("/admin/login/", source="127.0.0.7").status == 200  # looking is not trying
    assert front.ask("/admin/login/", method="POST", body=b"x", source="127.0.0.8").status == 200


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/x", 16_000, 200),
        ("/api/x", 20_000, 413),
        ("/x", 20_000, 413),
        ("/admin/x", 11 * 2**20, 200),
        ("/admin/x", 13 * 2**20, 413),
    ],
)
def test_a_body_is_as_large_as_the_address_needs(front: Front, path: str, size: int, status: int):
    # Refused by its announced length, before it is sent.
    body = b"x" * size if status == 200 else b"x"
    answer = front.ask(path, {"Content-Length": str(size)}, method="POST", body=body)
    assert answer.status == status
    assert status == 200 or b"too large" in answer.body


def test_clients_that_say_nothing_do_not_stand_in_the_way_and_are_hung_up_on(front: Front):
    silent = [socket.create_connection((ADDRESS, front.https), timeout=20) for _ in range(150)]
    slow: list[socket.socket] = [front.connect(source="127.0.0.10") for _ in range(20)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        started = time.monotonic()
        assert front.ask("/quick", source="127.0.0.11").status == 200
        assert time.monotonic() - started < 1.0
        for connection in [*silent, *slow]:
            connection.settimeout(2 * HEADER_TIMEOUT_S)
            try:
                assert connection.recv(1000) == b"" or connection in slow  # 408 may be said to those
            except ConnectionResetError:
                continue
        assert time.monotonic() - started < 2 * HEADER_TIMEOUT_S
    finally:
        for connection in [*silent, *slow]:
            connection.close()
