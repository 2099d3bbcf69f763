"""The models of density, spectra and recordings: published levels, and the same instant the same value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from voyager import synthetic_plasma as model
from voyager.constants import PLASMA_LINE_SEARCH_HZ, PWS_VALID_V_M
from voyager.science.plasma import plasma_frequency_hz
from voyager.science.waveform import bin_frequencies_hz, is_searched

AT = datetime(2015, 6, 1, tzinfo=UTC)


def density(day: str) -> float:
    return float(model.density_cm3(np.array([day], dtype="datetime64[us]"))[0])


@pytest.mark.parametrize(
    ("day", "published"),
    [
        ("2012-08-01", 0.002),  # Gurnett et al. 2013
        ("2012-10-22T21:44:19.795", 0.060),  # PDS bundle
        ("2013-04-09", 0.080),  # Gurnett et al. 2013
        ("2020-06-03", 0.147),  # PDS bundle
        ("2023-10-18", 0.147),  # Kurth 2024
    ],
)
def test_the_density_passes_through_published_values(day, published):
    assert density(day) == pytest.approx(published, abs=0.0005)


def test_the_density_jumps_at_the_heliopause_and_rises_by_1_36_at_pf2():
    assert density("2012-08-25") / density("2012-08-24") == pytest.approx(30.0)
    assert density("2020-05-26") / density("2020-05-25") == pytest.approx(1.36, abs=0.001)


def test_there_is_no_density_before_the_termination_shock():
    assert np.isnan(density("2004-12-15"))
    assert density("2004-12-17") == 0.002


def test_distances_are_the_published_ones():
    utc = np.array(["2013-04-09", "2020-06-03"], dtype="datetime64[us]")
    assert model.distance_au(utc) == pytest.approx([123.826, 149.379], abs=0.03)


def test_the_same_instant_has_the_same_spectrum_in_every_window():
    utc, values = model.spectra(AT - timedelta(hours=3), AT)
    later_utc, later = model.spectra(AT - timedelta(hours=1), AT + timedelta(hours=1))
    _, ours, theirs = np.intersect1d(utc, later_utc, return_indices=True)
    assert len(ours) == 225
    assert (values[ours] == later[theirs]).all()


def test_modelled_spectra_are_within_what_the_instrument_can_measure():
    utc, values = model.spectra(AT - timedelta(hours=24), AT)
    assert values.shape == (5_400, 16)
    assert ((values > PWS_VALID_V_M[0]) & (values < PWS_VALID_V_M[1])).all()
    assert utc[-1] == np.datetime64("2015-06-01")


def test_the_line_stands_in_the_channel_of_the_plasma_frequency():
    _, quiet = model.spectra(datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 2, tzinfo=UTC))
    _, interstellar = model.spectra(AT, AT + timedelta(days=1))
    ratio = np.median(interstellar, axis=0) / np.median(quiet, axis=0)
    assert ratio.argmax() == 10  # 3.11 kHz: f_pe is 2.6 kHz
    assert np.median(np.delete(ratio, [9, 10])) == pytest.approx(1.0, abs=0.02)


def test_recordings_have_their_line_at_the_plasma_frequency():
    (one,) = model.recordings(AT - timedelta(hours=84), AT)
    expected = float(plasma_frequency_hz(model.density_cm3(one.utc[:1]))[0])
    assert one.f_pe_hz == pytest.approx(expected)
    frequency = bin_frequencies_hz(one.power_db.shape[1], 18.0)
    searched = is_searched(frequency)
    mean = one.power_db.mean(axis=0)
    assert frequency[searched][mean[searched].argmax()] == pytest.approx(expected, abs=9.0)
    assert PLASMA_LINE_SEARCH_HZ[0] < expected < PLASMA_LINE_SEARCH_HZ[1]


def test_recordings_are_the_same_in_every_window():
    (first,) = model.recordings(AT - timedelta(hours=84), AT)
    many = model.recordings(AT - timedelta(days=30), AT)
    assert (many[-1].power_db == first.power_db).all()
    assert 8 <= len(many) <= 9


def test_a_window_without_a_recording_has_the_last_one_before():
    (one,) = model.recordings(AT - timedelta(hours=1), AT)
    assert one.utc[0] <= np.datetime64("2015-06-01")


def test_before_the_first_recording_stands_the_first():
    (one,) = model.recordings(datetime(1980, 1, 1, tzinfo=UTC), datetime(1980, 2, 1, tzinfo=UTC))
    assert one.utc[0] == np.datetime64("2012-08-25")


@pytest.mark.parametrize("one", [model.DENSITY_MODEL, model.SPECTRA_MODEL, model.WAVEFORM_MODEL])
def test_each_model_states_what_it_is_and_on_what_it_rests(one):
    assert one.name
    assert len(one.statement) > 80
    assert one.accuracy
    assert one.references
