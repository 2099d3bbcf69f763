"""``/insights``, ``/insights/<slug>`` and ``/feed.atom``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import Error as DatabaseFailure
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace import versions
from deepspace.pages import metadata
from deepspace.pages.metadata import absolute
from deepspace.pages.panels import panel
from deepspace.pages.registry import FeedLink
from deepspace.parameters import Parameters
from deepspace.provenance import worst
from deepspace.versions import public
from insights import citations, services
from insights.constants import EPOCH
from insights.models import Category, Project
from insights.parameters import PER_PAGE, FilterParameters, PageParameters

PATH = "/insights"
FEED = "/feed.atom"
FEEDS = (FeedLink(FEED, "Insights"),)
_FEED_ENTRIES = 50


@require_safe
@public()
def index(request: HttpRequest) -> HttpResponse:
    """All findings, filtered and searched."""
    asked = PageParameters.read(_without_empty(request.GET))
    filters = FilterParameters(**asked.model_dump(exclude={"page"}))
    try:
        found: services.Found | None = services.find(filters, asked.page, PER_PAGE)
        tags = services.shown_tags()
    except DatabaseFailure:
        versions.lost_database()
        found, tags = None, []
    context = {
        "found": found,
        "tags": [(tag, _address(asked, tag=tag.slug, page=1), tag.slug == asked.tag) for tag in tags],
        "asked": asked,
        "projects": Project.choices,
        "categories": Category.choices,
        "panel": panel("insights-timeline", filters),
        "newer": _address(asked, page=asked.page - 1) if asked.page > 1 else "",
        "older": _address(asked, page=asked.page + 1) if found and asked.page < found.pages else "",
        "is_filtered": bool(filters.canonical()),
    }
    return render(request, "insights/index.html", context)


def _without_empty(query: QueryDict) -> QueryDict:
    """What a form sends, without the fields that were left empty."""
    given = query.copy()
    for name in PageParameters.model_fields:
        if given.getlist(name) == [""]:
            del given[name]
    return given


def _address(asked: Parameters, **changes: Any) -> str:
    query = urlencode(type(asked).model_validate(asked.model_dump() | changes).canonical())
    return f"{PATH}{'?' if query else ''}{query}"


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One finding; a draft does not exist for anybody here."""
    products = services.products_of(slug)
    if products is None:
        raise Http404("no such finding")

    @public(products=products)
    def answer(_request: HttpRequest) -> HttpResponse:
        found = services.read(slug)
        if found is None:
            raise Http404("no such finding")
        return detail_response(request, found)

    return answer(request)


def detail_response(
    request: HttpRequest, found: services.PublicInsight, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a finding: the public one, and the preview of it."""
    insight = found.insight
    path = insight.get_absolute_url()
    trail = [("Insights", PATH), (insight.title, path)]
    said = "Retracted: " if insight.is_retracted else ""  # in link previews too
    context = {
        "found": found,
        "insight": insight,
        "tags": [(tag, _address(PageParameters(), tag=tag.slug)) for tag in insight.tags.all()],
        "citation": citations.as_text(insight),
        "bibtex": citations.as_bibtex(insight),
        "meta": metadata.of_article(
            path, f"{said}{insight.title}", f"{said}{insight.summary}", citations.as_json_ld(insight), trail
        ),
        "feeds": FEEDS,
        "is_preview": False,
        **(extra or {}),
    }
    response = render(request, "insights/detail.html", context)
    shown = [one for evidence in found.evidence if evidence.panel for one in evidence.panel.provenances]
    if shown:
        response.headers["X-Data-Tier"] = worst([one.tier for one in shown]).value
    if found.is_provisional:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@public(max_age=300)
def feed(request: HttpRequest) -> HttpResponse:
    """The findings changed last, as Atom (RFC 4287)."""
    entries = services.newest(_FEED_ENTRIES)
    context = {
        "entries": [(one, absolute(one.get_absolute_url())) for one in entries],
        "self": absolute(FEED),
        "home": absolute(PATH),
        "updated": max((one.updated_at for one in entries), default=None),
        "epoch": EPOCH,
        "title": f"{metadata.SITE_NAME}: insights",
    }
    return render(request, "insights/feed.xml", context, content_type="application/atom+xml; charset=utf-8")
