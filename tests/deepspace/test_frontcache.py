"""Finished responses kept in front of everything: what is stored, for whom, and how long."""

from __future__ import annotations

import gzip
import threading
from datetime import timedelta

import brotli
import pytest
import time_machine
from django.http import HttpResponse, JsonResponse
from django.test import Client, RequestFactory

from deepspace import frontcache, versions
from deepspace.frontcache import Entry, Store
from tests.support import stored

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
PAGE = "/data"  # a page without plots


@pytest.fixture(autouse=True)
def _within_one_minute():
    with time_machine.travel("2026-06-01T12:00:10Z", tick=True):
        yield


def keys() -> list[str]:
    return sorted(key[2] for key in frontcache.store._entries)


def test_the_second_reader_gets_the_same_answer_without_a_query(visitor, django_assert_num_queries):
    first = visitor.get(PAGE)
    with django_assert_num_queries(0):
        again = visitor.get(PAGE)
    assert again.content == first.content
    assert _without_id(again) == _without_id(first)


def test_each_answer_has_a_request_id_of_its_own(visitor):
    ids = {visitor.get(PAGE)["X-Request-Id"] for _ in range(4)}
    ids.add(visitor.get(PAGE, headers={"if-none-match": visitor.get(PAGE)["ETag"]})["X-Request-Id"])
    assert len(ids) == 5
    assert all("X-Request-Id" not in entry.headers for entry in frontcache.store._entries.values())


def test_a_known_etag_is_answered_from_the_store(visitor, django_assert_num_queries):
    etag = visitor.get(PAGE)["ETag"]
    with django_assert_num_queries(0):
        for form in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            response = visitor.get(PAGE, headers={"if-none-match": form})
            assert (response.status_code, response.content) == (304, b"")
            assert response["ETag"] == etag
            assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(response.headers)
    assert visitor.get(PAGE, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("is_stored", [False, True], ids=["first request", "from the store"])
@pytest.mark.parametrize("path", [PAGE, "/api/status", "/robots.txt", "/healthz", "/nope"])
def test_head_is_get_without_the_body(visitor, path, is_stored):
    if is_stored:
        visitor.get(path)
    head, get = visitor.head(path), visitor.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert _without_id(head) == _without_id(get)
    assert int(get["Content-Length"]) == len(get.content)


def test_requests_with_cookies_neither_fill_the_store_nor_are_answered_from_it(visitor, monkeypatch):
    knows = Client()
    knows.cookies["sessionid"] = "x"
    knows.get(PAGE)
    assert keys() == []
    visitor.get(PAGE)
    monkeypatch.setattr(frontcache, "_answer", None)  # would fail if it were called
    assert knows.get(PAGE).status_code == 200


def test_an_answer_that_sets_a_cookie_is_not_stored():
    def view(_request):
        response = HttpResponse("x")
        response.may_be_front_cached = True  # type: ignore[attr-defined]
        response.set_cookie("a", "b")
        return response

    assert _through(view).cookies
    assert keys() == []


def test_hosts_schemes_and_query_strings_do_not_mix(visitor):
    visitor.get(PAGE)
    visitor.get(PAGE, headers={"host": "localhost"})
    visitor.get(PAGE, secure=True)
    visitor.get(PAGE, {"a": "1"})
    assert len(keys()) == 4


def test_an_unknown_host_gets_400_even_when_the_page_is_stored(visitor):
    assert visitor.get(PAGE).status_code == 200
    assert visitor.get(PAGE, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/nope", "/data/nope", "/api/position?at=x", "/plots/nope.png", "/trajectory/"]
)
def test_nothing_but_200_is_stored(visitor, path):
    assert visitor.get(path).status_code in {301, 404, 422}
    assert keys() == []


def test_a_failure_is_not_stored(visitor, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("deepspace.pages.machines.render", fail)
    visitor.raise_request_exception = False
    assert visitor.get("/robots.txt").status_code == 500
    assert keys() == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/admin/login/", "/metrics"])
def test_what_is_not_public_is_not_stored(visitor, path):
    assert visitor.get(path).status_code == 200
    assert keys() == []


def test_the_store_is_of_no_use_after_an_ingest_has_ended(visitor, settings):
    settings.DATA_VERSION_HELD_S = 0.0
    before = visitor.get(PAGE)
    stored.site()
    after = visitor.get(PAGE)
    assert after.content != before.content
    assert after["ETag"] != before["ETag"]
    assert visitor.get(PAGE, headers={"if-none-match": before["ETag"]}).status_code == 200


def test_a_running_ingest_changes_nothing(visitor, settings, django_assert_num_queries):
    settings.DATA_VERSION_HELD_S = 0.0
    visitor.get(PAGE)
    stored.batch(status="running", finished_at=None, ingested_at=None)
    with django_assert_num_queries(2):  # the pulse alone: ingests, and what is curated
        visitor.get(PAGE)


def test_the_store_lasts_to_the_end_of_the_minute(visitor):
    with time_machine.travel("2026-06-01T12:00:50Z", tick=False) as clock:
        before = visitor.get(PAGE)
        clock.shift(timedelta(seconds=20))
        versions._held.read_at -= 2.0
        after = visitor.get(PAGE)
    assert after["ETag"] != before["ETag"]


# --- compressed forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0, gzip;q=0.000", ""),
        ("br; q=0 , gzip ; q=0.5", "gzip"),
        ("gzip;q=x", ""),
        ("identity", ""),
        ("*", ""),
        ("deflate", ""),
        ("", ""),
        (",;,", ""),
    ],
)
@pytest.mark.parametrize("is_stored", [False, True], ids=["first request", "from the store"])
def test_the_body_comes_as_the_reader_can_read_it(visitor, accepted, encoding, is_stored):
    plain = Client().get(PAGE)
    if is_stored:
        visitor.get(PAGE)
    response = visitor.get(PAGE, headers={"accept-encoding": accepted} if accepted else {})
    assert response.get("Content-Encoding", "") == encoding
    assert _decoded(response) == plain.content
    assert int(response["Content-Length"]) == len(response.content)
    assert "Accept-Encoding" in response["Vary"]
    assert response["ETag"] == (f"W/{plain['ETag']}" if encoding else plain["ETag"])
    if encoding:
        assert len(response.content) < len(plain.content) / 2


def test_small_bodies_and_pictures_are_not_compressed():
    for body, kind in ((b"x" * 999, "text/plain"), (b"x" * 5000, "image/png")):
        response = _through(_public(body, kind), path=f"/{kind}", accepted="br, gzip")
        assert "Content-Encoding" not in response
        assert response.content == body


def test_a_body_too_large_to_keep_is_still_compressed():
    body = b"0.123456789\r\n" * (frontcache.LARGEST_BYTES // 10)
    response = _through(_public(body, "text/csv"), accepted="br, gzip")
    assert keys() == []
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == body


# --- the store itself -----------------------------------------------------------------------------------------


def _key(name: object) -> frontcache.Key:
    return ("http", "testserver", f"/{name}", "")


def _entry(size: int, pulse: str = "p") -> Entry:
    return Entry(pulse, b"x" * size, {}, '"e"')


def test_an_empty_answer_costs_something_too():
    small = Entry("p", b"", {"ETag": '"e"', "Cache-Control": "public"}, '"e"')
    assert _entry(0).size > 1000
    assert small.size > _entry(0).size + 200


def test_the_store_keeps_within_its_bytes_and_lets_the_oldest_go():
    store = Store(2 * _entry(40).size)
    for name in "abc":
        store.put(_key(name), _entry(40))
    assert store.get(_key("a"), "p") is None
    assert store.get(_key("b"), "p")
    store.put(_key("d"), _entry(40))  # b was used since, so that c goes
    assert [store.get(_key(name), "p") is not None for name in "bcd"] == [True, False, True]
    assert store._size == 2 * _entry(40).size


def test_compressed_forms_count():
    entry = _entry(40)
    store = Store(entry.size + 100)
    entry.encodings = {"br": b"x" * 30, "gzip": b"x" * 31}
    store.put(_key("a"), entry)
    assert (store._size, len(store._entries)) == (0, 0)


def test_an_entry_that_is_replaced_is_counted_once():
    store = Store(10 * _entry(60).size)
    for _ in range(10):
        store.put(_key("a"), _entry(60))
    assert store._size == _entry(60).size


def test_an_entry_of_another_pulse_is_not_given_out():
    store = Store(2 * _entry(1).size)
    store.put(_key("a"), _entry(1, pulse="old"))
    assert store.get(_key("a"), "new") is None
    assert store.get(_key("a"), "old")


def test_eight_threads_leave_the_store_consistent():
    store = Store(20 * _entry(100).size)
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for i in range(2000):
                name = (seed * 7 + i * 13) % 97
                found = store.get(_key(name), "p")
                assert found is None or len(found.body) == name + 1
                store.put(_key(name), _entry(name + 1))
                if i % 501 == 0:
                    store.clear()
        except BaseException as error:  # noqa: BLE001 (a thread has nobody else to tell)
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert store._size == sum(entry.size for entry in store._entries.values()) <= 20 * _entry(100).size


def test_eight_threads_are_each_given_their_own_answer(monkeypatch):
    monkeypatch.setattr(versions, "pulse", lambda: "p")  # threads have no test transaction
    answered: list[tuple[str, bytes]] = []

    def view(request):
        response = JsonResponse({"path": request.path, "filling": "x" * 2000})
        response.may_be_front_cached = True  # type: ignore[attr-defined]
        return response

    chain = frontcache.front_cache(view)

    def work() -> None:
        for i in range(200):
            request = _request(f"/{i % 20}", "br")
            response = chain(request)
            answered.append((request.path, brotli.decompress(response.content)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 1600
    assert all(f'"{path}"'.encode() in body for path, body in answered)


def _request(path: str, accepted: str = ""):
    request = RequestFactory().get(path, headers={"accept-encoding": accepted})
    del request.META["HTTP_COOKIE"]
    return request


def _public(body: bytes, kind: str):
    def view(_request):
        response = HttpResponse(body, content_type=kind)
        response.may_be_front_cached = True  # type: ignore[attr-defined]
        return response

    return view


def _through(view, *, path: str = "/x", accepted: str = "") -> HttpResponse:
    return frontcache.front_cache(view)(_request(path, accepted))


def _without_id(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "X-Request-Id"}


def _decoded(response) -> bytes:
    decoders = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}
    return decoders[response.get("Content-Encoding", "")](response.content)
