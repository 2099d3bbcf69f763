"""The NeoWs product: which days are asked for, what is stored, and that no key is kept anywhere."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog, Payload
from deepspace.upstream.errors import Refused
from spaceintel.models import NearEarthObject
from spaceintel.products.neos import NearEarthObjectsProduct
from spaceintel.products.windows import Days
from tests.spaceintel.near_earth_bodies import KEY, feed, neo
from tests.support.door import FakeDoor, Silent
from tests.support.mirror import Mirror

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
NOW = datetime(2026, 2, 14, 12, tzinfo=UTC)
TODAY = Window()


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def ingest(body, window: Window = TODAY) -> tuple[Outcome, FakeDoor]:
    """One run; ``body`` is an answer, or a function of the request."""
    door = FakeDoor(body if callable(body) else lambda request: body)
    return Pipeline(door, Silent()).run(NearEarthObjectsProduct(), window), door


def days_of(door: FakeDoor) -> list[tuple[str, str]]:
    return [(one.params["start_date"], one.params["end_date"]) for one in door.asked]


def of_day(request) -> bytes:
    """One object on each day asked."""
    first, last = (date.fromisoformat(request.params[name]) for name in ("start_date", "end_date"))
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return feed(*(neo(f"{day:%Y%m%d}", f"({day:%Y} A{day:%j})", f"{day}") for day in wanted))


def test_yesterday_to_a_week_ahead_is_asked_for_in_windows_of_seven_days():
    outcome, door = ingest(of_day)
    assert days_of(door) == [("2026-02-13", "2026-02-19"), ("2026-02-20", "2026-02-21")]
    assert (outcome.created, outcome.error_class) == (9, "")


def test_a_second_run_changes_nothing_and_every_row_is_proved():
    ingest(of_day)
    outcome, _ = ingest(of_day)
    assert (outcome.created, outcome.updated, outcome.removed, outcome.unchanged) == (0, 0, 0, 9)
    assert verify(NearEarthObjectsProduct()).differences == 0
    again = replay(NearEarthObjectsProduct(), Silent())
    assert (again.created, again.updated, again.removed, again.error_class) == (0, 0, 0, "")


@pytest.mark.parametrize(
    ("window", "asked"),
    [
        (
            Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC)),
            [("2026-02-01", "2026-02-07"), ("2026-02-08", "2026-02-10")],
        ),
        (Window(datetime(2026, 2, 19, 6, tzinfo=UTC)), [("2026-02-19", "2026-02-21")]),
        (Window(None, datetime(2026, 2, 7, tzinfo=UTC)), [("2026-02-01", "2026-02-07")]),
        (
            Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)),
            [("1970-01-01", "1970-01-02")],
        ),
        (
            Window(datetime(2199, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
            [("2199-12-31", "2199-12-31")],
        ),
    ],
)
def test_windows_are_asked_for_in_steps(window: Window, asked):
    outcome, door = ingest(of_day, window)
    assert days_of(door) == asked
    assert outcome.error_class == ""


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a_window_that_nobody_can_know_is_no_data(year: int):
    moment = datetime(year, 6, 1, tzinfo=UTC)
    outcome, door = ingest(of_day, Window(moment, moment + timedelta(days=3)))
    assert outcome.error_class == "NoData"
    assert "from 1900-01-01 to 2199-12-31" in outcome.error_message
    assert not door.asked


def test_an_approach_that_moved_to_another_day_leaves_no_ghost():
    ingest(of_day)
    moved = feed(neo("20260215", "(2026 A046)", "2026-02-16"), neo("2", "(2026 B)", "2026-02-14"))
    outcome, _ = ingest(
        lambda request: moved if request.params["start_date"] == "2026-02-13" else of_day(request)
    )
    assert (outcome.created, outcome.removed) == (2, 7)
    days = NearEarthObject.objects.filter(neo_id="20260215").values_list("close_approach_date", flat=True)
    assert list(days) == [date(2026, 2, 16)]


def test_days_before_the_window_keep_their_rows():
    ingest(of_day, Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)))
    ingest(of_day)
    assert NearEarthObject.objects.count() == 12
    assert verify(NearEarthObjectsProduct()).differences == 0


def test_an_empty_feed_where_many_are_stored_is_refused():
    many = feed(*(neo(str(n), f"(2026 A{n})", "2026-02-14") for n in range(12)))
    ingest(lambda request: many if request.params["start_date"] == "2026-02-13" else feed())
    outcome, _ = ingest(feed())
    assert outcome.error_class == "SchemaDrift"
    assert "12 are stored" in outcome.error_message
    assert NearEarthObject.objects.count() == 12


def test_an_empty_feed_where_nothing_is_stored_is_an_answer():
    outcome, _ = ingest(feed())
    assert outcome.error_class == ""
    windows = IngestionLog.objects.order_by("pk").values_list("window_start", "window_end")
    assert list(windows) == [
        (Days(*days).start, Days(*days).end)
        for days in ((date(2026, 2, 13), date(2026, 2, 19)), (date(2026, 2, 20), date(2026, 2, 21)))
    ]


def test_more_than_a_tenth_unfit_fails_and_leaves_the_table_alone():
    ingest(of_day)
    outcome, _ = ingest(lambda request: feed(neo(), neo("2", name="")))
    assert outcome.error_class == "SchemaDrift"
    assert NearEarthObject.objects.count() == 9


def test_the_key_is_asked_with_and_kept_nowhere(settings, var_dir: Path, caplog):
    settings.NASA_API_KEY = KEY
    caplog.set_level(logging.DEBUG)
    _, door = ingest(of_day)
    assert {one.secret_params["api_key"] for one in door.asked} == {KEY}
    files = [path.read_bytes() for path in (var_dir / "archive").rglob("*") if path.is_file()]
    kept = repr(
        [*Payload.objects.values(), *IngestionLog.objects.values(), *NearEarthObject.objects.values()]
    )
    assert len(files) == 2
    assert all(b"api_key=REDACTED" in body and KEY.encode() not in body for body in files)
    assert KEY not in kept + caplog.text
    assert set(Payload.objects.values_list("redactions", flat=True)) == {8, 3}


def test_another_key_gives_the_same_bytes(settings, var_dir: Path):
    settings.NASA_API_KEY = KEY
    ingest(of_day)
    settings.NASA_API_KEY = "DEMO_KEY"
    outcome, _ = ingest(lambda request: of_day(request).replace(KEY.encode(), b"DEMO_KEY"))
    assert (outcome.created, outcome.updated) == (0, 0)
    assert Payload.objects.count() == 2


def test_a_refused_key_is_told_without_the_key(settings):
    settings.NASA_API_KEY = KEY

    def refuse(request):
        raise Refused("NASA API (api.nasa.gov) refused /neo/rest/v1/feed: 403 Forbidden")

    outcome, _ = ingest(refuse)
    assert outcome.error_class == "Refused"
    assert KEY not in repr(outcome)


@pytest.mark.parametrize("key", ["", "bad-key", "invalid"])
def test_the_mirror_refuses_a_wrong_key(through_mirror: Mirror, settings, key: str):
    from deepspace.upstream.http import Door

    settings.NASA_API_KEY = key
    outcome = Pipeline(Door(), Silent()).run(NearEarthObjectsProduct(), TODAY)
    assert outcome.error_class == "Refused"
    assert "403" in outcome.error_message


def test_the_recorded_week_is_stored_and_proved(through_mirror: Mirror):
    from deepspace.upstream.http import Door

    window = Window(datetime(2026, 2, 13, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC))
    product = NearEarthObjectsProduct()
    outcomes = [Pipeline(Door(), Silent()).run(product, window) for _ in range(2)]
    assert [(one.created, one.updated, one.unchanged, one.rejected) for one in outcomes] == [
        (84, 0, 0, 0),
        (0, 0, 84, 0),
    ]
    assert verify(product).differences == 0
    assert NearEarthObject.objects.filter(is_potentially_hazardous=True).count() == 8
    nearest = NearEarthObject.objects.order_by("miss_distance_au")[0]
    assert (nearest.designation, round(nearest.miss_distance_ld, 2)) == ("2026 CO", 4.49)
