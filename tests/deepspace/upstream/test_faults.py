"""The door against a server that misbehaves: the right error, in one line, in time, and nothing archived."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
import zlib
from pathlib import Path

import pytest
from pytest_django import Settings

from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.errors import RateLimited, Refused, SchemaDrift, Unreachable, UpstreamError
from deepspace.upstream.request import Request
from tests.deepspace.upstream import faulty_server as faulty
from tests.deepspace.upstream.asking import HOST, PAGE, SECRET, archived_files, ask
from tests.deepspace.upstream.conftest import MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply
from tests.support.instance import ROOT

pytestmark = pytest.mark.django_db


DEEP = b"[" * 200_000
ENDLESS = faulty.endless(b"x" * 65536)
FAULTS = {
    # The pause between two bytes may be as long as the whole answer: whichever limit is noticed first is named.
    "silence": (faulty.hang, Unreachable, r"did not answer: timed out( after|, silent for) 0\.4 s", 2),
    "dripped headers": (faulty.dripped_headers(), Unreachable, "timed out after 0.4 s", 2),
    "dripped body": (faulty.dripped_body(), Unreachable, "timed out after 0.4 s", 2),
    "closed": (faulty.close, Unreachable, "connection closed", 2),
    "reset": (faulty.reset, Unreachable, "connection closed", 2),
    "not HTTP": (faulty.raw(b"\x16\x03\x01\x00garbage\r\n\r\n"), Unreachable, "did not answer in HTTP", 2),
    "5,000 headers": (
        faulty.raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 5000),
        Unreachable,
        "did not answer in HTTP",
        2,
    ),
    "short": (faulty.truncated(b"x" * 5000, 100), Unreachable, "cut its answer short", 2),
    "short headers": (faulty.raw(b"HTTP/1.1 200 OK\r\nServer: x\r\nCont"), Unreachable, "short: no body", 2),
    "short chunks": (
        faulty.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nfine"),
        Unreachable,
        "cut its answer short",
        2,
    ),
    "bad chunks": (
        faulty.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfine\r\n"),
        Unreachable,
        "cut its answer short|connection failed",
        2,
    ),
    "short gzip": (
        reply(zlib.compress(b"x" * 5000, wbits=31)[:-9], Content_Encoding="gzip"),
        Unreachable,
        "the gzip stream does not end",
        2,
    ),
    "no gzip": (reply(b"not packed", Content_Encoding="gzip"), Unreachable, "damaged gzip", 2),
    "500": (reply(PAGE, "500 Internal Server Error"), Unreachable, "answered 500 Internal Server Error", 2),
    "503": (reply(PAGE, "503 Whatever they say"), Unreachable, "answered 503 Service Unavailable", 2),
    "599": (reply(PAGE, "599 Made up"), Unreachable, "answered 599", 2),
    "429": (reply(PAGE, "429 Slow down"), RateLimited, "429 Too Many Requests", 2),
    "400": (reply(PAGE, "400 Bad Request"), Refused, "refused /data: 400 Bad Request", 1),
    "401": (reply(PAGE, "401 Unauthorized"), Refused, "401", 1),
    "403": (reply(PAGE, "403 Forbidden"), Refused, "403", 1),
    "404": (reply(PAGE, "404 Not Found"), Refused, "404", 1),
    "405": (reply(PAGE, "405 Method Not Allowed"), Refused, "405", 1),
    "410": (reply(PAGE, "410 Gone"), Refused, "410", 1),
    "300": (reply(b'{"list": []}', "300 Multiple Choices"), Refused, "300 Multiple Choices", 1),
    "HTML": (reply(PAGE), SchemaDrift, "an HTML page where JSON was expected", 1),
    "HTML after a BOM": (reply(b"\xef\xbb\xbf \n" + PAGE), SchemaDrift, "an HTML page", 1),
    "nothing": (reply(b""), SchemaDrift, "an empty body", 1),
    "no content": (faulty.raw(b"HTTP/1.1 204 No Content\r\n\r\n"), SchemaDrift, "an empty body", 1),
    "blanks": (reply(b" \r\n"), SchemaDrift, "an empty body", 1),
    "garbage": (reply(bytes(range(256)) * 16), SchemaDrift, "broken JSON", 1),
    "not UTF-8": (reply(b'{"name": "\xff\xfe"}'), SchemaDrift, "not UTF-8 at byte 10", 1),
    "NaN": (reply(b'{"bt": NaN}'), SchemaDrift, "NaN is not a number", 1),
    "Infinity": (reply(b'{"bt": -Infinity}'), SchemaDrift, "-Infinity is not a number", 1),
    "1e400": (reply(b'{"bt": 1e400}'), SchemaDrift, "a number is too large", 1),
    "100,000 digits": (reply(b'{"bt": ' + b"9" * 100_000 + b"}"), SchemaDrift, "not strict JSON", 1),
    "a key twice": (reply(b'{"bt": 1, "bt": 2}'), SchemaDrift, "a key is there twice", 1),
    "too deep": (reply(DEEP), SchemaDrift, "nested too deeply", 1),
    "half JSON": (reply(b'{"bt": 1'), SchemaDrift, "not JSON at line 1 column 9", 1),
    "endless": (ENDLESS, SchemaDrift, "more than 1,048,576 bytes", 1),
    "a GB promised": (
        faulty.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\nx"),
        SchemaDrift,
        "more than 1,048,576 bytes",
        1,
    ),
    "gzip bomb": (
        faulty.without_length(faulty.gzip_bomb(64), Content_Encoding="gzip"),
        SchemaDrift,
        "more than 1,048,576 bytes",
        1,
    ),
    "brotli": (reply(b"x", Content_Encoding="br"), SchemaDrift, "a way that was not asked for", 1),
    "redirect loop": (reply(status="302 Found", Location="?again"), Refused, "more than 3 times", 1),
    "redirect elsewhere": (
        reply(status="301 Moved", Location="https://169.254.169.254/latest"),
        Refused,
        r"redirected to another host \(169.254.169.254\)",
        1,
    ),
    "redirect to http": (
        reply(status="302 Found", Location=f"http://{HOST}/data"),
        Refused,
        "not https",
        1,
    ),
    "redirect to a file": (reply(status="302 Found", Location="file:///etc/passwd"), Refused, "not https", 1),
    "redirect to a port": (
        reply(status="302 Found", Location=f"https://{HOST}:8443/"),
        Refused,
        "unusual port",
        1,
    ),
    "redirect to nonsense": (reply(status="302 Found", Location="https://[::1"), Refused, "is none", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_right_error_in_one_line_and_in_time(
    server: FaultyServer, make_door: MakeDoor, var_dir: Path, caplog: pytest.LogCaptureFixture, fault: str
):
    answer, expected, words, tries = FAULTS[fault]
    server.give(answer)
    door = make_door()
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(UpstreamError, match=words) as caught:
        door.fetch(ask("json"))
    assert time.monotonic() - started < 2.5
    error = caught.value
    assert type(error) is expected
    assert str(error).startswith(f"Example ({HOST}) ")
    assert "\n" not in str(error)
    assert len(str(error)) < 300
    assert str(error).endswith(f"({tries} tries)") == (tries > 1)
    assert len(door.journal) == tries
    assert not Payload.objects.exists()
    assert not archived_files(var_dir)
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + caplog.text + repr(door.journal)
    assert SECRET not in told + UpstreamHost.objects.get().last_error


def test_no_connection_is_unreachable(make_door: MakeDoor, settings: Settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.UPSTREAM_MIRROR = f"http://127.0.0.1:{port}"
    with pytest.raises(Unreachable, match=r"did not answer: connection refused \(2 tries\)"):
        make_door().fetch(ask())


def test_a_name_service_that_hangs_is_bounded(make_door: MakeDoor, monkeypatch: pytest.MonkeyPatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(5) and [])
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer: (no connection|timed out)"):
        make_door(tries=1).fetch(ask())
    answered.set()
    assert time.monotonic() - started < 2


def test_an_unknown_name_is_unreachable(make_door: MakeDoor, monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="its name cannot be resolved"):
        make_door().fetch(ask())


@pytest.mark.parametrize(
    "url", [f"http://{HOST}/", f"https://user:pw@{HOST}/", f"https://{HOST}:8443/", "file:///etc/passwd", "x"]
)
def test_only_https_is_asked(server: FaultyServer, make_door: MakeDoor, url: str):
    with pytest.raises(Refused):
        make_door().fetch(Request(url=url))
    assert not server.requests
    assert not UpstreamHost.objects.exists()


BOMB = """
import resource
from deepspace.upstream.setback import Setback
from deepspace.upstream.transport import Limits, Outgoing, exchange
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    exchange(Outgoing("GET", "{url}/bomb", {{}}, {{}}, None), Limits(20, 20, 5, 64 * 2**20))
except Setback as setback:
    print(setback.reason)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_gzip_bomb_costs_no_more_memory_than_the_largest_body(server: FaultyServer):
    server.give(faulty.without_length(faulty.gzip_bomb(1024), Content_Encoding="gzip"))
    done = subprocess.run(
        [sys.executable, "-c", BOMB.format(url=server.url)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    reason, grown_kib = done.stdout.splitlines()
    assert reason == "sent more than 67,108,864 bytes"
    assert int(grown_kib) < 100 * 1024


SELF_SIGNED = (
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem"
    " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
)


def test_a_certificate_that_nobody_signed_is_not_trusted(
    make_door: MakeDoor, settings: Settings, tmp_path: Path
):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    subprocess.run(
        [openssl, *SELF_SIGNED.split()],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=30,
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with FaultyServer(reply(b"fine"), tls=tls) as server:
        settings.UPSTREAM_MIRROR = server.url
        with pytest.raises(Unreachable, match=r"its TLS certificate is not valid$"):
            make_door().fetch(ask())
        assert not server.requests
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
            assert make_door().fetch(ask()).body == b"fine"
            server.give(faulty.dripped_body())
            with pytest.raises(Unreachable, match=r"timed out after 0\.4 s"):
                make_door(tries=1).fetch(ask())
