"""The one list of pages, the menu and the journey made from it."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from deepspace.pages import navigation, registry
from deepspace.pages.navigation import Link


def _page(
    path: str, group: str = "", journey: int | None = None, *, in_navigation: bool = True
) -> registry.Page:
    name = path.strip("/").title() or "Home"
    return registry.Page(
        path, name, name, name, "Summary.", lambda request: HttpResponse(), group, journey, in_navigation
    )


@pytest.fixture
def pages(monkeypatch):
    listed = (
        _page("/", in_navigation=False),
        _page("/data", "Data"),
        _page("/status", "Data"),
        _page("/trajectory", "Voyager 1", 1),
        _page("/facts", "Voyager 1", 0),
        _page("/mars"),
    )
    for module in (registry, navigation):
        monkeypatch.setattr(module, "pages", lambda: listed)
    return {page.path: page for page in listed}


def test_every_app_contributes_its_pages():
    paths = [page.path for page in registry.pages()]
    assert {"/", "/data", "/status", "/ai-index", "/api/docs", "/trajectory"} <= set(paths)
    assert len(paths) == len(set(paths))


def test_every_page_has_its_own_title_and_a_description_of_useful_length():
    pages = registry.pages()
    assert len({page.title for page in pages}) == len(pages)
    for page in pages:
        assert 40 <= len(page.summary) <= 200, page.path


def test_the_journey_is_in_order_and_ends_at_its_ends(pages):
    assert [page.path for page in registry.journey()] == ["/facts", "/trajectory"]
    assert registry.neighbours(pages["/facts"]) == (None, pages["/trajectory"])
    assert registry.neighbours(pages["/trajectory"]) == (pages["/facts"], None)
    assert registry.neighbours(pages["/data"]) == (None, None)


def test_domains_stand_before_the_platform_in_the_menu(pages):
    assert [menu.title for menu in navigation.navigation("/")] == ["Voyager 1", "Mars", "Data"]


def test_only_a_group_with_several_pages_drops_down(pages):
    assert [menu.is_split for menu in navigation.navigation("/")] == [True, False, True]


def test_a_group_of_one_page_is_a_link_with_that_pages_name(monkeypatch):
    monkeypatch.setattr(navigation, "pages", lambda: (_page("/trajectory", "Voyager 1"),))
    (menu,) = navigation.navigation("/trajectory")
    assert (menu.title, menu.link) == ("Trajectory", Link("Trajectory", "/trajectory", "page"))


def test_the_readers_place_is_marked(pages):
    voyager, _, data = navigation.navigation("/status")
    assert [link.current for link in data.links] == ["", "page"]
    assert data.is_current
    assert not voyager.is_current


def test_a_page_below_marks_its_parent(pages):
    data = navigation.navigation("/data/voyager.trajectory")[-1]
    assert [link.current for link in data.links] == ["true", ""]
