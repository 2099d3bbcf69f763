"""The admin in Chromium: nothing inline, nothing broken."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support import stored

LISTS = [
    *("/admin/deepspace/payload/", "/admin/deepspace/ingestionlog/", "/admin/deepspace/upstreamhost/"),
    *("/admin/voyager/trajectory/", "/admin/voyager/event/", "/admin/auth/user/"),
]


# In Django's own templates: the search field's label is a picture (with its alternative text), the login has no h1.
DJANGOS = {"label-title-only", "page-has-heading-one"}


@pytest.fixture
def admin(page: Page, transactional_db: None, nothing_held: None) -> Page:
    """The admin after a login through its form, by keyboard."""
    User.objects.create_superuser("root", password="correct horse")
    stored.site()
    page.goto("/admin/")
    page.get_by_label("Username").fill("root")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("#user-tools")).to_contain_text("root")
    return page


def test_the_login_opens_in_silence(quiet_page, nothing_held):
    quiet_page.goto("/admin/login/")
    expect(quiet_page.get_by_label("Username")).to_be_focused()


def test_lists_rows_and_filters_open_in_silence(complaints, admin):
    for path in ("/admin/", *LISTS):
        answer = admin.goto(path)
        assert answer is not None
        assert answer.status == 200
    admin.goto("/admin/voyager/trajectory/")
    admin.locator("#result_list tbody th a").first.click()
    expect(admin.locator(".readonly").first).to_be_visible()
    expect(admin.locator("input[name=_save]")).to_have_count(0)
    admin.goto("/admin/voyager/trajectory/?quality=design")
    expect(admin.locator("#result_list tbody tr").first).to_contain_text("design")
    assert complaints == []


def test_the_admin_can_be_left(admin):
    admin.get_by_role("button", name="Log out").click()
    admin.goto("/admin/voyager/event/")
    expect(admin.get_by_label("Username")).to_be_visible()


def test_axe_finds_nothing_in_the_admin(admin):
    """Run by itself: on Django's pages axe-core complains aloud, because the policy refuses styles of its own."""
    found = {}
    for path in ("/admin/", *LISTS):
        admin.goto(path)
        found[path] = [
            f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
            for one in Axe().run(admin).response["violations"]
            if one["id"] not in DJANGOS
        ]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
