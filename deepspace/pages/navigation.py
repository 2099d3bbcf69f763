"""The menu: pages of the registry by group, with the reader's place marked."""

from __future__ import annotations

from dataclasses import dataclass

from deepspace.pages.registry import Page, pages

LAST_GROUP = "Data"  # the kernel's own pages stand after those of the domains


@dataclass(frozen=True, slots=True)
class Link:
    """One entry; ``current`` is the value of ``aria-current``."""

    title: str
    path: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A top-level entry: a link, and a drop-down when the group has more than one page."""

    title: str
    link: Link
    links: tuple[Link, ...]

    @property
    def is_split(self) -> bool:
        """Whether there is anything to drop down."""
        return len(self.links) > 1

    @property
    def is_current(self) -> bool:
        """Whether the reader is on one of its pages."""
        return any(link.current for link in self.links)


def navigation(path: str) -> tuple[Menu, ...]:
    """The menu as seen from an address."""
    groups: dict[str, list[Page]] = {}
    for page in menu_pages():
        groups.setdefault(page.group or page.nav_title, []).append(page)
    return tuple(_menu(title, members, path) for title, members in groups.items())


def menu_pages() -> list[Page]:
    """Pages of the menu, those of the domains first."""
    return sorted((page for page in pages() if page.in_navigation), key=lambda page: page.group == LAST_GROUP)


def _menu(title: str, members: list[Page], path: str) -> Menu:
    links = tuple(Link(page.nav_title, page.path, _current(page.path, path)) for page in members)
    return Menu(title if len(links) > 1 else links[0].title, links[0], links)


def _current(page_path: str, path: str) -> str:
    if path == page_path:
        return "page"
    return "true" if path.startswith(f"{page_path}/") and page_path != "/" else ""
