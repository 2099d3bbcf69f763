"""What all formats need: as few records left out as possible where time goes back."""

from __future__ import annotations

import numpy as np
import pytest

from voyager.readers.field import MAGNITUDE, VECTOR, Records, columns, settle, strength_or_vector


def records(seconds, strength=None):
    n = len(seconds)
    utc = np.array(seconds, dtype="datetime64[s]").astype("datetime64[us]")
    field = np.full(n, 0.4) if strength is None else np.array(strength)
    return Records(utc, field, np.full((n, 3), 0.1), np.arange(1, n + 1))


@pytest.mark.parametrize(
    ("seconds", "left_out"),
    [
        ([], []),
        ([1], []),
        ([1, 2, 3], []),
        ([1, 2, 2, 3], []),  # the same instant twice is for the validation to judge
        ([1, 9, 2, 3], [2]),
        ([5, 1, 2, 3], [1]),
        ([1, 2, 3, 0], [4]),
        ([10, 11, 1, 12, 13, 2, 14], [3, 6]),
        ([1, 8, 9, 2, 3, 4], [2, 3]),
    ],
)
def test_the_fewest_records_are_left_out(seconds, left_out):
    kept, unusable = settle(records(seconds), "file", "record")
    places = [place for one in unusable for place in one.places]
    assert places == [f"file, record {number}" for number in left_out]
    assert len(kept) == len(seconds) - len(left_out)
    assert (np.diff(kept.utc.astype(np.int64)) >= 0).all()


def test_only_the_first_places_are_told():
    _, (unusable,) = settle(records([100, *range(50, 0, -1)]), "file", "record")
    assert unusable.count == 50
    assert len(unusable.places) == 10


def test_a_record_without_any_field_is_no_record_but_one_with_components_is():
    nothing = np.array([[np.nan] * 3, [np.nan] * 3, [0.1, np.nan, np.nan]])
    some = Records(records([1, 2, 3]).utc, np.array([np.nan, 0.4, np.nan]), nothing, np.arange(3))
    kept, unusable = settle(some, "file", "record")
    assert kept.where.tolist() == [
        1,
        2,
    ]  # the last one is rejected for its missing strength, not silently dropped
    assert unusable == []


def test_the_mean_of_magnitudes_comes_first():
    strength, kind = strength_or_vector(np.array([0.5, np.nan, np.nan]), np.array([0.4, 0.4, np.nan]))
    assert np.array_equal(strength, [0.5, 0.4, np.nan], equal_nan=True)
    assert kind.tolist() == [MAGNITUDE, VECTOR, MAGNITUDE]


def test_columns_are_those_of_the_table():
    from deepspace.ingestion.columns import data_fields
    from voyager.models import MagneticField

    block = columns(records([1, 2]), 48)
    assert set(block) == {field.attname for field in data_fields(MagneticField)}
    assert {len(column) for column in block.values()} == {2}
