"""Two products, one table: recent approaches and the history, parted by a day, never touching each other's rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.errors import SchemaDrift, Unreachable
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.models import CloseApproach
from spaceintel.products.close_approaches import CloseApproachesProduct, CloseApproachHistoryProduct
from tests.spaceintel.near_earth_bodies import cad, cad_row
from tests.support.door import FakeDoor, Silent
from tests.support.mirror import Mirror

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RECENT, HISTORY = CloseApproachesProduct(), CloseApproachHistoryProduct()
DECADES = [(f"{year - 1}-12-31", f"{min(year + 9, 2025) + 1}-01-01") for year in range(1900, 2030, 10)]


def utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


class Cneos:
    """An upstream that knows some approaches, and answers what it is asked for."""

    def __init__(self, **approaches: str) -> None:
        self.days = {name.replace("_", " "): day for name, day in approaches.items()}
        self.asked: list[tuple[str, str]] = []
        self.fails: dict[int, Exception] = {}  # request -> what it ends in

    def __call__(self, request) -> bytes:
        first, last = request.params["date-min"], request.params["date-max"]
        self.asked.append((first, last))
        if len(self.asked) in self.fails:
            raise self.fails.pop(len(self.asked))
        rows = [
            cad_row(name, cd=f"{datetime.fromisoformat(day):%Y-%b-%d} 12:27")
            for name, day in self.days.items()
            if first <= day <= last
        ]
        return cad(*rows)

    def ingest(self, product=RECENT, window: Window | None = None) -> Outcome:
        self.asked.clear()
        return Pipeline(FakeDoor(self), Silent()).run(product, window or Window())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def cneos() -> Cneos:
    return Cneos(
        _1905="1905-05-05", _2025="2025-12-31", _2026="2026-01-01", spring="2026-04-01", soon="2026-12-01"
    )


def stored() -> set[str]:
    return set(CloseApproach.objects.values_list("designation", flat=True))


def assert_proved() -> None:
    for product in (RECENT, HISTORY):
        report = verify(product)
        assert report.differences == 0, report.problems
        again = replay(product, Silent())
        assert (again.created, again.updated, again.removed, again.error_class) == (0, 0, 0, "")


def test_the_last_month_and_the_next_two_are_asked_for_then_the_rest_since_2026(cneos: Cneos):
    outcome = cneos.ingest()
    assert cneos.asked == [("2026-10-21", "2027-01-21"), ("2025-12-31", "2026-10-22")]
    assert outcome.created == 3
    assert stored() == {"2026", "spring", "soon"}


def test_the_rest_is_asked_for_once_a_month(cneos: Cneos, clock):
    cneos.ingest()
    cneos.ingest()
    assert len(cneos.asked) == 1
    clock.shift(timedelta(days=25))
    cneos.ingest()
    assert len(cneos.asked) == 2


def test_a_run_of_next_year_asks_for_each_year_by_itself(cneos: Cneos, clock):
    clock.shift(timedelta(days=200))
    cneos.ingest()
    assert cneos.asked == [
        ("2027-05-09", "2027-08-09"),
        ("2025-12-31", "2027-01-01"),
        ("2026-12-31", "2027-05-10"),
    ]


def test_the_history_is_asked_for_by_decades_up_to_2025(cneos: Cneos):
    outcome = cneos.ingest(HISTORY)
    assert cneos.asked == DECADES
    assert (outcome.created, stored()) == (2, {"1905", "2025"})


def test_second_runs_change_nothing(cneos: Cneos):
    for product in (RECENT, HISTORY):
        cneos.ingest(product)
    for product in (RECENT, HISTORY, RECENT):
        outcome = cneos.ingest(product)
        assert (outcome.created, outcome.updated, outcome.removed) == (0, 0, 0)
    assert len(stored()) == 5
    assert_proved()


def test_an_explicit_window_stays_on_its_side_of_the_border(cneos: Cneos):
    whole = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2029, 12, 31, tzinfo=UTC))
    cneos.ingest(RECENT, whole)
    assert cneos.asked == [("2025-12-31", "2030-01-01")]
    assert stored() == {"2026", "spring", "soon"}
    cneos.ingest(HISTORY, whole)
    assert cneos.asked == [("2019-12-31", "2026-01-01")]
    assert len(stored()) == 4
    assert_proved()


def test_neither_product_removes_what_the_other_brought(cneos: Cneos):
    for product in (RECENT, HISTORY):
        cneos.ingest(product)
    cneos.days = {"new": "2026-12-24"}
    assert cneos.ingest().removed == 1  # "soon"; the rest of the year was asked for lately
    assert stored() == {"1905", "2025", "2026", "spring", "new"}
    assert_proved()


def test_an_approach_whose_orbit_improved_leaves_no_ghost(cneos: Cneos):
    cneos.ingest()
    cneos.days["soon"] = "2026-12-02"
    outcome = cneos.ingest()
    assert (outcome.created, outcome.removed) == (1, 1)
    days = CloseApproach.objects.filter(designation="soon").values_list("close_approach_date", flat=True)
    assert list(days) == [date(2026, 12, 2)]
    assert_proved()


def test_a_history_that_was_cut_off_goes_on_with_what_is_missing(cneos: Cneos):
    cneos.fails[5] = Unreachable("JPL SSD did not answer")
    outcome = cneos.ingest(HISTORY)
    assert (outcome.error_class, len(cneos.asked)) == ("Unreachable", 5)
    cneos.ingest(HISTORY)
    assert cneos.asked == DECADES[4:]
    cneos.ingest(HISTORY)
    assert cneos.asked == []


def test_one_bad_decade_does_not_stop_the_others_and_is_asked_again(cneos: Cneos):
    cneos.fails[5] = SchemaDrift("half a table")
    outcome = cneos.ingest(HISTORY)
    assert (outcome.error_class, len(cneos.asked)) == ("SchemaDrift", 13)
    cneos.ingest(HISTORY)
    assert cneos.asked == [DECADES[4]]


def test_decades_are_asked_again_when_they_are_old(cneos: Cneos, clock):
    cneos.ingest(HISTORY)
    clock.shift(timedelta(days=20))
    cneos.ingest(HISTORY, Window(datetime(1900, 1, 1, tzinfo=UTC), datetime(1909, 12, 31, tzinfo=UTC)))
    clock.shift(timedelta(days=7))
    cneos.ingest(HISTORY)
    assert cneos.asked == DECADES[1:]


@pytest.mark.parametrize(
    ("product", "window", "asked"),
    [
        (
            RECENT,
            Window(datetime(2026, 5, 8, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC)),
            ("2026-05-07", "2026-07-08"),
        ),
        (RECENT, Window(datetime(2026, 11, 1, tzinfo=UTC)), ("2026-10-31", "2027-01-21")),
        (HISTORY, Window(datetime(2024, 11, 1, tzinfo=UTC)), ("2024-10-31", "2026-01-01")),
        (HISTORY, Window(None, datetime(1903, 1, 1, tzinfo=UTC)), ("1899-12-31", "1903-01-02")),
        (
            HISTORY,
            Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
            ("1969-12-31", "1970-01-02"),
        ),
    ],
)
def test_windows(cneos: Cneos, product, window: Window, asked):
    outcome = cneos.ingest(product, window)
    assert (cneos.asked, outcome.error_class) == ([asked], "")


@pytest.mark.parametrize(
    ("product", "year"), [(RECENT, 1970), (RECENT, 9000), (HISTORY, 1800), (HISTORY, 2026)]
)
def test_a_window_of_the_other_side_is_no_data(cneos: Cneos, product, year: int):
    moment = datetime(year, 6, 1, tzinfo=UTC)
    outcome = cneos.ingest(product, Window(moment, moment))
    assert (outcome.error_class, cneos.asked) == ("NoData", [])


def test_an_empty_answer_where_many_are_stored_is_refused(cneos: Cneos):
    cneos.days = {f"2026 A{n}": "2026-11-20" for n in range(12)}
    cneos.ingest()
    cneos.days = {}
    assert cneos.ingest().error_class == "SchemaDrift"
    assert len(stored()) == 12


def test_the_border_is_the_same_for_both():
    assert RECENT.scope == {"close_approach_date__gte": RECENT_APPROACHES_FROM}
    assert HISTORY.scope == {"close_approach_date__lt": RECENT_APPROACHES_FROM}


def test_windows_of_batches_are_whole_days(cneos: Cneos):
    cneos.ingest()
    log = IngestionLog.objects.order_by("pk")[0]
    assert (log.window_start, log.window_end) == (
        datetime(2026, 10, 22, tzinfo=UTC),
        datetime(2027, 1, 21, tzinfo=UTC) - timedelta(microseconds=1),
    )


def test_the_recorded_approaches_are_stored_and_proved(through_mirror: Mirror):
    from deepspace.upstream.http import Door

    windows = [
        Window(datetime(2026, 5, 8, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC)),
        Window(datetime(2029, 4, 13, tzinfo=UTC), datetime(2029, 4, 13, tzinfo=UTC)),
    ]
    with time_machine.travel(NOW):
        outcomes = [Pipeline(Door(), Silent()).run(RECENT, window) for window in windows * 2]
    assert [(one.created, one.unchanged, one.rejected) for one in outcomes] == [
        *((25, 0, 0), (1, 0, 0), (0, 25, 0), (0, 1, 0))
    ]
    assert_proved()
    apophis = CloseApproach.objects.get(designation="99942")
    assert abs(apophis.timestamp_utc - datetime(2029, 4, 13, 21, 45, tzinfo=UTC)) < timedelta(minutes=1)
    assert apophis.distance_au == 0.000254090910419299
