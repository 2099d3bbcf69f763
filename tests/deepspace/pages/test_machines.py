"""/robots.txt, /sitemap.xml, /llms.txt and /ai-index."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from deepspace.ingestion.registry import products
from deepspace.pages.endpoints import endpoints
from deepspace.pages.registry import pages

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_robots_points_to_the_sitemap(client, db, settings):
    settings.SITE_URL = "https://example.org"
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines()[-1] == "Sitemap: https://example.org/sitemap.xml"
    assert b"Disallow: /admin/" in response.content


def test_the_sitemap_lists_every_page_and_product_once(client, ingested, settings):
    settings.SITE_URL = "https://example.org"
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    urls = ET.fromstring(response.content).findall("s:url", NAMESPACE)  # noqa: S314 - our own bytes
    listed = [url.findtext("s:loc", namespaces=NAMESPACE) for url in urls]
    paths = [*(page.path for page in pages()), *(f"/data/{product.key}" for product in products())]
    assert listed == [f"https://example.org{path}" for path in paths]
    changed = {
        url.findtext("s:loc", namespaces=NAMESPACE): url.findtext("s:lastmod", namespaces=NAMESPACE)
        for url in urls
    }
    assert changed["https://example.org/trajectory"] == f"{ingested.finished_at:%Y-%m-%dT%H:%M:%SZ}"
    assert changed["https://example.org/api/docs"] is None


def test_an_empty_site_has_a_sitemap_without_dates(client, db):
    assert b"lastmod" not in client.get("/sitemap.xml").content


def test_llms_txt_is_markdown_about_everything(client, db, settings):
    settings.SITE_URL = "https://example.org"
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# Deep Space Research Platform\n\n> ")
    for page in pages():
        assert f"](https://example.org{page.path}): {page.summary}" in text
    for endpoint in endpoints():
        assert f"](https://example.org{endpoint.path}): " in text
    for product in products():
        assert f"/data/{product.key})" in text
    assert "&#x27;" not in text
    assert "&amp;" not in text


def test_the_index_links_everything(client, db):
    page = client.get("/ai-index").content.decode()
    for path in [*(page.path for page in pages()), *(endpoint.path for endpoint in endpoints())]:
        assert f'href="{path}"' in page
