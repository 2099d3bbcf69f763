"""The pipeline: one log row per batch, every failure told and contained, interruptions recorded."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, OperationalError

import deepspace
from deepspace.archive import ArchiveFull
from deepspace.ingestion import store as store_module
from deepspace.ingestion.journal import Journal
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Batch, Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.sidebyside import side_by_side
from deepspace.ingestion.verify import verify
from deepspace.locks import hold
from deepspace.models import IngestionLog, Payload
from deepspace.upstream.errors import NoData, RateLimited, Refused, SchemaDrift, Unreachable
from deepspace.upstream.request import Request
from tests.support.diary import ADDRESS, Diary, bug, day, dump, entry, page, texts
from tests.support.door import FakeDoor, Silent
from voyager.models import Event

pytestmark = pytest.mark.django_db

PAGES = {"one": page(entry(1), entry(2)), "two": page(entry(11)), "three": page(entry(21), entry(22))}
THREE = (("one", 1, 10), ("two", 11, 20), ("three", 21, 30))


def door(pages=PAGES) -> FakeDoor:
    def answer(request):
        body = pages[request.url.rpartition("/")[2]]
        if isinstance(body, BaseException):
            raise body
        return body

    return FakeDoor(answer)


def run(pages=PAGES, *, product=None, window=None, dry_run=False, progress=None):
    pipeline = Pipeline(door(pages), progress or Silent(), dry_run=dry_run)
    return pipeline.run(product or Diary(*THREE), window or Window())


def logs() -> list[IngestionLog]:
    return list(IngestionLog.objects.order_by("pk"))


def test_each_batch_has_its_row_and_the_last_one_completes_the_run():
    outcome = run()
    assert (outcome.created, outcome.batches, outcome.changed) == (5, 3, True)
    assert [(log.status, log.rows_created, log.completes_run) for log in logs()] == [
        ("success", 2, False),
        ("success", 1, False),
        ("success", 2, True),
    ]
    assert [(log.window_start, log.window_end) for log in logs()] == [
        (day(1), day(10)),
        (day(11), day(20)),
        (day(21), day(30)),
    ]
    assert {(log.product, log.source, log.code_version) for log in logs()} == {
        ("tests.diary", "diary", deepspace.__version__)
    }


def test_running_twice_changes_nothing():
    run()
    before = dump(Event)
    outcome = run()
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.removed) == (0, 0, 5, 0)
    assert not outcome.changed
    assert dump(Event) == before


@pytest.mark.parametrize(
    ("window", "kind"),
    [
        (Window(), "refresh"),
        (Window(start=day(1)), "refresh"),
        (Window(end=day(9)), "backfill"),
        (Window(day(1), day(9)), "backfill"),
    ],
)
def test_only_a_run_that_reaches_for_the_newest_is_a_refresh(window, kind):
    run(window=window)
    assert {log.kind for log in logs()} == {kind}


def test_a_run_with_nothing_to_store_says_so_in_a_row_of_its_own():
    class Asks(Diary):
        def requests(self, window):
            yield from ()

    assert run(product=Asks()).succeeded
    (log,) = logs()
    assert (log.status, log.completes_run, log.payload_ids, log.window_start) == ("success", True, {}, None)


def test_an_answer_that_needs_no_batch_is_a_success():
    class Asks(Diary):
        def requests(self, window):
            for item in super().requests(window):
                if not isinstance(item, Batch):
                    yield item
                    return

    assert run(product=Asks(*THREE)).succeeded
    assert [(log.status, log.completes_run) for log in logs()] == [("success", True)]


class FindsNothing(Diary):
    def requests(self, window):
        yield from ()


def test_a_window_asked_and_answered_empty_is_recorded():
    assert run(product=FindsNothing(), window=Window(day(3), day(9))).succeeded
    (log,) = logs()
    assert (log.status, log.payload_ids) == ("success", {})
    assert (log.window_start, log.window_end) == (day(3), day(9))


def test_an_open_window_answered_empty_reaches_to_the_start_of_the_run():
    run(product=FindsNothing(), window=Window(start=day(3)))
    (log,) = logs()
    assert (log.window_start, log.window_end) == (day(3), log.started_at)


@pytest.mark.parametrize("window", [Window(end=day(9)), Window(start=day(400_000)), Window(day(9), day(3))])
def test_a_window_that_is_not_known_or_not_yet_there_is_not_recorded(window):
    assert run(product=FindsNothing(), window=window).succeeded
    (log,) = logs()
    assert (log.window_start, log.window_end) == (None, None)


def test_a_run_that_stored_something_does_not_claim_the_window_asked():
    class AsksOnce(Diary):
        def requests(self, window):
            yield from super().requests(window)
            yield Request(f"{ADDRESS}/two", conditional=False)

    assert run(product=AsksOnce(THREE[0]), window=Window(day(1), day(30))).succeeded
    assert [(log.window_start, log.window_end) for log in logs()] == [(day(1), day(10)), (None, None)]


def test_an_empty_window_is_no_batch_and_has_no_say():
    run()
    before = dump(Event)
    run(product=FindsNothing(), window=Window(day(1), day(30)))
    assert not replay(Diary(), Silent()).changed
    assert dump(Event) == before
    assert verify(Diary()).differences == 0


ERRORS = [
    Unreachable("the diary does not answer:\n timed out"),
    RateLimited("the diary asks for patience", 30.0),
    Refused("the diary refused /one: 404"),
    SchemaDrift("the diary sent HTML"),
    NoData("the diary has nothing"),
    ArchiveFull("the archive is full"),
    OSError(28, "No space left on device"),
    OperationalError("database or disk is full"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_failure_is_named_in_the_log_and_told_in_one_line(error):
    run({"one": page(entry(1, "old")), **PAGES}, product=Diary(THREE[0]))
    before = dump(Event)
    outcome = run({**PAGES, "one": error})
    assert outcome.error_class == type(error).__name__
    assert outcome.error_message
    assert "\n" not in outcome.error_message
    log = logs()[-1]
    assert (log.status, log.error_class, log.error_message) == (
        "failed",
        outcome.error_class,
        outcome.error_message,
    )
    assert log.finished_at is not None
    assert not log.completes_run
    assert dump(Event) == before
    assert not IngestionLog.objects.filter(status="running").exists()


def test_what_was_stored_before_a_failure_stays_and_the_run_is_not_complete():
    outcome = run({**PAGES, "three": Unreachable("gone")})
    assert (outcome.created, outcome.batches, outcome.error_class) == (3, 2, "Unreachable")
    assert [(log.status, log.completes_run) for log in logs()] == [
        ("success", False),
        ("success", False),
        ("failed", False),
    ]
    assert set(texts()) == {"Day 1", "Day 2", "Day 11"}


def test_a_bug_in_one_product_does_not_stop_the_others(caplog):
    class Buggy(Diary):
        def parse(self, batch):
            yield bug()

    outcomes = [run(product=Buggy(THREE[0])), run(product=Diary(THREE[1]))]
    assert [one.error_class for one in outcomes] == ["KeyError", ""]
    assert outcomes[0].error_message == "'missing'"
    assert logs()[0].error_class == "KeyError"
    assert "unexpected failure" in caplog.text
    assert set(texts()) == {"Day 11"}


def test_an_interruption_is_recorded_and_raised():
    run(product=Diary(THREE[0]))
    with pytest.raises(KeyboardInterrupt):
        run({**PAGES, "two": KeyboardInterrupt()})
    assert [(log.status, log.error_class) for log in logs()[1:]] == [
        ("success", ""),
        ("interrupted", "Interrupted"),
    ]
    assert logs()[-1].error_message == "stopped by a signal"
    assert set(texts()) == {"Day 1", "Day 2"}


@pytest.mark.django_db(transaction=True)
def test_an_interruption_inside_the_transaction_takes_the_batch_back(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "finish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    assert [(log.status, log.rows_created) for log in logs()] == [("interrupted", 0)]
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_batch_whose_commit_came_before_the_signal_stays_a_success(monkeypatch):
    """Its rows name that log row: were it `interrupted`, replay and verify would not know their bytes."""
    real = Journal.close

    def close(self):
        monkeypatch.setattr(Journal, "close", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "close", close)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert [(log.status, log.rows_created) for log in logs()] == [("success", 2), ("interrupted", 0)]
    assert {event.ingestion.status for event in Event.objects.select_related("ingestion")} == {"success"}


def test_rows_left_running_by_a_dead_process_are_marked():
    Journal(Diary(), "refresh").open()
    IngestionLog.objects.create(product="another", source="x", started_at=day(1))
    run(product=Diary(THREE[0]))
    orphan, other, newest = logs()
    assert (orphan.status, orphan.error_class) == ("interrupted", "Interrupted")
    assert orphan.error_message == "the process ended in the middle"
    assert (other.status, newest.status) == ("running", "success")


def test_a_dry_run_asks_and_parses_and_writes_neither_rows_nor_log():
    outcome = run({**PAGES, "two": page(*[entry(n) for n in range(11, 21)], entry(99))}, dry_run=True)
    assert (outcome.parsed, outcome.rejected, outcome.created) == (14, 1, 0)
    assert not Event.objects.exists()
    assert not IngestionLog.objects.exists()
    assert Payload.objects.count() == 3


def test_a_dry_run_that_fails_says_so_and_writes_nothing():
    outcome = run({**PAGES, "two": Unreachable("gone")}, dry_run=True)
    assert outcome.error_class == "Unreachable"
    assert not IngestionLog.objects.exists()


def test_a_product_that_is_being_ingested_is_left_to_the_other_run():
    with hold("product-tests.diary"):
        outcome = run()
    assert (outcome.error_class, outcome.error_message) == (
        "LockBusy",
        "another ingest of this product is running",
    )
    assert not IngestionLog.objects.exists()
    assert run().succeeded


def test_a_writer_that_is_never_free_fails_the_batch_and_is_recorded(monkeypatch):
    monkeypatch.setattr(store_module, "WRITER_WAIT_S", 0.0)
    with hold("writer"):
        outcome = run()
    assert (outcome.error_class, outcome.error_message) == (
        "LockBusy",
        "writer is held by another process or thread",
    )
    assert [(log.status, log.error_class) for log in logs()] == [("failed", "LockBusy")]


def test_a_log_that_cannot_be_written_does_not_hide_the_failure(monkeypatch, caplog):
    def fail(*_):
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(Journal, "fail", fail)
    outcome = run({**PAGES, "one": Unreachable("gone")})
    assert outcome.error_class == "Unreachable"
    assert "tests.diary: Unreachable could not be written to the log: database or disk is full" in caplog.text


def test_progress_is_told_step_by_step():
    told = []

    class Loud(Silent):
        def begin(self, product):
            told.append("begin")

        def steps(self, remaining):
            told.append(remaining)

        def fetched(self, request):
            told.append(request.url.rpartition("/")[2])

        def stored(self, counts):
            told.append(counts.created)

        def end(self, outcome):
            told.append(outcome.created)

    run(progress=Loud())
    assert told == ["begin", 3, "one", 2, "two", 1, "three", 2, 5]


# --- side by side -----------------------------------------------------------------------------------------------


class Paced(FakeDoor):
    """One host for each product, which wants a pause before all requests but the first."""

    def __init__(self, answer):
        super().__init__(answer)
        self.waited = set()

    def wait_s(self, request):
        is_over = request.url in self.waited or request.url.endswith(("/one", "/four"))
        self.waited.add(request.url)
        return 0.0 if is_over else 1e-4


class Again(Diary):
    """The same diary under another name and in another year's pages."""

    key = "tests.again"
    source = "again"


def two_products(pages=PAGES):
    paced = Paced(door(pages).answer)
    first, second = Diary(*THREE), Again(("four", 41, 50), ("five", 51, 60))
    runs = [Pipeline(paced, Silent()).going(one, Window()) for one in (first, second)]
    return paced, runs


MORE = {**PAGES, "four": page(entry(41)), "five": page(entry(51))}


def test_while_one_product_waits_for_its_host_another_one_goes_on():
    paced, runs = two_products(MORE)
    outcomes = side_by_side(runs)
    assert [(one.product, one.created, one.succeeded) for one in outcomes] == [
        ("tests.diary", 5, True),
        ("tests.again", 2, True),
    ]
    order = [request.url.rpartition("/")[2] for request in paced.asked]
    assert order == ["one", "four", "two", "five", "three"]
    for key, batches in (("tests.diary", 3), ("tests.again", 2)):
        own = [log for log in logs() if log.product == key]
        assert [log.status for log in own] == ["success"] * batches
        assert [log.completes_run for log in own] == [False] * (batches - 1) + [True]


def test_a_failure_of_one_is_no_matter_of_the_other():
    _, runs = two_products({**MORE, "two": Unreachable("gone")})
    first, second = side_by_side(runs)
    assert (first.error_class, first.created) == ("Unreachable", 2)
    assert (second.succeeded, second.created) == (True, 2)


def test_an_interruption_is_recorded_by_all_that_were_under_way():
    _, runs = two_products({**MORE, "five": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        side_by_side(runs)
    last = {log.product: log for log in logs()}
    assert {key: log.status for key, log in last.items()} == {
        "tests.diary": "interrupted",
        "tests.again": "interrupted",
    }
    with hold("product-tests.diary"), hold("product-tests.again"):  # nobody holds them any more
        assert not IngestionLog.objects.filter(status=IngestionLog.Status.RUNNING).exists()
