"""What NOAA's forecasters say: alerts, and the R, S and G scales."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class Alert(Measurement):
    """One message of NOAA SWPC. Its text is untrusted: it is always escaped."""

    class Kind(models.TextChoices):
        """What a message is, by its first words."""

        ALERT = "alert"
        WARNING = "warning"
        WATCH = "watch"
        SUMMARY = "summary"
        CANCEL = "cancel", "cancellation of an earlier message"
        OTHER = "other"

    product_id = models.CharField(max_length=16, help_text="SWPC's product, e.g. K04W.")
    issue_datetime = models.DateTimeField(help_text="Issued (UTC).")
    timestamp_utc = models.DateTimeField(db_index=True, help_text="The same as issue_datetime (UTC).")
    kind = models.CharField(max_length=8, choices=Kind.choices, help_text="By the message's own words.")
    message_code = models.CharField(
        max_length=16, blank=True, help_text="Space Weather Message Code, e.g. WARK04."
    )
    serial_number = models.CharField(max_length=16, blank=True, help_text="Repeats for corrections.")
    headline = models.CharField(max_length=255, blank=True, help_text="The line that says what it is about.")
    noaa_scale = models.CharField(
        max_length=4, blank=True, help_text="R, S or G level in the text, else empty."
    )
    valid_from = models.DateTimeField(null=True, help_text="As the text says (UTC).")
    valid_until = models.DateTimeField(null=True, help_text="As the text says (UTC).")
    cancels_serial = models.CharField(
        max_length=16, blank=True, help_text="Serial number that it cancels or extends."
    )
    message = models.TextField(help_text="The whole text, as sent.")

    class Meta:
        db_table = "space_intel_alerts"
        verbose_name_plural = "space weather alerts"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product_id", "issue_datetime"], name="space_intel_alerts_key"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.issue_datetime:%Y-%m-%d %H:%M} UTC"


class Scales(Measurement):
    """NOAA's R, S and G scales: yesterday's largest, the latest, and the forecast of three days."""

    issued_at = models.DateTimeField(
        db_index=True, help_text="Time stamp of the latest entry in the file (UTC)."
    )
    day_offset = models.SmallIntegerField(help_text="-1 the last day, 0 now, 1 to 3 the days forecast.")
    timestamp_utc = models.DateTimeField(
        db_index=True, help_text="Instant or day that the entry is for (UTC)."
    )
    r_scale = models.PositiveSmallIntegerField(
        null=True, help_text="Radio blackouts, 0 to 5; empty in forecasts."
    )
    r_text = models.CharField(max_length=32, blank=True, help_text="As the upstream says.")
    r_minor_percent = models.PositiveSmallIntegerField(null=True, help_text="Probability of R1–R2, percent.")
    r_major_percent = models.PositiveSmallIntegerField(null=True, help_text="Probability of R3–R5, percent.")
    s_scale = models.PositiveSmallIntegerField(null=True, help_text="Solar radiation storms, 0 to 5.")
    s_text = models.CharField(max_length=32, blank=True, help_text="As the upstream says.")
    s_percent = models.PositiveSmallIntegerField(null=True, help_text="Probability of S1 or more, percent.")
    g_scale = models.PositiveSmallIntegerField(null=True, help_text="Geomagnetic storms, 0 to 5.")
    g_text = models.CharField(max_length=32, blank=True, help_text="As the upstream says.")

    class Meta:
        db_table = "space_intel_scales"
        verbose_name_plural = "NOAA scales"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issued_at", "day_offset"], name="space_intel_scales_key"),
        ]

    def __str__(self) -> str:
        return f"Scales of {self.issued_at:%Y-%m-%d %H:%M} UTC, day {self.day_offset:+d}"
