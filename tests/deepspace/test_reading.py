"""Many rows, without an object of each."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace.reading import read_columns, read_rows
from spaceintel.models import PlanetaryK, SolarEvent, XrayFlux
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


NAMES = ("pk", "timestamp_utc", "kp", "kind", "source", "station_count", "ingested_at")


def test_rows_are_what_django_itself_reads():
    weather.kp(FIRST, [1.0, 2.333])
    PlanetaryK.objects.filter(kp=1.0).update(
        timestamp_utc=FIRST + timedelta(microseconds=123), station_count=7
    )
    rows = PlanetaryK.objects.order_by("-timestamp_utc")
    expected = list(rows.values_list(*NAMES, named=True))
    found = read_rows(rows, NAMES)
    assert len(found) == 2
    assert [one._asdict() for one in found] == [one._asdict() for one in expected]
    assert {one.timestamp_utc.tzinfo for one in found} == {UTC}


def test_an_instant_that_is_missing_and_json_are_read_too():
    weather.event("CME", FIRST, linked_events=["a", "b"])
    names = ("timestamp_utc", "peak_at", "linked_events")
    assert read_rows(SolarEvent.objects.all(), names) == [(FIRST, None, ["a", "b"])]


def test_no_row_is_an_empty_list():
    assert read_rows(PlanetaryK.objects.all(), NAMES) == []
