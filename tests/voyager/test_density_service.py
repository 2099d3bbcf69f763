"""Electron densities: published ones and their statistics; recordings and what was found in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace import versions
from deepspace.provenance import Tier
from tests.support.visitor import database_away
from tests.voyager import plasma_samples as samples
from voyager import services
from voyager.models import WaveformSpectrum
from voyager.parameters import ProcessParameters, PublicationParameters
from voyager.plots.density_columns import finding
from voyager.services import recordings
from voyager.services.density import running_mean

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
START = datetime(2023, 10, 24, 3, 51, 16, 460_999, tzinfo=UTC)
DAY = timedelta(days=1)


def published(**values):
    return services.published(PublicationParameters(**values))


def process(**values):
    return services.process(ProcessParameters(**values))


# --- published ------------------------------------------------------------------------------------------------


def test_without_densities_the_model_is_drawn_and_no_statistics_are_made():
    data = published()
    assert data.provenance.tier is Tier.SYNTHETIC
    assert set(data.method) == {"model"}
    assert data.statistics.count == 0
    assert data.statistics.mean_cm3 is data.statistics.latest_cm3 is None
    assert "model" in data.provenance.note


def test_published_values_come_back_as_stored():
    samples.densities()
    data = published()
    assert data.provenance.tier is Tier.REAL
    assert data.method == ("epo", "epo", "qtn", "qtn")
    assert data.n_e_cm3.tolist() == [0.060, 0.080, 0.147, 0.147]
    assert data.low_cm3 == pytest.approx([0.057, 0.077, 0.144, 0.144])
    assert data.distance_au[-1] == 161.397
    assert data.utc[0] == np.datetime64("2012-10-22T21:44:19.795")


def test_statistics_are_of_published_values_alone():
    samples.densities()
    samples.recording(START, sigma=9.0, line_hz=4_500.0)  # 0.25 per cm3, found here
    found = published().statistics
    assert found.count == 4
    assert found.by_method == {"epo": 2, "qtn": 2}
    assert found.max_cm3 == 0.147
    assert found.median_cm3 == pytest.approx(0.1135)
    assert found.latest_cm3 == 0.147
    assert found.latest_f_pe_hz == pytest.approx(3_443, abs=1)
    assert found.latest_distance_au == 161.397


def test_bounds_that_are_not_published_are_missing():
    samples.densities(bounds=None)
    data = published()
    assert np.isnan(data.low_cm3).all()
    assert np.isnan(data.high_cm3).all()


def test_days_cut_a_window_off_the_end():
    samples.densities()
    assert published(days=1_500).statistics.count == 2
    assert published(days=20_000).statistics.count == 4
    assert published(days=1).statistics.count == 1


def test_an_empty_window_gives_way_to_the_nearest_earlier_one_with_a_note():
    samples.densities()
    data = published(days=30, end=datetime(2022, 1, 1, tzinfo=UTC))
    assert data.statistics.count == 1
    assert data.statistics.latest_distance_au == 149.379
    assert "Nothing was published for the 30 days before 2022-01-01" in data.provenance.note


def test_nothing_published_before_the_end_is_the_model():
    samples.densities()
    data = published(end=datetime(2012, 1, 1, tzinfo=UTC))
    assert data.provenance.tier is Tier.SYNTHETIC
    assert "for 2012-01-01 or before" in data.provenance.note
    assert data.n_e_cm3[-1] == 0.002


def test_confirmed_boundaries_come_from_the_list_of_events():
    samples.densities()
    samples.boundaries()
    data = published()
    assert [one.name for one in data.boundaries] == ["Heliopause", "Pressure front pf2"]
    assert all(one.citation for one in data.boundaries)


def test_the_running_mean_needs_five_neighbours():
    utc = np.datetime64("2020-01-01", "us") + np.arange(10) * np.timedelta64(10, "D")
    values = np.arange(10.0)
    mean = running_mean(utc, values)
    assert mean == pytest.approx(np.full(10, 4.5))
    assert np.isnan(running_mean(utc[:4], values[:4])).all()
    far = utc + np.arange(10) * np.timedelta64(200, "D")
    assert np.isnan(running_mean(far, values)).all()


def test_while_the_database_is_away_models_stand_in():
    samples.densities()
    samples.recording(START)
    with database_away():
        for provenance in (published().provenance, process().provenances[0]):
            assert provenance.tier is Tier.SYNTHETIC
            assert "does not answer" in provenance.note
    versions.forget()
    assert published().provenance.tier is process().provenances[0].tier is Tier.REAL


# --- recordings -----------------------------------------------------------------------------------------------


def test_without_recordings_the_model_is_shown_and_says_so():
    data = process()
    assert data.provenances[0].tier is Tier.SYNTHETIC
    assert finding(data).startswith("Model")
    assert not data.significant


def test_a_recording_without_a_significant_line_has_no_density():
    samples.recording(START, sigma=0.577)
    data = process()
    assert data.provenances[0].tier is Tier.REAL
    assert data.significant == ()
    assert data.recordings[0].density is None
    assert data.recordings[0].power_db.shape == (4, samples.BINS)
    assert (
        finding(data) == "No significant line, so no density:\nthe strongest reaches 0.6 sigma of 4 needed."
    )
    assert len(data.provenances) == 1


def test_a_significant_line_gives_a_density_with_its_error():
    samples.recording(START, sigma=6.3, line_hz=3_042.0)
    data = process()
    (one,) = data.significant
    assert one.density is not None
    assert one.density.n_e_cm3 == pytest.approx(0.11475, abs=1e-5)
    assert one.density.n_e_sigma_cm3 == pytest.approx(0.0004)
    assert "f_pe = 3042 Hz at 6.3 sigma" in finding(data)
    assert "n_e = 0.1148 ± 0.0004 per cm³" in finding(data)
    assert [one.product for one in data.provenances] == [services.WAVEFORM, services.RIDGE]


def test_before_the_heliopause_no_line_is_looked_for():
    samples.recording(datetime(1979, 3, 5, tzinfo=UTC), sigma=None)
    data = process()
    assert data.strongest is None
    assert np.isnan(data.recordings[0].line_hz)
    assert "No line was looked for" in finding(data)


def test_rows_are_grouped_by_recording_and_the_window_takes_whole_ones():
    samples.recording(START - DAY)
    samples.recording(START)
    assert len(process(hours=1).recordings) == 1
    both = process(hours=24, end=START + timedelta(seconds=14)).recordings
    assert len(both) == 1
    both = process(hours=24, end=START + timedelta(seconds=5)).recordings  # begins within the first one
    assert [one.start for one in both] == [START - DAY, START]
    assert [len(one.utc) for one in both] == [4, 2]


def test_an_empty_span_gives_way_to_the_last_recording_before_with_a_note():
    samples.recording(START)
    data = process(hours=10, end=START + 30 * DAY)
    assert data.recordings[0].start == START
    assert "Nothing was recorded in the 10 h before 2023-11-23 03:51 UTC" in data.provenances[0].note


def test_no_recording_before_the_end_is_the_model():
    samples.recording(START)
    data = process(end=START - DAY)
    assert data.provenances[0].tier is Tier.SYNTHETIC
    assert data.recordings[0].start <= START - DAY


def test_more_recordings_than_fit_are_left_out_and_counted(monkeypatch):
    monkeypatch.setattr(recordings, "MOST_RECORDINGS", 2)
    for days in range(4):
        samples.recording(START + days * DAY)
    data = process(hours=8_760)
    assert [one.start for one in data.recordings] == [START + 2 * DAY, START + 3 * DAY]
    assert data.left_out == 2
    assert "Of 4 recordings the newest 2 are shown." in data.provenances[0].note


def test_the_mean_of_a_recording_is_one_of_power():
    samples.recording(START)
    one = process().recordings[0]
    expected = 10 * np.log10((10 ** (one.power_db.astype(np.float64) / 10)).mean(axis=0))
    assert one.mean_db == pytest.approx(expected)


def test_powers_are_held_in_single_precision_and_printed_as_stored():
    samples.recording(START)
    one = process().recordings[0]
    stored = WaveformSpectrum.objects.order_by("timestamp_utc").values_list("power_db", flat=True)
    assert one.power_db.dtype == np.float32
    assert [[float(str(value)) for value in row] for row in one.power_db] == list(stored)
