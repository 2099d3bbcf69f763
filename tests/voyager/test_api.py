"""/api/trajectory and /api/position."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from tests.support import stored
from tests.support.visitor import database_away
from voyager.models import Trajectory

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
PROVENANCE_KEYS = {
    *(
        "tier",
        "source",
        "retrieved_at",
        "observed_from",
        "observed_until",
        "upstream_url",
        "sha256",
        "ingestion",
    ),
    *("note", "payloads", "payloads_total"),
}
TRAJECTORY = {
    "plot": str,
    "events": list,
    "galactic_coords": dict,
    "distance_au": float,
    "speed_km_s": float,
    "data_source": str,
    "provenance": dict,
    "panels": dict,
}
POSITION = {
    "plot": str,
    "distance_au": float,
    "coordinates": dict,
    "earth_distance_au": float,
    "light_time_s": float,
    "one_way_light_time": str,
    "data_source": str,
    "provenance": dict,
}


def assert_keys(body: dict[str, Any], keys: dict[str, type]) -> None:
    assert {name: type(body.get(name)) for name in keys} == keys
    assert set(body["provenance"]) >= PROVENANCE_KEYS
    uri, _, picture = body["plot"].partition(",")
    assert uri == "data:image/png;base64"
    assert base64.b64decode(picture).startswith(b"\x89PNG")


def at(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.fixture(params=["empty", "real"])
def tier(request, db) -> str:
    if request.param == "real":
        stored.site()
    return request.param


def test_the_trajectory_has_every_promised_key(visitor, tier):
    response = visitor.get("/api/trajectory")
    body = response.json()
    assert_keys(body, TRAJECTORY)
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == tier
    assert set(body["galactic_coords"]) == {"longitude_deg", "latitude_deg"}
    assert set(body["panels"]) == {"voyager.trajectory", "voyager.events"}
    assert all(set(one) >= PROVENANCE_KEYS for one in body["panels"].values())
    assert body["data_source"] == body["panels"]["voyager.trajectory"]["source"]


def test_on_an_empty_site_each_panel_has_its_own_tier(visitor):
    panels = visitor.get("/api/trajectory").json()["panels"]
    assert (panels["voyager.trajectory"]["tier"], panels["voyager.trajectory"]["source"]) == (
        "synthetic",
        "synthetic",
    )
    assert (panels["voyager.events"]["tier"], panels["voyager.events"]["source"]) == ("empty", "none")


def test_events_have_their_sources(visitor):
    stored.site()
    events = visitor.get("/api/trajectory").json()["events"]
    assert [one["event_name"] for one in events] == ["Jupiter", "One light-day"]
    jupiter, crossing = events
    assert jupiter["timestamp_utc"] is None
    assert jupiter["distance_au"] == pytest.approx(5.3, abs=0.3)
    assert jupiter["citation_url"] == "https://example.org/jupiter"
    assert crossing["timestamp_utc"] == "2026-11-18T10:16:07Z"
    assert crossing["citation_url"] is None


def test_a_position_has_every_promised_key(visitor, tier):
    response = visitor.get("/api/position")
    body = response.json()
    assert_keys(body, POSITION)
    expected = {"empty": "synthetic", "real": "real"}[tier]  # one product: the model stands in for it
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == expected
    assert set(body["coordinates"]) == {"x_au", "y_au", "z_au"}
    assert sum(value**2 for value in body["coordinates"].values()) ** 0.5 == pytest.approx(
        body["distance_au"]
    )
    hours, minutes, seconds = map(int, body["one_way_light_time"].split(":"))
    assert hours * 3600 + minutes * 60 + seconds == pytest.approx(body["light_time_s"], abs=1)


@pytest.mark.parametrize("off_us", [-1000, 0, 1000])
def test_a_stored_epoch_comes_back_digit_for_digit(visitor, off_us):
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    row = Trajectory.objects.order_by("timestamp_utc")[2]
    asked = at(row.timestamp_utc + timedelta(microseconds=off_us))
    body = visitor.get("/api/position", {"at": asked}).json()
    assert body["coordinates"] == {"x_au": row.x_au, "y_au": row.y_au, "z_au": row.z_au}
    assert body["velocity_au_d"] == [row.vx_au_d, row.vy_au_d, row.vz_au_d]


def test_through_the_mirror_the_recorded_states_come_back(visitor, through_mirror):
    call_command("ingest", "voyager.trajectory", "--since=2026-06-01", verbosity=0)
    response = visitor.get("/api/position", {"at": "2026-07-04T23:58:50.816Z"})
    body = response.json()
    assert response["X-Data-Tier"] == "real"
    assert body["data_source"] == "jpl_horizons"
    assert body["light_time_s"] == pytest.approx(84986.86625, abs=1e-4)
    provenance = body["provenance"]
    assert provenance["upstream_url"].startswith("https://ssd.jpl.nasa.gov/api/horizons.api")
    assert len(provenance["sha256"]) == 64
    assert provenance["payloads_total"] == len(provenance["payloads"]) == 2
    assert provenance["ingestion"]
    assert {set_of for one in provenance["payloads"] for set_of in one} == {
        "sha256",
        "upstream_url",
        "retrieved_at",
    }


def test_before_the_first_state_the_header_says_synthetic(visitor):
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    response = visitor.get("/api/position", {"at": "2025-12-31"})
    body = response.json()
    assert response["X-Data-Tier"] == body["provenance"]["tier"] == "synthetic"
    assert body["data_source"] == "synthetic"
    again = visitor.get("/api/position", {"at": "2025-12-31"}, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
    assert again.get("X-Data-Tier", "synthetic") == "synthetic"


def test_after_the_last_state_the_instant_is_that_of_the_state(visitor):
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    body = visitor.get("/api/position", {"at": "2090-01-01"}).json()
    assert body["at"] == "2026-02-20T00:00:00Z"
    assert "ends before the instant asked" in body["provenance"]["note"]


@pytest.mark.parametrize("asked", ["1977-09-05T12:56:00Z", "2099-12-31", "2099-12-31T00:00:00Z"])
def test_the_whole_flight_is_answered(visitor, asked):
    assert visitor.get("/api/position", {"at": asked}).status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["1977-09-05T12:55:59Z", "1977-09-05T12:56:00+01:00", "2099-12-31T00:00:01Z", "2100-01-01", "0001-01-01"],
)
def test_outside_of_the_flight_is_422(visitor, asked):
    response = visitor.get("/api/position", {"at": asked})
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "at"


def test_a_plus_that_was_not_encoded_is_understood(visitor):
    response = visitor.get("/api/position?at=2026-01-01T00:00:00+00:00")
    assert response.status_code == 200
    assert response.json()["at"] == "2026-01-01T00:00:00Z"


def test_the_design_part_is_named(visitor):
    stored.site()
    body = visitor.get("/api/position", {"at": "1979-06-01"}).json()
    assert body["quality"] == "design"
    assert "mission-design trajectory" in body["provenance"]["note"]
    path = visitor.get("/api/trajectory").json()
    assert "mission-design trajectory" in path["panels"]["voyager.trajectory"]["note"]


@pytest.mark.parametrize("path", ["/api/trajectory", "/api/position"])
def test_a_known_etag_is_answered_without_asking_a_service(visitor, monkeypatch, path):
    etag = visitor.get(path)["ETag"]
    from deepspace import frontcache

    frontcache.store.clear()

    def fail(*_: object) -> None:
        raise AssertionError("a 304 needs no values")

    monkeypatch.setattr("voyager.services.trajectory", fail)
    monkeypatch.setattr("voyager.services.position", fail)
    assert visitor.get(path, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["/api/trajectory", "/api/position"])
def test_without_the_database_the_model_is_shown_and_kept_by_nobody(visitor, path):
    stored.site()
    with database_away():
        response = visitor.get(path)
    body = response.json()
    assert response.status_code == 200
    assert body["data_source"] == "synthetic"
    assert "database does not answer" in body["provenance"]["note"]
    assert response["Cache-Control"] == "no-store"
    from deepspace import versions

    versions._held.read_at -= 2.0
    after = visitor.get(path)
    assert after.json()["data_source"] == "jpl_horizons"
    assert after.json()["plot"] != body["plot"]
