"""For programs that read the site: /robots.txt, /sitemap.xml, /llms.txt and /ai-index, all from the registries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from deepspace.ingestion import registry
from deepspace.pages.endpoints import endpoints
from deepspace.pages.metadata import absolute, data_path
from deepspace.pages.registry import pages
from deepspace.pages.standings import ProductStanding, known_standings
from deepspace.plotting import registry as plots
from deepspace.versions import lost_database, public
from insights import services as insights


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address, with the time its data last changed hands."""

    url: str
    changed_at: datetime | None


@require_safe
@public(max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public is open to everybody."""
    return _plain(render(request, "robots.txt", {"sitemap": absolute("/sitemap.xml")}))


@require_safe
@public(live=True, every_product=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page and every product."""
    rows = known_standings()
    refreshed = {row.product.key: row.standing.last_success_at for row in rows if row.standing}
    entries = [SitemapEntry(absolute(page.path), _newest(refreshed, page.products)) for page in pages()]
    entries += [SitemapEntry(absolute(data_path(row.product.key)), _changed(row)) for row in rows]
    entries += [SitemapEntry(absolute(path), changed_at) for path, changed_at in _permalinks()]
    return render(request, "sitemap.xml", {"entries": entries}, content_type="application/xml; charset=utf-8")


def _permalinks() -> list[tuple[str, datetime]]:
    """Addresses of the curated findings."""
    try:
        return insights.permalinks()
    except DatabaseFailure:
        lost_database()
        return []


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look on answers that name no icon: the admin, JSON, pictures."""
    return HttpResponseRedirect(static("deepspace/favicon.svg"), headers={"Cache-Control": "max-age=86400"})


@require_safe
@public(max_age=3600)
def llms(request: HttpRequest) -> HttpResponse:
    """The site in Markdown (https://llmstxt.org)."""
    return _plain(render(request, "llms.txt", _index()))


@require_safe
@public(max_age=3600)
def ai_index(request: HttpRequest) -> HttpResponse:
    """The same for people who write programs."""
    return render(request, "pages/ai_index.html", _index())


def _index() -> dict[str, object]:
    return {
        "pages": pages(),
        "endpoints": endpoints(),
        "products": [(product, data_path(product.key)) for product in registry.products()],
        "plots": plots.plots(),
    }


def _plain(response: HttpResponse) -> HttpResponse:
    response["Content-Type"] = "text/plain; charset=utf-8"
    return response


def _changed(row: ProductStanding) -> datetime | None:
    return row.standing.last_success_at if row.standing else None


def _newest(refreshed: dict[str, datetime | None], products: tuple[str, ...]) -> datetime | None:
    return max((moment for key in products if (moment := refreshed.get(key))), default=None)
