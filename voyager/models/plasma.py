"""The plasma around Voyager 1: wave spectra and electron densities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class PlasmaWave(Measurement):
    """Spectra of the 16-channel analyser of the plasma wave subsystem (PWS): electric field amplitudes.

    One row per spectrum (``cadence_s`` 4, nominal), or the mean and the peak of an hour (3600).
    """

    timestamp_utc = models.DateTimeField(help_text="Instant of the spectrum, or start of the hour (UTC).")
    cadence_s = models.PositiveIntegerField(
        help_text="Nominal: 4 for spectra, 3600 for hourly mean and peak."
    )
    samples = models.PositiveIntegerField(help_text="Spectra in the row: 1, or as many as the hour holds.")
    e_10_hz = models.FloatField(null=True, help_text="Electric field at 10 Hz, V/m.")
    e_17_8_hz = models.FloatField(null=True, help_text="Electric field at 17.8 Hz, V/m.")
    e_31_1_hz = models.FloatField(null=True, help_text="Electric field at 31.1 Hz, V/m.")
    e_56_2_hz = models.FloatField(null=True, help_text="Electric field at 56.2 Hz, V/m.")
    e_100_hz = models.FloatField(null=True, help_text="Electric field at 100 Hz, V/m.")
    e_178_hz = models.FloatField(null=True, help_text="Electric field at 178 Hz, V/m.")
    e_311_hz = models.FloatField(null=True, help_text="Electric field at 311 Hz, V/m.")
    e_562_hz = models.FloatField(null=True, help_text="Electric field at 562 Hz, V/m.")
    e_1000_hz = models.FloatField(null=True, help_text="Electric field at 1,000 Hz, V/m.")
    e_1780_hz = models.FloatField(null=True, help_text="Electric field at 1,780 Hz, V/m.")
    e_3110_hz = models.FloatField(null=True, help_text="Electric field at 3,110 Hz, V/m.")
    e_5620_hz = models.FloatField(null=True, help_text="Electric field at 5,620 Hz, V/m.")
    e_10000_hz = models.FloatField(null=True, help_text="Electric field at 10,000 Hz, V/m.")
    e_17800_hz = models.FloatField(null=True, help_text="Electric field at 17,800 Hz, V/m.")
    e_31100_hz = models.FloatField(null=True, help_text="Electric field at 31,100 Hz, V/m.")
    e_56200_hz = models.FloatField(null=True, help_text="Electric field at 56,200 Hz, V/m.")
    peak_10_hz = models.FloatField(null=True, help_text="Largest value in the hour at 10 Hz, V/m.")
    peak_17_8_hz = models.FloatField(null=True, help_text="Largest value in the hour at 17.8 Hz, V/m.")
    peak_31_1_hz = models.FloatField(null=True, help_text="Largest value in the hour at 31.1 Hz, V/m.")
    peak_56_2_hz = models.FloatField(null=True, help_text="Largest value in the hour at 56.2 Hz, V/m.")
    peak_100_hz = models.FloatField(null=True, help_text="Largest value in the hour at 100 Hz, V/m.")
    peak_178_hz = models.FloatField(null=True, help_text="Largest value in the hour at 178 Hz, V/m.")
    peak_311_hz = models.FloatField(null=True, help_text="Largest value in the hour at 311 Hz, V/m.")
    peak_562_hz = models.FloatField(null=True, help_text="Largest value in the hour at 562 Hz, V/m.")
    peak_1000_hz = models.FloatField(null=True, help_text="Largest value in the hour at 1,000 Hz, V/m.")
    peak_1780_hz = models.FloatField(null=True, help_text="Largest value in the hour at 1,780 Hz, V/m.")
    peak_3110_hz = models.FloatField(null=True, help_text="Largest value in the hour at 3,110 Hz, V/m.")
    peak_5620_hz = models.FloatField(null=True, help_text="Largest value in the hour at 5,620 Hz, V/m.")
    peak_10000_hz = models.FloatField(null=True, help_text="Largest value in the hour at 10,000 Hz, V/m.")
    peak_17800_hz = models.FloatField(null=True, help_text="Largest value in the hour at 17,800 Hz, V/m.")
    peak_31100_hz = models.FloatField(null=True, help_text="Largest value in the hour at 31,100 Hz, V/m.")
    peak_56200_hz = models.FloatField(null=True, help_text="Largest value in the hour at 56,200 Hz, V/m.")

    class Meta:
        db_table = "voyager1_plasma_wave"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc", "cadence_s"], name="voyager1_plasma_wave_key"),
        ]
        indexes: ClassVar = [  # one cadence at a time: first, last and windows
            models.Index(fields=["cadence_s", "timestamp_utc"], name="voyager1_waves_cadence_time"),
        ]

    def __str__(self) -> str:
        return f"PWS spectrum at {self.timestamp_utc:%Y-%m-%d %H:%M:%S} UTC"


class ElectronDensity(Measurement):
    """Electron densities from plasma waves: published ones, and lines found in wideband waveforms."""

    class Method(models.TextChoices):
        """How the density was found."""

        EPO = "epo", "electron plasma oscillation"
        QTN = "qtn", "quasi-thermal noise line"
        RIDGE = "ridge", "line in a wideband waveform, found here"

    timestamp_utc = models.DateTimeField(db_index=True, help_text="Instant of the measurement (UTC).")
    method = models.CharField(
        max_length=8, choices=Method.choices, help_text="epo and qtn are published; ridge was found here."
    )
    n_e_cm3 = models.FloatField(help_text="Electron density, cm^-3.")
    n_e_min_cm3 = models.FloatField(null=True, help_text="Lower bound, cm^-3.")
    n_e_max_cm3 = models.FloatField(null=True, help_text="Upper bound, cm^-3.")
    f_pe_hz = models.FloatField(null=True, help_text="Electron plasma frequency, Hz.")
    f_ce_hz = models.FloatField(null=True, help_text="Electron cyclotron frequency, Hz.")
    b_nt = models.FloatField(null=True, help_text="Field strength given with the density, nT.")
    distance_au = models.FloatField(null=True, help_text="Sun to Voyager 1, au.")
    past_heliopause_au = models.FloatField(null=True, help_text="Distance past the heliopause, au.")
    significance_sigma = models.FloatField(
        null=True, help_text="Of the line after the trials factor (ridge only)."
    )

    class Meta:
        db_table = "voyager1_electron_density"
        verbose_name_plural = "electron densities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc", "method"], name="voyager1_electron_density_key"),
        ]

    def __str__(self) -> str:
        return f"n_e = {self.n_e_cm3} per cm3 at {self.timestamp_utc:%Y-%m-%d %H:%M} UTC ({self.method})"


class WaveformSpectrum(Measurement):
    """Averaged power spectrum of a few seconds of wideband waveform, computed at ingest.

    The gain of the wideband receiver is not known: power is relative to the noise of the same frames, in decibels.
    """

    timestamp_utc = models.DateTimeField(
        db_index=True, help_text="Instant of the first frame averaged (UTC)."
    )
    recording_utc = models.DateTimeField(
        help_text="First frame of the recording that the row is a part of (UTC): a run of frames without a pause."
    )
    cadence_s = models.PositiveIntegerField(help_text="Nominal spacing of the averages, seconds.")
    frames = models.PositiveIntegerField(help_text="Frames of 1,600 samples averaged.")
    sample_rate_hz = models.FloatField(help_text="Sampling rate of the waveform, Hz.")
    frequency_step_hz = models.FloatField(help_text="Width of a bin, Hz; the first bin is centred on 0 Hz.")
    power_db = models.JSONField(
        help_text="Mean power per bin, dB relative to the noise of the same frames between 1 and 5 kHz."
    )
    ridge_hz = models.FloatField(
        null=True, help_text="Where the recording's strongest line outside interference is in this row, Hz."
    )
    ridge_sigma = models.FloatField(
        null=True, help_text="Significance of that line in the whole recording, after the trials factor."
    )

    class Meta:
        db_table = "voyager1_waveform_spectra"
        verbose_name_plural = "waveform spectra"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc"], name="voyager1_waveform_spectra_key"),
        ]

    def __str__(self) -> str:
        return f"waveform spectrum at {self.timestamp_utc:%Y-%m-%d %H:%M:%S} UTC"
