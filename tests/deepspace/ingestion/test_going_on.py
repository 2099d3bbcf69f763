"""A product that goes on after a failure: what fails is written down, the rest is stored, the run has failed."""

from __future__ import annotations

import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Batch, Unusable, Window
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused, SchemaDrift, UpstreamError
from deepspace.upstream.request import Request
from tests.support.diary import ADDRESS, Diary, day, entry, page, row, texts
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db

PAGES = {"one": page(entry(1)), "two": page(entry(11)), "three": page(entry(21))}
THREE = (("one", 1, 10), ("two", 11, 20), ("three", 21, 30))


class Dogged(Diary):
    """Catches what the pipeline throws, notes it, and goes on."""

    def __init__(self, *pages):
        super().__init__(*pages)
        self.caught: list[UpstreamError] = []

    def requests(self, window):
        for name, first, last in self.pages:
            try:
                payload = yield Request(f"{ADDRESS}/{name}", conditional=False)
                yield Batch({"page": payload}, day(first), day(last), {"name": name}, upstream_version=name)
            except UpstreamError as error:
                self.caught.append(error)


def run(pages, product=None, *, dry_run=False):
    def answer(request):
        body = pages[request.url.rpartition("/")[2]]
        if isinstance(body, BaseException):
            raise body
        return body

    return Pipeline(FakeDoor(answer), Silent(), dry_run=dry_run).run(product or Dogged(*THREE), Window())


def logs():
    return list(IngestionLog.objects.order_by("pk"))


def test_a_page_that_cannot_be_had_does_not_stop_the_others():
    product = Dogged(*THREE)
    error = Refused("the diary refused /two:\n 404 Not Found")
    outcome = run(PAGES | {"two": error}, product)
    assert product.caught == [error]
    assert set(texts()) == {"Day 1", "Day 21"}
    assert [(log.status, log.completes_run, log.error_class) for log in logs()] == [
        ("success", False, ""),
        ("failed", False, "Refused"),
        ("success", False, ""),
    ]
    assert logs()[1].error_message == "the diary refused /two: 404 Not Found"
    assert not outcome.succeeded
    assert (outcome.error_class, outcome.failures, outcome.batches) == ("Refused", 1, 2)


def test_a_page_that_cannot_be_stored_says_in_the_log_which_it_was():
    outcome = run(PAGES | {"two": page(entry(11), {"boom": True})})
    assert set(texts()) == {"Day 1", "Day 21"}
    failed = logs()[1]
    assert (failed.status, failed.error_class) == ("failed", "SchemaDrift")
    assert (failed.parameters, failed.upstream_version) == ({"name": "two"}, "two")
    assert (failed.window_start, failed.window_end) == (day(11), day(20))
    assert set(failed.payload_ids) == {"page"}
    assert outcome.error_message == "the page is torn here"


def test_the_first_failure_is_the_one_that_is_told():
    outcome = run(PAGES | {"one": Refused("the first"), "three": SchemaDrift("the last")})
    assert (outcome.error_class, outcome.error_message, outcome.failures) == ("Refused", "the first", 2)
    assert [log.status for log in logs()] == ["failed", "success", "failed"]


def test_such_a_run_is_no_refresh_and_the_next_one_repairs_it():
    run(PAGES | {"three": Refused("gone")})
    assert not IngestionLog.objects.filter(completes_run=True).exists()
    assert run(PAGES).succeeded
    assert logs()[-1].completes_run


def test_a_run_that_ends_with_answers_it_does_not_need_leaves_no_running_row():
    class Asks(Dogged):
        def requests(self, window):
            try:
                yield Request(f"{ADDRESS}/one")
            except UpstreamError:
                yield Request(f"{ADDRESS}/two")

    run(PAGES | {"one": Refused("gone")}, Asks())
    assert [(log.status, log.completes_run) for log in logs()] == [("failed", False), ("success", False)]


def test_what_the_product_raises_itself_ends_the_run():
    class GivesUp(Dogged):
        def requests(self, window):
            yield from super().requests(window)
            raise self.caught[0]

    outcome = run(PAGES | {"one": Refused("gone")}, GivesUp(*THREE))
    assert [log.status for log in logs()] == ["failed", "success", "success", "failed"]
    assert (outcome.error_class, outcome.batches) == ("Refused", 2)


def test_a_dry_run_goes_on_too():
    outcome = run(PAGES | {"one": Refused("gone")}, dry_run=True)
    assert (outcome.parsed, outcome.failures, outcome.succeeded) == (2, 1, False)
    assert not IngestionLog.objects.exists()


class Smudged(Diary):
    """A page with places that cannot be read."""

    def parse(self, batch):
        yield Unusable("it is smudged", 2, ("page, line 3", "page, line 7"))
        for number in range(1, 31):
            yield row(entry(number))


def test_records_that_the_parser_leaves_out_are_counted_and_shown():
    outcome = run({"one": b"[]"}, Smudged(("one", 1, 30)))
    (log,) = logs()
    assert (outcome.created, outcome.rejected, log.rows_rejected) == (30, 2, 2)
    assert log.rejected_sample == [
        {"reason": "it is smudged", "row": {"where": "page, line 3"}},
        {"reason": "it is smudged", "row": {"where": "page, line 7"}},
    ]


def test_too_many_of_them_fail_the_batch():
    class Ruined(Smudged):
        def parse(self, batch):
            yield Unusable("it is smudged", 40, ("page, line 3",))
            yield from super().parse(batch)

    outcome = run({"one": b"[]"}, Ruined(("one", 1, 30)))
    assert outcome.error_message == "42 of 72 rows rejected, the first because it is smudged"
    assert not texts()
