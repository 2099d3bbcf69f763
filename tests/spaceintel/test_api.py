"""``/api/space-intelligence`` and ``/api/events``: keys, types, and that they say what the page says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from spaceintel.models import CloseApproach, SolarEvent
from spaceintel.tables.briefing import EVERY_PRODUCT
from tests.support import space, weather
from tests.support.visitor import database_away, forget_everything

SPACE, EVENTS = "/api/space-intelligence", "/api/events"


def ask(visitor: Client, path: str, status: int = 200) -> dict[str, Any]:
    """The answer at the pinned instant."""
    with time_machine.travel(space.NOW + timedelta(seconds=40), tick=False):
        response = visitor.get(path)
    assert response.status_code == status
    return response.json()


@pytest.fixture
def site(visitor) -> Client:
    """Every feed up."""
    space.refresh()
    return visitor


def test_the_keys_that_are_promised_are_there_with_their_types(site):
    body = ask(site, SPACE)
    for key in ("neos", "flares", "cmes", "storms", "forecast", "highlights"):
        assert isinstance(body[key], list), key
        assert body[key], key
    assert body["kp_index"]["kp"] == pytest.approx(4.667, abs=1e-3)
    assert body["verdict"]["level"] == "G1"
    assert [one["kind"] for one in body["highlights"]] == ["flare", "approach", "kp"]
    assert body["provenance"]["tier"] == "real"
    assert set(body["panels"]) >= set(EVERY_PRODUCT) - {
        "spaceintel.kp_history",
        "spaceintel.close_approach_history",
    }
    assert all(key.startswith("spaceintel.") for key in body["panels"])


def test_values_carry_their_units_in_their_names(site):
    body = ask(site, SPACE)
    (strongest,) = [one for one in body["flares"] if one["flare_class"] == "X1.2"]
    assert strongest["peak_flux_w_m2"] == pytest.approx(1.2e-4)
    assert strongest["active_region"] == 14299
    (nearest,) = [one for one in body["neos"] if one["designation"] == "2026 ZH8"]
    assert nearest["distance_ld"] == pytest.approx(0.62)
    assert nearest["distance_km"] == pytest.approx(0.62 * 384_400)
    assert nearest["is_potentially_hazardous"] is False
    assert nearest["risk_score"]["nearness"] == pytest.approx(20 / 0.62)


def test_neos_are_those_of_neows_and_approaches_those_of_both(site):
    body = ask(site, SPACE)
    assert {tuple(one["sources"]) for one in body["neos"]} == {("nasa_neows", "cneos")}
    assert len(body["approaches"]) == 12 > len(body["neos"]) == 7


def test_flares_are_donkis_alone_though_the_page_lists_swpcs_too(site):
    SolarEvent.objects.filter(event_type="FLR", flare_class="C6.1").delete()
    forget_everything()
    assert "C6.1" not in {one["flare_class"] for one in ask(site, SPACE)["flares"]}


LISTS = ("flares", "cmes", "storms", "other_events", "alerts", "neos", "approaches")


def test_a_list_says_how_many_rows_there_are_and_where_all_of_them_are(site):
    body = ask(site, f"{SPACE}?days=7")
    assert set(body["lists"]) == {*LISTS, "sentry"}
    for key in LISTS:
        told = body["lists"][key]
        assert (told["total"], told["shown"], told["method"]) == (len(body[key]), len(body[key]), "all"), key
        with time_machine.travel(space.NOW, tick=False):
            file = site.get("/" + told["csv"].split("/", 3)[3])
        assert file.status_code == 200
        rows = file.content.count(b"\r\n") - 1
        assert rows >= told["total"], key  # neos and flares share a file with those of other lists


def test_a_list_too_long_is_cut_to_the_newest_and_approaches_to_the_nearest(site, monkeypatch):
    whole = ask(site, SPACE)
    forget_everything()
    monkeypatch.setattr("spaceintel.api.lists.LONGEST", 1)
    cut = ask(site, SPACE)
    for key in ("flares", "cmes", "alerts"):
        assert len(whole[key]) > 1
        assert cut[key] == whole[key][:1], key
        assert cut["lists"][key] | {"csv": ""} == {
            "total": len(whole[key]),
            "shown": 1,
            "method": "newest",
            "csv": "",
        }
    monkeypatch.setattr("spaceintel.api.lists.LONGEST", 4)
    forget_everything()
    cut = ask(site, SPACE)
    nearest = sorted(whole["approaches"], key=lambda one: one["distance_ld"])[:4]
    assert cut["approaches"] == sorted(nearest, key=lambda one: one["at"])
    assert cut["lists"]["approaches"]["method"] == "nearest"
    assert cut["lists"]["approaches"]["total"] == len(whole["approaches"])
    assert cut["highlights"] == whole["highlights"]


def test_series_of_minutes_come_as_they_are_where_few_and_as_an_envelope_where_many(visitor):
    now = space.NOW.replace(second=0, microsecond=0)
    weather.xray(now - timedelta(minutes=100), [1e-6] * 99 + [9e-5])
    weather.xray(now - timedelta(minutes=100), [1e-8] * 100, band="0.05-0.4nm")
    weather.wind(now - timedelta(minutes=100), 100, bz_gsm_nt=None)
    few = ask(visitor, f"{SPACE}?days=1")["series"]
    assert {key: (one["method"], one["points"]) for key, one in few.items()} == {
        "xray_long": ("minutes", 100),
        "xray_short": ("minutes", 100),
        "solar_wind": ("minutes", 100),
    }
    assert few["xray_long"]["values"]["flux_w_m2"]["mean"][-1] == 9e-5
    assert few["solar_wind"]["values"]["bz_gsm_nt"]["mean"] == [None] * 100
    assert few["solar_wind"]["values"]["speed_km_s"]["low"] == [400.0] * 100
    many = ask(visitor, f"{SPACE}?days=366")["series"]
    long = many["xray_long"]
    assert (long["method"], long["points"]) == ("envelope", len(long["utc"]))
    assert long["points"] < 3
    assert max(long["values"]["flux_w_m2"]["high"]) == 9e-5
    assert long["step_s"] == pytest.approx(366 * 86_400 / 433, rel=1e-4)
    assert long["csv"].endswith("/space-intelligence/tables/xray.csv?days=366")
    assert many["solar_wind"]["csv"].endswith("/space-intelligence/tables/solar-wind.csv?days=366")


def test_series_of_nothing_are_empty(visitor):
    body = ask(visitor, SPACE)
    assert {one["points"] for one in body["series"].values()} == {0}
    assert {len(one["utc"]) for one in body["series"].values()} == {0}


def test_pictures_have_addresses_instead_of_being_sent_along(site):
    plots = ask(site, f"{SPACE}?days=7")["plots"]
    assert plots["space-xray"].endswith("/plots/space-xray.png?days=7")
    assert plots["space-kp"].endswith("/plots/space-kp.png")  # always of now


@pytest.mark.parametrize("end", ["2026-09-20", "2024-05-13T12:00:00Z", "1932-01-01"])
def test_verdict_and_kp_are_of_now_whatever_window_is_asked(site, end):
    now, then = ask(site, SPACE), ask(site, f"{SPACE}?days=7&end={end}")
    assert then["verdict"] == now["verdict"]
    assert then["kp_index"] == now["kp_index"]
    assert then["end"].startswith(end[:10])


@pytest.mark.parametrize("down", space.ALL)
def test_a_feed_that_is_down_makes_the_top_tier_worse_and_no_other_panel(visitor, down):
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=50), minutes=30))
    space.refresh(down=[down])
    body = ask(visitor, SPACE)
    tiers = {key: panel["tier"] for key, panel in body["panels"].items()}
    others = {tier for key, tier in tiers.items() if key != down}
    assert others == {"real"}
    if down in tiers:
        assert tiers[down] in {"cached", "stale"}
        assert body["provenance"]["tier"] == tiers[down]


def test_an_empty_list_says_whether_it_means_none(visitor):
    body = ask(visitor, SPACE)
    assert body["cmes"] == []
    assert body["feeds"]["spaceintel.solar_events"]["is_known"] is False
    assert "has not been retrieved" in body["feeds"]["spaceintel.solar_events"]["statement"]
    assert body["kp_index"]["kp"] is None
    assert body["verdict"]["level"] == "unknown"
    assert body["data_source"] == "none"
    space.refresh()
    assert ask(visitor, f"{SPACE}?days=1")["storms"] == []
    assert ask(visitor, f"{SPACE}?days=1")["feeds"]["spaceintel.solar_events"]["is_known"] is True


@pytest.mark.parametrize("path", [SPACE, EVENTS])
def test_while_the_database_is_away_the_endpoint_answers_that_it_knows_nothing(visitor, path):
    with database_away():
        body = ask(visitor, path)
    assert body["provenance"]["tier"] == "empty"


@pytest.mark.parametrize("path", [SPACE, EVENTS])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("days=0", "days"),
        ("days=367", "days"),
        ("days=7&days=7", "days"),
        ("end=soon", "end"),
        ("end=", "end"),
    ],
)
def test_wrong_parameters_get_the_one_error_shape(visitor, path, query, field):
    error = ask(visitor, f"{path}?{query}", status=422)["error"]
    assert error["field"] == field
    assert set(error) == {"code", "message", "field"}


@pytest.mark.parametrize("path", [SPACE, EVENTS])
def test_an_unchanged_answer_is_304(site, path):
    with time_machine.travel(space.NOW, tick=False):
        first = site.get(path)
        again = site.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_text_of_an_upstream_stays_text(visitor):
    space.refresh(space.Upstreams(text=space.SCRIPT))
    with time_machine.travel(space.NOW, tick=False):
        response = visitor.get(SPACE)
    assert response["Content-Type"].startswith("application/json")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert space.SCRIPT in response.json()["alerts"][0]["message"]


# --- events -----------------------------------------------------------------------------------


def test_significant_events_come_newest_first_each_with_the_rule_that_made_it_one(site):
    body = ask(site, EVENTS)
    times = [datetime.fromisoformat(one["at"]) for one in body["events"]]
    assert times == sorted(times, reverse=True)
    assert {one["kind"] for one in body["events"]} == {"flare", "kp", "cme", "approach"}
    rules = {one["kind"]: one["condition"] for one in body["rules"]}
    assert all(one["rule"] == rules[one["kind"]] for one in body["events"])
    assert "X1.2 solar flare" in {one["title"] for one in body["events"]}
    assert "C8.8 solar flare" not in {one["title"] for one in body["events"]}


def test_ids_stay_when_the_same_is_ingested_again_and_when_it_is_revised(site):
    before = {one["id"]: one for one in ask(site, EVENTS)["events"]}
    space.refresh(space.Upstreams(text=" (revised)"))
    after = {one["id"]: one for one in ask(site, EVENTS)["events"]}
    assert set(after) == set(before)
    assert len(before) == len(ask(site, EVENTS)["events"])


def test_the_page_of_an_event_shows_it(site):
    (event,) = [one for one in ask(site, EVENTS)["events"] if one["title"] == "X1.2 solar flare"]
    with time_machine.travel(space.NOW, tick=False):
        page = site.get(event["path"]).content.decode()
    assert "X1.2" in page[page.index('id="sun"') :]


def test_an_approach_within_the_next_week_is_an_event_and_one_after_it_is_not(site):
    names = {one["title"] for one in ask(site, EVENTS)["events"] if one["kind"] == "approach"}
    assert names == {"2026 ZH8 at 0.62 lunar distances", "2026 ZB2 at 0.81 lunar distances"}
    row = CloseApproach.objects.get(designation="2026 ZH8")
    row.timestamp_utc += timedelta(days=10)
    row.save()
    forget_everything()
    assert len([one for one in ask(site, EVENTS)["events"] if one["kind"] == "approach"]) == 1


def test_plasma_and_field_of_the_wind_each_say_how_new_they_are(visitor):
    now = space.NOW
    with time_machine.travel(now, tick=False):
        weather.wind(now - timedelta(hours=5), 1)
        weather.wind(now - timedelta(minutes=2), 1, spacecraft="ACE", speed_km_s=None, density_cm3=None)
        body = visitor.get(SPACE).json()["solar_wind"]
    assert (body["plasma_at"], body["plasma_spacecraft"], body["is_plasma_current"]) == (
        f"{now - timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}",
        "SOLAR1",
        False,
    )
    assert (body["field_spacecraft"], body["is_field_current"]) == ("ACE", True)
    assert body["spacecraft"] == ["SOLAR1", "ACE"]
