"""``/api/magnetometer``."""

from __future__ import annotations

from base64 import b64decode

import pytest

from tests.support import field, stored

pytestmark = pytest.mark.usefixtures("nothing_held")
STATISTICS = {
    *("count", "mean_nt", "median_nt", "std_nt", "min_nt", "max_nt", "latest_nt", "latest_at"),
    *("coverage", "method"),
}


@pytest.fixture
def ask(visitor):
    """Answers as JSON."""

    def get(query: str = ""):
        response = visitor.get(f"/api/magnetometer{query}")
        assert response.status_code == 200, response.content
        return response.json()

    return get


def test_the_keys_of_the_design_are_there(ask):
    values = field.vim("2014-12-20", 500)
    body = ask("?days=1")
    assert {"plot", "statistics", "cadence_s", "data_source", "provenance", "panels"} <= set(body)
    assert set(body["statistics"]) >= STATISTICS
    assert b64decode(body["plot"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert body["statistics"]["count"] == 500
    assert body["statistics"]["mean_nt"] == pytest.approx(values[:, 0].mean())
    assert body["statistics"]["latest_nt"] == values[-1, 0]
    assert body["cadence_s"] == 48
    assert body["data_source"] == "nasa_spdf"
    assert body["provenance"]["tier"] == "real"
    assert set(body["panels"]) == {field.VIM}


def test_days_and_end_choose_the_window(ask):
    field.vim("2014-12-01", 20_000)
    one, ten = ask("?days=1&end=2014-12-05"), ask("?days=10&end=2014-12-11T12:00:00Z")
    assert (one["start"], one["end"]) == ("2014-12-04T00:00:00Z", "2014-12-05T00:00:00Z")
    assert (one["statistics"]["count"], ten["statistics"]["count"]) == (1_800, 18_000)
    assert one["plot"] != ten["plot"]


def test_thirty_days_are_the_default(ask):
    field.vim("2014-12-01", 100)
    assert ask()["start"].startswith("2014-11-01")


def test_windows_above_400_days_are_hourly(ask):
    field.hourly("2013-01-01", 24 * 30)
    body = ask("?days=20000")
    assert body["cadence_s"] == 3600
    assert "hourly" in body["statistics"]["method"]


def test_an_empty_window_says_what_is_shown_instead(ask):
    field.vim("2014-12-20", 100)
    body = ask("?days=3&end=2024-01-01")
    assert body["statistics"]["count"] == 100
    assert "shown are the 3 days" in body["provenance"]["note"]
    assert body["archive_until"].startswith("2014-12-20")


def test_a_model_says_so_everywhere(visitor):
    response = visitor.get("/api/magnetometer?days=5&end=2013-01-01")
    body = response.json()
    assert response["X-Data-Tier"] == "synthetic"
    assert body["data_source"] == "synthetic"
    assert body["provenance"]["tier"] == "synthetic"
    assert "model" in body["provenance"]["note"]
    assert body["archive_until"] is None


def test_marks_in_the_window_bring_their_source(ask):
    stored.events()
    field.hourly("1979-03-01", 24 * 10)
    body = ask("?days=10")
    assert [one["name"] for one in body["marks"]] == ["Jupiter"]
    assert set(body["panels"]) == {field.HOURLY, "voyager.events"}
    assert ask("?days=1")["marks"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("days=0", "days"),
        ("days=20001", "days"),
        ("days=1.5", "days"),
        ("days=-1", "days"),
        ("days=", "days"),
        ("days=1&days=2", "days"),
        ("end=yesterday", "end"),
        ("end=1969-07-20", "end"),
        ("end=2150-01-01", "end"),
    ],
)
def test_wrong_parameters_are_refused(visitor, query, parameter):
    response = visitor.get(f"/api/magnetometer?{query}")
    assert response.status_code == 422
    assert response.json()["error"]["field"] == parameter


def test_it_can_be_revalidated(visitor):
    field.vim("2014-12-20", 100)
    etag = visitor.get("/api/magnetometer")["ETag"]
    assert visitor.get("/api/magnetometer", headers={"if-none-match": etag}).status_code == 304
