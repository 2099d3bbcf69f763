"""The API's envelope, its one error shape, and /api/status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ninja.errors import HttpError

from deepspace.api import api, envelope, error_response
from deepspace.ingestion.registry import products
from deepspace.parameters import ParameterError
from deepspace.provenance import PayloadReference, Provenance, Tier, worst
from tests.support import stored
from tests.support.visitor import database_away

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
PROVENANCE_KEYS = {
    *(
        "product",
        "tier",
        "source",
        "retrieved_at",
        "observed_from",
        "observed_until",
        "upstream_url",
        "sha256",
    ),
    *("ingestion", "note", "payloads", "payloads_total"),
}


def assert_error(response, status: int, code: str, field: str | None = None) -> None:
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert "no-store" in response["Cache-Control"]
    error = response.json()["error"]
    assert set(error) == {"code", "message", "field"}
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]


def test_the_worst_tier_goes_to_the_top_and_each_product_keeps_its_own():
    main = Provenance("voyager.trajectory", Tier.SYNTHETIC, "synthetic")
    body = envelope(main, [Provenance("voyager.events", Tier.EMPTY, "none")])
    assert body["data_source"] == "synthetic"
    assert body["provenance"]["tier"] == "empty"
    assert {key: one["tier"] for key, one in body["panels"].items()} == {
        "voyager.trajectory": "synthetic",
        "voyager.events": "empty",
    }


def test_one_product_has_no_panels():
    body = envelope(Provenance("voyager.events", Tier.EMPTY, "none"))
    assert "panels" not in body
    assert body["data_source"] == "none"
    assert set(body["provenance"]) == PROVENANCE_KEYS


def test_the_newest_payload_is_the_one_that_is_named():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    payloads = (PayloadReference("new", "https://n", at), PayloadReference("old", "https://o", at))
    body = Provenance("a.one", Tier.REAL, "x", payloads=payloads, payloads_total=7).as_json()
    assert (body["sha256"], body["upstream_url"], body["payloads_total"]) == ("new", "https://n", 7)
    assert [one["sha256"] for one in body["payloads"]] == ["new", "old"]


def test_the_error_shape():
    assert_error(
        _Answer(error_response(422, "invalid_parameter", "days must be a number", "days")),
        422,
        "invalid_parameter",
        "days",
    )


class _Answer:
    """A plain response with the client's ``json``."""

    def __init__(self, response) -> None:
        self._response = response
        self.status_code = response.status_code

    def __getitem__(self, name: str) -> str:
        return self._response[name]

    def json(self):
        import json

        return json.loads(self._response.content)


@pytest.mark.parametrize("path", ["/api/nope", "/api/position/now", "/api/trajectory.json", "/api/\u2603"])
def test_an_unknown_endpoint_is_404_in_the_one_shape(visitor, path):
    assert_error(visitor.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_405_in_the_one_shape(visitor, method):
    response = getattr(visitor, method)("/api/status")
    assert_error(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "query",
    ["at=abc", "at=", "at=NaN", "at=-1", "at=1e99", "at=2026-01-01&at=2026-01-01", "at=1900-01-01", "at=%00"],
)
def test_a_wrong_parameter_is_422_in_the_one_shape(visitor, query):
    code = "repeated_parameter" if query.count("at=") > 1 else "invalid_parameter"
    assert_error(visitor.get(f"/api/position?{query}"), 422, code, "at")


@pytest.mark.parametrize("path", ["/api/status", "/api/trajectory"])
def test_unknown_parameters_are_ignored(visitor, path):
    assert visitor.get(f"{path}?x=1&x=2&days=abc").status_code == 200


def test_a_defect_is_500_in_the_one_shape_and_tells_nothing(visitor, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("deepspace.versions.standing", fail)
    visitor.raise_request_exception = False
    response = visitor.get("/api/status")
    assert_error(response, 500, "internal_error")
    assert b"secret" not in response.content


def test_every_way_to_fail_inside_the_api_has_the_one_shape(rf):
    request = rf.get("/api/x")
    failures = [(ParameterError("days", "is odd"), 422), (HttpError(409, "no"), 409)]
    for failure, status in failures:
        response = api.on_exception(request, failure)
        assert response.status_code == status
        assert set(_Answer(response).json()["error"]) == {"code", "message", "field"}


# --- /api/status ----------------------------------------------------------------------------------------------


def test_an_empty_platform(visitor):
    response = visitor.get("/api/status")
    body = response.json()
    assert {"status", "cdflib", "data_sources", "data_source", "provenance"} <= set(body)
    assert body["status"] == response["X-Data-Tier"] == body["provenance"]["tier"] == "empty"
    assert set(body["data_sources"]) == {one.key for one in products()}
    one = body["data_sources"]["voyager.trajectory"]
    assert one["tier"] == "synthetic"
    assert one["last_success"] is one["age_s"] is one["next_due"] is one["last_error_class"] is None


def test_a_platform_with_data(visitor):
    stored.site(ago=timedelta(hours=1))
    stored.failure("voyager.events", error_class="RateLimited", error_message="secret detail")
    response = visitor.get("/api/status")
    body = response.json()
    assert body["status"] == worst([Tier(one["tier"]) for one in body["data_sources"].values()])
    fresh, failed = body["data_sources"]["voyager.trajectory"], body["data_sources"]["voyager.events"]
    assert fresh["tier"] == "real"
    assert fresh["age_s"] == pytest.approx(3600, abs=30)
    assert fresh["next_due"]
    assert fresh["observed_from"] == "1977-09-06T00:00:00Z"
    assert failed["tier"] == "cached"
    assert failed["last_error_class"] == "RateLimited"
    assert b"secret" not in response.content
    assert body["cdflib"].count(".") >= 1


def test_without_the_database_the_last_known_state_is_told(visitor):
    stored.site()
    before = visitor.get("/api/status").json()["data_sources"]
    assert before["voyager.trajectory"]["tier"] == "real"
    from deepspace import versions

    versions._held.read_at -= 2.0
    with database_away():
        response = visitor.get("/api/status?again")
        body = response.json()
    assert response.status_code == 200
    assert {key: one["tier"] for key, one in body["data_sources"].items()} == {
        key: one["tier"] for key, one in before.items()
    }
    assert "database does not answer" in body["provenance"]["note"]
    assert response["Cache-Control"] == "no-store"


# --- the document ---------------------------------------------------------------------------------------------


def test_the_document_describes_every_endpoint_with_its_errors(visitor):
    response = visitor.get("/api/openapi.json")
    document = response.json()
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) >= {"/api/trajectory", "/api/position", "/api/status"}
    for operations in document["paths"].values():
        assert set(operations) == {"get"}
        assert {"200", "422"} <= set(operations["get"]["responses"])
    assert response["ETag"]
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_root_leads_to_the_documentation(visitor):
    assert visitor.get("/api")["Location"] == "/api/docs"
    assert visitor.get("/api/")["Location"] == "/api"
