"""Keys that an answer echoes: gone before anything is kept."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.errors import UpstreamError
from deepspace.upstream.redaction import redacted
from tests.deepspace.upstream.asking import SECRET, archived_files, ask
from tests.deepspace.upstream.conftest import MakeDoor
from tests.deepspace.upstream.faulty_server import Answer, FaultyServer, reply

ODD = 'k/3y+with odd"signs'


def test_a_key_in_a_link_is_replaced_by_one_word():
    body = b'{"self":"http://api.nasa.gov/neo?api_key=' + SECRET.encode() + b'","n":1}'
    assert redacted(body, {"api_key": SECRET}) == (
        b'{"self":"http://api.nasa.gov/neo?api_key=REDACTED","n":1}',
        1,
    )


def test_the_same_answer_gives_the_same_bytes_whatever_the_key_was():
    def body(key: str) -> bytes:
        return json.dumps({"links": [f"https://x?api_key={key}&a=1", f"https://y?api_key={key}"]}).encode()

    first, second = (redacted(body(key), {"api_key": key}) for key in ("DEMO_KEY", "another-key-0123456789"))
    assert first == second
    assert first[1] == 2


@pytest.mark.parametrize(
    "form",
    [
        ODD,
        "k%2F3y%2Bwith%20odd%22signs",
        "k%2F3y%2Bwith+odd%22signs",
        'k/3y+with odd\\"signs',
        'k\\/3y+with odd\\"signs',
    ],
)
def test_a_key_is_found_in_each_form_that_a_service_may_write(form):
    text, found = redacted(b"<" + form.encode() + b">", {"api_key": ODD})
    assert (text, found) == (b"<REDACTED>", 1)


def test_a_short_key_is_replaced_where_it_is_a_parameter_and_nowhere_else():
    body = b'{"a":"?api_key=ab&x=1","b":"about","c":"?api_key=abc"}'
    assert redacted(body, {"api_key": "ab"}) == (
        b'{"a":"?api_key=REDACTED&x=1","b":"about","c":"?api_key=abc"}',
        1,
    )


def test_without_secrets_and_without_echoes_nothing_changes():
    assert redacted(b"about \xff\x00 it", {}) == (b"about \xff\x00 it", 0)
    assert redacted(b"about \xff\x00 it", {"api_key": SECRET, "empty": ""}) == (b"about \xff\x00 it", 0)


def echoing(status: str) -> Answer:
    body = json.dumps({"links": {"self": f"https://up.example.org/data?api_key={SECRET}"}}).encode()
    return reply(body, status=status, Content_Type="application/json", ETag=f'"{SECRET}"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", ["200 OK", "403 Forbidden", "429 Too Many Requests", "500 Internal Server Error"]
)
def test_the_key_is_in_no_file_no_row_no_log_line_and_no_message(
    server: FaultyServer, make_door: MakeDoor, var_dir: Path, caplog, status: str
):
    server.give(echoing(status))
    caplog.set_level(logging.DEBUG)
    told = ""
    try:
        payload = make_door(tries=1).fetch(ask("json"))
        assert json.loads(payload.body) == {"links": {"self": "https://up.example.org/data?api_key=REDACTED"}}
        assert Payload.objects.get().redactions == 1
    except UpstreamError as error:
        told = f"{error!r} {error}"
        assert status != "200 OK"
    rows = [list(Payload.objects.values()), list(UpstreamHost.objects.values())]
    for place in (
        told,
        caplog.text,
        repr(rows),
        *(path.read_bytes().decode() for path in archived_files(var_dir)),
    ):
        assert SECRET not in place
