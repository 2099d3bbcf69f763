"""What every request passes: ids, one spelling of each address, read-only methods, headers, errors in one shape."""

from __future__ import annotations

import logging
from html.parser import HTMLParser
from ipaddress import ip_network
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory

from deepspace import middleware
from deepspace.logs import request_id as current_request_id
from deepspace.middleware import from_trusted_proxy
from deepspace.pages.registry import pages

PROXY = "10.1.2.3"
pytestmark = pytest.mark.django_db


def passed(function, request):
    """The request as it arrives behind a middleware, and the answer."""
    seen = []

    def view(inner):
        seen.append((inner.method, dict(inner.META), current_request_id.get()))
        return HttpResponse("body")

    return function(view)(request), seen


# --- request ids ----------------------------------------------------------------------------------------------


def test_each_request_has_an_id_that_the_logs_know(rf):
    response, seen = passed(middleware.request_id, rf.get("/"))
    assert len(response["X-Request-Id"]) == 32
    assert seen[0][2] == response["X-Request-Id"]
    assert current_request_id.get() == ""


def test_a_readers_own_id_is_not_believed(client):
    spoofed = "spoofed-by-the-reader"
    assert client.get("/healthz", headers={"x-request-id": spoofed})["X-Request-Id"] != spoofed


@pytest.mark.parametrize(
    ("offered", "is_kept"),
    [
        ("0f1e2d3c-4b5a", True),
        ("short", False),
        ("x" * 65, False),
        ("has space", False),
        ("line\nend-and-more", False),
        ("<script>alert(1)", False),
    ],
)
def test_a_trusted_proxys_id_is_kept_when_it_is_credible(settings, rf, offered, is_kept):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    request = rf.get("/", headers={"x-request-id": offered}, REMOTE_ADDR=PROXY)
    response, _ = passed(middleware.request_id, request)
    assert (response["X-Request-Id"] == offered) is is_kept


@pytest.mark.parametrize(
    ("peer", "trusted", "is_believed"),
    [
        (PROXY, "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("::1", "::1/128", True),
        ("", "10.0.0.0/8", True),  # a unix socket
        ("nonsense", "10.0.0.0/8", False),
        (PROXY, "", False),
        ("", "", False),
    ],
)
def test_only_named_proxies_are_believed(settings, peer, trusted, is_believed):
    settings.TRUSTED_PROXIES = [ip_network(trusted)] if trusted else []
    assert from_trusted_proxy(RequestFactory().get("/", REMOTE_ADDR=peer)) is is_believed


@pytest.mark.parametrize(("peer", "scheme"), [(PROXY, "https"), ("192.0.2.1", "http")])
def test_only_a_trusted_proxy_says_that_the_reader_came_by_https(settings, rf, peer, scheme):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    settings.SECURE_PROXY_SSL_HEADER = (middleware.BELIEVED_PROTO, "https")
    request = rf.get("/", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR=peer)
    passed(middleware.request_id, request)
    assert request.scheme == scheme


def test_failures_and_slow_answers_are_logged_with_their_address(rf, caplog, monkeypatch):
    with caplog.at_level(logging.WARNING, "deepspace.request"):
        middleware.request_id(lambda _: HttpResponse(status=500))(rf.get("/broken"))
        middleware.request_id(lambda _: HttpResponse(status=404))(rf.get("/nope"))
        monkeypatch.setattr(middleware, "_SLOW_S", -1.0)
        middleware.request_id(lambda _: HttpResponse())(rf.get("/slow"))
    assert ["/broken" in caplog.messages[0], "/slow" in caplog.messages[1], len(caplog.messages)] == [
        True,
        True,
        2,
    ]


# --- addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/trajectory/", "/trajectory"),
        ("/trajectory//", "/trajectory"),
        ("/trajectory/?days=3&x=%20", "/trajectory?days=3&x=%20"),
        ("/api/position/?at=2026-01-01", "/api/position?at=2026-01-01"),
        ("/nope/", "/nope"),
        ("//evil.example/", "/evil.example"),
        ("///evil.example//", "/evil.example"),
        ("//", "/"),
        ("/%2F%2Fevil.example/", "/evil.example"),
        ("/%5Cevil.example/", "/%5Cevil.example"),
        ("/%5C%5Cevil.example/", "/%5C%5Cevil.example"),
        ("/%09/evil.example/", "/%09/evil.example"),
        ("/a%0D%0ALocation:%20https://evil.example/", "/a%0D%0ALocation:%20https://evil.example"),
        ("/a%3Fb/", "/a%3Fb"),
        ("/a%2525/", "/a%2525"),
        ("/a%23b/", "/a%23b"),
        ("/https://evil.example/", "/https://evil.example"),
    ],
)
def test_a_trailing_slash_redirects_to_an_address_of_our_own(client, address, target):
    path, _, query = address.partition("?")
    # as a server hands it over: Django's client would take //host for a host
    response = client.get("/", PATH_INFO=unquote(path), QUERY_STRING=query)
    assert (response.status_code, response["Location"]) == (301, target)


def test_the_front_page_and_the_admin_keep_their_slash(client):
    assert client.get("/admin/login/").status_code == 200
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "/..%2F..%2Fetc/passwd"])
def test_what_only_looks_like_an_address_is_not_found(client, address):
    assert client.get("/", PATH_INFO=unquote(address)).status_code == 404


def test_unknown_hosts_are_refused(client):
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "a b"):
        assert client.get("/healthz", headers={"host": host}).status_code == 400, host


def test_a_forwarded_host_is_not_believed(client):
    page = client.get("/robots.txt", headers={"x-forwarded-host": "evil.example"})
    assert b"evil.example" not in page.content


# --- methods --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize(
    "path", ["/", "/api/status", "/plots/trajectory.png", "/nope", "/healthz", "/metrics"]
)
def test_the_public_site_is_read_only(path, method):
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_the_admin_answers_other_methods(client):
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 200


# --- headers --------------------------------------------------------------------------------------------------

PUBLIC = [
    *("/data", "/status", "/ai-index", "/api/docs", "/api/status", "/api/openapi.json", "/robots.txt"),
    *("/sitemap.xml", "/llms.txt", "/healthz", "/readyz", "/nope", "/api/nope", "/plots/nope.png"),
    *("/favicon.ico", "/api/position?at=x", "/data/voyager.events", "/trajectory/", "/metrics"),
]
WITH_PLOTS = [
    *(page.path for page in pages() if page.path not in PUBLIC),
    *("/api/trajectory", "/plots/trajectory.svg"),
]
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def assert_safe(response) -> None:
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}
    assert "Server" not in response
    assert "X-Powered-By" not in response


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_is_safe_and_sets_no_cookie(client, path):
    response = client.get(path)
    assert_safe(response)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", WITH_PLOTS)
@pytest.mark.usefixtures("nothing_held")
def test_every_page_with_plots_is_as_safe(client, path):
    response = client.get(path)
    assert_safe(response)
    assert not response.cookies


def test_a_failure_is_as_safe(client, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("deepspace.pages.machines.render", fail)
    client.raise_request_exception = False
    response = client.get("/robots.txt")
    assert response.status_code == 500
    assert_safe(response)


@pytest.mark.parametrize("path", ["/api/status", "/api/nope", "/api/position?at=x", "/plots/nope.png"])
def test_data_and_their_errors_may_be_read_from_any_origin(client, path):
    response = client.get(path)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/data", "/healthz", "/admin/login/"])
def test_pages_may_not(client, path):
    response = client.get(path)
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/data", "/api/status"])
def test_a_304_says_nothing_that_the_200_did_not_say(client, path):
    full = client.get(path)
    response = client.get(path, headers={"if-none-match": full["ETag"]})
    assert response.status_code == 304
    assert not {"Content-Type", "Content-Length"} & set(response.headers)
    own = {"X-Request-Id"}
    assert {name: value for name, value in response.items() if name not in own}.items() <= dict(
        full.items()
    ).items()


# --- markup of the admin (the public pages: tests/deepspace/pages) ----------------------------------------------


class _Inline(HTMLParser):
    """What a strict policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if tag == "style" or (
            tag == "script" and "src" not in names and names.get("type") != "application/ld+json"
        ):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize(
    "path",
    [
        *("/admin/", "/admin/login/", "/admin/deepspace/payload/", "/admin/deepspace/ingestionlog/"),
        *("/admin/deepspace/upstreamhost/", "/admin/voyager/trajectory/", "/admin/voyager/event/"),
        *("/admin/auth/user/", "/admin/auth/user/add/", "/admin/password_change/", "/admin/nope/"),
    ],
)
def test_the_admin_has_nothing_inline(client, path):
    if path != "/admin/login/":
        client.force_login(User.objects.create_superuser("root", password="x"))
    response = client.get(path)
    assert response.status_code == (404 if "nope" in path else 200)
    assert _Inline(response.content.decode()).found == []
    assert_safe(response)
