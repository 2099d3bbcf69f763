"""The page on space weather and near-Earth objects in Chromium: every feed up, one of them down, all of them down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.browser.test_pages import NARROW, WIDE, problems
from tests.support import space

PATH = "/space-intelligence"
HOURS = 5  # for so long what is down has been down
STATES = {"up": (), "one-down": ("spaceintel.solar_events",), "all-down": space.ALL}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module", params=STATES)
def state(request) -> str:
    """What is down."""
    return request.param


@pytest.fixture
def site(transactional_db: None, nothing_held: None, state: str) -> Iterator[str]:
    """A site that was well, and some hours later is in that state."""
    before = space.Upstreams(space.NOW - timedelta(hours=HOURS), minutes=60)
    space.refresh(before)
    now = space.Upstreams(space.NOW, minutes=1440)
    space.refresh(now, down=STATES[state])
    with time_machine.travel(space.NOW + timedelta(seconds=40), tick=True):
        yield state


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["1280", "390", "360"])
def test_the_page_is_sound_in_every_state(quiet_page: Page, site: str, viewport):
    quiet_page.set_viewport_size(viewport)
    answer = quiet_page.goto(PATH)
    assert answer is not None
    assert answer.status == 200
    assert problems(quiet_page, PATH) == []


def test_what_is_down_is_said_to_be_unknown_and_nothing_else_is(quiet_page: Page, site: str):
    quiet_page.goto(PATH)
    verdict = quiet_page.locator(".verdict__text")
    ejections = quiet_page.locator("section[aria-labelledby=cmes] .feed__statement").first
    wind = quiet_page.locator("section[aria-labelledby=wind] .feed__statement").first
    since = "Unknown since 2026-09-27"
    expect(verdict).to_contain_text(since if site == "all-down" else "G1 storm in progress")
    if site == "up":
        expect(ejections).not_to_contain_text("Unknown")
    else:
        expect(ejections).to_contain_text(since)
    if site == "all-down":
        expect(wind).to_contain_text(since)
    else:
        expect(wind).not_to_contain_text("Unknown")


def test_a_window_is_chosen_with_the_keyboard_alone(quiet_page: Page, site: str):
    quiet_page.goto(PATH)
    quiet_page.get_by_label("Days", exact=True).press("Control+A")
    quiet_page.keyboard.type("7")
    quiet_page.keyboard.press("Tab")
    quiet_page.keyboard.type("2026-09-20")
    quiet_page.keyboard.press("Enter")
    quiet_page.wait_for_url(f"**{PATH}?days=7&end=2026-09-20")
    expect(quiet_page.locator("#highlights ~ p")).to_contain_text("2026-09-13 to 2026-09-20")
    expect(quiet_page.get_by_role("link", name="Now", exact=True)).to_be_visible()
