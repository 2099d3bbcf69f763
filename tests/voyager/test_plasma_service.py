"""Plasma wave spectra: which window on which rung, how it is averaged, and its statistics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace import versions
from deepspace.provenance import Tier
from tests.support.visitor import database_away
from tests.voyager import plasma_samples as samples
from tests.voyager.plasma_samples import NOON
from voyager import services
from voyager.models import PlasmaWave
from voyager.parameters import PlasmaParameters
from voyager.services.plasma import COLUMNS, HOUR_S, SPECTRUM_S, reduced
from voyager.spectra import CHANNEL_EDGES_HZ, CHANNELS_HZ, MEDIAN, channels_between

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
HOUR = timedelta(hours=1)


def ask(**values):
    return services.plasma(PlasmaParameters(**values))


# --- rungs and windows ----------------------------------------------------------------------------------------


def test_without_spectra_the_model_is_shown_and_says_so():
    data = ask()
    assert data.provenance.tier is Tier.SYNTHETIC
    assert data.provenance.source == "synthetic"
    assert "model" in data.provenance.note
    assert data.statistics.count > 0


def test_the_last_hours_are_those_of_the_archive():
    samples.spectra(NOON, 48)
    data = ask(hours=24)
    assert data.provenance.tier is Tier.REAL
    assert (data.window.start, data.window.end) == (NOON - 24 * HOUR, NOON)
    assert data.window.spectra == 24 * 60
    assert data.provenance.observed_until == NOON
    assert not data.provenance.note


def test_a_window_that_holds_spectra_ends_where_asked():
    samples.spectra(NOON, 2)
    data = ask(hours=3, end=NOON + HOUR)
    assert data.window.end == NOON + HOUR
    assert not data.provenance.note
    assert np.isnan(data.window.mean[-1]).all()


def test_an_empty_window_gives_way_to_the_nearest_earlier_one_with_a_note():
    samples.spectra(NOON, 2)
    data = ask(hours=3, end=NOON + 100 * HOUR)
    assert data.provenance.tier is Tier.REAL
    assert data.window.end == NOON
    assert "Nothing is stored in the 3 h before 2014-04-09 16:00 UTC" in data.provenance.note


def test_before_the_first_spectrum_stands_the_model_even_where_later_ones_are_stored():
    samples.spectra(NOON, 2)
    data = ask(end=NOON - 10 * HOUR)
    assert data.provenance.tier is Tier.SYNTHETIC
    assert "at or before 2014-04-05 02:00 UTC" in data.provenance.note
    assert data.window.end == NOON - 10 * HOUR


def test_old_spectra_are_stale_and_still_real():
    samples.spectra(NOON, 2, ago=timedelta(days=60))
    assert ask().provenance.tier is Tier.STALE


def test_one_reading_serves_page_and_plots(django_assert_num_queries):
    samples.spectra(NOON, 2)
    ask(freq_min=10)
    with django_assert_num_queries(0):
        ask(freq_min=1_000)


def test_new_rows_are_seen():
    samples.spectra(NOON, 1)
    assert ask(hours=1).window.spectra == 60
    samples.spectra(NOON + HOUR, 1)
    versions.forget()
    assert ask(hours=2).window.spectra == 120
    assert ask(hours=1).window.end == NOON + HOUR


def test_while_the_database_is_away_the_model_stands_in_and_is_not_kept():
    samples.spectra(NOON, 1)
    with database_away():
        data = ask()
        assert data.provenance.tier is Tier.SYNTHETIC
        assert "does not answer" in data.provenance.note
    versions.forget()
    assert ask().provenance.tier is Tier.REAL


def test_a_process_that_has_read_a_window_goes_on_showing_it():
    samples.spectra(NOON, 1)
    before = ask()
    with database_away():
        assert ask().window is before.window


# --- hourly rows ----------------------------------------------------------------------------------------------


def test_where_only_hours_are_stored_they_are_shown_with_their_peaks():
    samples.hours(NOON - 23 * HOUR, 24)
    data = ask(hours=24)
    assert data.window.cadence_s == HOUR_S
    assert data.window.column_s == HOUR_S
    assert len(data.window.utc) == 24
    assert data.window.mean == pytest.approx(2e-6)
    assert data.window.high == pytest.approx(8e-6)
    assert data.window.low == pytest.approx(2e-6)
    assert data.statistics.coverage == 1.0


def test_a_window_that_reaches_beyond_the_single_spectra_is_shown_by_the_hour():
    samples.hours(NOON - 20 * HOUR, 10)
    samples.spectra(NOON, 2, loud={3: 5e-6})
    data = ask(hours=24)
    assert data.window.cadence_s == HOUR_S
    assert data.window.spectra == 10 + 3  # the spectra touch three hours
    assert data.window.utc[-1] == np.datetime64("2014-04-05T12:00")
    assert data.window.mean[-1, 3] == pytest.approx(5e-6)
    assert data.window.mean[-2, 3] == pytest.approx(1e-6)


def test_hours_that_spectra_cover_are_not_counted_twice():
    samples.spectra(NOON, 5)
    samples.hours(NOON - 3 * HOUR, 2)
    data = ask(hours=5)
    assert data.window.cadence_s == SPECTRUM_S
    assert data.window.mean == pytest.approx(1e-6, nan_ok=True)


# --- averaging ------------------------------------------------------------------------------------------------


def records(n: int, step_s: float, values: np.ndarray | None = None):
    start = datetime(2014, 4, 5, tzinfo=UTC)
    times = np.datetime64("2014-04-05", "us") + (np.arange(1, n + 1) * step_s * 1e6).astype("timedelta64[us]")
    filled = np.full((n, 16), 1e-6) if values is None else values
    return times, filled, start, start + timedelta(seconds=n * step_s)


def test_there_are_no_more_columns_than_a_picture_has_pixels():
    times, values, start, end = records(20_000, 4.0)
    window = reduced(times, values, None, start, end)
    assert len(window.utc) == COLUMNS
    assert window.count.sum() == 20_000
    assert not np.isnan(window.mean).any()


@pytest.mark.parametrize("step_s", [4.0, 16.0, 16.001])
def test_a_steady_cadence_leaves_no_empty_columns(step_s):
    times, values, start, end = records(200, step_s)
    window = reduced(times, values, None, start, end)
    assert window.column_s >= 2 * step_s * 0.999
    assert not np.isnan(window.mean).any()


def test_a_gap_stays_a_gap():
    times, values, start, end = records(1_000, 60.0)
    keep = (np.arange(1_000) < 400) | (np.arange(1_000) >= 600)
    window = reduced(times[keep], values[keep], None, start, end)
    assert np.isnan(window.mean).all(axis=1).mean() == pytest.approx(0.2, abs=0.01)


def test_the_mean_is_of_amplitudes_and_ignores_what_is_missing():
    values = np.full((4, 16), 1e-6)
    values[:, 5] = [1e-6, 3e-6, np.nan, 2e-6]
    values[:, 6] = np.nan
    times, _, start, end = records(4, 100.0)
    window = reduced(times, values, None, start, end, columns=1)
    assert window.mean[0, 5] == pytest.approx(2e-6)
    assert window.mean_square[0, 5] == pytest.approx((1 + 9 + 4) / 3 * 1e-12)
    assert (window.low[0, 5], window.high[0, 5]) == (1e-6, 3e-6)
    assert window.quantiles[MEDIAN, 5] == 2e-6
    assert window.peak_utc[5] == times[1]
    assert np.isnan(window.mean[0, 6])
    assert np.isnan(window.quantiles[:, 6]).all()


def test_a_single_record_is_a_window():
    times, values, start, end = records(1, 3_600.0)
    window = reduced(times, values, None, start, end)
    assert window.spectra == 1
    assert np.isfinite(window.mean[-1]).all()


# --- channels and statistics ----------------------------------------------------------------------------------


def test_channel_edges_are_geometric_means():
    assert len(CHANNEL_EDGES_HZ) == 17
    assert CHANNEL_EDGES_HZ[10] == pytest.approx((1_780 * 3_110) ** 0.5)
    assert (np.diff(CHANNEL_EDGES_HZ) > 0).all()
    assert ((CHANNEL_EDGES_HZ[:-1] < CHANNELS_HZ) & (CHANNEL_EDGES_HZ[1:] > CHANNELS_HZ)).all()


@pytest.mark.parametrize(
    ("low", "high", "first", "last"),
    [
        (10, 56_200, 10, 56_200),
        (1_000, 10_000, 1_000, 10_000),
        (11, 12, 10, 10),
        (1_400, 1_500, 1_780, 1_780),
        (1, 2, 10, 10),
        (99_000, 100_000, 56_200, 56_200),
    ],
)
def test_an_interval_chooses_the_channels_it_touches(low, high, first, last):
    chosen = CHANNELS_HZ[channels_between(low, high)]
    assert (chosen[0], chosen[-1]) == (first, last)


def test_every_interval_has_a_channel():
    for low in range(1, 100_000, 997):
        assert len(CHANNELS_HZ[channels_between(low, low + 1)]) >= 1


def test_statistics_name_what_stands_out():
    samples.spectra(NOON, 24, loud={10: 1e-5, 2: 3e-6})
    found = ask().statistics
    assert found.loudest_hz == 3_110.0
    assert found.loudest_db == pytest.approx(20.0)
    assert found.loudest_v_m == pytest.approx(1e-5)
    assert found.loudest_at == NOON
    assert found.median_rms_v_m == pytest.approx(4e-6)  # sixteen channels of 1 µV/m
    assert found.peak_rms_v_m > found.median_rms_v_m
    assert len(found.channels) == 16


def test_statistics_are_of_the_chosen_channels():
    samples.spectra(NOON, 24, loud={10: 1e-5})
    found = ask(freq_min=10, freq_max=700).statistics
    assert len(found.channels) == 8
    assert found.loudest_db == pytest.approx(0.0)
    assert found.median_rms_v_m == pytest.approx(8**0.5 * 1e-6)


def test_a_channel_without_values_is_null_and_not_zero():
    samples.spectra(NOON, 2, lacking=7)
    found = ask().statistics
    assert found.channels[7].median_v_m is None
    assert found.channels[7].peak_at is None
    assert found.median_rms_v_m is None  # the sum lacks a part


def test_times_come_back_to_the_microsecond():
    at = datetime(2014, 4, 5, 11, 59, 54, 308_001, tzinfo=UTC)
    samples.spectra(at, 0.05)
    assert PlasmaWave.objects.count() == 3
    assert ask(hours=1).window.last_utc == np.datetime64("2014-04-05T11:59:54.308001")
