"""Where a request goes: redirects, mirrors, proxies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from deepspace.upstream.errors import Refused, Unreachable
from tests.deepspace.upstream import faulty_server as faulty
from tests.deepspace.upstream.asking import HOST, SECRET, ask
from tests.deepspace.upstream.conftest import MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply
from tests.support.instance import ROOT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "location", ["/{host}/new?x=1", "{mirror}/{host}/new?x=1", "https://{host}/new?x=1", "new?x=1"]
)
def test_a_redirect_on_the_same_host_is_followed(server: FaultyServer, make_door: MakeDoor, location: str):
    target = location.format(host=HOST, mirror=server.url)
    server.give(reply(status="302 Found", Location=target), reply(b"fine"))
    payload = make_door().fetch(ask())
    assert server.requests[1].startswith(f"GET /{HOST}/new?x=1 ")
    assert payload.url == f"https://{HOST}/data?day=2026-11-20"


def test_a_redirect_to_a_listed_host_is_followed(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(status="307 Moved", Location="https://files.example.org/new"), reply(b"fine"))
    make_door(redirect_hosts=frozenset({"files.example.org"})).fetch(ask())
    assert server.requests[1].startswith("GET /files.example.org/new ")


def test_a_post_is_not_redirected(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(status="307 Moved", Location="/new"))
    with pytest.raises(Refused, match="not a GET"):
        make_door().fetch(ask(form={"a": "b"}))


def test_a_policy_may_forbid_redirects(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(status="301 Moved", Location="/new"))
    with pytest.raises(Refused, match="more than 0 times"):
        make_door(redirects=0).fetch(ask())
    assert len(server.requests) == 1


def test_passwords_in_netrc_are_not_used(
    server: FaultyServer, make_door: MakeDoor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\ndefault login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    make_door().fetch(ask())
    assert "authorization" not in server.requests[0].lower()


def test_a_proxy_is_asked_for_the_upstream_and_not_for_a_mirror_beside_us(
    server: FaultyServer, make_door: MakeDoor, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    make_door().fetch(ask())
    settings.UPSTREAM_MIRROR = ""
    server.give(faulty.raw(b"HTTP/1.1 403 Forbidden\r\n\r\n"))
    with pytest.raises(Unreachable, match="was not reached: the proxy failed") as caught:
        make_door().fetch(ask())
    assert server.requests[0].startswith(f"CONNECT {HOST}:443 ")
    assert SECRET not in "".join(server.requests) + str(caught.value)


def test_requests_is_loaded_by_the_first_request_only():
    code = (
        "import sys, django; django.setup()\n"
        "import deepspace.upstream.http, deepspace.upstream.horizons\n"
        "print([name for name in ('requests', 'urllib3', 'astroquery', 'astropy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
