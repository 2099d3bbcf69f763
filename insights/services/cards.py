"""Which findings a page of a research domain shows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.pages.registry import Page, pages
from insights.models import DataReference, Project, ResearchInsight, Status

_MOST: Final = 3
_lock = threading.Lock()
_kept: dict[str, dict[str, tuple[Card, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Card:
    """A finding in short."""

    path: str
    title: str
    summary: str
    project: str
    category: str
    published_at: datetime | None


def forget() -> None:
    """Drop what this process keeps (between tests)."""
    _kept.clear()


def may_have_cards(page: Page) -> bool:
    """Whether findings can stand on a page: those of a research domain, which show products; not the home page."""
    return page.path != "/" and bool(page.products)


def cards_for(page: Page | None) -> tuple[Card, ...]:
    """The newest published findings that name the page, or that rest on a product it shows; empty in doubt.

    Read once per content version and process, so that a page costs no query for it.
    """
    if page is None or not may_have_cards(page):
        return ()
    version = versions.content()
    with _lock:
        if version not in _kept:
            try:
                found = _by_page()
            except DatabaseFailure:
                versions.lost_database()
                return ()
            _kept.clear()
            _kept[version] = found
        return _kept[version].get(page.path, ())


def _by_page() -> dict[str, tuple[Card, ...]]:
    """Cards of every page, newest first; retracted findings are no longer shown around."""
    published = ResearchInsight.objects.filter(status=Status.PUBLISHED).order_by("-published_at", "-id")
    products: dict[int, set[str]] = {}
    references = DataReference.objects.filter(insight__status=Status.PUBLISHED)
    for pk, key in references.values_list("insight_id", "product"):
        products.setdefault(pk, set()).add(key)
    places: dict[str, list[Card]] = {page.path: [] for page in pages() if may_have_cards(page)}
    grounds = {page.path: set(page.products) for page in pages() if page.path in places}
    rows = published.values_list(
        "id", "slug", "title", "summary", "project", "category", "published_at", "pages"
    )
    for pk, slug, title, summary, project, category, at, named in rows:
        card = Card(f"/insights/{slug}", title, summary, Project(project).label, category, at)
        for path, shown in places.items():
            is_meant = path in named or (not named and grounds[path] & products.get(pk, set()))
            if is_meant and len(shown) < _MOST:
                shown.append(card)
    return {path: tuple(shown) for path, shown in places.items()}
