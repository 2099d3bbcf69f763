import json
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from bench import load, wire
from tests.support.instance import ROOT


@contextmanager
def server(answers):
    """Answer each request on each connection with the next of some prepared byte strings, cut as given; None closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve(connection):
            with connection:
                while b"\r\n\r\n" in (asked := connection.recv(4096)):
                    requests.append(asked)
                    for piece in answers[(len(requests) - 1) % len(answers)]:
                        if piece is None:
                            return
                        connection.sendall(piece)

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        requests: list[bytes] = []
        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], requests
        listener.shutdown(socket.SHUT_RDWR)


def close(connections):
    for connection in connections:
        connection.socket.close()


OK = (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",)
CUT = (b"HTTP/1.1 200 OK\r\nContent-", b"Length: 5\r\n\r\nhe", b"llo")
UNCHANGED = (b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncontent-length: 12", (200, 12)),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 12", (304, 0)),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0", (503, 0)),
    ],
)
def test_a_head_tells_status_and_length(head, expected):
    assert wire.read_head(head) == expected


def test_an_answer_of_unknown_length_is_refused():
    with pytest.raises(ValueError, match="Content-Length"):
        wire.read_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")


def test_answers_are_complete_whatever_the_pieces_they_come_in():
    with server([OK, CUT, UNCHANGED]) as (port, requests):
        connections = [wire.Connection(port)]
        result = load.work(connections, [b"GET /a HTTP/1.1\r\n\r\n", b"GET /b HTTP/1.1\r\n\r\n"], 6, 0.0)
        close(connections)
    assert result.statuses == {200: 4, 304: 2}
    assert [len(samples) for samples in result.latencies_ms] == [3, 3]
    assert [request.split()[1] for request in requests] == [b"/a", b"/b"] * 3


def test_exactly_so_many_requests_are_sent_over_several_connections():
    with server([OK]) as (port, requests):
        connections = [wire.Connection(port) for _ in range(3)]
        result = load.work(connections, [wire.request_bytes("/", {})], 20, 0.0)
        close(connections)
    assert sum(result.statuses.values()) == len(requests) == 20


def test_a_rate_is_not_exceeded():
    with server([OK]) as (port, _):
        connections = [wire.Connection(port)]
        result = load.work(connections, [wire.request_bytes("/", {})], 6, 100.0)
        close(connections)
    assert result.seconds >= 5 / 100.0


def test_an_answer_that_breaks_off_is_an_error():
    cut_short = (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", None)
    with server([cut_short]) as (port, _):
        connections = [wire.Connection(port)]
        with pytest.raises(wire.ClosedEarly):
            load.work(connections, [wire.request_bytes("/", {})], 1, 0.0)
        close(connections)


def test_a_connection_that_was_closed_while_idle_is_opened_again():
    with server([OK, (None,), OK, OK]) as (port, requests):
        connections = [wire.Connection(port)]
        result = load.work(connections, [wire.request_bytes("/", {})], 3, 0.0)
        close(connections)
    assert (result.statuses, result.reconnects, len(requests)) == ({200: 3}, 1, 4)


def test_a_server_that_always_closes_is_given_up():
    with server([(None,)]) as (port, requests):
        connections = [wire.Connection(port)]
        with pytest.raises(ConnectionError):
            load.work(connections, [wire.request_bytes("/", {})], 3, 0.0)
        close(connections)
    assert len(requests) == 4


def test_headers_go_over_the_wire():
    asked = wire.request_bytes("/api/trajectory", {"If-None-Match": '"x"'})
    assert asked == b'GET /api/trajectory HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: "x"\r\n\r\n'


def test_the_program_warms_up_waits_and_reports():
    with server([OK]) as (port, requests):
        orders = {"port": port, "targets": [{"path": "/", "headers": {}}], "requests": 7, "warmup": 4}
        with subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            print(json.dumps(orders), file=child.stdin, flush=True)
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            assert len(requests) == 4
            found, _ = child.communicate("go\n", timeout=30)
    assert json.loads(found)["statuses"] == {"200": 7}
