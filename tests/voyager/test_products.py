"""The trajectory: every epoch asked once, stored digit for digit, refreshed by the day, replaced as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
import pytest
import time_machine
from django.db.models import Max, Min

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import ArchivedPayload, Batch, Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog, Payload
from deepspace.provenance import Tier
from deepspace.upstream import horizons
from deepspace.upstream.errors import NoData, SchemaDrift, Unreachable
from deepspace.upstream.http import Door
from tests.support import horizons as fake
from tests.support.diary import dump
from tests.support.door import FakeDoor, Silent
from voyager.legs import DAY, legs
from voyager.models import Trajectory
from voyager.products import TrajectoryProduct

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS_60 = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC))
REFIT = {"-31": "Voyager_1_ST+refit2030"}
HOST = "ssd.jpl.nasa.gov"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(window: Window | None = None, door=None, **how):
    return Pipeline(door or FakeDoor(fake.answering(**how)), Silent()).run(
        TrajectoryProduct(), window or Window()
    )


def expected_rows(at: datetime) -> int:
    return sum(leg.epochs for leg in legs(at))


def params(door: FakeDoor) -> list[dict[str, str]]:
    return [dict(request.params) for request in door.asked]


def batch(voyager: bytes, earth: bytes, **parameters) -> Batch:
    def payload(body):
        return ArchivedPayload(1, "0" * 64, "", NOW, body)

    return Batch(
        {"voyager1": payload(voyager), "earth": payload(earth)}, parameters={"step_s": 86400} | parameters
    )


# --- parsing


def test_states_of_both_bodies_become_rows():
    (block,) = TrajectoryProduct().parse(batch(fake.body("voyager1"), fake.body("earth")))
    assert block["jd_tdb"].tolist() == [2444603.5, 2444604.5, 2444605.5, 2444606.5]
    voyager = horizons.parse_vectors(fake.body("voyager1"))
    earth = horizons.parse_vectors(fake.body("earth"))
    assert np.array_equal(block["x_au"], voyager.position_au[:, 0])
    assert np.array_equal(block["earth_vz_au_d"], earth.velocity_au_d[:, 2])
    utc_of_1981 = np.datetime64("1980-12-31T23:59:08.816", "us")  # TDB - UTC = 51.184 s
    assert abs(block["timestamp_utc"][2] - utc_of_1981) < np.timedelta64(1, "ms")
    heliocentric = np.linalg.norm(voyager.position_au, axis=1)
    geocentric = np.linalg.norm(voyager.position_au - earth.position_au, axis=1)
    assert block["distance_au"] == pytest.approx(heliocentric, rel=1e-14)
    assert block["earth_distance_au"] == pytest.approx(geocentric, rel=1e-14)


def test_states_before_1981_are_called_a_design():
    (block,) = TrajectoryProduct().parse(batch(fake.body("voyager1"), fake.body("earth")))
    assert block["quality"].tolist() == ["design", "design", "refit", "refit"]


def test_both_solutions_are_kept():
    (block,) = TrajectoryProduct().parse(batch(fake.body("voyager1"), fake.body("earth")))
    assert set(block["solution"]) == {"Voyager_1_ST+refit2022_m"}
    assert len(set(block["earth_solution"])) == 1


def test_bodies_in_each_others_place_are_refused():
    with pytest.raises(SchemaDrift, match="asked for -31 and 399, got 399 and -31"):
        list(TrajectoryProduct().parse(batch(fake.body("earth"), fake.body("voyager1"))))


def test_bodies_at_different_instants_are_refused():
    shorter = fake.vectors_body("399", [datetime(1980, 12, 30)])  # noqa: DTZ001 (TDB)
    with pytest.raises(SchemaDrift, match=r"Voyager 1 \(4 epochs\) and the Earth \(1\)"):
        list(TrajectoryProduct().parse(batch(fake.body("voyager1"), shorter)))


# --- what is asked


def test_a_window_is_clipped_to_the_days_asked(db):
    door = FakeDoor(fake.answering())
    outcome = run(DAYS_60, door)
    assert outcome.created == 60  # TDB midnights are 69 s before those of UTC: Jan 2 to Mar 1
    assert [one["START_TIME"] + one["STOP_TIME"] for one in params(door)] == [
        '"2020-01-02 00:00""2020-03-01 00:00"'
    ] * 2
    span = Trajectory.objects.aggregate(first=Min("timestamp_utc"), last=Max("timestamp_utc"))
    assert DAYS_60.start <= span["first"] < span["last"] <= DAYS_60.end
    assert abs(span["last"] - span["first"] - 59 * DAY) < timedelta(seconds=1)


def test_a_single_epoch_is_asked_by_list(db):
    """Horizons refuses `start == stop`."""
    door = FakeDoor(fake.answering())
    outcome = run(Window(utc("2020-01-05"), utc("2020-01-06")), door)
    assert outcome.created == 1
    assert [one.get("TLIST") for one in params(door)] == ["2458854.5"] * 2


def test_the_last_minute_before_the_jump_is_stored_at_its_own_instant(db):
    assert run(Window(utc("1980-12-31T12:00"), utc("1980-12-31T23:59"))).created == 1
    row = Trajectory.objects.get()
    assert abs(row.timestamp_utc - utc("1980-12-31T23:58:08.816")) < timedelta(milliseconds=1)
    assert (row.quality, row.cadence_s) == ("design", 3600)


def test_a_window_over_several_legs_is_one_batch_each(db):
    outcome = run(Window(utc("1979-02-20"), utc("1979-03-20")))
    assert outcome.batches == 3
    assert set(Trajectory.objects.values_list("cadence_s", flat=True)) == {3600, 86400}


@pytest.mark.parametrize(
    "window",
    [
        Window(utc("1960-01-01"), utc("1977-09-05")),
        Window(utc("2020-01-01T06:00"), utc("2020-01-01T18:00")),
        Window(utc("2099-01-01")),
    ],
)
def test_a_window_without_an_epoch_says_so_and_asks_nobody(db, window):
    door = FakeDoor(fake.answering())
    outcome = run(window, door)
    assert (outcome.error_class, outcome.error_message) == (
        "NoData",
        "no epoch of the trajectory lies in the window asked",
    )
    assert door.asked == []


def test_the_end_of_time_is_a_window_like_any_other(db):
    with time_machine.travel(NOW):
        assert run(Window(utc("2027-11-01"), datetime.max.replace(tzinfo=UTC))).created == 19


# --- what may be answered


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ("ambiguous", "Refused", "more than one target: -31 Voyager 1"),
        ("no_ephemeris", "NoData", 'No ephemeris for target "Voyager 1 (spacecraft)" prior to'),
        ("bad_dates", "Refused", "Bad dates -- start must be earlier than stop"),
    ],
)
def test_horizons_own_refusals_are_named_and_change_nothing(db, body, error, words):
    run(DAYS_60)
    before = dump(Trajectory)
    outcome = run(DAYS_60, FakeDoor(lambda _: fake.body(body)))
    assert outcome.error_class == error
    assert words in outcome.error_message
    assert "\n" not in outcome.error_message
    assert dump(Trajectory) == before
    assert IngestionLog.objects.order_by("-pk")[0].error_class == error


def test_an_answer_with_fewer_epochs_than_asked_deletes_nothing(db):
    run(DAYS_60)
    before = dump(Trajectory)

    def shorter(request):
        target = request.params["COMMAND"].strip('"')
        return fake.vectors_body(target, fake.epochs_of(request.params)[:3])

    outcome = run(DAYS_60, FakeDoor(shorter))
    assert (outcome.error_class, outcome.error_message) == (
        "SchemaDrift",
        "Horizons gives 3 epochs of -31, asked were 60",
    )
    assert dump(Trajectory) == before


def test_an_answer_about_another_time_is_refused(db):
    def shifted(request):
        target = request.params["COMMAND"].strip('"')
        return fake.vectors_body(target, [epoch + 90 * DAY for epoch in fake.epochs_of(request.params)])

    outcome = run(DAYS_60, FakeDoor(shifted))
    assert outcome.error_class == "SchemaDrift"
    assert "outside the window asked" in outcome.error_message
    assert not Trajectory.objects.exists()


# --- refreshing, against made-up states of the whole flight


@pytest.fixture
def whole(db):
    """The whole flight, taken on a day."""
    with time_machine.travel(NOW):
        assert run().created == expected_rows(NOW)


def solutions() -> set[str]:
    return set(Trajectory.objects.values_list("solution", flat=True))


def test_a_first_run_takes_the_whole_flight_and_a_second_nothing(whole):
    assert Trajectory.objects.count() == expected_rows(NOW)
    with time_machine.travel(NOW + timedelta(hours=1)):
        door = FakeDoor(fake.answering())
        outcome = run(door=door)
    assert (outcome.created, outcome.updated, outcome.removed) == (0, 0, 0)
    assert len(door.asked) == 2


@pytest.mark.parametrize(("days", "requests"), [(1, 2), (2, 2), (10, 4)])
def test_later_runs_ask_only_for_what_is_new(whole, days, requests):
    later = NOW + timedelta(days=days)
    with time_machine.travel(later):
        door = FakeDoor(fake.answering())
        outcome = run(door=door)
    assert (outcome.created, outcome.updated, outcome.removed) == (days, 0, 0)
    assert len(door.asked) == requests
    assert sum(len(fake.epochs_of(one)) for one in params(door)) <= 2 * (days + 2)
    assert Trajectory.objects.count() == expected_rows(later)


def test_a_lost_row_is_asked_again(whole):
    Trajectory.objects.filter(timestamp_utc__range=(utc("1979-03-05"), utc("1979-03-06"))).delete()
    Trajectory.objects.filter(timestamp_utc__range=(utc("2027-10-01"), utc("2027-10-05"))).delete()
    with time_machine.travel(NOW + timedelta(hours=1)):
        outcome = run()
    assert outcome.created == 24 + 4
    assert Trajectory.objects.count() == expected_rows(NOW)


def test_another_solution_replaces_every_row(whole):
    with time_machine.travel(NOW + timedelta(hours=1)):
        outcome = run(solutions=REFIT, shift_au=1e-6)
    assert (outcome.updated, outcome.created, outcome.removed) == (expected_rows(NOW), 0, 0)
    assert solutions() == {REFIT["-31"]}
    assert verify(TrajectoryProduct()).differences == 0
    assert {log.upstream_version for log in IngestionLog.objects.order_by("-pk")[:3]} == {
        f"{REFIT['-31']} / {fake.SOLUTIONS['399']}"
    }


def test_another_solution_of_the_earth_does_too(whole):
    with time_machine.travel(NOW + timedelta(hours=1)):
        run(solutions={"399": "DE500"})
    assert set(Trajectory.objects.values_list("earth_solution", flat=True)) == {"DE500"}


def test_a_replacement_that_was_cut_off_goes_on_where_it_stopped(whole):
    door = FakeDoor(fake.answering(REFIT))
    complete = fake.answering(REFIT)

    def breaks(request):
        if len(door.asked) > 7:
            raise Unreachable("cut off")
        return complete(request)

    door.answer = breaks
    with time_machine.travel(NOW + timedelta(hours=1)):
        outcome = run(door=door)
    assert outcome.error_class == "Unreachable"
    assert solutions() == {REFIT["-31"], fake.SOLUTIONS["-31"]}
    with time_machine.travel(NOW + timedelta(hours=2)):
        rest = FakeDoor(complete)
        assert run(door=rest).succeeded
    assert solutions() == {REFIT["-31"]}
    again = {one["START_TIME"] for one in params(rest) if "START_TIME" in one}
    done = {one["START_TIME"] for one in params(door)[2:6]}
    assert not again & done
    assert Trajectory.objects.count() == expected_rows(NOW)


def test_a_first_run_that_was_cut_off_goes_on_where_it_stopped(db):
    door = FakeDoor(fake.answering())

    def breaks(request):
        if len(door.asked) > 7:
            raise Unreachable("cut off")
        return fake.answer(request.params)

    door.answer = breaks
    with time_machine.travel(NOW):
        assert run(door=door).error_class == "Unreachable"
        assert standing("voyager.trajectory").last_success_at is None
        rest = FakeDoor(fake.answering())
        assert run(door=rest).succeeded
        assert standing("voyager.trajectory").tier == Tier.REAL
    assert (
        len(door.asked) + len(rest.asked) == 2 * len(legs(NOW)) + 2 + 2 + 2
    )  # both probes, and the one cut off
    assert Trajectory.objects.count() == expected_rows(NOW)


# --- against recorded answers


def direct(mirror, target: str, start: str, stop: str) -> horizons.VectorTable:
    """The upstream's answer, asked without any of the platform's machinery."""
    request = horizons.vectors_request(target, start, stop, "1d")
    with urlopen(f"{mirror.url}/{HOST}/api/horizons.api?{urlencode(request.params)}", timeout=60) as answer:
        return horizons.parse_vectors(answer.read())


@pytest.mark.slow
@pytest.mark.django_db
def test_the_recorded_flight_is_stored_digit_for_digit(through_mirror):
    mirror = through_mirror
    with time_machine.travel(NOW):
        first = run(door=Door())
        assert first.succeeded, first.error_message
        assert (first.rejected, first.removed, first.updated) == (0, 0, 0)
        assert first.created == Trajectory.objects.count() == expected_rows(NOW)
        assert mirror.summary()[HOST]["max_in_flight"] == 1
        asked = mirror.summary()[HOST]["requests"]
        assert asked == 2 * (len(legs(NOW)) + 1)

        second = run(door=Door())
        assert (second.created, second.updated, second.removed) == (0, 0, 0)
        assert mirror.summary()[HOST]["requests"] == asked + 2
        assert standing("voyager.trajectory").tier == Tier.REAL

    for target, prefix in (("-31", ""), ("399", "earth_")):
        told = direct(mirror, target, "1995-01-01 00:00", "1995-01-11 00:00")
        names = [f"{prefix}{axis}_au" for axis in "xyz"] + [f"{prefix}v{axis}_au_d" for axis in "xyz"]
        rows = Trajectory.objects.filter(jd_tdb__range=(told.jd_tdb[0], told.jd_tdb[-1])).order_by("jd_tdb")
        stored = np.array(rows.values_list("jd_tdb", *names))
        assert np.array_equal(stored, np.column_stack([told.jd_tdb, told.position_au, told.velocity_au_d]))

    assert set(Trajectory.objects.filter(jd_tdb__lt=2444605.5).values_list("quality", flat=True)) == {
        "design"
    }
    assert set(Trajectory.objects.filter(jd_tdb__gte=2444605.5).values_list("quality", flat=True)) == {
        "refit"
    }
    assert set(Trajectory.objects.values_list("solution", flat=True)) == {"Voyager_1_ST+refit2022_m"}

    mirror.clear_log()
    with time_machine.travel(NOW + timedelta(days=1)):
        outcome = run(door=Door())
    assert (outcome.created, outcome.updated) == (1, 0)
    assert mirror.summary()[HOST]["requests"] == 2

    report = verify(TrajectoryProduct())
    assert (report.rederived, report.differences) == (expected_rows(NOW) + 1, 0)
    assert Payload.objects.filter(upstream=HOST).count() == len(IngestionLog.objects.all()) * 2


@pytest.mark.postgres_only  # an in-memory SQLite has one thread; the chaos tests do this with processes
@pytest.mark.django_db(transaction=True)
def test_two_ingests_take_turns_at_horizons(through_mirror):
    """The lock is the host's, so it holds for any product and over processes."""
    from threading import Thread

    from django.db import connection

    def fetch(day):
        try:
            Door().fetch(horizons.vectors_request("-31", f"2020-01-0{day}", f"2020-01-0{day + 1}", "1d"))
        finally:
            connection.close()

    threads = [Thread(target=fetch, args=(day,)) for day in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert through_mirror.summary()[HOST]["max_in_flight"] == 1


def test_no_data_is_one_of_the_five():
    assert NoData("x").name == "NoData"
