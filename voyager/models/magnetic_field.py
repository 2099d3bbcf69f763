"""The magnetic field around Voyager 1."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class MagneticField(Measurement):
    """Field vectors of the magnetometer (MAG), averaged over ``cadence_s``; RTN, nT.

    48 s vectors come with the instrument team's uncertainties; hourly averages without.
    """

    timestamp_utc = models.DateTimeField(help_text="Start of the averaging interval (UTC).")
    cadence_s = models.PositiveIntegerField(help_text="Nominal averaging interval, seconds: 48 or 3600.")
    b_nt = models.FloatField(help_text="Field strength, nT: see b_kind.")
    br_nt = models.FloatField(null=True, help_text="Radial component (away from the Sun), nT.")
    bt_nt = models.FloatField(null=True, help_text="Tangential component (solar rotation axis x R), nT.")
    bn_nt = models.FloatField(null=True, help_text="Normal component, completes the right-handed set, nT.")
    b_sigma_nt = models.FloatField(
        null=True,
        help_text="1-sigma uncertainty of b_nt, nT: from the file, or the documented value where it has none.",
    )
    br_sigma_nt = models.FloatField(
        null=True,
        help_text="1-sigma uncertainty of br_nt, nT: from the file, or the documented value where it has none.",
    )
    bt_sigma_nt = models.FloatField(
        null=True,
        help_text="1-sigma uncertainty of bt_nt, nT: from the file, or the documented value where it has none.",
    )
    bn_sigma_nt = models.FloatField(
        null=True,
        help_text="1-sigma uncertainty of bn_nt, nT: from the file, or the documented value where it has none.",
    )
    b_kind = models.CharField(
        max_length=16,
        help_text="magnitude: mean of magnitudes (ABS_B, F1); vector: magnitude of the mean vector (F).",
    )
    distance_au = models.FloatField(null=True, help_text="Sun to Voyager 1, au, where the file gives it.")

    class Meta:
        db_table = "voyager1_magnetic_field"
        verbose_name_plural = "magnetic field"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["timestamp_utc", "cadence_s"], name="voyager1_magnetic_field_key"
            ),
        ]
        indexes: ClassVar = [  # one cadence at a time: first, last and windows of a product
            models.Index(fields=["cadence_s", "timestamp_utc"], name="voyager1_field_cadence_time"),
        ]

    def __str__(self) -> str:
        return f"|B| = {self.b_nt} nT at {self.timestamp_utc:%Y-%m-%d %H:%M:%S} UTC"


class FieldHour(Measurement):
    """Hourly means of the 48 s vectors of the magnetic field, computed here.

    Written in the transaction that writes the 48 s rows, and checked against them by ``verify``. Long windows use
    them where the archive's own hourly averages are not stored.
    """

    timestamp_utc = models.DateTimeField(help_text="Start of the hour (UTC).")
    averages = models.PositiveIntegerField(help_text="48 s averages that begin in the hour.")
    b_nt = models.FloatField(help_text="Mean of their field strengths, nT.")
    br_nt = models.FloatField(null=True, help_text="Mean radial component (away from the Sun), nT.")
    bt_nt = models.FloatField(null=True, help_text="Mean tangential component (solar rotation axis x R), nT.")
    bn_nt = models.FloatField(null=True, help_text="Mean normal component, nT.")

    class Meta:
        db_table = "voyager1_magnetic_field_hours"
        verbose_name_plural = "magnetic field, hours computed here"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc"], name="voyager1_magnetic_field_hours_key"),
        ]

    def __str__(self) -> str:
        return f"|B| = {self.b_nt} nT in the hour from {self.timestamp_utc:%Y-%m-%d %H:%M} UTC"
