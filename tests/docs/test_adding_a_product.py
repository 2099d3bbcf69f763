"""docs/adding-a-product.md is walked: its files are written, its commands run, its addresses asked."""

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.docs.documents import code_blocks, first_cells, named_files, read, section
from tests.support.instance import Instance

PAGE = "docs/adding-a-product.md"
SETTINGS = """
from deepspace.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "beacon"]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], {templates!r}]
"""
ASK = """
import json, sys
from django.test import Client

client = Client(headers={"host": "127.0.0.1"})
answers = {}
for address in json.loads(sys.argv[1]):
    answer = client.get(address)
    body = answer.content.decode("utf-8", "replace")
    answers[address] = [answer.status_code, answer.headers.get("X-Data-Tier"), body]
json.dump(answers, sys.stdout)
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def page() -> str:
    return read(PAGE)


@pytest.fixture
def site(instance: Instance, tmp_path: Path, page: str) -> Iterator[Instance]:
    """A site with the page's app installed, and the page's upstream on loopback."""
    place = tmp_path / "walk"
    for name, text in named_files(page).items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (place / "walk_settings.py").write_text(SETTINGS.format(templates=str(place / "templates")))
    (place / "walk_ask.py").write_text(ASK)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(place / "upstream")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    instance.env |= {
        "PYTHONPATH": str(place),
        "DJANGO_SETTINGS_MODULE": "walk_settings",
        "UPSTREAM_MIRROR": f"http://127.0.0.1:{server.server_port}",
    }
    yield instance
    server.shutdown()
    server.server_close()


def commands(page: str) -> list[tuple[list[str], str]]:
    """Commands of the page's shell blocks with what each is said to print."""
    lines = [line for block in code_blocks(page, "sh") for line in block.splitlines()]
    split = [re.fullmatch(r"manage\.py (.+?) +# (.+)", line) for line in lines]
    assert all(split), [line for line, found in zip(lines, split, strict=True) if not found]
    return [(found[1].split(), found[2]) for found in split if found]


@pytest.mark.slow
def test_the_checklist_leads_to_a_product_that_is_seen_everywhere(site, page, tmp_path):
    for arguments, promised in commands(page):
        printed = " ".join(site.manage(*arguments).stdout.split())
        assert " ".join(promised.split()) in printed, f"manage.py {' '.join(arguments)} printed: {printed}"

    addresses = [cell.strip("`") for cell in first_cells(section(page, "## 7. See it everywhere"))]
    program = f"import sys; sys.argv = ['', {json.dumps(json.dumps(addresses))}]; import walk_ask"
    answers = json.loads(site.manage("shell", "--no-imports", "--command", program, check=True).stdout)
    for address in addresses:
        status, tier, body = answers[address]
        assert status == 200, address
        if not address.endswith((".png", ".svg", ".csv")):
            assert "brightness" in body, address
        if "brightness" in address and not address.startswith("/data"):
            assert tier == "real", address
    assert "412.5" in answers["/plots/brightness.csv"][2]
    assert json.loads(answers["/api/brightness"][2])["brightness_lx"] == [412.5, None, 398.25]


def test_the_page_names_only_files_that_exist_or_that_it_makes(page):
    own = set(named_files(page))
    named = set(re.findall(r"`((?:deepspace|docs|tests)/[\w./-]+\.\w+)`", page)) - own
    missing = [name for name in named if not (Path(__file__).resolve().parents[2] / name).exists()]
    assert not missing


def test_every_step_is_numbered_in_order(page):
    numbers = [int(number) for number in re.findall(r"^## (\d+)\. ", page, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 6
