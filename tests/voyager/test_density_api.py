"""/api/density."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from tests.voyager import plasma_samples as samples

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
START = datetime(2023, 10, 24, 3, 51, 16, tzinfo=UTC)


def test_the_fixed_keys_are_there_and_pictures_are_pictures(visitor):
    samples.densities()
    samples.recording(START)
    response = visitor.get("/api/density")
    assert response.status_code == 200
    body = response.json()
    assert {"process_plot", "nasa_plot", "statistics", "data_source", "provenance", "panels"} <= set(body)
    for name in ("process_plot", "nasa_plot"):
        kind, _, data = body[name].partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
    assert body["data_source"] == "nasa_pds"
    assert set(body["panels"]) == {"voyager.electron_density", "voyager.plasma_waveform"}
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == "real"


def test_statistics_come_from_the_published_values_only(visitor):
    samples.densities()
    samples.recording(START, sigma=9.0, line_hz=4_500.0)
    body = visitor.get("/api/density").json()
    assert body["statistics"]["count"] == 4
    assert body["statistics"]["max_cm3"] == 0.147
    assert body["statistics"]["latest_at"] == "2023-10-18T00:00:00Z"
    (line,) = body["lines"]
    assert line["is_significant"]
    assert line["n_e_cm3"] == pytest.approx(0.251, abs=0.001)
    assert "voyager.electron_density_ridge" in body["panels"]


def test_a_recording_without_a_significant_line_has_no_density(visitor):
    samples.densities()
    samples.recording(START, sigma=0.577)
    (line,) = visitor.get("/api/density").json()["lines"]
    assert line["sigma"] == 0.577
    assert not line["is_significant"]
    assert line["n_e_cm3"] is line["n_e_sigma_cm3"] is None


def test_each_window_takes_the_nearest_earlier_data_and_says_so(visitor):
    samples.densities()
    samples.recording(START)
    panels = visitor.get("/api/density?hours=10&days=30&end=2024-06-01").json()["panels"]
    assert "30 days before 2024-06-01" in panels["voyager.electron_density"]["note"]
    assert "10 h before 2024-06-01" in panels["voyager.plasma_waveform"]["note"]


def test_the_worst_tier_is_on_top(visitor):
    samples.densities()
    response = visitor.get("/api/density")
    body = response.json()
    assert body["data_source"] == "nasa_pds"
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == "synthetic"  # no recording
    assert body["panels"]["voyager.electron_density"]["tier"] == "real"


def test_without_anything_the_models_are_labelled_and_statistics_empty(visitor):
    body = visitor.get("/api/density").json()
    assert body["data_source"] == "synthetic"
    assert body["statistics"]["count"] == 0
    assert body["statistics"]["median_cm3"] is None
    assert not body["lines"][0]["is_significant"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("hours=0", "hours"),
        ("hours=8761", "hours"),
        ("days=0", "days"),
        ("days=20001", "days"),
        ("days=ten", "days"),
        ("days=", "days"),
        ("end=2150-01-01", "end"),
    ],
)
def test_wrong_parameters_are_422_in_the_one_shape(visitor, query, field):
    response = visitor.get(f"/api/density?{query}")
    assert response.status_code == 422
    assert response.json()["error"]["field"] == field
