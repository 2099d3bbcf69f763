"""Logging in: the second factor, the lockout, and what a stranger tries at the door."""

from __future__ import annotations

import ipaddress
import time
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, RequestFactory
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from deepspace.middleware import client_address
from tests.support.insights import PASSWORD, account

LOGIN = "/admin/login/"
pytestmark = pytest.mark.django_db


def log_in(client: Any, name: str, password: str = PASSWORD, **more: Any) -> Any:
    headers = more.pop("headers", None)
    address = more.pop("REMOTE_ADDR", "127.0.0.1")
    return client.post(
        LOGIN, {"username": name, "password": password, **more}, headers=headers, REMOTE_ADDR=address
    )


def code(device: TOTPDevice, steps: int = 0) -> str:
    generator = TOTP(device.bin_key, device.step, device.t0, device.digits)
    generator.time = time.time() + steps * device.step
    return f"{generator.token():06d}"


def is_in(client: Any) -> bool:
    return bool(client.get("/admin/").status_code == 200)


# --- groups ------------------------------------------------------------------------------------------------------


def test_the_migration_made_both_groups_with_their_permissions():
    curator, reviewer = (
        set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("curator", "reviewer")
    )
    assert {"add_researchinsight", "submit_researchinsight", "import_researchinsight"} <= curator
    assert not {"publish_researchinsight", "retract_researchinsight"} & curator
    assert {"publish_researchinsight", "retract_researchinsight"} <= reviewer
    assert not {"add_researchinsight", "delete_researchinsight", "import_researchinsight"} & reviewer
    assert all(
        one.endswith(("researchinsight", "tag", "reference", "datareference")) for one in curator | reviewer
    )


@pytest.mark.parametrize("role", ["curator", "reviewer"])
@pytest.mark.parametrize(
    "path",
    [
        "/admin/auth/user/",
        "/admin/auth/group/",
        "/admin/otp_totp/totpdevice/",
        "/admin/axes/accessattempt/",
        "/admin/voyager/trajectory/",
        "/admin/deepspace/ingestionlog/",
    ],
)
def test_neither_group_may_do_anything_else(enter, role, path):
    assert enter(account(role)).get(path).status_code == 403


def test_a_superuser_is_all_that_is_needed_to_start(enter, root):
    client = enter(root)
    for path in (
        "/admin/insights/researchinsight/add/",
        "/admin/auth/user/",
        "/admin/otp_totp/totpdevice/add/",
    ):
        assert client.get(path).status_code == 200


# --- second factor -----------------------------------------------------------------------------------------------


@pytest.fixture
def device() -> TOTPDevice:
    return TOTPDevice.objects.create(user=account("curator"), name="phone")


def test_without_a_device_the_password_is_enough():
    account("curator")
    client = Client()
    log_in(client, "curator")
    assert is_in(client)


def test_with_a_device_the_code_is_asked_for(device):
    client = Client()
    answer = log_in(client, "curator")
    assert b"authentication code" in answer.content
    assert not is_in(client)
    log_in(client, "curator", otp_token=code(device))
    assert is_in(client)


@pytest.mark.parametrize("wrong", ["", "000000", "abcdef", "1" * 16, "' OR 1=1"])
def test_a_wrong_code_opens_nothing(device, wrong):
    client = Client()
    log_in(client, "curator", otp_token=wrong)
    assert not is_in(client)


def test_a_code_works_once(device):
    taken = code(device)
    log_in(Client(), "curator", otp_token=taken)
    second = Client()
    log_in(second, "curator", otp_token=taken)
    assert not is_in(second)


def test_the_code_of_another_account_opens_nothing(device):
    account("reviewer")
    TOTPDevice.objects.create(user=User.objects.get(username="reviewer"), name="phone")
    client = Client()
    log_in(client, "reviewer", otp_token=code(device))
    assert not is_in(client)


def test_a_right_code_does_not_replace_the_password(device):
    client = Client()
    log_in(client, "curator", "wrong password", otp_token=code(device))
    assert not is_in(client)


def test_a_session_from_before_the_device_is_not_enough(enter):
    user = account("curator")
    client = enter(user)
    assert is_in(client)
    TOTPDevice.objects.create(user=user, name="phone")
    assert not is_in(client)


def test_a_device_that_is_not_confirmed_asks_for_nothing():
    TOTPDevice.objects.create(user=account("curator"), name="phone", confirmed=False)
    client = Client()
    log_in(client, "curator")
    assert is_in(client)


def test_whoever_has_no_password_does_not_learn_who_has_a_device(device):
    account("reviewer")
    answers = [log_in(Client(), name, "wrong password") for name in ("curator", "reviewer", "nobody-at-all")]
    shown = {"Please enter the correct" in one.content.decode() for one in answers}
    assert shown == {True}
    assert all(b"authentication code. " not in one.content for one in answers)


def test_guessing_codes_locks_the_account_for_this_address(device):
    answers = [log_in(Client(), "curator", otp_token="000000") for _ in range(5)]
    assert answers[-1].status_code == 429
    client = Client()
    assert log_in(client, "curator", otp_token=code(device)).status_code == 429


# --- lockout -----------------------------------------------------------------------------------------------------


def fail(name: str, times: int = 5, **more: Any) -> Any:
    answer = None
    for _ in range(times):
        answer = log_in(Client(), name, "wrong password", **more)
    return answer


def test_too_many_failures_lock_the_name_for_the_address_and_say_so():
    account("curator")
    assert fail("curator", 4).status_code == 200
    answer = fail("curator", 1)
    assert answer.status_code == 429
    assert b"Too many attempts" in answer.content
    client = Client()
    assert log_in(client, "curator").status_code == 429  # the right password does not help now
    assert not is_in(client)


def test_others_are_not_locked_out():
    account("curator")
    account("reviewer")
    fail("curator")
    other_name, other_place = Client(), Client()
    log_in(other_name, "reviewer")
    assert is_in(other_name)
    log_in(other_place, "curator", REMOTE_ADDR="192.0.2.7")
    assert is_in(other_place)


def test_success_forgets_the_failures():
    account("curator")
    fail("curator", 4)
    log_in(Client(), "curator")
    assert fail("curator", 4).status_code == 200


def test_a_lockout_ends(time_passes):
    account("curator")
    fail("curator")
    time_passes(minutes=16)
    client = Client()
    log_in(client, "curator")
    assert is_in(client)


@pytest.fixture
def time_passes(monkeypatch):
    from datetime import timedelta

    from axes.models import AccessAttempt

    def move(**span: int) -> None:
        for one in AccessAttempt.objects.all():
            one.attempt_time -= timedelta(**span)
            one.save()

    return move


PROXY: dict[str, Any] = {"REMOTE_ADDR": "10.0.0.1"}


def test_one_client_behind_the_proxy_cannot_lock_out_the_others(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.1/32")]
    account("curator")
    fail("curator", headers={"x-forwarded-for": "203.0.113.66"}, **PROXY)
    client = Client()
    log_in(client, "curator", headers={"x-forwarded-for": "198.51.100.5"}, **PROXY)
    assert client.get("/admin/", **PROXY).status_code == 200


def test_a_client_cannot_take_another_address_to_go_on(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.1/32")]
    account("curator")
    said = [
        f"198.51.100.{number}, 203.0.113.66" for number in range(5)
    ]  # the client's own word, then the proxy's
    answers = [fail("curator", 1, headers={"x-forwarded-for": one}, **PROXY) for one in said]
    assert answers[-1].status_code == 429


def test_without_a_trusted_proxy_the_header_is_not_believed():
    account("curator")
    said = [f"198.51.100.{number}" for number in range(5)]
    answers = [fail("curator", 1, headers={"x-forwarded-for": one}) for one in said]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, rubbish", "10.0.0.1"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),  # a client may take any address of its /64
        ("10.0.0.1", "2001:DB8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),  # as a socket for both kinds calls an IPv4 client
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("fe80::1%eth0", "", "fe80::"),
        ("", "203.0.113.9", "203.0.113.9"),  # a unix socket behind the proxy
        ("", "", None),
    ],
)
def test_the_address_of_a_client(settings, peer, header, address):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address


def test_neither_passwords_nor_codes_are_written_down():
    from axes.models import AccessAttempt, AccessLog

    account("curator")
    log_in(Client(), "curator", "my other secret", otp_token="424242")
    log_in(Client(), "curator")
    kept = str(list(AccessAttempt.objects.values()))
    assert "my other secret" not in kept
    assert "424242" not in kept
    assert not AccessLog.objects.exists()


# --- the door ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https:evil.example",
        "\thttps://evil.example",
    ],
)
def test_a_login_leads_to_no_other_site(root, target):
    client = Client()
    answer = client.post(LOGIN, {"username": "root", "password": "correct horse battery", "next": target})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1@evil.example"]
)
@pytest.mark.parametrize("path", [LOGIN, "/insights", "/feed.atom"])
def test_a_foreign_host_name_is_refused(visitor, host, path):
    assert visitor.get(path, headers={"host": host}).status_code == 400


def test_addresses_are_made_from_the_setting_and_not_from_the_request(visitor, published, settings):
    settings.ALLOWED_HOSTS = ["*"]
    text = visitor.get("/feed.atom", headers={"host": "evil.example"}).content.decode()
    assert "evil.example" not in text
    assert f"{settings.SITE_URL}/insights/the-field-jumps" in text


def test_a_post_without_the_token_is_refused(curator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    assert client.post("/admin/insights/researchinsight/add/", {"title": "x"}).status_code == 403


def test_a_description_of_ten_megabytes_is_refused_with_a_message(enter, curator):
    from insights.models import ResearchInsight

    answer = enter(curator).post("/admin/insights/researchinsight/add/", {"description": "x" * 10 * 2**20})
    assert answer.status_code == 400
    assert b"larger than 1 MB" in answer.content
    assert not ResearchInsight.objects.exists()


def test_a_description_that_is_too_long_is_refused_by_the_form(enter, curator):
    from tests.insights.test_admin import form

    answer = enter(curator).post("/admin/insights/researchinsight/add/", form(description="x" * 100_001))
    assert answer.status_code == 200
    assert b"at most 100000 characters" in answer.content


@pytest.mark.parametrize(
    "path", [LOGIN, "/admin/insights/researchinsight/", "/admin/insights/researchinsight/add/"]
)
def test_the_policy_of_the_admin_allows_nothing_inline(enter, root, path):
    answer = enter(root if path != LOGIN else None).get(path)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert b"style=" not in answer.content
    assert b"onclick=" not in answer.content
    assert b"<script>" not in answer.content


@pytest.mark.parametrize("password", ["short", "password123", "12345678901234", "curator12345"])
def test_a_weak_password_is_refused(enter, password):
    user = account("curator")
    client = enter(user)
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/admin/password_change/", form).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# --- the data tables ---------------------------------------------------------------------------------------------


def test_every_data_table_has_a_read_only_list(enter, root):
    from django.apps import apps
    from django.contrib import admin

    from deepspace.provenance import Measurement
    from deepspace.readonly_admin import ReadOnlyAdmin

    tables = [model for model in apps.get_models() if issubclass(model, Measurement)]
    assert len(tables) >= 6
    client = enter(root)
    for model in tables:
        assert isinstance(admin.site.get_model_admin(model), ReadOnlyAdmin), model
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(path).status_code == 200, path
        assert client.get(f"{path}?q=2026-01").status_code == 200, path
        assert client.get(f"{path}add/").status_code == 403, path
