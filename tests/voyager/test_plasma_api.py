"""/api/plasma."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from tests.voyager import plasma_samples as samples
from tests.voyager.plasma_samples import NOON

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
PICTURES = ("spectrogram", "spectrum", "time_series")


def test_the_fixed_keys_are_there_and_pictures_are_pictures(visitor):
    samples.spectra()
    response = visitor.get("/api/plasma")
    assert response.status_code == 200
    body = response.json()
    assert {*PICTURES, "statistics", "data_source", "provenance"} <= set(body)
    for name in PICTURES:
        kind, _, data = body[name].partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
    assert body["data_source"] == "nasa_spdf"
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == "real"


def test_statistics_are_of_the_window_and_the_channels_asked(visitor):
    samples.spectra(loud={10: 1e-5})
    found = visitor.get("/api/plasma?hours=2&freq_min=1000&freq_max=10000").json()["statistics"]
    assert found["count"] == 120
    assert [one["frequency_hz"] for one in found["channels"]] == [1_000, 1_780, 3_110, 5_620, 10_000]
    assert found["loudest_hz"] == 3_110
    assert found["loudest_db"] == pytest.approx(20.0)
    assert found["loudest_at"] == "2014-04-05T12:00:00Z"


def test_the_window_is_stated(visitor):
    samples.spectra(NOON, 48)
    body = visitor.get("/api/plasma?hours=6&end=2014-04-05T06:00:00Z").json()
    assert body["window_from"] == "2014-04-05T00:00:00Z"
    assert body["window_until"] == "2014-04-05T06:00:00Z"
    assert body["cadence_s"] == 4


@pytest.mark.parametrize("query", ["", "?end=1990-01-01"])
def test_a_model_is_labelled_everywhere(visitor, query):
    if query:
        samples.spectra()
    response = visitor.get(f"/api/plasma{query}")
    body = response.json()
    assert body["data_source"] == "synthetic"
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == "synthetic"
    assert "model" in body["provenance"]["note"]


def test_an_older_refresh_is_told_anew_each_time(visitor):
    samples.spectra(ago=timedelta(days=60))
    response = visitor.get("/api/plasma")
    assert response["X-Data-Tier"] == response.json()["provenance"]["tier"] == "stale"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("hours=0", "hours"),
        ("hours=721", "hours"),
        ("hours=1.5", "hours"),
        ("hours=+24", "hours"),
        ("hours=", "hours"),
        ("hours=1&hours=2", "hours"),
        ("freq_min=0", "freq_min"),
        ("freq_min=1000&freq_max=1000", "freq_max"),
        ("freq_min=2000&freq_max=1000", "freq_max"),
        ("freq_min=60000", "freq_max"),
        ("freq_max=5", "freq_max"),
        ("end=yesterday", "end"),
        ("end=1970-01-01", "end"),
        ("end=", "end"),
    ],
)
def test_wrong_parameters_are_422_in_the_one_shape(visitor, query, field):
    response = visitor.get(f"/api/plasma?{query}")
    assert response.status_code == 422
    assert response.json()["error"]["field"] == field


def test_it_can_be_revalidated(visitor):
    samples.spectra()
    first = visitor.get("/api/plasma")
    assert visitor.get("/api/plasma", headers={"if-none-match": first["ETag"]}).status_code == 304
