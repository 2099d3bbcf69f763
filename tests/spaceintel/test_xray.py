"""GOES X-ray flux: the smallest file that is enough, both bands, whichever satellite is the primary one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.http import Door
from spaceintel.models import XrayFlux
from spaceintel.products.xray import XrayProduct
from tests.spaceintel.swpc_bodies import NOW, asked, flux, ingest, minutes, old_shape, swpc, told, xrays
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

REACHES = ("6-hour", "1-day", "3-day", "7-day")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def files(*records):
    return {xrays(reach): [one for record in records for one in record] for reach in REACHES}


def test_a_minute_is_two_rows():
    assert told(ingest(XrayProduct(), files(*(flux(m) for m in minutes(3))))) == ("", 6, 0, 0, 0)
    long = XrayFlux.objects.get(band="0.1-0.8nm", timestamp_utc=minutes(3)[0])
    assert (long.flux_w_m2, long.observed_flux_w_m2, long.electron_correction_w_m2) == (1.5e-6, 1.5e-6, 1e-9)
    assert (long.satellite, long.cadence_s, long.is_contaminated, long.source) == (19, 60, False, "noaa_swpc")
    assert XrayFlux.objects.get(band="0.05-0.4nm", timestamp_utc=minutes(3)[0]).is_contaminated is True


def test_a_second_run_changes_nothing_and_every_row_is_proven():
    for expected in (("", 6, 0, 0, 0), ("", 0, 0, 6, 0)):
        assert told(ingest(XrayProduct(), files(*(flux(m) for m in minutes(3))))) == expected
    report = verify(XrayProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (6, 6, 0, [])
    again = replay(XrayProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


@pytest.mark.parametrize(
    ("gap", "reach"),
    [
        (None, "7-day"),
        (timedelta(minutes=15), "6-hour"),
        (timedelta(hours=6), "6-hour"),
        (timedelta(hours=6, minutes=1), "1-day"),
        (timedelta(hours=23), "1-day"),
        (timedelta(days=2), "3-day"),
        (timedelta(days=4), "7-day"),
        (timedelta(days=90), "7-day"),
    ],
)
def test_the_smallest_file_that_reaches_back_is_asked_for(gap, reach):
    if gap is not None:
        with time_machine.travel(NOW - gap):
            ingest(XrayProduct(), files(flux(NOW - gap)))
    with time_machine.travel(NOW, tick=False):
        door = swpc(files(flux(NOW)))
        ingest(XrayProduct(), door)
    assert asked(door) == [xrays(reach)]


def test_a_minute_dated_ahead_does_not_hide_the_gap_before_it():
    gap = timedelta(days=2)
    with time_machine.travel(NOW - gap):
        ingest(XrayProduct(), files(flux(NOW - gap)))
    with time_machine.travel(NOW - timedelta(hours=1)):
        ingest(XrayProduct(), files(flux(NOW + timedelta(hours=20))))
    with time_machine.travel(NOW, tick=False):
        door = swpc(files(flux(NOW)))
        ingest(XrayProduct(), door)
    assert asked(door) == [xrays("3-day")]


def test_a_window_that_is_asked_for_is_reached_back_to():
    ingest(XrayProduct(), files(flux(NOW - timedelta(minutes=10))))
    door = swpc(files(flux(NOW)))
    ingest(XrayProduct(), door, Window(start=NOW - timedelta(days=2)))
    assert asked(door) == [xrays("3-day")]


def test_another_primary_satellite_adds_rows_and_replaces_none():
    ingest(XrayProduct(), files(*(flux(m) for m in minutes(3))))
    later = files(*(flux(m, satellite=18) for m in minutes(3)))
    assert told(ingest(XrayProduct(), later)) == ("", 6, 0, 0, 0)
    assert sorted(set(XrayFlux.objects.values_list("satellite", flat=True))) == [18, 19]


def test_a_value_that_is_revised_replaces_the_earlier_one():
    moment = minutes(1)[0]
    ingest(XrayProduct(), files(flux(moment, 1.5e-6)))
    assert told(ingest(XrayProduct(), files(flux(moment, 1.6e-6)))) == ("", 0, 1, 1, 0)
    assert verify(XrayProduct()).differences == 0


@pytest.mark.parametrize("value", [None, -9999, -99999.0, ""])
def test_a_minute_without_a_value_is_a_gap_and_not_a_zero(value):
    assert told(ingest(XrayProduct(), files(flux(minutes(1)[0], value)))) == ("", 2, 0, 0, 0)
    assert XrayFlux.objects.get(band="0.1-0.8nm").flux_w_m2 is None


def test_numbers_as_text_and_the_old_shape_are_the_same_rows():
    records = [one for m in minutes(3) for one in flux(m)]
    ingest(XrayProduct(), files(records))
    as_text = [{**one, "flux": str(one["flux"]), "satellite": "19"} for one in records]
    assert told(ingest(XrayProduct(), files(as_text))) == ("", 0, 0, 6, 0)
    lists = {xrays(reach): old_shape(records, zone="") for reach in REACHES}
    assert told(ingest(XrayProduct(), lists)) == ("", 0, 0, 6, 0)


def test_half_a_list_is_stored_and_the_next_run_has_the_rest():
    records = [flux(m) for m in minutes(20)]
    ingest(XrayProduct(), files(*records[:10]))
    assert told(ingest(XrayProduct(), files(*records))) == ("", 20, 0, 20, 0)


def test_a_band_that_is_not_known_is_left_out():
    records = [flux(m) for m in minutes(20)]
    strange = [{**records[0][0], "energy": "5-10nm"}]
    outcome = ingest(XrayProduct(), files(*records, strange))
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 40, 1)
    sample = IngestionLog.objects.get().rejected_sample
    assert sample[0]["row"]["where"] == "xrays-7-day.json, record 41"


def test_dates_of_1970_and_of_the_future_are_left_out():
    records = [flux(m) for m in (*minutes(20), datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=400))]
    outcome = ingest(XrayProduct(), files(*records))
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 40, 4)
    assert XrayFlux.objects.order_by("-timestamp_utc")[0].timestamp_utc < NOW


def test_a_feed_of_fluxes_that_cannot_be_is_refused_and_nothing_changes():
    ingest(XrayProduct(), files(*(flux(m) for m in minutes(3))))
    outcome = ingest(XrayProduct(), files(*(flux(m, 17.0, 17.0) for m in minutes(3))))
    assert outcome.error_class == "SchemaDrift"
    assert "flux_w_m2 is outside 0 … 1" in outcome.error_message
    assert XrayFlux.objects.filter(flux_w_m2__gt=1).count() == 0


def test_an_empty_list_is_no_data():
    outcome = ingest(XrayProduct(), files())
    assert (outcome.error_class, outcome.error_message) == (
        "NoData",
        "the list of X-ray fluxes has no records",
    )


def test_the_batch_says_which_minutes_it_covers():
    ingest(XrayProduct(), files(*(flux(m) for m in minutes(3))))
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (minutes(3)[0], NOW)


def test_seven_days_are_read_within_a_second_or_so():
    body = json.dumps([one for m in minutes(7 * 1440) for one in flux(m)]).encode()
    began = time.process_time()
    assert told(ingest(XrayProduct(), {xrays("7-day"): body})) == ("", 20160, 0, 0, 0)
    assert time.process_time() - began < 5.0


def test_the_recorded_day_is_stored_as_it_was(through_mirror: Mirror):
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        assert told(Pipeline(Door(), Silent()).run(XrayProduct(), Window())) == ("", 2876, 0, 0, 0)
    one = XrayFlux.objects.get(timestamp_utc=datetime(2026, 8, 7, 18, 52, tzinfo=UTC), band="0.1-0.8nm")
    assert (one.satellite, one.flux_w_m2) == (18, 2.652058697094617e-07)
