"""SWPC's planetary K index: three files, three kinds, each on its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.fallback import standing
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.errors import Refused, SchemaDrift, Unreachable
from spaceintel.models import PlanetaryK
from spaceintel.products.kp import KpProduct
from tests.spaceintel.swpc_bodies import (
    ESTIMATED,
    FORECAST,
    NOW,
    OBSERVED,
    asked,
    everything,
    ingest,
    observed,
    old_shape,
    swpc,
    tag,
    told,
)
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

START = NOW.replace(minute=0) - timedelta(hours=9)
KEY = "spaceintel.kp"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def kind(word: str) -> list[tuple[datetime, float]]:
    return list(
        PlanetaryK.objects.filter(kind=word).order_by("timestamp_utc").values_list("timestamp_utc", "kp")
    )


def test_each_file_becomes_rows_of_its_kind():
    assert told(ingest(KpProduct(), everything())) == ("", 11, 0, 0, 0)
    assert kind("observed") == [
        (START + timedelta(hours=3 * i), kp) for i, kp in enumerate([2.33, 2.67, 3.0])
    ]
    estimates = PlanetaryK.objects.filter(kind="estimated")
    assert {(one.kp, one.kp_text, one.cadence_s) for one in estimates} == {(2.33, "2P", 60)}
    assert len(estimates) == 5
    one = PlanetaryK.objects.get(kind="observed", timestamp_utc=START)
    assert (one.a_running, one.station_count, one.cadence_s, one.source) == (5.0, 8, 10800, "noaa_swpc")


def test_the_forecast_keeps_its_own_words_and_not_what_was_observed():
    ingest(KpProduct(), everything())
    rows = PlanetaryK.objects.filter(kind="predicted").order_by("timestamp_utc")
    assert [(row.kp, row.upstream_status, row.noaa_scale) for row in rows] == [
        (3.0, "estimated", ""),
        (4.67, "predicted", "G1"),
        (9.0, "predicted", "G5"),
    ]


def test_a_second_run_changes_nothing_and_every_row_is_proven():
    ingest(KpProduct(), everything())
    assert told(ingest(KpProduct(), everything())) == ("", 0, 0, 11, 0)
    report = verify(KpProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (11, 11, 0, [])
    again = replay(KpProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_the_shape_of_before_april_2026_gives_the_same_rows():
    files = everything()
    ingest(KpProduct(), files)
    files |= {OBSERVED: old_shape(files[OBSERVED]), FORECAST: old_shape(files[FORECAST], zone="")}
    assert told(ingest(KpProduct(), files)) == ("", 0, 0, 11, 0)


@pytest.mark.parametrize("lost", [OBSERVED, ESTIMATED, FORECAST])
@pytest.mark.parametrize(
    "failure", [Unreachable("SWPC did not answer"), Refused("404"), b"<html>sorry</html>", [], [{"a": 1}], {}]
)
def test_one_file_that_fails_does_not_lose_the_others(lost, failure):
    outcome = ingest(KpProduct(), {**everything(), lost: failure})
    expected = (
        type(failure).__name__
        if isinstance(failure, Exception)
        else "NoData"
        if failure == []
        else "SchemaDrift"
    )
    assert outcome.error_class == expected
    left = {OBSERVED: 8, ESTIMATED: 6, FORECAST: 8}[lost]
    assert (outcome.created, outcome.failures) == (left, 1)
    assert PlanetaryK.objects.count() == left
    assert IngestionLog.objects.filter(status="success").count() == 2
    assert not IngestionLog.objects.filter(completes_run=True).exists()


def test_a_failure_after_a_good_day_leaves_all_rows_and_says_cached():
    ingest(KpProduct(), everything())
    with time_machine.travel(NOW + timedelta(minutes=20)):
        outcome = ingest(KpProduct(), {})
        assert (outcome.error_class, outcome.failures) == ("Refused", 3)
        assert standing(KEY).tier == Tier.CACHED
    assert PlanetaryK.objects.count() == 11


def test_history_stays_when_the_feed_moves_on():
    ingest(KpProduct(), everything())
    later = {**everything(), OBSERVED: observed(START + timedelta(hours=6), [3.33, 4.0])}
    assert told(ingest(KpProduct(), later)) == ("", 1, 1, 8, 0)
    assert [kp for _, kp in kind("observed")] == [2.33, 2.67, 3.33, 4.0]


def test_the_batches_say_what_they_are_and_which_time_they_cover():
    ingest(KpProduct(), everything())
    logs = {log.parameters["kind"]: log for log in IngestionLog.objects.all()}
    assert set(logs) == {"observed", "estimated", "predicted"}
    assert (logs["observed"].window_start, logs["observed"].window_end) == (START, START + timedelta(hours=9))
    assert logs["estimated"].window_end == NOW
    assert logs["predicted"].window_end == START + timedelta(hours=12)


@pytest.mark.parametrize("kp", [9.01, -0.5, 10, 1e30])
def test_a_value_that_cannot_be_is_left_out_and_logged(kp):
    values = [1.0] * 20 + [kp]
    outcome = ingest(KpProduct(), {**everything(), OBSERVED: observed(START - timedelta(days=3), values)})
    assert (outcome.error_class, outcome.rejected) == ("", 1)
    assert len(kind("observed")) == 20


def test_single_dates_of_1970_and_of_the_future_are_left_out():
    values = observed(START - timedelta(days=3), [1.0] * 30)
    values[3]["time_tag"], values[7]["time_tag"] = "1970-01-01T00:00:00", "2099-01-01T00:00:00"
    outcome = ingest(KpProduct(), {**everything(), OBSERVED: values})
    assert (outcome.error_class, outcome.rejected, len(kind("observed"))) == ("", 2, 28)


def test_a_whole_file_of_1970_is_refused():
    outcome = ingest(
        KpProduct(), {**everything(), OBSERVED: observed(datetime(1970, 1, 1, tzinfo=UTC), [1.0] * 9)}
    )
    assert outcome.error_class == "SchemaDrift"
    assert "9 of 9 rows rejected" in outcome.error_message
    assert kind("observed") == []


def test_a_word_for_a_forecast_that_is_not_known_is_no_row():
    files = everything()
    ahead = [
        {
            "time_tag": tag(START + timedelta(hours=3 * i)),
            "kp": 2.0,
            "observed": "predicted",
            "noaa_scale": None,
        }
        for i in range(20)
    ]
    files[FORECAST] = [*ahead, {**ahead[0], "observed": "imagined"}]
    outcome = ingest(KpProduct(), files)
    assert (outcome.error_class, outcome.rejected) == ("", 1)


def test_every_record_twice_is_stored_once():
    files = everything()
    assert told(ingest(KpProduct(), {path: files[path] * 2 for path in (OBSERVED, ESTIMATED, FORECAST)})) == (
        *("", 11),
        *(0, 0, 0),
    )


def test_two_values_for_one_interval_are_none():
    files = everything()
    days_ago = START - timedelta(days=4)
    files[OBSERVED] = [*observed(days_ago, [1.0] * 30), *observed(days_ago, [2.0])]
    outcome = ingest(KpProduct(), files)
    assert (outcome.rejected, len(kind("observed"))) == (2, 29)


def test_a_broken_file_is_schema_drift_and_three_files_are_asked():
    door = swpc({**everything(), OBSERVED: SchemaDrift("SWPC sent broken JSON")})
    ingest(KpProduct(), door)
    assert asked(door) == [OBSERVED, ESTIMATED, FORECAST]


@pytest.mark.parametrize("shape", ["new", "old"])
def test_the_recorded_week_is_stored_as_it_was(through_mirror: Mirror, shape: str):
    from deepspace.ingestion.pipeline import Pipeline
    from deepspace.ingestion.product import Window
    from deepspace.upstream.http import Door

    if shape == "old":
        through_mirror.faults("oldshape:services.swpc.noaa.gov")
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        outcome = Pipeline(Door(), Silent()).run(KpProduct(), Window())
    assert told(outcome) == ("", 439, 0, 0, 0)
    counts = [PlanetaryK.objects.filter(kind=word).count() for word in ("observed", "estimated", "predicted")]
    assert counts == [62, 358, 19]
    assert PlanetaryK.objects.get(kind="observed", timestamp_utc=datetime(2026, 2, 2, tzinfo=UTC)).kp == 2.33
