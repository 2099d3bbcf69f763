"""What every template knows: the site, the menu, and what the page says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from deepspace import __version__
from deepspace.pages import metadata
from deepspace.pages.navigation import Menu, navigation
from deepspace.pages.registry import Page, neighbours, page_for


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a whole, seen from one address."""

    name: str
    url: str
    release: str
    navigation: tuple[Menu, ...]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor; a view that passes its own ``meta`` wins."""
    if request.path.startswith("/admin"):
        return {}
    page = page_for(request.path)
    previous, following = neighbours(page) if page else (None, None)
    return {
        "site": Site(metadata.SITE_NAME, settings.SITE_URL, __version__, navigation(request.path)),
        "page": page,
        "meta": metadata.of_page(page) if page else metadata.of_error(metadata.SITE_NAME),
        "journey": _Journey(previous, following) if previous or following else None,
    }


@dataclass(frozen=True, slots=True)
class _Journey:
    """Where the reader comes from and goes to."""

    previous: Page | None
    next: Page | None
