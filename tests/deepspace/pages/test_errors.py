"""Errors: one JSON shape for programs, a page for people."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import RequestFactory

from deepspace.pages import errors
from deepspace.parameters import ParameterError


def _get(path: str, **headers: str):
    return RequestFactory().get(path, headers=headers)


def _answers(request):
    return [
        (400, errors.bad_request(request, SuspiciousOperation())),
        (403, errors.permission_denied(request, PermissionDenied())),
        (404, errors.not_found(request, Exception())),
        (422, errors.unprocessable(request, ParameterError("days", "must be a whole number"))),
        (500, errors.server_error(request)),
    ]


def test_people_get_a_page():
    for status, response in _answers(_get("/trajectory")):
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
        assert response["Cache-Control"] == "no-store"
        assert f"Error {status}".encode() in response.content
        assert b'content="noindex"' in response.content


@pytest.mark.parametrize("path", ["/api/position", "/api/nope", "/plots/trajectory.png"])
def test_programs_get_the_one_shape(path):
    import json

    for status, response in _answers(_get(path)):
        assert response.status_code == status
        error = json.loads(response.content)["error"]
        assert set(error) == {"code", "message", "field"}
        assert error["field"] == ("days" if status == 422 else None)


def test_a_program_may_ask_for_json_on_a_page():
    response = errors.not_found(_get("/nope", accept="application/json"), Exception())
    assert response["Content-Type"] == "application/json"
    assert response["Vary"] == "Accept"


def test_the_api_documentation_is_a_page():
    assert errors.not_found(_get("/api/docs"), Exception())["Content-Type"].startswith("text/html")


def test_the_field_and_what_is_wrong_with_it_are_shown_escaped():
    page = errors.unprocessable(_get("/trajectory"), ParameterError("<days>", "is <wrong>")).content.decode()
    assert "&lt;days&gt;" in page
    assert "is &lt;wrong&gt;" in page


def test_the_last_page_needs_no_database_and_no_context(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page = errors.server_error(_get("/trajectory")).content.decode()
    assert 'href="/static/deepspace/site.css"' in page
    assert 'href="/status"' in page


def test_an_unknown_address_is_answered_in_the_design(client, db):
    response = client.get("/nope")
    assert response.status_code == 404
    assert b"<code>/nope</code>" in response.content
    assert b'href="/trajectory"' in response.content


def test_a_failing_view_is_answered_with_the_last_page(client, db, monkeypatch):
    from deepspace.pages import machines

    def fail(*args: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(machines, "render", fail)
    client.raise_request_exception = False
    response = client.get("/robots.txt")
    assert response.status_code == 500
    assert b"Something failed here." in response.content
