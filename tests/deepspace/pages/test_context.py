"""What every template knows."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

import deepspace
from deepspace.pages.context import site
from deepspace.pages.metadata import SITE_NAME


def test_a_page_of_the_registry_brings_its_head_and_the_menu(settings):
    known = site(RequestFactory().get("/trajectory"))
    assert known["page"].path == "/trajectory"
    assert known["meta"].canonical == f"{settings.SITE_URL}/trajectory"
    assert (known["site"].name, known["site"].release) == (SITE_NAME, deepspace.__version__)
    assert [menu.title for menu in known["site"].navigation if menu.is_current] != []


def test_an_address_without_a_page_has_no_canonical_form():
    known = site(RequestFactory().get("/nope"))
    assert known["page"] is None
    assert known["meta"].canonical == ""
    assert known["journey"] is None


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
def test_the_admin_has_its_own_words(path):
    assert site(RequestFactory().get(path)) == {}


def test_it_needs_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        site(RequestFactory().get("/"))


def test_the_journey_leads_to_the_neighbours(monkeypatch, rf):
    from deepspace.pages import context
    from deepspace.pages.registry import page_for

    home = page_for("/")
    monkeypatch.setattr(context, "neighbours", lambda page: (home, None))
    known = site(rf.get("/trajectory"))
    assert known["journey"].previous is home
    assert known["journey"].next is None
