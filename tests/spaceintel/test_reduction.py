"""Series of minutes, reduced: by Python from each minute, or by the database column by column."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace.envelope import envelope
from spaceintel.models import SolarWind, XrayFlux
from spaceintel.services import reduction
from spaceintel.services.windows import Span, instant
from tests.support import weather
from tests.support.weather import DAY, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
FIRST = datetime(2026, 1, 10, 6, 53, tzinfo=UTC)
SPAN = Span(FIRST - 20 * DAY + timedelta(seconds=7), FIRST + 10 * DAY)
FLUX = ["flux_w_m2"]


def xrays():
    return XrayFlux.objects.filter(band=XrayFlux.Band.LONG)


def test_columns_of_the_database_are_those_of_the_minutes_themselves():
    flux = 10.0 ** np.random.default_rng(3).uniform(-8, -4, 9_000)
    weather.xray(FIRST, flux.tolist())
    weather.xray(FIRST, [1.0] * 5, band="0.05-0.4nm")
    times = instant(FIRST) + np.arange(len(flux)) * np.timedelta64(60_000_000, "us")
    column = np.timedelta64((SPAN.until - SPAN.start) // reduction.COLUMNS + timedelta(microseconds=1), "us")
    expected = envelope(times, flux[:, None], instant(SPAN.start), column)
    found = reduction.read(xrays(), FLUX, SPAN)
    assert found.utc.tolist() == expected.utc.tolist()
    assert found.count.tolist() == expected.count.tolist()
    assert (found.low == expected.low).all()
    assert (found.high == expected.high).all()
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-12)
    shown = reduction.reduced(found, SPAN)
    assert shown.is_envelope
    assert len(shown) == len(expected.utc) <= reduction.COLUMNS
    assert shown.step_s == pytest.approx(column / np.timedelta64(1, "s"))


def test_both_ends_of_a_long_window_are_in_it_and_nothing_beyond():
    weather.xray(SPAN.start, [2e-6])
    weather.xray(SPAN.until, [3e-6])
    weather.xray(SPAN.start - MINUTE, [4e-6])
    weather.xray(SPAN.until + MINUTE, [5e-6])
    found = reduction.read(xrays(), FLUX, SPAN)
    assert found.count.tolist() == [1, 1]
    assert found.high[:, 0].tolist() == [2e-6, 3e-6]


def test_a_column_without_a_value_of_one_kind_keeps_those_of_the_others():
    weather.wind(FIRST, 3, speed_km_s=None)
    found = reduction.read(SolarWind.objects.all(), ["speed_km_s", "bt_nt"], SPAN)
    assert found.count.tolist() == [3]
    assert np.isnan(found.high[0, 0])
    assert found.mean[0, 1] == 6.0


@pytest.mark.parametrize("days", [2, 30], ids=["by minutes", "by the database"])
def test_no_row_is_no_column(days):
    span = Span(FIRST, FIRST + days * DAY)
    found = reduction.read(xrays(), FLUX, span)
    assert (len(found.utc), found.mean.shape) == (0, (0, 1))
    assert len(reduction.reduced(found, span)) == 0


def test_many_minutes_of_a_short_window_become_columns_and_few_stay():
    span = Span(FIRST, FIRST + 3 * DAY)
    weather.xray(FIRST, [1e-6] * reduction.PIXELS)
    few = reduction.reduced(reduction.read(xrays(), FLUX, span), span)
    assert not few.is_envelope
    weather.xray(FIRST + reduction.PIXELS * MINUTE, [9e-6])
    many = reduction.reduced(reduction.read(xrays(), FLUX, span), span)
    assert many.is_envelope
    assert len(many) < len(few)
    assert many.high.max() == 9e-6
