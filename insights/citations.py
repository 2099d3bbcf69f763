"""How a finding is cited: as text, as BibTeX, and in structured data."""

from __future__ import annotations

from typing import Any, Final

from deepspace.pages.metadata import SITE_NAME, absolute
from insights import bibtex
from insights.models import Reference, ResearchInsight

_PLATFORM: Final = {"@type": "Organization", "name": SITE_NAME}
_HEADLINE_CHARS: Final = 110  # more is cut by those who read it


def as_text(insight: ResearchInsight) -> str:
    """Author (year). Title. Site. Address."""
    year = f"{insight.published_at:%Y}" if insight.published_at else "n.d."
    title = insight.title if insight.title.endswith((".", "?", "!")) else f"{insight.title}."
    retracted = " Retracted." if insight.is_retracted else ""
    address = absolute(insight.get_absolute_url())
    return f"{insight.author_name} ({year}). {title} {SITE_NAME}.{retracted} {address}"


def as_bibtex(insight: ResearchInsight) -> str:
    """A BibTeX entry."""
    fields = {
        "author": bibtex.whole(insight.author_name),
        "title": bibtex.whole(insight.title),
        "year": f"{insight.published_at:%Y}" if insight.published_at else "",
        "howpublished": SITE_NAME,
        "url": absolute(insight.get_absolute_url()),
        "note": "Retracted" if insight.is_retracted else "",
    }
    return bibtex.entry(insight.slug, fields)


def as_json_ld(insight: ResearchInsight) -> dict[str, Any]:
    """schema.org ScholarlyArticle."""
    based_on = dict.fromkeys(one.product for one in insight.data_references.all())  # each once, in order
    article: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "headline": insight.title[:_HEADLINE_CHARS],
        "name": insight.title,
        "abstract": insight.summary,
        "description": insight.summary,
        "publisher": _PLATFORM,
        "dateModified": insight.updated_at.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "articleSection": insight.get_category_display(),
        "keywords": [tag.name for tag in insight.tags.all()],
        "citation": [_work(one) for one in insight.references.all()],
        "isBasedOn": [absolute(f"/data/{key}") for key in based_on],
        "creativeWorkStatus": insight.get_status_display(),
    }
    if insight.byline or insight.author:
        is_platform = insight.author_name == SITE_NAME
        article["author"] = _PLATFORM if is_platform else {"@type": "Person", "name": insight.author_name}
    if insight.published_at:
        article["datePublished"] = insight.published_at.isoformat()
    if insight.observed_on:
        article["temporalCoverage"] = str(insight.observed_on)
    return article


def _work(reference: Reference) -> dict[str, str]:
    work = {"@type": "CreativeWork", "name": reference.title}
    if reference.url:
        work["url"] = reference.url
    if reference.kind != Reference.Kind.URL:
        work["identifier"] = f"{reference.kind}:{reference.identifier}"
    return work
