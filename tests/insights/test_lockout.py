"""Attacks on the lockout of the login: going on under another name or address, and locking out everybody else."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests.insights.test_accounts import fail, is_in, log_in
from tests.support.insights import account

pytestmark = pytest.mark.django_db

ATTACKER, VICTIM = "203.0.113.66", "198.51.100.5"
PEER = "10.0.0.1"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings):
    """A proxy that appends the address of its client, in a network of trusted ones."""
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]


def through_proxy(client: str, claimed: str = "") -> dict[str, Any]:
    """What the application is told: what the client claims, then what the proxy saw."""
    said = f"{claimed}, {client}" if claimed else client
    return {"headers": {"x-forwarded-for": said}, "REMOTE_ADDR": PEER}


def opens(name: str, **way: Any) -> bool:
    client = Client()
    log_in(client, name, **way)
    return client.get("/admin/", REMOTE_ADDR=PEER).status_code == 200


def test_whoever_tries_every_name_locks_out_nobody_else():
    names = [account(name=f"curator{number}").username for number in range(5)]
    for name in names:
        assert fail(name, 6, **through_proxy(ATTACKER)).status_code == 429
    for name in names:
        assert not opens(name, **through_proxy(ATTACKER))
        assert opens(name, **through_proxy(VICTIM))


def test_the_attacker_cannot_claim_to_be_the_victim():
    account("curator")
    fail("curator", 8, **through_proxy(ATTACKER, claimed=VICTIM))
    assert opens("curator", **through_proxy(VICTIM))
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {ATTACKER}


@pytest.mark.parametrize(
    "claims",
    [
        [f"198.51.100.{number}" for number in range(8)],
        [f"10.0.0.{number}" for number in range(2, 10)],  # trusted proxies
        [f"2001:db8::{number}" for number in range(8)],
        [
            "",
            "rubbish",
            "127.0.0.1",
            "::1",
            "'; DROP TABLE auth_user; --",
            "1.2.3.4:80",
            "[::1]:80",
            "unknown",
        ],
        ["1.1.1.1, 2.2.2.2", "1.1.1.1,,", ", ,", "\t", "1.1.1.1 " * 500, "x" * 4_000, "1.1.1.1;2.2.2.2", "é"],
    ],
)
def test_nothing_that_the_client_claims_gives_it_more_attempts(claims):
    account("curator")
    answers = [fail("curator", 1, **through_proxy(ATTACKER, claimed=claim)).status_code for claim in claims]
    assert answers[4:] == [429] * 4
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {ATTACKER}


@pytest.mark.parametrize(
    "header",
    [
        "x-real-ip",
        "forwarded",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-forwarded",
        "x-cluster-client-ip",
        "client-ip",
    ],
)
def test_no_other_header_is_believed(header):
    account("curator")
    claims = [{"x-forwarded-for": ATTACKER, header: f"198.51.100.{number}"} for number in range(6)]
    answers = [fail("curator", 1, headers=claim, REMOTE_ADDR=PEER) for claim in claims]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    "names",
    [
        ["curator", " curator", "curator ", "\tcurator", "curator\u00a0", "curator\n"],
        [
            "curator",
            "\uff43urator",
            "c\uff55rator",
            "curato\uff52",
            "cur\uff41tor",
            "curator",
        ],
    ],
)
def test_spellings_of_one_name_share_its_attempts(names):
    """The form takes blanks away and brings letters to one form before anything is compared."""
    account("curator")
    answers = [fail(name, 1, **through_proxy(ATTACKER)).status_code for name in names]
    assert 429 in answers[:5]
    assert not opens("curator", **through_proxy(ATTACKER))


def test_a_name_that_differs_by_case_is_another_name_and_opens_nothing():
    account("curator")
    for name in ("CURATOR", "Curator"):
        assert not opens(name, **through_proxy(VICTIM))


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"user-agent": "x" * 8_000}},
        {"headers": {"accept": "x" * 8_000}},
        {"headers": {"user-agent": "\x01é"}},  # gunicorn lets no NUL through
        {"name": "x" * 100_000},
        {"name": "x" * 151},
        {"name": "a\x00b"},
        {"name": "\ud83d\ude80".encode("utf-16", "surrogatepass").decode("utf-16")},
        {"name": "' OR 1=1 --"},
    ],
)
def test_what_is_too_long_or_no_text_is_refused_and_breaks_nothing(more):
    name = more.pop("name", "curator")
    assert fail(name, 2, **more).status_code in {200, 400}


def test_an_ipv6_client_is_counted_by_its_network_whatever_address_of_it_it_takes():
    account("curator")
    addresses = [f"2001:db8:0:1::{number:x}:66" for number in range(5)]
    answers = [fail("curator", 1, **through_proxy(address)).status_code for address in addresses]
    assert answers[-1] == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"2001:db8:0:1::"}
    assert opens("curator", **through_proxy("2001:db8:0:2::66"))


def test_ipv4_clients_of_a_socket_for_both_kinds_do_not_share_their_attempts():
    account("curator")
    assert fail("curator", 5, **through_proxy(f"::ffff:{ATTACKER}")).status_code == 429
    assert opens("curator", **through_proxy(f"::ffff:{VICTIM}"))


def test_a_locked_session_that_is_open_stays_open():
    account("curator")
    client = Client()
    log_in(client, "curator")
    fail("curator", 6)
    assert is_in(client)
