"""The convention for windows: ``(start, end]``, in the database and in arrays alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from tests.voyager import plasma_samples as samples
from voyager.services.windows import inside, newest, part_inside
from voyager.services.windows import utc as aware

FIRST = datetime(2014, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (FIRST, FIRST + 3 * HOUR, [1, 2, 3]),
        (FIRST + HOUR, FIRST + HOUR, []),
        (None, FIRST + HOUR, [0, 1]),
        (FIRST + 3 * HOUR, None, [4, 5]),
        (None, None, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_the_end_belongs_to_a_window_and_the_start_does_not(start, end, expected):
    samples.hours(FIRST, 6)
    rows = stored_rows(product("voyager.plasma_wave"))
    stored = inside(rows, start, end).order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
    axis = np.datetime64("2014-04-05", "us") + np.arange(6) * np.timedelta64(1, "h")
    assert [(one - FIRST) // HOUR for one in stored] == expected
    assert [(aware(one) - FIRST) // HOUR for one in axis[part_inside(axis, start, end)]] == expected
    assert newest(rows) == FIRST + 5 * HOUR


@pytest.mark.django_db
def test_without_rows_there_is_no_newest():
    assert newest(stored_rows(product("voyager.plasma_wave"))) is None
