"""Kp since 2024 from GFZ's web service: what is asked, what is stored, and what must not do harm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Unreachable
from deepspace.upstream.http import Door
from spaceintel.models import PlanetaryK
from spaceintel.products.kp_gfz import SINCE, KpGfzProduct
from spaceintel.science.space_weather import geomagnetic_scale
from tests.deepspace.upstream.asking import HURRIED
from tests.spaceintel.kp_bodies import answer
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db

GFZ = "kp.gfz.de"
MAY = "2024-05-10T00:00:00Z"
NOTHING = answer(MAY, [])


def utc(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def run(body, since=None, until=None):
    """Ingest what a body, or a function of the request, answers; returns the outcome and the requests."""
    door = FakeDoor(body if callable(body) else lambda _: body)
    return Pipeline(door, Silent()).run(KpGfzProduct(), Window(since, until)), door.asked


def may(body):
    outcome, _ = run(body, utc(2024, 5, 10), utc(2024, 5, 12))
    return outcome


def stored():
    return list(PlanetaryK.objects.order_by("timestamp_utc").values_list("kp", flat=True))


def assert_proven():
    report = verify(KpGfzProduct())
    assert (report.differences, report.problems) == (0, [])
    again = replay(KpGfzProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_values_are_stored_with_their_status_and_their_ap():
    outcome = may(answer(MAY, [8.333, 9.0, 8.667, None], ["def", "pre", "now", "now"]))
    assert (outcome.created, outcome.rejected) == (3, 0)
    row = PlanetaryK.objects.get(kp=9.0)
    assert (row.timestamp_utc, row.cadence_s, row.kind) == (utc(2024, 5, 10, 3), 10_800, "observed")
    assert (row.source, row.upstream_status, row.a_running) == ("gfz", "pre", 400.0)
    assert_proven()


def test_a_second_ingest_changes_nothing_and_a_revision_updates():
    body = answer(MAY, [8.333, 9.0], ["pre", "now"])
    may(body)
    again = may(body)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert may(answer(MAY, [8.333, 8.667], ["def", "pre"])).updated == 2
    assert stored() == [8.333, 8.667]
    assert_proven()


def test_half_an_answer_removes_nothing_and_a_value_taken_back_vanishes():
    may(answer(MAY, [1.0, 2.0, 3.0, 4.0]))
    assert may(answer(MAY, [1.0, 2.0])).removed == 0
    assert may(answer(MAY, [1.0, None, 3.0, 4.0])).removed == 1
    assert stored() == [1.0, 3.0, 4.0]
    assert_proven()


def test_times_are_asked_for_in_whole_seconds_with_a_zone():
    _, asked = run(
        NOTHING, datetime(2024, 5, 1, 0, 0, 0, 5, tzinfo=UTC), datetime(2026, 5, 1, 3, 4, 5, 6, tzinfo=UTC)
    )
    for request in asked:
        for name in ("start", "end"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", request.params[name])
    assert (asked[0].params["start"], asked[-1].params["end"]) == (
        "2024-05-01T00:00:00Z",
        "2026-05-01T03:04:05Z",
    )
    assert len(asked) == 2  # a year each


def test_a_first_refresh_takes_everything_since_2024():
    _, asked = run(lambda request: answer(request.params["start"], [1.0] * 8))
    assert asked[0].params["start"] == "2024-01-01T00:00:00Z"
    ends = datetime.fromisoformat(asked[-1].params["end"])
    assert (ends.date(), ends.hour, ends.second) == (datetime.now(UTC).date(), 23, 59)


def test_a_refresh_asks_for_the_last_week_and_once_a_day_for_all_that_is_not_definitive():
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    month = today - timedelta(days=30)
    held = answer(f"{month:%Y-%m-%dT%H:%M:%SZ}", [1.0] * 240, ["def"] * 80 + ["pre"] * 160)
    run(lambda request: held if request.params["end"] > f"{month:%Y-%m-%d}" else NOTHING)
    first_open = month + timedelta(days=10)
    IngestionLog.objects.update(finished_at=today - timedelta(days=2))
    starts = []
    for _ in range(2):
        _, (request,) = run(lambda request: answer(request.params["start"], [2.0] * 8, ["pre"] * 8))
        starts.append(datetime.fromisoformat(request.params["start"]))
    assert starts == [first_open, today - timedelta(days=7)]


def test_after_an_outage_a_refresh_begins_where_the_values_end():
    late = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=40)
    run(
        lambda request: (
            answer(f"{late:%Y-%m-%dT%H:%M:%SZ}", [1.0] * 8)
            if "2024-01-01" in request.params["start"]
            else NOTHING
        )
    )
    _, asked = run(NOTHING)
    assert asked[0].params["start"] == f"{late + timedelta(hours=21):%Y-%m-%dT%H:%M:%SZ}"


def test_what_is_before_2024_belongs_to_the_history():
    outcome, asked = run(NOTHING, utc(2003, 10, 1), utc(2003, 11, 1))
    assert (outcome.error_class, asked) == ("NoData", [])
    _, (request,) = run(NOTHING, utc(2003, 10, 1), utc(2024, 1, 2))
    assert request.params["start"] == f"{SINCE:%Y-%m-%dT%H:%M:%SZ}"


def test_an_empty_answer_is_no_news_and_removes_nothing():
    may(answer(MAY, [1.0]))
    assert may(NOTHING).error_class == "NoData"
    assert stored() == [1.0]


def test_values_that_cannot_be_are_rejected_one_by_one():
    assert may(answer(MAY, [1.0] * 30 + [12.0, 4.5])).rejected == 2
    assert stored() == [1.0] * 30


def test_values_of_the_future_are_rejected():
    ahead = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    start = ahead - timedelta(hours=3 * 29)
    outcome, _ = run(answer(f"{start:%Y-%m-%dT%H:%M:%SZ}", [1.0] * 30), start, None)
    assert (outcome.created, outcome.rejected) == (29, 1)


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", answer(MAY, [1.0, 2.0]).replace(b"03:00:00", b"04:00:00"), answer(MAY, [7.7, 12.0])],
)
def test_a_bad_answer_leaves_the_table(body):
    may(answer(MAY, [1.0]))
    assert may(body).error_class == "SchemaDrift"
    assert stored() == [1.0]


def test_an_upstream_that_is_down_leaves_the_table():
    may(answer(MAY, [1.0]))

    def down(_):
        raise Unreachable("GFZ answered 503")

    assert may(down).error_class == "Unreachable"
    assert stored() == [1.0]


# ------------------------------------------------------------------ against the recordings


def backfill(**changes):
    door = Door(policies={GFZ: replace(HURRIED, **changes)})
    return Pipeline(door, Silent()).run(KpGfzProduct(), Window(utc(2024, 5, 1), utc(2024, 5, 13)))


def test_the_storm_of_may_2024_is_a_g5(through_mirror):
    assert backfill().created == 97
    largest = PlanetaryK.objects.order_by("-kp", "timestamp_utc")[0]
    assert (largest.kp, largest.timestamp_utc) == (9.0, utc(2024, 5, 10, 21))
    assert geomagnetic_scale(largest.kp) == 5
    assert set(PlanetaryK.objects.values_list("upstream_status", flat=True)) == {"pre"}
    again = backfill()
    assert (again.created, again.updated, again.removed, again.unchanged) == (0, 0, 0, 97)
    assert_proven()


FAULTS = {
    "down": "Unreachable",
    "hang": "Unreachable",
    "status:503": "Unreachable",
    "truncate:20": "Unreachable",
    "429:600": "RateLimited",
    "status:404": "Refused",
    "redirectloop": "Refused",
    "html": "SchemaDrift",
    "empty": "SchemaDrift",
    "garbage": "SchemaDrift",
    "huge": "SchemaDrift",
    "gzipbomb:64": "SchemaDrift",
    "badutf8": "SchemaDrift",
    "nan": "SchemaDrift",
}


@pytest.mark.parametrize(("fault", "error_class"), FAULTS.items(), ids=FAULTS)
def test_a_fault_is_the_right_error_and_leaves_the_table(through_mirror, fault, error_class):
    backfill()
    before = list(PlanetaryK.objects.order_by("pk").values())
    kind, _, argument = fault.partition(":")
    through_mirror.faults(":".join(filter(None, (kind, GFZ, argument))))
    assert backfill(tries=1).error_class == error_class
    assert list(PlanetaryK.objects.order_by("pk").values()) == before


def test_values_sent_twice_are_stored_once(through_mirror):
    through_mirror.faults(f"dupes:{GFZ}")
    assert backfill().created == 97
