"""nginx's own error pages: in the site's look, complete in themselves, and allowed by their own policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from tests.deploy.files import NGINX, ROOT

PAGES = sorted((NGINX / "pages").glob("*.html"))
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@pytest.fixture(scope="module")
def policy() -> str:
    headers = (NGINX / "deepspace-headers.conf").read_text(encoding="utf-8")
    found = re.search(r'Content-Security-Policy "([^"]+)"', headers)
    assert found is not None
    return found[1]


def test_each_error_that_the_configuration_names_has_its_page_and_its_json():
    configuration = (NGINX / "deepspace.conf").read_text(encoding="utf-8")
    named = set(re.findall(r"/deepspace-errors/(\d+)\.\$deepspace_error_form;", configuration))
    assert named == {page.stem for page in PAGES} == {page.stem for page in (NGINX / "pages").glob("*.json")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_needs_nothing_from_elsewhere_and_its_policy_allows_its_style(page, policy):
    text = page.read_text(encoding="utf-8")
    (style,) = STYLE.findall(text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "'unsafe" not in policy
    assert not re.findall(r"<(?:link|script|img|iframe)\b|\bstyle=|\bon\w+=|url\(|@import|https?://", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_a_document_that_says_what_happened(page):
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert len(re.findall(r"<h1>[^<]+</h1>", text)) == 1
    assert f"Error {page.stem}" in text
    assert 'name="viewport"' in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_the_colours_of_the_site(page):
    site = (ROOT / "deepspace" / "static" / "deepspace" / "site.css").read_text(encoding="utf-8")
    (style,) = STYLE.findall(page.read_text(encoding="utf-8"))
    colours = set(re.findall(r"#[0-9a-f]{6}\b", style))
    assert len(colours) > 4
    assert not [colour for colour in colours if colour not in site]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_json_has_the_one_error_shape_and_the_same_words(page):
    error = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["error"]
    assert set(error) == {"code", "message", "field"}
    heading = re.search(r"<h1>([^<]+)</h1>", page.read_text(encoding="utf-8"))
    assert heading is not None
    assert error["message"].startswith(heading[1])
