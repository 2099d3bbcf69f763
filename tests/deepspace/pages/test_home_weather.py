"""Space weather on the front page: one line, linked, honest when unknown."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import time_machine
from django.test import Client

from tests.support import space
from tests.support.visitor import database_away


def line(visitor: Client) -> str:
    with time_machine.travel(space.NOW + timedelta(seconds=40), tick=False):
        response = visitor.get("/")
    assert response.status_code == 200
    found = re.search(r'<p class="hero__weather">(.*?)</p>', response.content.decode(), re.DOTALL)
    assert found
    assert 'href="/space-intelligence"' in found[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())


def test_the_verdict_of_now_is_told(visitor):
    space.refresh()
    assert line(visitor) == "Space weather at the Earth now: G1 storm in progress"


def test_an_empty_site_says_unknown(visitor):
    assert line(visitor) == "Space weather at the Earth now: Unknown"


def test_what_was_known_hours_ago_is_unknown_since_then(visitor):
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=8)))
    assert line(visitor).startswith("Space weather at the Earth now: Unknown since 2026-09-27 10:02 UTC")


def test_without_a_database_the_line_stands(visitor):
    with database_away():
        assert line(visitor) == "Space weather at the Earth now: Unknown"
