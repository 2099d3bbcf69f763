"""The admin behind nginx: cookies for https only, and a lockout that meets the one who guesses, not everybody."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.deploy.files import HOST
from tests.deploy.front import Answer, Front
from tests.deploy.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

PASSWORD = "heliopause-at-121-au"
GUESSES = 5  # AXES_FAILURE_LIMIT


@pytest.fixture(autouse=True)
def _account(web: Web) -> None:
    """One account for each test."""
    code = (
        "from django.contrib.auth.models import User; User.objects.all().delete();"
        f" User.objects.create_superuser('curator', '', '{PASSWORD}')"
    )
    web.site.manage("shell", "--no-imports", "--command", code)


def log_in(front: Front, password: str, *, source: str, headers: dict[str, str] | None = None) -> Answer:
    """Fill in the form as a browser does."""
    form = front.ask("/admin/login/", source=source)
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form.body)
    assert found is not None
    fields = {"csrfmiddlewaretoken": found[1].decode(), "username": "curator", "password": password}
    return front.ask(
        "/admin/login/",
        {
            "Cookie": form["Set-Cookie"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"https://{HOST}",
            **(headers or {}),
        },
        method="POST",
        body=urlencode(fields | {"next": "/admin/"}).encode(),
        source=source,
    )


def test_the_session_is_a_cookie_of_this_host_and_of_https(front: Front):
    answer = log_in(front, PASSWORD, source="127.0.2.1")
    assert answer.status == 302
    cookies = answer.all("Set-Cookie")
    assert [one for one in cookies if one.startswith("__Host-sessionid=")]
    assert all("Secure" in one and "HttpOnly" in one and "SameSite=Strict" in one for one in cookies)


def test_who_guesses_is_locked_out_and_the_owner_is_not(front: Front):
    guesses = [
        log_in(front, f"guess-{number}", source="127.0.2.2", headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(GUESSES)
    ]
    assert guesses[0].status == 200
    assert log_in(front, PASSWORD, source="127.0.2.2").status in {403, 429}
    assert log_in(front, PASSWORD, source="127.0.2.3").status == 302


def test_a_form_from_another_site_is_refused(front: Front):
    foreign = {"Origin": "https://other.example"}
    assert log_in(front, PASSWORD, source="127.0.2.4", headers=foreign).status == 403
