"""nginx in front of gunicorn, both real, with the files of deploy/: what a visitor gets, and what he does not."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from pathlib import Path

import pytest

from tests.deploy.files import HOST
from tests.deploy.front import Answer, Front
from tests.deploy.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

ON_EVERY_ANSWER = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Request-Id",
}
SAME_WORDS = ON_EVERY_ANSWER - {"Content-Security-Policy", "X-Request-Id"}
FROM_THE_APPLICATION = ("/trajectory", "/api/trajectory", "/nope", "/api/nope", "/admin/login/", "/healthz")
FROM_NGINX = ("/.env", "/api/.env", "/static/nope.css", "/metrics")


def manifest(front: Front) -> dict[str, str]:
    """Names of the collected files."""
    names: dict[str, str] = json.loads((front.static / "staticfiles.json").read_text())["paths"]
    return names


@pytest.mark.parametrize("path", FROM_THE_APPLICATION + FROM_NGINX)
def test_each_header_comes_exactly_once(front: Front, path: str):
    answer = front.ask(path)
    names = [name.lower() for name, _ in answer.headers if name.lower() != "set-cookie"]
    assert sorted(names) == sorted(set(names))
    assert {name.lower() for name in ON_EVERY_ANSWER} <= set(names)
    assert answer["Server"] == "nginx"


@pytest.mark.parametrize(("ours", "theirs"), [("/nope", "/.env"), ("/api/nope", "/api/.env")])
def test_nginx_says_the_same_words_as_the_application(front: Front, ours: str, theirs: str):
    application, nginx = front.ask(ours), front.ask(theirs)
    assert {name: application[name] for name in SAME_WORDS} == {name: nginx[name] for name in SAME_WORDS}
    assert application.all("Access-Control-Allow-Origin") == nginx.all("Access-Control-Allow-Origin")


def test_a_page_and_the_api_come_through(front: Front):
    page, api = front.ask("/trajectory"), front.ask("/api/trajectory")
    assert (page.status, api.status) == (200, 200)
    assert b"<h1" in page.body
    assert api["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(api.body)


def test_a_page_is_kept_for_seconds_and_each_answer_has_its_own_request_id(front: Front):
    first, second = front.ask("/status"), front.ask("/status", {"X-Request-Id": "spoofed-by-the-reader"})
    assert second["X-Cache"] == "HIT"
    assert first.body == second.body
    assert len({first["X-Request-Id"], second["X-Request-Id"], "spoofed-by-the-reader"}) == 3


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nope", "/plots/nope.png"])
def test_what_is_not_public_is_never_kept(front: Front, path: str):
    assert {front.ask(path)["X-Cache"] for _ in range(3)} == {"MISS"}


def test_the_admin_is_not_asked_of_the_cache_at_all(front: Front):
    assert front.ask("/admin/login/").all("X-Cache") == []


def test_who_sends_a_cookie_gets_an_answer_of_his_own(front: Front):
    front.ask("/status")
    assert front.ask("/status", {"Cookie": "a=b"})["X-Cache"] == "BYPASS"
    assert front.ask("/status", {"Authorization": "Basic x"})["X-Cache"] == "BYPASS"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", ["br"]),
        ("gzip, deflate", ["gzip"]),
        ("gzip;q=0.5, br;q=0", ["gzip"]),
        ("identity", []),
        ("", []),
    ],
)
def test_each_reader_gets_the_encoding_he_can_read(front: Front, accepted: str, encoding: list[str]):
    for _ in range(2):  # made, then from the cache
        answer = front.ask("/trajectory", {"Accept-Encoding": accepted})
        assert answer.all("Content-Encoding") == encoding
        assert answer["Vary"] == "Accept-Encoding"
        assert int(answer["Content-Length"]) == len(answer.body)


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_what_the_reader_has_is_answered_304_without_a_body(front: Front, encoding: str):
    full = front.ask("/data", {"Accept-Encoding": encoding})
    again = front.ask("/data", {"Accept-Encoding": encoding, "If-None-Match": full["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again["ETag"] == full["ETag"]
    assert again["Content-Security-Policy"] == full["Content-Security-Policy"]
    assert front.ask("/data", {"If-None-Match": '"another"'}).status == 200


def test_head_is_get_without_the_body(front: Front):
    get, head = front.ask("/trajectory"), front.ask("/trajectory", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head["Content-Length"] == get["Content-Length"]


def test_static_files_are_nginx_s_own_and_stay_with_the_reader(front: Front, web: Web):
    hashed = manifest(front)["deepspace/site.css"]
    answer = front.ask(f"/static/{hashed}", {"Accept-Encoding": "gzip"})
    assert (answer.status, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Vary"] == "Accept-Encoding"
    names = [name.lower() for name, _ in answer.headers]
    assert sorted(names) == sorted(set(names))
    web.refuse()
    assert front.ask(f"/static/{hashed}").body == (front.static / hashed).read_bytes()
    assert front.ask("/static/deepspace/site.css")["Cache-Control"] == "public, max-age=60"


def test_plain_http_leads_to_https_and_proves_the_domain(front: Front):
    answer = front.ask_plainly("/trajectory?until=2020-01-01")
    assert (answer.status, answer["Location"]) == (301, f"https://{HOST}/trajectory?until=2020-01-01")
    assert not answer.all("Strict-Transport-Security")
    (front.place / "acme/.well-known/acme-challenge/token").write_text("proof")
    proof = front.ask_plainly("/.well-known/acme-challenge/token")
    assert (proof.status, proof.body) == (200, b"proof")


def test_the_application_believes_that_the_reader_came_by_https(front: Front, web: Web):
    assert front.ask("/trajectory").status == 200
    assert web.ask("/trajectory", {"Host": HOST}).status == 301  # nobody said https


@pytest.mark.parametrize(
    "name",
    [".env", ".git/config", "x/.htpasswd", "deepspace.sqlite3", "a.sqlite3-wal", "copy.db", "privkey.pem"],
)
def test_dotfiles_and_databases_are_denied_wherever_they_lie(front: Front, name: str):
    lying = front.static / name
    lying.parent.mkdir(parents=True, exist_ok=True)
    lying.write_text("secret")
    for path in (f"/{name}", f"/static/{name}", f"/api/{name}"):
        answer = front.ask(path)
        assert answer.status == 404
        assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "path", ["/static../web.log", "/static/../../web.log", "/static/%2e%2e/%2e%2e/secret_key", "/%2e%65nv"]
)
def test_no_path_leads_out_of_the_static_files(front: Front, path: str):
    assert front.ask(path).status in {400, 404}


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1", "example.org.other.example"])
def test_a_host_that_is_not_ours_is_hung_up_on(front: Front, host: str):
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        front.ask_plainly("/", host=host)
    connection = http.client.HTTPSConnection(HOST)
    connection.sock = front.connect()
    connection.request("GET", "/", headers={"Host": host})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()


def test_the_application_refuses_such_a_host_too(web: Web):
    assert web.ask("/healthz", {"Host": "other.example"}).status == 400


def test_a_tls_name_that_is_not_ours_gets_no_certificate(front: Front):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        front.connect(name="other.example", context=context)


def test_browsers_get_http_2_and_tls_1_3(front: Front):
    context = front.tls()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with front.connect(context=context) as connection:
        assert connection.selected_alpn_protocol() == "h2"
        assert connection.version() == "TLSv1.3"


def test_only_ciphers_with_forward_secrecy_are_spoken(front: Front):
    context = front.tls()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with front.connect(context=context) as connection:
        assert connection.version() == "TLSv1.2"
    context.set_ciphers("AES128-SHA256:AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA256")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        front.connect(context=context)


@pytest.mark.parametrize(
    ("curve", "is_spoken"), [("prime256v1", True), ("secp384r1", True), ("secp521r1", False)]
)
def test_only_the_curves_of_the_configuration_are_spoken(front: Front, curve: str, is_spoken: bool):
    context = front.tls()
    context.set_ecdh_curve(curve)
    if is_spoken:
        front.connect(context=context).close()
    else:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            front.connect(context=context)


def test_the_numbers_for_scrapers_are_for_this_machine_only(front: Front, web: Web):
    assert front.ask("/metrics").status == 404
    assert web.ask("/metrics").status == 200
    assert web.ask("/metrics", {"X-Forwarded-For": "192.0.2.1"}).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE"])
def test_a_page_can_only_be_read(front: Front, method: str):
    assert front.ask("/trajectory", method=method).status in {403, 405}


def test_the_log_has_a_line_for_each_request_that_a_program_can_read(front: Front, machine_log: Path):
    answer = front.ask('/nope"\\', {"User-Agent": 'a"b'}, source="127.0.0.1")
    until = time.monotonic() + 10
    found: list[dict[str, object]] = []
    while not found and time.monotonic() < until:  # nginx writes it after the answer
        lines = [json.loads(line) for line in machine_log.read_text().splitlines()]
        found = [line for line in lines if line["id"] == answer["X-Request-Id"]]
        time.sleep(0.02)
    (line,) = found
    assert (line["path"], line["status"], line["client"]) == ('/nope"\\', 404, "127.0.0.1")


@pytest.fixture
def machine_log(front: Front) -> Path:
    """Access log."""
    return front.place / "deepspace.access.log"


def too_long(answer: Answer) -> bool:
    """Whether it was refused for its size."""
    return answer.status in {400, 414, 431}


def test_a_request_line_or_header_that_is_too_long_is_refused(front: Front):
    assert too_long(front.ask("/" + "x" * 20_000))
    assert too_long(front.ask("/", {"X-Long": "x" * 40_000}))
