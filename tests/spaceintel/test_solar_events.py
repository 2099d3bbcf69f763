"""DONKI's lists in the table: windows, revisions, withdrawals, both addresses, and what must not do harm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deepspace import archive
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog, Payload
from deepspace.upstream.errors import Unreachable
from deepspace.upstream.http import Door
from deepspace.upstream.request import Response
from spaceintel.models import SolarEvent
from spaceintel.products.solar_events import SolarEventsProduct
from tests.deepspace.upstream.asking import HURRIED
from tests.spaceintel.donki_bodies import analysis, cme, flare, storm
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db

CCMC, NASA = "kauai.ccmc.gsfc.nasa.gov", "api.nasa.gov"
KEYS = {"FLR": "beginTime", "CME": "startTime", "GST": "startTime", "SEP": "eventTime", "HSS": "eventTime"}


def utc(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


class Donki:
    """An upstream that answers with the events of the days asked, or with a body of the test's own."""

    def __init__(self, **events):
        self.events = {kind: events.get(kind, []) for kind in KEYS}
        self.bodies = {}
        self.door = FakeDoor(self)

    def __call__(self, request):
        host, kind = request.host, request.url.rpartition("/")[2]
        body = self.bodies.get((host, kind), self.bodies.get(kind))
        if isinstance(body, Exception):
            raise body
        if body is not None:
            return body
        first, last = request.params["startDate"], request.params["endDate"]
        return json.dumps(
            [one for one in self.events[kind] if first <= one[KEYS[kind]][:10] <= last]
        ).encode()

    @property
    def asked(self):
        return [(one.host, one.url.rpartition("/")[2]) for one in self.door.asked]

    @property
    def windows(self):
        return list(
            dict.fromkeys((one.params["startDate"], one.params["endDate"]) for one in self.door.asked)
        )


SINCE, UNTIL = utc(2025, 8, 26), utc(2025, 9, 10)


def run(donki, since=SINCE, until=UNTIL):
    return Pipeline(donki.door, Silent()).run(SolarEventsProduct(), Window(since, until))


def stored():
    return set(SolarEvent.objects.values_list("event_type", "event_id"))


def assert_proven():
    report = verify(SolarEventsProduct())
    assert (report.differences, report.problems) == (0, [])
    assert report.rederived == report.rows == SolarEvent.objects.count()
    again = replay(SolarEventsProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


@pytest.fixture
def donki():
    return Donki(FLR=[flare()], CME=[cme(analysis("LE"))], GST=[storm(6.0)])


def test_a_second_ingest_changes_nothing(donki):
    assert run(donki).created == 3
    again = run(donki)
    assert (again.created, again.updated, again.unchanged, again.removed) == (0, 0, 3, 0)
    assert set(SolarEvent.objects.values_list("source", flat=True)) == {"nasa_donki"}
    assert_proven()


def test_a_revised_event_replaces_its_row_and_the_earlier_body_stays(donki):
    run(donki)
    donki.events["FLR"] = [flare(versionId=2, classType="M1.3")]
    outcome = run(donki)
    assert (outcome.updated, outcome.unchanged) == (1, 2)
    assert SolarEvent.objects.get(event_type="FLR").flare_class == "M1.3"
    assert Payload.objects.filter(url__contains="/FLR?").count() == 2
    assert_proven()


def test_a_withdrawn_event_vanishes(donki):
    run(donki)
    donki.events["FLR"] = []
    assert run(donki).removed == 1
    assert ("FLR", flare()["flrID"]) not in stored()
    assert_proven()


def test_flares_of_noaa_in_the_same_table_are_left_alone(donki):
    log = IngestionLog.objects.create(
        product="spaceintel.flares", source="noaa_swpc", started_at=utc(2026, 1, 1)
    )
    stamp = {"source": "noaa_swpc", "ingestion": log, "ingested_at": utc(2026, 1, 1)}
    SolarEvent.objects.create(event_type="XRA", event_id="x", timestamp_utc=utc(2025, 9, 1), **stamp)
    run(donki)
    assert run(donki).removed == 0
    assert ("XRA", "x") in stored()


def test_an_event_whose_begin_was_revised_across_a_windows_edge_is_told_by_the_newest_batch(donki):
    run(donki)
    donki.events["FLR"] = [flare(beginTime="2025-09-02T00:01Z", versionId=2)]
    outcome = run(donki, utc(2025, 9, 1), utc(2025, 9, 10))
    assert outcome.updated == 1
    assert_proven()
    assert SolarEvent.objects.get(event_type="FLR").timestamp_utc == utc(2025, 9, 2, 0, 1)


def test_windows_are_whole_days_of_at_most_thirty(donki):
    run(donki, utc(2025, 8, 26, 15), utc(2025, 10, 25, 3))
    assert donki.windows == [
        ("2025-08-26", "2025-09-24"),
        ("2025-09-25", "2025-10-24"),
        ("2025-10-25", "2025-10-25"),
    ]
    logs = IngestionLog.objects.order_by("pk")
    assert logs[0].window_start == utc(2025, 8, 26)
    assert logs[0].window_end == utc(2025, 9, 25) - timedelta(microseconds=1)
    assert len(donki.asked) == 15


def test_a_refresh_looks_at_thirty_days_once_a_day_and_at_four_in_between(donki):
    today = datetime.now(UTC).date()
    for _ in range(2):
        assert run(donki, None, None).succeeded
    days = [(today - timedelta(days=29), today), (today - timedelta(days=3), today)]
    assert donki.windows == [(str(first), str(last)) for first, last in days]
    yesterday = datetime.now(UTC) - timedelta(hours=24)
    IngestionLog.objects.update(finished_at=yesterday)
    donki.door.asked.clear()
    run(donki, None, None)
    assert donki.windows == [(str(days[0][0]), str(today))]


def test_a_backfill_does_not_stand_for_the_long_look(donki):
    run(donki)
    donki.door.asked.clear()
    run(donki, None, None)
    today = datetime.now(UTC).date()
    assert donki.windows == [(str(today - timedelta(days=29)), str(today))]


def test_a_window_without_events_is_known_to_be_empty(donki):
    outcome = run(donki, utc(2024, 1, 1), utc(2024, 1, 2))
    assert (outcome.succeeded, outcome.batches) == (True, 1)
    assert IngestionLog.objects.get().window_start == utc(2024, 1, 1)


@pytest.mark.parametrize(("since", "until"), [(utc(1999, 1, 1), utc(2009, 1, 1)), (utc(2999, 1, 1), None)])
def test_a_window_that_donki_cannot_have_is_not_asked_for(donki, since, until):
    assert run(donki, since, until).error_class == "NoData"
    assert donki.asked == []


def test_events_of_the_neighbouring_days_are_passed_over_and_others_are_rejected(donki):
    donki.events["FLR"] = [flare(flrID=f"F{i}") for i in range(30)]
    donki.bodies["FLR"] = json.dumps(
        [
            *donki.events["FLR"],
            flare(flrID="before", beginTime="2025-08-25T23:50Z"),
            flare(flrID="after", beginTime="2025-09-11T00:10Z"),
            flare(flrID="epoch", beginTime="1970-01-01T00:00Z"),
            flare(flrID="next year", beginTime="2026-08-28T00:00Z"),
        ]
    ).encode()
    outcome = run(donki)
    assert (outcome.created, outcome.rejected) == (32, 2)
    log = IngestionLog.objects.get()
    assert {one["reason"] for one in log.rejected_sample} == {
        "it begins at 1970-01-01T00:00Z, which cannot be",
        "outside the window asked",
    }
    assert_proven()


def test_a_list_of_nonsense_fails_and_leaves_the_table(donki):
    run(donki)
    donki.bodies["FLR"] = json.dumps(
        [flare(beginTime="1970-01-01T00:00Z"), flare(flrID="b", beginTime=None)]
    ).encode()
    outcome = run(donki)
    assert outcome.error_class == "SchemaDrift"
    assert len(stored()) == 3


def test_duplicates_are_one_event_and_contradictions_none(donki):
    donki.events["FLR"] = [flare(), flare()]
    assert run(donki).created == 3
    donki.events["FLR"] = [flare(flrID=f"F{i}") for i in range(30)] + [flare(), flare(classType="X9.9")]
    assert run(donki).rejected == 2


def test_one_list_that_fails_fails_all_five(donki):
    run(donki)
    donki.events["FLR"] = []
    donki.bodies["HSS"] = b'{"message": "maintenance"}'
    assert run(donki).error_class == "SchemaDrift"
    assert len(stored()) == 3


@pytest.mark.parametrize("kind", ["SEP", "HSS"])
def test_an_empty_body_is_none_where_nothing_is_stored(donki, kind):
    donki.bodies[kind] = b""
    assert run(donki).created == 3
    assert donki.asked.count((NASA, kind)) == 0
    assert_proven()


def test_an_empty_body_where_events_are_stored_is_checked_at_the_second_address(donki):
    run(donki)
    donki.bodies[CCMC, "FLR"] = b""
    assert run(donki).unchanged == 3
    assert donki.asked[-5:].count((NASA, "FLR")) == 1
    donki.bodies[NASA, "FLR"] = b"[]"
    assert run(donki).removed == 1


def test_two_empty_bodies_where_events_are_stored_are_drift(donki):
    run(donki)
    donki.bodies["FLR"] = b""
    outcome = run(donki)
    assert (outcome.error_class, len(stored())) == ("SchemaDrift", 3)
    assert "empty body for FLR" in outcome.error_message


def test_the_key_stands_in_the_second_request_alone(donki, settings):
    settings.NASA_API_KEY = "k3y"
    run(donki)
    for request in donki.door.asked:
        first, second = request.routes
        assert (first.host, dict(first.secret_params)) == (CCMC, {})
        assert (second.host, dict(second.secret_params)) == (NASA, {"api_key": "k3y"})
        assert second.params == first.params
        assert second.url == f"https://{NASA}/DONKI/{first.url.rpartition('/')[2]}"


def test_a_script_in_a_note_is_stored_as_plain_text(donki):
    text = "<script>alert('x')</script> & more"
    donki.events["FLR"] = [flare(note=text, link=f"https://ccmc.gsfc.nasa.gov/{text}")]
    run(donki)
    row = SolarEvent.objects.get(event_type="FLR")
    assert (row.note, row.link) == (text, f"https://ccmc.gsfc.nasa.gov/{text}")
    assert_proven()


def test_an_upstream_that_is_down_leaves_the_table_and_says_so(donki):
    run(donki)
    donki.bodies["GST"] = Unreachable("DONKI answered 503 Service Unavailable")
    outcome = run(donki)
    assert (outcome.error_class, len(stored())) == ("Unreachable", 3)


def at_nasa(donki, *flares):
    """CCMC is down, and api.nasa.gov answers from its cache."""

    def answer(request):
        body = json.dumps(flares).encode() if request.url.endswith("/FLR") else donki(request)
        return request.routes[1], body

    return NasaDoor(answer)


class NasaDoor(FakeDoor):
    """Archives under the address that answered."""

    def fetch(self, request):
        self.asked.append(request)
        answer: Any = self.answer  # which gives the route beside the body
        route, body = answer(request)
        return archive.keep(route, Response(200, body, {}, datetime.now(UTC)))


def test_an_older_cache_makes_no_event_vanish_and_takes_no_revision_back(donki):
    donki.events["FLR"] = [
        flare(versionId=2, classType="M1.3"),
        flare(flrID="newest", beginTime="2025-09-09T10:00Z"),
    ]
    run(donki)
    for _ in range(2):  # an outage can last
        stand_in = at_nasa(
            donki, flare(versionId=1), flare(flrID="known to both", beginTime="2025-09-01T00:00Z")
        )
        Pipeline(stand_in, Silent()).run(SolarEventsProduct(), Window(SINCE, UNTIL))
        assert_proven()
    flares = dict(SolarEvent.objects.filter(event_type="FLR").values_list("event_id", "flare_class"))
    assert flares == {flare()["flrID"]: "M1.3", "newest": "M1.1", "known to both": "M1.1"}
    assert run(donki).removed == 1  # CCMC is back and has the last word
    assert_proven()


def stand_in(donki, *flares, since=SINCE, until=UNTIL):
    outcome = Pipeline(at_nasa(donki, *flares), Silent()).run(SolarEventsProduct(), Window(since, until))
    assert outcome.succeeded
    assert_proven()


def flares():
    return dict(SolarEvent.objects.filter(event_type="FLR").values_list("event_id", "flare_class"))


EARLY, LATE = "2025-08-27T10:00Z", "2025-09-09T10:00Z"
LAST_DAYS = utc(2025, 9, 7)


def test_a_short_list_says_nothing_of_the_days_before_it_when_the_second_address_stands_in_for_all(donki):
    donki.events["FLR"] = [flare(flrID="early", beginTime=EARLY), flare(flrID="late", beginTime=LATE)]
    run(donki)
    run(donki, LAST_DAYS, UNTIL)  # the newest list of CCMC has four days
    for _ in range(3):  # the stand-in of the stand-in as well
        stand_in(donki)
        assert set(flares()) == {"early", "late"}
        stand_in(donki, since=LAST_DAYS)
        assert set(flares()) == {"early", "late"}


def test_what_a_newer_list_withdrew_does_not_come_back_from_an_older_one(donki):
    donki.events["FLR"] = [flare(flrID="early", beginTime=EARLY), flare(flrID="late", beginTime=LATE)]
    run(donki)
    donki.events["FLR"] = donki.events["FLR"][:1]
    run(donki, LAST_DAYS, UNTIL)
    stand_in(donki)
    assert set(flares()) == {"early"}


def test_of_an_event_in_two_lists_the_newer_one_tells(donki):
    donki.events["FLR"] = [flare(beginTime="2025-09-06T23:50Z")]
    run(donki)
    donki.events["FLR"] = [flare(beginTime="2025-09-07T00:10Z", classType="M2.2", versionId=2)]
    run(donki, LAST_DAYS, UNTIL)
    stand_in(donki)
    assert flares() == {flare()["flrID"]: "M2.2"}


def test_a_list_that_came_again_unchanged_is_as_new_as_its_last_confirmation(donki):
    """The archive keeps equal bytes once: the older row is the newer word."""
    donki.events["FLR"] = [flare(flrID="late", beginTime=LATE)]
    run(donki, LAST_DAYS, UNTIL)
    donki.events["FLR"] = []
    run(donki)
    donki.events["FLR"] = [flare(flrID="late", beginTime=LATE)]
    run(donki, LAST_DAYS, UNTIL)
    stand_in(donki)
    assert set(flares()) == {"late"}


def test_a_body_that_was_no_list_is_not_what_was_said_before(donki):
    donki.events["FLR"] = [flare()]
    run(donki)
    donki.bodies["FLR"] = b'{"message": "maintenance"}'
    assert run(donki).error_class == "SchemaDrift"
    stand_in(donki)
    assert set(flares()) == {flare()["flrID"]}


# ------------------------------------------------------------------ against the recordings


def hurried_door(**changes):
    return Door(policies=dict.fromkeys((CCMC, NASA), replace(HURRIED, **changes)))


def backfill(door):
    return Pipeline(door, Silent()).run(SolarEventsProduct(), Window(utc(2025, 8, 26), utc(2025, 9, 25)))


def test_the_recorded_events_are_there_exactly(through_mirror):
    outcome = backfill(hurried_door())
    assert (outcome.created, outcome.rejected) == (167, 0)
    counts = {kind: SolarEvent.objects.filter(event_type=kind).count() for kind in KEYS}
    assert counts == {"CME": 141, "FLR": 23, "GST": 3, "SEP": 0, "HSS": 0}
    assert SolarEvent.objects.filter(arrival_at__isnull=False).count() == 6
    halo = SolarEvent.objects.get(event_id="2025-08-30T20:09:00-CME-001")
    assert (halo.speed_km_s, halo.arrival_at) == (1303.0, utc(2025, 9, 1, 18, 24))  # 1265 km/s is the shock's
    assert SolarEvent.objects.filter(speed_km_s__isnull=True, event_type="CME").count() == 0
    again = backfill(hurried_door())
    assert (again.created, again.updated, again.unchanged, again.removed) == (0, 0, 167, 0)
    assert_proven()


FAULTS = {
    "down:*": "Unreachable",
    "refuse:*": "Unreachable",
    "hang:*": "Unreachable",
    "slow:*:0.1": "Unreachable",
    "status:*:503": "Unreachable",
    "truncate:*:20": "Unreachable",
    "429:*:600": "RateLimited",
    "status:*:404": "Refused",
    "redirectloop:*": "Refused",
    "html:*": "SchemaDrift",
    "empty:*": "SchemaDrift",
    "garbage:*": "SchemaDrift",
    "huge:*": "SchemaDrift",
    "gzipbomb:*:64": "SchemaDrift",
    "badutf8:*": "SchemaDrift",
    "nan:*": "SchemaDrift",
}


@pytest.mark.parametrize(("fault", "error_class"), FAULTS.items(), ids=FAULTS)
def test_a_fault_is_the_right_error_and_leaves_the_table(through_mirror, fault, error_class):
    backfill(hurried_door())
    before = list(SolarEvent.objects.order_by("pk").values())
    through_mirror.faults(fault)
    outcome = backfill(hurried_door(tries=1))
    assert outcome.error_class == error_class
    assert list(SolarEvent.objects.order_by("pk").values()) == before


def test_rows_sent_twice_are_stored_once(through_mirror):
    through_mirror.faults(f"dupes:{CCMC}")
    assert backfill(hurried_door()).created == 167


@pytest.mark.parametrize("fault", ["down", "status:503", "429"])
def test_where_ccmc_is_down_the_second_address_answers_and_the_key_is_nowhere(
    through_mirror, settings, fault
):
    settings.NASA_API_KEY = "s3cr3tk3y"
    kind, _, code = fault.partition(":")
    through_mirror.faults(f"{kind}:{CCMC}" + (f":{code}" if code else ""))
    assert backfill(hurried_door(tries=1)).created == 167
    assert Payload.objects.filter(upstream=NASA).count() == 10
    assert not Payload.objects.filter(url__contains="s3cr3t").exists()
    assert "s3cr3t" not in json.dumps(list(IngestionLog.objects.values()), default=str)
    assert not any("api_key" in entry["query"] for entry in through_mirror.log(CCMC) if "query" in entry)
    assert all(entry["status"] == 200 for entry in through_mirror.log(NASA))
