"""How a finding is cited: as text, as BibTeX, and in structured data."""

from __future__ import annotations

from typing import Any

from deepspace.pages.metadata import SITE_NAME, absolute
from insights.models import ResearchInsight

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def as_text(insight: ResearchInsight) -> str:
    """Author (year). Title. Site. Address."""
    year = f"{insight.published_at:%Y}" if insight.published_at else "n.d."
    retracted = " Retracted." if insight.is_retracted else ""
    address = absolute(insight.get_absolute_url())
    return f"{insight.author_name} ({year}). {insight.title}. {SITE_NAME}.{retracted} {address}"


def as_bibtex(insight: ResearchInsight) -> str:
    """A BibTeX entry; every sign that TeX would take for a command is escaped."""
    year = f"{insight.published_at:%Y}" if insight.published_at else ""
    fields = {
        "author": f"{{{insight.author_name.translate(_TEX)}}}",
        "title": f"{{{insight.title.translate(_TEX)}}}",
        "year": year,
        "howpublished": SITE_NAME,
        "url": absolute(insight.get_absolute_url()),
        "note": "Retracted" if insight.is_retracted else "",
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{insight.slug},", *lines, "}"])


def as_json_ld(insight: ResearchInsight) -> dict[str, Any]:
    """schema.org ScholarlyArticle."""
    article: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "headline": insight.title[:110],
        "name": insight.title,
        "abstract": insight.summary,
        "description": insight.summary,
        "author": {
            "@type": "Person" if insight.author and not insight.byline else "Organization",
            "name": insight.author_name,
        },
        "publisher": {"@type": "Organization", "name": SITE_NAME},
        "dateModified": insight.updated_at.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "articleSection": insight.get_category_display(),
        "keywords": [tag.name for tag in insight.tags.all()],
        "citation": [
            {"@type": "CreativeWork", "name": one.title, "url": one.url} for one in insight.references.all()
        ],
        "isBasedOn": [absolute(f"/data/{one.product}") for one in insight.data_references.all()],
        "creativeWorkStatus": insight.get_status_display(),
    }
    if insight.published_at:
        article["datePublished"] = insight.published_at.isoformat()
    return article
