"""``/space-intelligence/tables/<name>.csv``: the same rows as on the page, all of them, with source and tier."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from spaceintel.parameters import SpaceParameters
from spaceintel.products.kp_gfz import SINCE
from spaceintel.tables import near_earth, sun
from spaceintel.tables.briefing import Briefing
from spaceintel.tables.columns import Column, Table
from spaceintel.tables.sheets import SHEETS
from tests.support import space, weather
from tests.support.visitor import database_away

NAMES = [one.table.name for one in SHEETS]


def lines(visitor: Client, name: str, query: str = "") -> list[dict[str, str]]:
    with time_machine.travel(space.NOW, tick=False):
        response = visitor.get(f"/space-intelligence/tables/{name}.csv{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    return list(csv.DictReader(io.StringIO(response.content.decode())))


@pytest.fixture
def site(visitor) -> Client:
    """Every feed up."""
    space.refresh()
    return visitor


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda one: one.table.name)
def test_the_file_has_every_row_that_is_shown_and_a_column_for_every_value(site, sheet):
    found = lines(site, sheet.table.name)
    with time_machine.travel(space.NOW, tick=False):
        rows = sheet.rows(Briefing(SpaceParameters()))
    assert len(found) == len(rows) > 0
    columns = [one.name for one in sheet.table.columns if one.value is not None]
    assert list(found[0]) == [*columns, "source", "data_tier"]
    assert {one["data_tier"] for one in found} == {"real"}
    assert all(one["source"] for one in found)
    shown = [one for one in sheet.table.columns if one.show is not None]
    assert all(one.value is not None for one in shown)  # nothing on the page that is not in the file


@pytest.mark.parametrize("name", NAMES)
def test_a_table_without_rows_is_its_header(visitor, name):
    assert lines(visitor, name) == []


def test_the_window_of_the_page_is_that_of_the_file(site):
    assert len(lines(site, "cmes")) == 24
    assert len(lines(site, "cmes", "?days=7")) == 6
    assert (
        lines(site, "cmes", "?days=1&end=2026-09-20T12:00:00Z")[0]["begin_utc"] == "2026-09-20T07:57:00.000Z"
    )


def test_a_flare_in_two_lists_names_both_sources_and_the_worse_tier(visitor):
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=5)))
    space.refresh(down=["spaceintel.solar_events"])
    by_class = {one["flare_class"]: one for one in lines(visitor, "flares")}
    assert by_class["X1.2"]["source"] == "nasa_donki; noaa_swpc"
    assert by_class["X1.2"]["data_tier"] == "stale"
    assert (by_class["M2.4"]["source"], by_class["M2.4"]["data_tier"]) == ("noaa_swpc", "real")
    assert (by_class["M5.7"]["source"], by_class["M5.7"]["data_tier"]) == ("nasa_donki", "stale")


def test_kp_names_the_product_of_its_source_and_time():
    (sheet,) = [one for one in SHEETS if one.table is sun.KP]
    assert sheet.origin is not None
    old = sun.KpValue(SINCE - timedelta(hours=3), 3.0, "observed", "", "gfz")
    new = sun.KpValue(SINCE, 3.0, "observed", "", "gfz")
    own = sun.KpValue(SINCE, 3.0, "observed", "", "noaa_swpc")
    assert [sheet.origin(one) for one in (old, new, own)] == [
        ("spaceintel.kp_history",),
        ("spaceintel.kp_gfz",),
        ("spaceintel.kp",),
    ]


def test_an_address_of_no_table_is_404(visitor):
    assert visitor.get("/space-intelligence/tables/nothing.csv").status_code == 404


@pytest.mark.parametrize("query", ["?days=0", "?end=soon", "?days=1&days=2"])
def test_wrong_parameters_are_refused(visitor, query):
    assert visitor.get(f"/space-intelligence/tables/cmes.csv{query}").status_code == 422


@pytest.mark.parametrize("name", NAMES)
def test_while_the_database_is_away_the_file_is_empty_and_kept_nowhere(visitor, name):
    with database_away():
        response = visitor.get(f"/space-intelligence/tables/{name}.csv")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response.content.count(b"\r\n") == 1


def test_an_unchanged_file_is_304(site):
    with time_machine.travel(space.NOW, tick=False):
        first = site.get("/space-intelligence/tables/cmes.csv")
        again = site.get("/space-intelligence/tables/cmes.csv", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+1", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_compute_is_kept_from_it(formula):
    table = Table("t", "T", (Column("text", "Text", lambda one: one),))
    body = table.csv([formula], lambda _: ("x", "real")).decode()
    (row,) = csv.DictReader(io.StringIO(body, newline=""))
    assert row["text"] == f"'{formula}"


def always(value: Any) -> Callable[[Any], Any]:
    """A column's function that gives one value for every row."""
    return lambda _: value


def test_numbers_and_times_are_written_so_that_they_read_back_the_same():
    at = datetime(2026, 9, 27, 18, 2, 0, 123000, tzinfo=UTC)
    values = (at, 0.1 + 0.2, -1.5, 3, True, None, float("nan"), ("a", "b"))
    table = Table("t", "T", tuple(Column(f"c{i}", "", always(value)) for i, value in enumerate(values)))
    (row,) = csv.DictReader(io.StringIO(table.csv([0], lambda _: ("x", "real")).decode()))
    assert list(row.values())[: len(values)] == [
        *("2026-09-27T18:02:00.123Z", "0.30000000000000004", "-1.5", "3", "true", "", "", "a; b"),
    ]


def test_script_in_a_name_is_text_in_the_file(visitor):
    space.refresh(space.Upstreams(text=space.SCRIPT))
    assert space.SCRIPT in lines(visitor, "neos")[0]["name"]
    with time_machine.travel(space.NOW, tick=False):
        response = visitor.get("/space-intelligence/tables/neos.csv")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("(2026 ZA1)", "2026 ZA1"),
        ("       (2026 ZA1)", "2026 ZA1"),
        ("99942 Apophis (2004 MN4)", "99942 Apophis (2004 MN4)"),
        ("", ""),
    ],
)
def test_brackets_go_where_they_hold_all_there_is_of_a_name(name, shown):
    assert near_earth.bare(name) == shown


def test_the_file_of_sentrys_list_has_all_of_it_and_page_and_api_say_that_they_show_the_first(visitor):
    for number in range(25):
        weather.sentry(space.NOW - timedelta(hours=2), f"2000 A{number}", 0)
    assert len(lines(visitor, "sentry")) == 25
    with time_machine.travel(space.NOW, tick=False):
        body = visitor.get("/api/space-intelligence").json()
        page = " ".join(visitor.get("/space-intelligence").content.decode().split())
    told = body["lists"]["sentry"]
    assert (told["total"], told["shown"], told["method"]) == (25, len(body["sentry"]["objects"]), "first")
    assert told["csv"].endswith("/space-intelligence/tables/sentry.csv")
    assert "Shown are the 12 first of 25." in page
    assert "Objects of Sentry\u2019s list, all 25" in page or "Objects of Sentry&#x27;s list, all 25" in page


def test_no_model_run_is_not_told_as_one_that_sees_nothing_at_the_earth(visitor):
    at = space.NOW - timedelta(days=2)
    weather.event("CME", at, event_id="none", speed_km_s=500.0)
    weather.event("CME", at, event_id="misses", is_glancing_blow=False, is_minor_impact=False)
    weather.event("CME", at, event_id="meets", arrival_at=space.NOW, is_glancing_blow=True)
    with time_machine.travel(space.NOW, tick=False):
        found = {one.id: sun.arrival(one) for one in Briefing(SpaceParameters()).weather.cmes}
        body = visitor.get("/api/space-intelligence").json()
    assert found["none"] == "unknown: no result of a model run is listed"
    assert found["misses"] == "the newest model run does not see it at the Earth"
    assert "2026" in found["meets"]
    modelled = {"none": False, "misses": True, "meets": True}
    assert {one["id"]: one["is_modelled"] for one in body["cmes"]} == modelled
    assert {one["id"]: one["is_modelled"] for one in lines(visitor, "cmes")} == {
        name: str(value).lower() for name, value in modelled.items()
    }
