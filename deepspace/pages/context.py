"""What every template knows: the site, the menu, and what the page says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from deepspace import __version__
from deepspace.pages import metadata
from deepspace.pages.navigation import Menu, navigation
from deepspace.pages.registry import Page, neighbours, page_for
from insights import services as insights


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a whole, seen from one address."""

    name: str
    url: str
    release: str
    navigation: tuple[Menu, ...]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor; a view that passes its own ``meta`` wins."""
    return {} if request.path.startswith("/admin") else public_context(request.path)


def public_context(path: str) -> dict[str, Any]:
    """What a public page knows at an address; the preview of one has it too."""
    page = page_for(path)
    previous, following = neighbours(page) if page else (None, None)
    return {
        "site": Site(metadata.SITE_NAME, settings.SITE_URL, __version__, navigation(path)),
        "page": page,
        "meta": metadata.of_page(page) if page else metadata.of_error(metadata.SITE_NAME),
        "journey": _Journey(previous, following) if previous or following else None,
        "insight_cards": SimpleLazyObject(partial(insights.cards_for, page)),  # read by pages that show some
    }


@dataclass(frozen=True, slots=True)
class _Journey:
    """Where the reader comes from and goes to."""

    previous: Page | None
    next: Page | None
