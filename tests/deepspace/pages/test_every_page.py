"""What holds for each public page, with and without data."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from deepspace.pages.registry import pages

PATHS = [*(page.path for page in pages()), "/data/voyager.trajectory", "/data/voyager.events"]
pytestmark = pytest.mark.usefixtures("drawn")


class _Outline(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(params=[False, True], ids=["empty database", "with data"])
def read(request, client, db):
    if request.param:
        request.getfixturevalue("ingested")

    def get(path: str) -> tuple[str, _Outline]:
        response = client.get(path)
        assert response.status_code == 200, path
        text = response.content.decode()
        return text, _Outline(text)

    return get


@pytest.mark.parametrize("path", PATHS)
def test_the_page_is_sound(read, path):
    _, outline = read(path)
    assert [one["lang"] for one in outline.all("html")] == ["en"]
    for landmark in ("h1", "header", "main", "footer", "title"):
        assert len(outline.all(landmark)) == 1, landmark
    assert outline.all("a")[0]["href"] == "#content"
    assert outline.all("main")[0]["id"] == "content"
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attribute in ("aria-labelledby", "aria-describedby"):
        assert {one[attribute] for _, one in outline.tags if attribute in one} <= set(ids)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(read, path):
    text, outline = read(path)
    for tag, attributes in outline.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    assert not outline.all("style")
    assert [one.get("type") for one in outline.all("script")] == ["application/ld+json"]
    assert [one["href"] for one in outline.all("link") if one["rel"] == "stylesheet"] == [
        "/static/deepspace/site.css"
    ]
    assert all(
        (one["src"] or "").startswith(("/static/", "data:image/png;base64,")) for one in outline.all("img")
    )
    assert "http://cdn" not in text


@pytest.mark.parametrize("path", PATHS)
def test_the_head_is_complete(read, path, settings):
    text, outline = read(path)
    named = {one.get("name") or one.get("property"): one.get("content") for one in outline.all("meta")}
    assert named["description"] == named["og:description"] == named["twitter:description"]
    assert len(named["description"] or "") >= 40
    assert named["og:url"] == f"{settings.SITE_URL}{path}"
    assert [one["href"] for one in outline.all("link") if one["rel"] == "canonical"] == [named["og:url"]]
    assert "robots" not in named
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    assert json.loads(block[1])["@context"] == "https://schema.org"


@pytest.mark.parametrize("path", PATHS)
def test_the_page_asks_for_no_cookie_and_can_be_revalidated(client, ingested, path):
    first = client.get(path)
    assert not first.cookies
    assert "Cookie" not in first.get("Vary", "")
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_read_only(client, db, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", [page.path for page in pages() if page.in_navigation])
def test_the_menu_marks_the_page(read, path):
    _, outline = read(path)
    assert [one["href"] for one in outline.all("a") if one.get("aria-current") == "page"].count(path) >= 1


def test_every_internal_link_leads_somewhere(read, client):
    found: set[str] = set()
    for path in PATHS:
        _, outline = read(path)
        found |= {(one["href"] or "").partition("#")[0] for one in outline.all("a")}
    internal = {href for href in found if href.startswith("/") and not href.startswith(("/plots/", "/api/"))}
    for href in sorted(internal):
        assert client.get(href).status_code == 200, href


def test_every_fragment_exists(read):
    _, docs = read("/api/docs")
    ids = {attributes.get("id") for _, attributes in docs.tags}
    _, trajectory = read("/trajectory")
    fragments = {
        (one["href"] or "").partition("#")[2]
        for one in trajectory.all("a")
        if "/api/docs#" in (one["href"] or "")
    }
    assert fragments
    assert fragments <= ids
