"""The pictures of docs/space-intelligence.md: python -m tools.browser -- python -m tools.screenshots [DIRECTORY].

A throw-away site with made-up answers of every upstream is shown in Chromium in three states: every feed up, one of
them down, all of them down.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import time_machine
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.instance import ROOT, Instance
from tools import browser

PLACE: Final = ROOT / "docs" / "screenshots"
PATH: Final = "/space-intelligence"
HOURS: Final = 5  # for so long what is down has been down
DOWN: Final = {"up": (), "one-down": ("spaceintel.solar_events",), "all-down": None}  # None: every product
PARTS: Final = (
    "h1",
    ".verdict",
    "section[aria-labelledby=highlights]",
    "#space-events",
    "section[aria-labelledby=cmes] .feed",
    "section[aria-labelledby=wind] .facts",
    "section[aria-labelledby=wind] .feed",
)  # of the page
SIZE: Final = (1280, 800)
_MARGIN: Final = 32
_COLOURS: Final = 96


def main(arguments: list[str]) -> int:
    """Command line."""
    place = Path(arguments[0]) if arguments else PLACE
    chromium = os.environ.get(browser.VARIABLE) or browser.installed()
    if chromium is None:
        print(browser.ADVICE, file=sys.stderr)
        return 1
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="deepspace-screenshots-") as temporary:
        _make_site(Path(temporary))
        for state in DOWN:
            with _shown(state) as address:
                parts = _photographed(chromium, address)
            path = place / f"space-intelligence-{state}.png"
            save(parts, path)
            print(f"{path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def _make_site(place: Path) -> None:
    """A site on disk, which this process serves."""
    site = Instance(place)
    site.manage("migrate", "--verbosity", "0")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    os.environ.update(site.env, DJANGO_SETTINGS_MODULE="deepspace.settings")
    import django

    django.setup()


@contextmanager
def _shown(state: str) -> Iterator[str]:
    """The address of a site that was well, and some hours later is in that state."""
    from django.core.management import call_command
    from django.test.testcases import LiveServerThread

    from tests.support import space

    down = DOWN[state]
    call_command("flush", "--noinput", verbosity=0)
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=HOURS), minutes=60))
    space.refresh(space.Upstreams(space.NOW, minutes=1440), down=space.ALL if down is None else down)
    with time_machine.travel(space.NOW + timedelta(seconds=40), tick=True):
        server = LiveServerThread("127.0.0.1", lambda one: one)  # type: ignore[arg-type]  # any wrapper will do
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        try:
            yield f"http://127.0.0.1:{server.port}{PATH}"
        finally:
            server.terminate()


def _photographed(chromium: str, address: str) -> list[bytes]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=browser.LAUNCH_ARGUMENTS)
        page = opened.new_page(
            viewport={"width": SIZE[0], "height": SIZE[1]}, locale="en-GB", timezone_id="UTC"
        )
        page.goto(address)
        parts = [page.locator(one).first.screenshot() for one in PARTS]
        opened.close()
    return parts


def save(parts: list[bytes], path: Path) -> None:
    """The parts below each other, in few colours: readable and small."""
    pictures = [Image.open(io.BytesIO(one)).convert("RGB") for one in parts]
    width, height = (max(one.width for one in pictures), sum(one.height for one in pictures))
    sheet = Image.new("RGB", (width + 2 * _MARGIN, height + (len(pictures) + 1) * _MARGIN), "#10172d")
    top = _MARGIN
    for one in pictures:
        sheet.paste(one, (_MARGIN, top))
        top += one.height + _MARGIN
    colours = sheet.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    colours.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
