"""Lists in JSON columns are values, whatever their lengths."""

from __future__ import annotations

import numpy as np
import pytest

from deepspace.ingestion.columns import equal, field_of, from_database
from deepspace.ingestion.product import Unusable, as_columns
from voyager.models import WaveformSpectrum

LISTS = [[[1.5, 2.5], [3.5, 4.5]], [[1.0], [2.0, 3.0]], [[]]]


@pytest.mark.parametrize("lists", LISTS)
def test_lists_read_from_the_table_are_one_value_each(lists):
    column = from_database(field_of(WaveformSpectrum, "power_db"), lists)
    assert (column.shape, column.tolist()) == ((len(lists),), lists)
    assert equal(column, np.fromiter(lists, dtype=object, count=len(lists))).all()


@pytest.mark.parametrize("lists", LISTS)
def test_lists_in_rows_are_one_value_each(lists):
    (block,) = as_columns({"power_db": one} for one in lists)
    assert not isinstance(block, Unusable)
    assert block["power_db"].tolist() == lists
