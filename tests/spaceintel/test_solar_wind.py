"""Solar wind: the active spacecraft, wind and field joined by minute, and the summary when the minutes are away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.errors import Refused, Unreachable
from deepspace.upstream.http import Door
from spaceintel.models import SolarWind
from spaceintel.products.solar_wind import SolarWindProduct
from tests.spaceintel.swpc_bodies import (
    FIELD,
    FIELD_NOW,
    NOW,
    SPEED_NOW,
    WIND,
    asked,
    everything,
    field,
    ingest,
    minutes,
    swpc,
    tag,
    told,
    wind,
)
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

KEY = "spaceintel.solar_wind"
DOWN = Unreachable("SWPC did not answer")
M1, M2, M3 = minutes(3)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def run(winds, fields, **more):
    return ingest(SolarWindProduct(), {WIND: winds, FIELD: fields, **more})


def row(moment, spacecraft="SOLAR1"):
    return SolarWind.objects.get(timestamp_utc=moment, spacecraft=spacecraft)


def assert_proven(rows):
    report = verify(SolarWindProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (rows, rows, 0, [])
    again = replay(SolarWindProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_wind_and_field_of_a_minute_are_one_row_of_the_active_spacecraft():
    winds = [wind(M1), wind(M1, "ACE", active=False, proton_speed=999), wind(M1, "IMAP", active=False)]
    assert told(run(winds, [field(M1, "IMAP", active=False), field(M1)])) == ("", 1, 0, 0, 0)
    one = SolarWind.objects.get()
    assert (one.spacecraft, one.cadence_s, one.source) == ("SOLAR1", 60, "noaa_swpc")
    assert (one.speed_km_s, one.density_cm3, one.temperature_k) == (402.5, 4.82, 114733.0)
    assert (one.bt_nt, one.bx_gsm_nt, one.by_gsm_nt, one.bz_gsm_nt) == (6.93, 4.65, -2.55, -4.47)
    assert (one.wind_quality, one.field_quality) == (0, 0)


def test_two_active_spacecraft_in_a_minute_are_two_rows():
    run([wind(M1, "ACE"), wind(M1, active=False)], [field(M1), field(M1, "ACE", active=False)])
    assert (row(M1, "ACE").speed_km_s, row(M1, "ACE").bt_nt) == (402.5, None)
    assert (row(M1).speed_km_s, row(M1).bt_nt) == (None, 6.93)


def test_a_second_run_changes_nothing_and_every_row_is_proven():
    for expected in (("", 5, 0, 0, 0), ("", 0, 0, 5, 0)):
        assert told(ingest(SolarWindProduct(), everything())) == expected
    assert_proven(5)


def test_a_field_that_arrives_later_completes_its_row():
    run([wind(M2), wind(M1)], [field(M1)])
    assert row(M2).bt_nt is None
    assert told(run([wind(M3), wind(M2), wind(M1)], [field(M3), field(M2), field(M1)])) == ("", 1, 1, 1, 0)
    assert (row(M2).speed_km_s, row(M2).bt_nt) == (402.5, 6.93)
    assert_proven(3)


def test_a_change_of_the_active_spacecraft_starts_its_rows():
    winds = [wind(M2, "ACE", proton_speed=450.0), wind(M2, active=False), wind(M1)]
    run(winds, [field(M2, "ACE"), field(M1)])
    assert list(SolarWind.objects.order_by("timestamp_utc").values_list("spacecraft", "speed_km_s")) == [
        ("SOLAR1", 402.5),
        ("ACE", 450.0),
    ]


@pytest.mark.parametrize("nothing", [None, -9999, -9999.0, "-99999.9", ""])
def test_no_value_is_no_value(nothing):
    run([wind(M1, proton_density=nothing, overall_quality=nothing)], [field(M1, bz_gsm=nothing)])
    one = row(M1)
    assert (one.speed_km_s, one.density_cm3, one.wind_quality, one.bz_gsm_nt) == (402.5, None, None, None)


def test_a_minute_of_nothing_is_a_gap_in_its_row():
    run([wind(M1, proton_speed=None, proton_density=None, proton_temperature=None)], [field(M1)])
    assert (row(M1).speed_km_s, row(M1).bt_nt) == (None, 6.93)


@pytest.mark.parametrize(
    "changes", [{"proton_speed": 20000}, {"proton_density": -3}, {"proton_temperature": 1e12}]
)
def test_values_that_cannot_be_are_left_out(changes):
    winds = [wind(m) for m in minutes(20)]
    winds[4] |= changes
    outcome = run(winds, [field(m) for m in minutes(20)])
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 19, 1)


# --- when the minutes are away


@pytest.mark.parametrize("failure", [DOWN, Refused("404 Not Found")])
def test_without_the_minutes_the_summary_is_an_answer(failure):
    outcome = ingest(SolarWindProduct(), {**everything(), WIND: failure, FIELD: failure})
    assert told(outcome) == ("", 1, 0, 0, 0)
    one = SolarWind.objects.get()
    assert (one.spacecraft, one.cadence_s, one.timestamp_utc) == ("summary", 0, M3)
    assert (one.speed_km_s, one.bt_nt, one.bz_gsm_nt) == (398.0, 2.0, 1.0)
    assert (one.density_cm3, one.bx_gsm_nt) == (None, None)
    assert standing(KEY).tier == Tier.REAL
    assert_proven(1)


def test_the_summary_as_an_object_is_the_same():
    files = {**everything(), WIND: DOWN, FIELD: DOWN}
    ingest(SolarWindProduct(), files)
    files |= {SPEED_NOW: files[SPEED_NOW][0], FIELD_NOW: files[FIELD_NOW][0]}
    assert told(ingest(SolarWindProduct(), files)) == ("", 0, 0, 1, 0)


def test_the_summary_is_not_asked_for_when_the_minutes_are_there():
    door = swpc(everything())
    ingest(SolarWindProduct(), door)
    assert asked(door) == [WIND, FIELD]


@pytest.mark.parametrize(
    ("lost", "summary", "has"),
    [(WIND, SPEED_NOW, "bt_nt"), (FIELD, FIELD_NOW, "speed_km_s")],
)
def test_one_half_lost_spoils_nothing_that_was_complete(lost, summary, has):
    ingest(SolarWindProduct(), {**everything(), WIND: [wind(M1)], FIELD: [field(M1)]})
    door = swpc({**everything(), WIND: [wind(M2), wind(M1)], FIELD: [field(M2), field(M1)], lost: DOWN})
    assert told(ingest(SolarWindProduct(), door)) == ("", 2, 0, 0, 0)
    assert asked(door) == [WIND, FIELD, summary]
    assert (row(M1).speed_km_s, row(M1).bt_nt) == (402.5, 6.93)
    assert getattr(row(M2), has) is not None
    assert row(M3, "summary").spacecraft == "summary"
    assert_proven(3)
    ingest(SolarWindProduct(), {**everything(), WIND: [wind(M2), wind(M1)], FIELD: [field(M2), field(M1)]})
    assert (row(M2).speed_km_s, row(M2).bt_nt) == (402.5, 6.93)
    assert_proven(3)


def test_a_minute_dated_ahead_does_not_keep_out_the_half_that_is_left():
    ahead = NOW + timedelta(hours=20)
    ingest(SolarWindProduct(), {**everything(), WIND: [wind(ahead)], FIELD: [field(ahead)]})
    ingest(SolarWindProduct(), {**everything(), WIND: [wind(M2), wind(M1)], FIELD: DOWN})
    assert row(M2).speed_km_s == 402.5
    assert row(M1).speed_km_s == 402.5


def test_half_a_summary_does_not_undo_a_whole_one():
    ingest(SolarWindProduct(), {**everything(), WIND: DOWN, FIELD: DOWN})
    outcome = ingest(SolarWindProduct(), {**everything(), WIND: DOWN, FIELD: DOWN, SPEED_NOW: DOWN})
    assert (outcome.error_class, outcome.updated) == ("Unreachable", 0)
    assert row(M3, "summary").speed_km_s == 398.0
    assert_proven(1)


def test_minutes_that_cannot_be_read_are_told_and_the_summary_is_taken():
    outcome = ingest(SolarWindProduct(), {**everything(), WIND: [{"time": "now"}] * 3})
    assert (outcome.error_class, outcome.created) == ("SchemaDrift", 1)
    assert SolarWind.objects.get().spacecraft == "summary"
    assert standing(KEY).last_error_class == "SchemaDrift"


@pytest.mark.parametrize("left", [[], [SPEED_NOW], [FIELD_NOW]])
def test_what_nothing_can_give_has_failed(left):
    files = {path: everything()[path] for path in left}
    outcome = ingest(SolarWindProduct(), files)
    assert (outcome.error_class, outcome.created) == ("Refused", len(left))
    assert "404" in outcome.error_message


def test_no_file_is_asked_for_twice_in_a_run():
    door = swpc({})
    ingest(SolarWindProduct(), door)
    assert asked(door) == [WIND, FIELD, SPEED_NOW, FIELD_NOW]


@pytest.mark.parametrize("when", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday", None])
def test_a_summary_of_no_credible_time_is_refused(when):
    files = {**everything(), WIND: DOWN, FIELD: DOWN, SPEED_NOW: [{"proton_speed": 398, "time_tag": when}]}
    files[FIELD_NOW] = [{"bt": 2, "bz_gsm": 1, "time_tag": when}]
    outcome = ingest(SolarWindProduct(), files)
    assert (outcome.error_class, outcome.created) == ("SchemaDrift", 0)


def test_the_batch_says_which_minutes_it_covers():
    ingest(SolarWindProduct(), everything())
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (minutes(5)[0], M3 + timedelta(minutes=1))


def test_the_recorded_day_is_stored_as_it_was(through_mirror: Mirror):
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        assert told(Pipeline(Door(), Silent()).run(SolarWindProduct(), Window())) == ("", 1405, 0, 0, 0)
        one = row(datetime(2026, 9, 6, 17, 20, tzinfo=UTC))
        assert (one.speed_km_s, one.density_cm3, one.bz_gsm_nt) == (340.9, 4.82, -4.47)
        through_mirror.faults("status:services.swpc.noaa.gov:404")
        assert Pipeline(Door(), Silent()).run(SolarWindProduct(), Window()).error_class == "Refused"
    assert SolarWind.objects.count() == 1405
    assert tag(one.timestamp_utc) == "2026-09-06T17:20:00"
