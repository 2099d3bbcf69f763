"""Space weather as time series: Kp, X-ray flux, solar wind."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class PlanetaryK(Measurement):
    """The planetary K index: how disturbed the Earth's magnetic field is, 0 to 9 in thirds."""

    class Kind(models.TextChoices):
        """What the value is."""

        OBSERVED = "observed", "observed: three-hour value from magnetometer stations"
        ESTIMATED = "estimated", "estimated: running value, minute by minute"
        PREDICTED = "predicted", "predicted: forecast of a three-hour value"

    timestamp_utc = models.DateTimeField(help_text="Start of the interval (UTC).")
    cadence_s = models.PositiveIntegerField(help_text="Length of the interval: 10800, or 60 for estimates.")
    kind = models.CharField(max_length=9, choices=Kind.choices, help_text="Observed, estimated or predicted.")
    kp = models.FloatField(
        help_text="Kp in decimals of thirds (0.33, 0.67, …), rounded as the upstream rounds."
    )
    kp_text = models.CharField(
        max_length=8, blank=True, help_text="As the upstream writes it in letters (5P)."
    )
    upstream_status = models.CharField(
        max_length=16, blank=True, help_text="The upstream's own word: def, pre, now; estimated, predicted."
    )
    noaa_scale = models.CharField(
        max_length=4, blank=True, help_text="G1 to G5 as the upstream says, or empty."
    )
    a_running = models.FloatField(
        null=True, help_text="Running A index (observed by SWPC); ap of the interval (GFZ)."
    )
    station_count = models.PositiveSmallIntegerField(null=True, help_text="Stations behind the value.")

    class Meta:
        db_table = "space_intel_kp"
        verbose_name_plural = "planetary K index"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc", "kind", "source"], name="space_intel_kp_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "kind", "timestamp_utc"], name="space_intel_kp_source_time"),
            models.Index(fields=["source", "timestamp_utc"], name="space_intel_kp_span"),
            models.Index(fields=["source", "kind", "kp"], name="space_intel_kp_level"),
        ]

    def __str__(self) -> str:
        return f"Kp {self.kp:.2f} {self.kind} at {self.timestamp_utc:%Y-%m-%d %H:%M} UTC"


class XrayFlux(Measurement):
    """One-minute X-ray flux of the Sun from a GOES satellite."""

    class Band(models.TextChoices):
        """Wavelengths."""

        LONG = "0.1-0.8nm", "0.1 to 0.8 nm: the band that flare classes are made from"
        SHORT = "0.05-0.4nm", "0.05 to 0.4 nm"

    timestamp_utc = models.DateTimeField(help_text="Start of the minute (UTC).")
    cadence_s = models.PositiveIntegerField(help_text="Always 60: one-minute means.")
    satellite = models.PositiveSmallIntegerField(help_text="GOES number.")
    band = models.CharField(
        max_length=12, choices=Band.choices, help_text="Wavelengths as the upstream writes them."
    )
    flux_w_m2 = models.FloatField(null=True, help_text="Corrected for electrons, W/m².")
    observed_flux_w_m2 = models.FloatField(null=True, help_text="As measured, W/m².")
    electron_correction_w_m2 = models.FloatField(null=True, help_text="What was subtracted, W/m².")
    is_contaminated = models.BooleanField(null=True, help_text="The upstream's electron contamination flag.")

    class Meta:
        db_table = "space_intel_xray"
        verbose_name_plural = "X-ray flux"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["timestamp_utc", "satellite", "band"], name="space_intel_xray_key"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["band", "timestamp_utc"], name="space_intel_xray_band_time")
        ]

    def __str__(self) -> str:
        return f"GOES-{self.satellite} {self.band} at {self.timestamp_utc:%Y-%m-%d %H:%M} UTC"


class SolarWind(Measurement):
    """One minute of solar wind upstream of the Earth, from the spacecraft that was the active one."""

    timestamp_utc = models.DateTimeField(db_index=True, help_text="Instant of the measurement at L1 (UTC).")
    cadence_s = models.PositiveIntegerField(help_text="60; 0 for single values of the summary files.")
    spacecraft = models.CharField(
        max_length=16, help_text="SOLAR1, ACE, IMAP …; 'summary' where the upstream does not name it."
    )
    speed_km_s = models.FloatField(null=True, help_text="Proton bulk speed, km/s.")
    density_cm3 = models.FloatField(null=True, help_text="Proton density, per cubic centimetre.")
    temperature_k = models.FloatField(null=True, help_text="Proton temperature, K.")
    bt_nt = models.FloatField(null=True, help_text="Field strength, nT.")
    bx_gsm_nt = models.FloatField(null=True, help_text="GSM x, nT.")
    by_gsm_nt = models.FloatField(null=True, help_text="GSM y, nT.")
    bz_gsm_nt = models.FloatField(
        null=True, help_text="GSM z, nT; southward (negative) couples to the Earth's field."
    )
    wind_quality = models.IntegerField(
        null=True, help_text="Overall quality flag of the plasma data, as given."
    )
    field_quality = models.IntegerField(
        null=True, help_text="Overall quality flag of the field data, as given."
    )

    class Meta:
        db_table = "space_intel_solar_wind"
        verbose_name_plural = "solar wind"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["timestamp_utc", "spacecraft"], name="space_intel_solar_wind_key"
            ),
        ]

    def __str__(self) -> str:
        return f"Solar wind at {self.timestamp_utc:%Y-%m-%d %H:%M} UTC from {self.spacecraft}"
