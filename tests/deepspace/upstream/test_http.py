"""The door: what goes well, what is not fetched twice, and when a run has no time left."""

from __future__ import annotations

import hashlib
import time
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from deepspace import archive
from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.errors import Refused, Unreachable
from deepspace.upstream.http import Door
from tests.deepspace.upstream import faulty_server as faulty
from tests.deepspace.upstream.asking import HOST, HURRIED, SECRET, archived_files, ask
from tests.deepspace.upstream.conftest import Clock, MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db


def test_a_body_is_fetched_and_archived(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    server.give(reply(b'{"ok": true}', Content_Type="application/json"))
    door = make_door()
    payload = door.fetch(ask("json"))
    assert payload.body == b'{"ok": true}'
    assert payload.sha256 == hashlib.sha256(payload.body).hexdigest()
    assert archive.load(payload.id) == payload
    row = Payload.objects.get()
    assert (row.upstream, row.content_type) == (HOST, "application/json")
    assert row.retrieved_at == clock.now()
    visit = door.journal[0]
    assert (visit.host, visit.attempt, visit.status, visit.outcome) == (HOST, 1, 200, "ok")


def test_the_request_says_who_asks_and_goes_through_the_mirror(server: FaultyServer, make_door: MakeDoor):
    make_door().fetch(ask())
    head = server.requests[0]
    assert head.startswith(f"GET /{HOST}/data?day=2026-11-20&api_key={SECRET} HTTP/1.1\r\n")
    assert "User-Agent: DeepSpaceResearchPlatform/" in head
    assert "(+http://127.0.0.1:8000; tests@example.org)" in head
    assert "Accept-Encoding: gzip\r\n" in head
    assert "If-None-Match" not in head


def test_a_form_is_posted_as_multipart(server: FaultyServer, make_door: MakeDoor):
    make_door().fetch(ask(form={"format": "text", "input": "!$$SOF"}))
    assert server.requests[0].startswith(f"POST /{HOST}/data")
    assert 'Content-Disposition: form-data; name="input"\r\n\r\n!$$SOF\r\n' in server.requests[0]


def test_json_is_posted_as_json(server: FaultyServer, make_door: MakeDoor):
    make_door().fetch(ask(method="POST", json={"target": "3I"}))
    assert "Content-Type: application/json" in server.requests[0]
    assert server.requests[0].endswith('{"target": "3I"}')


@pytest.mark.parametrize(
    "packed",
    [
        zlib.compress(b"fine " * 1000, wbits=31),
        zlib.compress(b"fine " * 400, wbits=31) + zlib.compress(b"fine " * 600, wbits=31) + b"\0" * 8,
    ],
    ids=["one member", "two members and padding"],
)
@pytest.mark.parametrize("answer", [reply, faulty.without_length])
def test_a_packed_body_is_archived_unpacked(server: FaultyServer, make_door: MakeDoor, packed: bytes, answer):
    server.give(answer(packed, Content_Encoding="gzip"))
    assert make_door().fetch(ask()).body == b"fine " * 1000


def test_a_chunked_body_is_put_together(server: FaultyServer, make_door: MakeDoor):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n4\r\n and\r\n0\r\n\r\n"
    server.give(faulty.raw(chunked))
    assert make_door().fetch(ask()).body == b"fine and"


def test_a_head_request_has_no_body(server: FaultyServer, make_door: MakeDoor):
    server.give(faulty.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nLast-Modified: today\r\n\r\n"))
    response = make_door().send(ask(method="HEAD"))
    assert (response.body, response.headers["last-modified"]) == (b"", "today")


def test_a_body_that_did_not_change_comes_from_the_archive(
    server: FaultyServer, make_door: MakeDoor, clock: Clock
):
    modified = "Thu, 19 Nov 2026 00:00:00 GMT"
    server.give(reply(b"fine", ETag='"v1"', Last_Modified=modified), reply(status="304 Not Modified"))
    first = make_door().fetch(ask())
    clock.seconds += 3600
    second = make_door().fetch(ask())
    assert 'If-None-Match: "v1"\r\n' in server.requests[1]
    assert f"If-Modified-Since: {modified}\r\n" in server.requests[1]
    assert (second.not_modified, second.body, second.id) == (True, b"fine", first.id)
    assert Payload.objects.get().last_seen_at - first.retrieved_at == timedelta(hours=1)


def test_a_body_that_the_archive_lost_is_fetched_again(
    server: FaultyServer, make_door: MakeDoor, var_dir: Path
):
    server.give(reply(b"fine", ETag='"v1"'), reply(status="304 Not Modified"), reply(b"fine", ETag='"v1"'))
    make_door().fetch(ask())
    archived_files(var_dir)[0].unlink()
    again = make_door().fetch(ask())
    assert (again.not_modified, again.body) == (False, b"fine")
    assert "If-None-Match" in server.requests[1]
    assert "If-None-Match" not in server.requests[2]
    assert len(archived_files(var_dir)) == 1


def test_a_request_may_ask_for_the_whole_body(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(b"fine", ETag='"v1"'))
    for _ in range(2):
        make_door().fetch(ask(conditional=False))
    assert "If-None-Match" not in server.requests[1]


def test_not_modified_without_having_asked_is_refused(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(status="304 Not Modified"))
    with pytest.raises(Refused, match="304 Not Modified"):
        make_door().fetch(ask())


def test_nothing_is_asked_after_the_deadline(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    with pytest.raises(Unreachable, match="is not asked: the run's deadline has passed"):
        make_door(deadline=clock.seconds).fetch(ask())
    assert not server.requests
    assert not UpstreamHost.objects.exists()


def test_no_pause_reaches_beyond_the_deadline(server: FaultyServer, make_door: MakeDoor, clock: Clock):
    server.give(reply(status="503 Busy"))
    with pytest.raises(Unreachable, match=r"answered 503 Service Unavailable$"):
        make_door(deadline=clock.seconds + 4, backoff_s=5.0).fetch(ask())
    assert not clock.slept


def test_a_try_ends_at_the_deadline_and_the_host_is_not_blamed(server: FaultyServer):
    server.give(faulty.hang)
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"timed out after 0\.[23]\d* s$"):
        Door(deadline=started + 0.3, policies={HOST: HURRIED}).fetch(ask())
    assert time.monotonic() - started < 1.5
    assert not UpstreamHost.objects.filter(failures__gt=0).exists()
