"""SWPC's list of X-ray flares: begin, peak, end; one that is revised replaces its row."""

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
from deepspace.upstream.http import Door
from spaceintel.models import SolarEvent
from spaceintel.products.goes_flares import GoesFlaresProduct
from tests.spaceintel.swpc_bodies import FLARES, NOW, flare, ingest, told
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

BEGIN = NOW - timedelta(hours=3)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def run(*flares):
    return ingest(GoesFlaresProduct(), {FLARES: list(flares)})


def test_a_flare_is_an_event_of_its_own_kind():
    assert told(run(flare(BEGIN))) == ("", 1, 0, 0, 0)
    one = SolarEvent.objects.get()
    assert (one.event_type, one.event_id) == ("XRA", "2026-09-27T15:02:00-XRA-GOES19")
    assert (one.timestamp_utc, one.peak_at) == (BEGIN, BEGIN + timedelta(minutes=5))
    assert (one.end_at, one.flare_class, one.peak_flux_w_m2) == (
        BEGIN + timedelta(minutes=11),
        "M2.4",
        2.43e-05,
    )
    assert one.details["begin_class"] == "C4.3"
    assert "current_class" not in one.details
    assert (one.speed_km_s, one.note, one.linked_events, one.link) == (None, "", [], "")


def test_a_flare_that_goes_on_is_revised_in_its_row():
    unknown = {"max_time": "Unk", "max_class": None, "max_xrlong": None, "end_time": None, "end_class": None}
    run(flare(BEGIN, **unknown))
    one = SolarEvent.objects.get()
    assert (one.peak_at, one.end_at, one.flare_class, one.peak_flux_w_m2) == (None, None, "", None)
    assert told(run(flare(BEGIN))) == ("", 0, 1, 0, 0)
    assert SolarEvent.objects.get().flare_class == "M2.4"
    report = verify(GoesFlaresProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (1, 1, 0, [])
    again = replay(GoesFlaresProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_what_only_tells_the_minute_of_the_list_is_no_revision():
    run(flare(BEGIN))
    assert told(run(flare(BEGIN, current_class="A9.9", time_tag="2026-09-27T18:00:00Z"))) == ("", 0, 0, 1, 0)


@pytest.mark.parametrize(("max_class", "flux"), [("X1.5", 1.5e-4), ("M5.0", 5e-5), ("?", None), ("", None)])
def test_a_peak_flux_that_is_not_given_is_that_of_the_class(max_class, flux):
    run(flare(BEGIN, max_xrlong=None, max_class=max_class))
    assert SolarEvent.objects.get().peak_flux_w_m2 == (None if flux is None else pytest.approx(flux))


def test_the_same_begin_from_another_satellite_is_another_event():
    assert told(run(flare(BEGIN), flare(BEGIN, satellite=18))) == ("", 2, 0, 0, 0)


def test_a_flare_that_left_the_list_stays():
    run(flare(BEGIN))
    assert told(run(flare(BEGIN + timedelta(hours=1)))) == ("", 1, 0, 0, 0)
    assert SolarEvent.objects.count() == 2


def test_no_flare_is_an_answer_for_the_seven_days():
    assert told(run()) == ("", 0, 0, 0, 0)
    log = IngestionLog.objects.get()
    assert (log.status, log.window_start, log.window_end) == ("success", NOW - timedelta(days=7), NOW)
    assert standing("spaceintel.goes_flares").tier == Tier.REAL


def test_a_list_with_flares_covers_seven_days_too():
    run(flare(BEGIN))
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (NOW - timedelta(days=7), NOW)


def test_an_old_list_speaks_for_its_own_time_alone():
    old = NOW - timedelta(days=60)
    run(flare(old), flare(old + timedelta(days=2)))
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (old, old + timedelta(days=2))


def test_a_list_that_reaches_further_back_than_promised_is_not_old():
    run(flare(NOW - timedelta(days=12)), flare(BEGIN))
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (NOW - timedelta(days=7), NOW)


def test_a_list_that_cannot_be_read_covers_nothing():
    outcome = ingest(GoesFlaresProduct(), {FLARES: b"[{"})
    assert outcome.error_class == "SchemaDrift"
    assert IngestionLog.objects.get().window_start is None


def test_a_flare_without_a_begin_or_from_1970_is_left_out():
    flares = [flare(BEGIN + timedelta(hours=i / 10)) for i in range(20)]
    outcome = run(*flares, flare(datetime(1970, 1, 1, tzinfo=UTC)), flare(BEGIN, begin_time="Unk"))
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 20, 2)


def test_script_in_a_class_is_data_and_what_does_not_fit_is_left_out():
    run(flare(BEGIN, max_class="<script", max_xrlong=None))
    one = SolarEvent.objects.get()
    assert (one.flare_class, one.peak_flux_w_m2) == ("<script", None)
    assert run(flare(BEGIN, max_class="<script>alert(1)</script>")).error_class == "SchemaDrift"
    assert SolarEvent.objects.get().flare_class == "<script"


def test_the_recorded_flare_is_stored_as_it_was(through_mirror: Mirror):
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        assert told(Pipeline(Door(), Silent()).run(GoesFlaresProduct(), Window())) == ("", 1, 0, 0, 0)
    one = SolarEvent.objects.get()
    assert (one.flare_class, one.peak_flux_w_m2) == ("B7.6", 7.638600436621346e-07)
    assert one.peak_at == datetime(2026, 8, 8, 8, 58, tzinfo=UTC)
