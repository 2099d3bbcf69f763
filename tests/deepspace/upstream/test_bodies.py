"""What passes for text, JSON, CDF and HTML, and what does not."""

from __future__ import annotations

import pytest

from deepspace.models import Payload
from deepspace.upstream.errors import SchemaDrift
from tests.deepspace.upstream.asking import PAGE, ask
from tests.deepspace.upstream.conftest import MakeDoor
from tests.deepspace.upstream.faulty_server import FaultyServer, reply

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("expects", "body", "words"),
    [
        ("text", PAGE, "an HTML page where text was expected"),
        ("text", b"\xff\xfe", "text that is not UTF-8 at byte 0"),
        ("cdf", PAGE, "something else than a CDF file"),
        ("cdf", b"\xcd\xf3", "something else than a CDF file"),
        ("html", b"{}", "something else than HTML"),
        ("html", b"", "an empty body"),
        ("json", b" ", "an empty body"),
        ("json-or-empty", PAGE, "an HTML page where JSON was expected"),
        ("json-or-empty", b"[1", "broken JSON"),
    ],
)
def test_a_body_of_another_kind_is_drift(
    server: FaultyServer, make_door: MakeDoor, expects: str, body: bytes, words: str
):
    server.give(reply(body))
    with pytest.raises(SchemaDrift, match=words):
        make_door().fetch(ask(expects))
    assert not Payload.objects.exists()


@pytest.mark.parametrize(
    ("expects", "body"),
    [
        ("text", "FLT1 2026 1 °\n".encode()),
        ("text", b"<?xml version='1.0'?><Product_Observational/>"),
        ("json", b'\xef\xbb\xbf{"bt": 1.5e-3}'),
        ("json", b"[]"),
        ("cdf", b"\xcd\xf3\x00\x01\x00\x00\xff\xff"),
        ("cdf", b"\xcd\xf2\x60\x02\x00\x00\xff\xff"),
        ("html", PAGE),
        ("any", b""),
        ("json-or-empty", b""),
        ("json-or-empty", b" \n"),
        ("json-or-empty", b"[]"),
    ],
)
def test_a_body_of_the_expected_kind_passes(
    server: FaultyServer, make_door: MakeDoor, expects: str, body: bytes
):
    server.give(reply(body))
    assert make_door().fetch(ask(expects)).body == body


def test_a_body_of_exactly_the_largest_size_passes(server: FaultyServer, make_door: MakeDoor):
    server.give(reply(b"x" * 1000))
    assert len(make_door().fetch(ask(max_bytes=1000)).body) == 1000
    with pytest.raises(SchemaDrift):
        make_door().fetch(ask(max_bytes=999))
