"""The canonical form is one text for one set of rows, whatever order and pieces they come in."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from deepspace.ingestion.columns import data_fields
from deepspace.ingestion.registry import products
from insights.canonical import canonical, pieces

NAMES = ["at", "name", "value"]
DAY = datetime(2024, 5, 10, tzinfo=UTC)


def text(rows) -> str:
    return b"".join(piece for piece, _ in pieces(NAMES, "at", rows)).decode()


def hours(count: int, start: datetime = DAY):
    return ((start + timedelta(hours=hour), f"row {hour}", hour / 3) for hour in range(count))


def test_it_is_one_json_array_of_sorted_objects_without_spaces():
    found = text([(DAY, "é, \n", 1.5), (DAY + timedelta(microseconds=1), "b", None)])
    assert found == (
        '[{"at":"2024-05-10T00:00:00.000000Z","name":"é, \\n","value":1.5},'
        '{"at":"2024-05-10T00:00:00.000001Z","name":"b"}]'
    )


def test_no_rows_have_no_form():
    assert list(pieces(NAMES, "at", [])) == []


@pytest.mark.parametrize("count", [1, 999, 1_000, 1_001, 2_000, 2_500])
def test_pieces_make_one_whole(count):
    parts = list(pieces(NAMES, "at", hours(count)))
    found = json.loads(b"".join(piece for piece, _ in parts))
    assert len(found) == sum(rows for _, rows in parts) == count
    assert [one["name"] for one in found] == [f"row {hour}" for hour in range(count)]


def test_rows_of_one_instant_stand_in_order_of_their_text_wherever_the_database_had_them():
    one, two, three = (DAY, "a", 2), (DAY, "B", 1), (DAY, "ä", 0)
    later = (DAY + timedelta(hours=1), "a", 1)
    assert text([one, two, three, later]) == text([three, one, two, later]) == text([two, three, one, later])
    assert [row["name"] for row in json.loads(text([one, three, two]))] == ["B", "a", "ä"]


def test_a_column_that_is_new_and_empty_changes_nothing():
    before = b"".join(piece for piece, _ in pieces(["at", "value"], "at", [(DAY, 1.0)]))
    after = b"".join(piece for piece, _ in pieces(["at", "new", "value"], "at", [(DAY, None, 1.0)]))
    assert before == after


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (datetime(2024, 5, 10, 2, tzinfo=timezone(timedelta(hours=2))), "2024-05-10T00:00:00.000000Z"),
        (date(2024, 5, 10), "2024-05-10"),
        (True, True),
        (Decimal("1.50"), "1.50"),
        ({"b": [1.0, -0.0, None], "a": (0.1,)}, {"a": [0.1], "b": [1, 0, None]}),
        (5e-324, 5e-324),
        (1e22, 10**22),
    ],
)
def test_values_have_one_form(value, form):
    assert canonical(value) == form
    assert type(canonical(value)) is type(form)


def test_memory_does_not_grow_with_the_window():
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in pieces(NAMES, "at", hours(count)):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1_000)  # what is made once
    assert peak(20_000) < 1.5 * peak(2_000)


@pytest.mark.parametrize("product", products(), ids=lambda one: one.key)
def test_the_time_that_rows_are_ordered_by_is_a_column_of_every_product(product):
    names = {field.attname for field in data_fields(product.model)}
    assert product.time_column in names
    assert product.time_column not in product.derived
