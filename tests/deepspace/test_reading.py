"""Columns of many rows, without an object of each."""

from datetime import UTC, datetime

import numpy as np
import pytest

from deepspace.reading import read_columns
from spaceintel.models import XrayFlux
from tests.support import weather

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_times_are_utc_and_ordered_and_what_is_missing_is_nan():
    weather.xray(FIRST + weather.MINUTE, [2e-6, None])
    weather.xray(FIRST, [1e-6])
    ((times, values),) = read_columns(XrayFlux.objects.all(), "timestamp_utc", ["flux_w_m2", "satellite"])
    assert times.tolist() == [(FIRST + n * weather.MINUTE).replace(tzinfo=None) for n in range(3)]
    assert values[:2].tolist() == [[1e-6, 19.0], [2e-6, 19.0]]
    assert np.isnan(values[2, 0])


def test_no_row_is_no_block():
    assert list(read_columns(XrayFlux.objects.all(), "timestamp_utc", ["flux_w_m2"])) == []
