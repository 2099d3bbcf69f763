"""The newest stored batch of each slot, told from the log."""

from __future__ import annotations

import pytest

from deepspace.ingestion.known import known_batches
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Batch, Window
from deepspace.ingestion.replay import replay
from deepspace.models import Payload
from deepspace.upstream.request import Request
from tests.support.diary import ADDRESS, Diary, day, entry, page
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db


class Slots(Diary):
    """Pages with slots."""

    def requests(self, window):
        for name, first, last in self.pages:
            payload = yield Request(f"{ADDRESS}/{name}", conditional=False)
            parameters = {"slot": name.rstrip("'"), "name": name}
            yield Batch({"page": payload}, day(first), day(last), parameters)


def ingest(*pages):
    product = Slots(*pages)
    outcome = Pipeline(FakeDoor(lambda request: page()), Silent()).run(product, Window())
    assert outcome.succeeded
    return product


def test_nothing_is_known_of_a_product_that_never_ran():
    assert known_batches(Slots()) == {}


def test_the_newest_batch_of_each_slot():
    product = ingest(("a", 1, 10), ("b", 11, 20), ("a'", 1, 9))
    known = known_batches(product)
    assert set(known) == {"a", "b"}
    assert known["a"].parameters["name"] == "a'"
    assert (known["a"].start, known["a"].end) == (day(1), day(9))
    sha256 = set(Payload.objects.values_list("sha256", flat=True))
    assert set(known["a"].sha256.values()) <= sha256
    assert not known["a"].superseded
    assert not known["b"].superseded


@pytest.mark.parametrize(("first", "last", "superseded"), [(11, 12, True), (20, 30, True), (21, 30, False)])
def test_a_newer_batch_of_another_slot_supersedes_what_it_overlaps(first, last, superseded):
    known = known_batches(ingest(("b", 11, 20), ("c", first, last)))
    assert known["b"].superseded is superseded
    assert not known["c"].superseded


def test_batches_without_slot_replace_rows_too():
    class Plain(Slots):
        def requests(self, window):
            payload = yield Request(f"{ADDRESS}/x", conditional=False)
            yield Batch({"page": payload}, day(1), day(30), {})

    product = ingest(("a", 1, 10))
    Pipeline(FakeDoor(lambda request: page()), Silent()).run(Plain(), Window())
    assert known_batches(product)["a"].superseded


def test_failed_batches_and_replays_say_nothing():
    product = ingest(("a", 1, 10))
    newest = known_batches(product)["a"].log_id
    Pipeline(FakeDoor(lambda request: b"{"), Silent()).run(Slots(("a", 1, 10)), Window())
    Pipeline(FakeDoor(lambda request: page(entry(1))), Silent()).run(Slots(("a", 1, 10)), Window())
    replay(product, Silent())
    assert known_batches(product)["a"].log_id > newest
    assert known_batches(product)["a"].parameters["name"] == "a"
