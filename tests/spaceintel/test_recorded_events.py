"""Recorded events appear exactly: on the page, in the API and in the files, through the mirror of the upstreams."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from spaceintel import services
from spaceintel.parameters import SpaceParameters

pytestmark = pytest.mark.django_db
WINDOW = "?days=31&end=2025-09-26"
COUNTS = {"cmes": 141, "flares": 23, "storms": 3}
WORDS = {"cmes": "141 coronal mass ejections", "flares": "23 flares", "storms": "3 geomagnetic storms"}


@pytest.fixture
def recorded(visitor, through_mirror):
    """DONKI of 2025-08-26 to 2025-09-25."""
    from tests.support.visitor import forget_everything

    window = ("--since", "2025-08-26", "--until", "2025-09-25T23:59:59Z")
    call_command("ingest", "spaceintel.solar_events", *window, verbosity=0)
    forget_everything()
    return visitor


def test_the_recorded_month_is_complete_everywhere(recorded):
    page = recorded.get(f"/space-intelligence{WINDOW}").content.decode()
    body = recorded.get(f"/api/space-intelligence{WINDOW}").json()
    for name, count in COUNTS.items():
        assert len(body[name]) == count, name
        assert WORDS[name] in re.sub(r"\s+", " ", page), name
        assert f"all {count}, as CSV" in page
        file = recorded.get(f"/space-intelligence/tables/{name}.csv{WINDOW}").content.decode()
        assert len(list(csv.DictReader(io.StringIO(file)))) == count, name
    assert len({one["id"] for one in body["cmes"]}) == 141


def test_the_strongest_flare_of_that_month_is_not_the_latest(recorded):
    highlight = recorded.get(f"/api/space-intelligence{WINDOW}").json()["highlights"][0]
    assert highlight["text"].startswith("M2.7 on 2025-08-30 20:02 UTC")


def test_the_superstorm_of_may_2024_is_g5(visitor, through_mirror):
    from tests.support.visitor import forget_everything

    call_command(
        "ingest", "spaceintel.kp_gfz", "--since", "2024-05-09", "--until", "2024-05-14T00:00:00Z", verbosity=0
    )
    forget_everything()
    window = SpaceParameters(days=5, end="2024-05-14")
    (highlight,) = [one for one in services.highlights(services.space_weather(window)) if one.kind == "kp"]
    assert highlight.value == 9.0
    assert highlight.text.startswith("Kp 9o (9.00) in the three hours from 2024-05-1")
    assert "G5 (extreme)" in highlight.text
    page = visitor.get("/space-intelligence?days=5&end=2024-05-14").content.decode()
    assert "G5 (extreme)" in page
    levels = [one.title for one in services.significant_events(window) if one.kind == "kp"]
    assert levels[0] == "Geomagnetic storm reaches G5 (extreme)"


def test_the_verdict_of_that_night_is_a_g5_storm(visitor, through_mirror):
    from tests.support.visitor import forget_everything

    call_command(
        "ingest", "spaceintel.kp_gfz", "--since", "2024-05-10", "--until", "2024-05-11T02:59:59Z", verbosity=0
    )
    forget_everything()
    verdict = services.verdict_now(datetime(2024, 5, 11, 3, 30, tzinfo=UTC))
    assert verdict.text == "G5 storm in progress"
    assert "GFZ Potsdam" in verdict.reason
