"""Every page in Chromium: silent, accessible, as wide as the screen, usable by keyboard; with data and without."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page, expect

from deepspace.ingestion.registry import products
from deepspace.pages.registry import journey, pages
from tests.support import mirror as mirrors
from tests.support import stored
from tests.support.mirror import Mirror

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
PATHS = [*(page.path for page in pages()), "/data/voyager.trajectory", "/data/voyager.events"]
NOT_FOUND = "/there-is-nothing-here"
TOO_WIDE = """() => {
  const excess = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (excess <= 0) return [];
  const inside = e => e.closest(".table-scroll, .visually-hidden, pre");
  return [...document.querySelectorAll("body *")]
    .filter(e => !inside(e) && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.tagName + "." + e.className).slice(0, 5).concat(["excess " + excess]);
}"""
CUT_OFF = """() => [...document.querySelectorAll("h1, h2, h3, dd, dt, .chip, .menu__link")]
  .filter(e => e.offsetParent && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).overflowX !== "visible" && !e.closest(".visually-hidden"))
  .map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 40))"""


@pytest.fixture
def empty_site(transactional_db: None, nothing_held: None) -> None:
    """Nothing has ever been ingested."""


@pytest.fixture
def full_site(transactional_db: None, nothing_held: None, settings) -> None:
    """Every product from the recordings, where they are; made-up states where they are not."""
    call_command("ingest", "voyager.events", verbosity=0)
    place = mirrors.directory()
    if place is None:
        stored.states(stored.days("1981-01-01", "2028-01-01", 5), log=stored.batch())
        return
    with Mirror(place) as mirror:
        settings.UPSTREAM_MIRROR = mirror.url
        recorded = [one.key for one in products() if one.key != "spaceintel.alerts"]
        call_command("ingest", *recorded, verbosity=0)


@pytest.fixture
def heard(page: Page, complaints: list[str]) -> Iterator[list[str]]:
    """Complaints but for the one that a page of errors brings with it: its own status."""
    yield complaints
    own = "Failed to load resource: the server responded with a status of 404"
    assert [one for one in complaints if own not in one] == []


def open_everything(page: Page) -> None:
    """Unfold what is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details:not(.menu__more)').forEach(d => { d.open = true })")


def problems(page: Page, path: str) -> list[str]:
    """What is wrong with the page that is open."""
    open_everything(page)
    found = [f"too wide: {one}" for one in page.evaluate(TOO_WIDE)]
    found += [f"cut off: {one}" for one in page.evaluate(CUT_OFF)]
    found += [
        f"axe {one['id']}: {one['nodes'][0]['html'][:140]}" for one in Axe().run(page).response["violations"]
    ]
    pictures = (
        "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src.slice(0, 60))"
    )
    found += [f"picture without pixels: {one}" for one in page.evaluate(pictures)]
    return [f"{path}: {one}" for one in found]


def look_at_every_page(page: Page, viewport: dict[str, int]) -> None:
    """Visit every page and the page of errors; fail with all that is wrong."""
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    found: list[str] = []
    for path in [*PATHS, NOT_FOUND]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == (404 if path == NOT_FOUND else 200), path
        found += problems(page, path)
    assert found == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_every_page_is_sound_with_data(page, heard, full_site, viewport):
    look_at_every_page(page, viewport)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_every_page_is_sound_on_an_empty_site(page, heard, empty_site, viewport):
    look_at_every_page(page, viewport)


def test_the_first_thing_seen_is_the_distance_and_its_label(page, heard, empty_site):
    page.set_viewport_size(NARROW)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("au")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.locator("main .tier--synthetic").first).to_be_in_viewport()


def test_the_keyboard_reaches_the_content_first_and_then_the_menu(page, heard, empty_site):
    page.goto("/status")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to the content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    page.goto("/status")
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.tagName")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            page.keyboard.press("Enter")  # unfolds: the next stops are the pages inside
        reached.append(name)
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(ring) != "none", f"no focus to be seen on {name}"
        if name not in {"/", "#content"} and page.evaluate("!!document.activeElement.closest('main')"):
            break
    assert {one.path for one in pages() if one.in_navigation} <= set(reached)


def test_the_menu_opens_without_a_script(page, heard, empty_site):
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)
        page.goto("/")
        toggle = page.locator(".menu__toggle").last
        toggle.click()
        link = page.locator(".menu__sub a:visible").first
        expect(link).to_be_visible()
        expect(link).to_be_in_viewport()
        assert problems(page, f"/ with an open menu at {viewport['width']}") == []
        target = link.get_attribute("href")
        link.click()
        assert page.evaluate("location.pathname") == target
    assert (
        page.evaluate("document.scripts.length") == page.locator("script[type='application/ld+json']").count()
    )


def test_what_machines_read_parses_and_points_home(page, heard, empty_site, live_server):
    for path in PATHS:
        page.goto(path)
        blocks = page.locator("script[type='application/ld+json']").all_text_contents()
        assert blocks, path
        for block in blocks:
            document = json.loads(block)
            assert document["@context"] == "https://schema.org"
            kinds = {one["@type"] for one in document["@graph"]}
            assert kinds & {"WebPage", "Dataset"}, path
        image = page.locator("meta[property='og:image']").get_attribute("content") or ""
        local = "/" + image.split("/", 3)[3]
        answer = page.request.get(f"{live_server.url}{local}")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png"), path


def test_the_journey_leads_from_page_to_page(page, heard, empty_site):
    steps = journey()
    assert [step.path for step in steps] == ["/facts", "/trajectory", "/plasma", "/density", "/magnetometer"]
    page.goto(steps[0].path)
    for step in steps[1:]:
        page.locator("a[rel=next]").click()
        assert page.evaluate("location.pathname") == step.path
    for step in reversed(steps[:-1]):
        page.locator("a[rel=prev]").click()
        assert page.evaluate("location.pathname") == step.path


def test_the_instruments_show_recorded_data(page, heard, full_site):
    if mirrors.directory() is None:
        pytest.skip("no upstream recordings here")
    for path in ("/magnetometer", "/plasma", "/density"):
        page.goto(path)
        assert page.locator(".panel img").count() >= 2
        assert page.locator("main .tier--synthetic, main .tier--empty").count() == 0, path


def test_a_download_is_the_file_it_says(page, heard, empty_site):
    page.goto("/trajectory")
    with page.expect_download() as started:
        page.locator("#trajectory-distance .downloads a", has_text="CSV").click()
    assert started.value.suggested_filename.endswith(".csv")


def test_nothing_moves_for_those_who_asked_for_that(page, heard, empty_site):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
      const s = getComputedStyle(e);
      return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01;
    }).map(e => e.className)"""
    assert page.evaluate(moving) == []


def test_on_paper_the_menu_is_left_out(page, heard, empty_site):
    page.emulate_media(media="print")
    page.goto("/status")
    expect(page.locator("nav.menu")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_page_reads_without_its_styles_and_pictures_reflow_at_double_text_size(page, heard, empty_site):
    page.set_viewport_size({"width": 640, "height": 800})  # 1280 at 200 %: WCAG 1.4.4 and 1.4.10
    page.goto("/trajectory")
    open_everything(page)
    assert page.evaluate(TOO_WIDE) == []
