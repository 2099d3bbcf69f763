"""The one list of public pages: navigation, journey, sitemap, robots and /ai-index are made from it.

An app declares its pages in ``<app>/urls.py`` as ``PAGES``; nothing can link to a page that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from deepspace.domains import rooms


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An Atom feed that a page offers to feed readers."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One public page."""

    path: str  # "/trajectory"
    name: str  # URL name, e.g. "voyager:trajectory"
    title: str  # heading and <title>
    nav_title: str  # in menus and journey links
    summary: str  # one or two sentences: description, Open Graph, /ai-index
    view: Callable[..., HttpResponseBase]
    group: str = ""  # menu it stands in ("Voyager 1", "Platform"); empty: top level or not in the menu
    journey: int | None = None  # place in the journey, counted from 0
    in_navigation: bool = True
    plot: str = ""  # name of the plot that is its og:image
    products: tuple[str, ...] = ()  # keys of the products it shows
    feeds: tuple[FeedLink, ...] = ()


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the installed apps."""
    found: list[Page] = []
    for module in rooms("urls"):
        found.extend(getattr(import_module(module), "PAGES", ()))
    return tuple(found)


def page_for(url_path: str) -> Page | None:
    """The page at an address."""
    return next((page for page in pages() if page.path == url_path), None)


def journey() -> tuple[Page, ...]:
    """Pages of the journey, in order."""
    steps = [page for page in pages() if page.journey is not None]
    return tuple(sorted(steps, key=lambda page: page.journey or 0))


def neighbours(page: Page) -> tuple[Page | None, Page | None]:
    """Previous and next page of the journey."""
    steps = journey()
    if page not in steps:
        return None, None
    place = steps.index(page)
    return (steps[place - 1] if place else None), (steps[place + 1] if place + 1 < len(steps) else None)


def page_urls(declared: Iterable[Page]) -> list[URLPattern]:
    """URL patterns of an app's pages."""
    return [
        path(page.path.lstrip("/"), page.view, name=page.name.partition(":")[2] or page.name)
        for page in declared
    ]
