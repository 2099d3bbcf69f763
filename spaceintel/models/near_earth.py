"""Asteroids and comets that come near the Earth: what NeoWs, CNEOS and Sentry say of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class NearEarthObject(Measurement):
    """One approach of one object as NASA's NeoWs lists it."""

    neo_id = models.CharField(max_length=16, help_text="SPK-ID as NeoWs writes it.")
    close_approach_date = models.DateField(help_text="Calendar day of the approach (TDB), as NeoWs gives it.")
    timestamp_utc = models.DateTimeField(
        db_index=True, help_text="Closest approach (UTC; NeoWs gives TDB to the minute)."
    )
    designation = models.CharField(
        max_length=32,
        help_text="Number or provisional designation, taken from the name: what CNEOS calls it.",
    )
    name = models.CharField(max_length=128, help_text="As the upstream writes it.")
    absolute_magnitude_h = models.FloatField(null=True, help_text="H, mag.")
    diameter_min_km = models.FloatField(null=True, help_text="For albedo 0.25, km.")
    diameter_max_km = models.FloatField(null=True, help_text="For albedo 0.05, km.")
    is_potentially_hazardous = models.BooleanField(help_text="As NeoWs flags it (MOID ≤ 0.05 au, H ≤ 22).")
    is_sentry_object = models.BooleanField(help_text="Whether NeoWs says that Sentry lists it.")
    relative_velocity_km_s = models.FloatField(help_text="Relative to the Earth at closest approach, km/s.")
    miss_distance_au = models.FloatField(help_text="Nominal, from the Earth's centre, au.")
    miss_distance_km = models.FloatField(help_text="Nominal, from the Earth's centre, km.")
    miss_distance_ld = models.FloatField(help_text="In lunar distances as NeoWs counts them (389 to the au).")
    orbiting_body = models.CharField(max_length=16, help_text="Always Earth here.")
    nasa_jpl_url = models.URLField(max_length=200, blank=True, help_text="Page of the object at JPL.")

    class Meta:
        db_table = "space_intel_neos"
        verbose_name_plural = "near-Earth object approaches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["neo_id", "close_approach_date"], name="space_intel_neos_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["close_approach_date"], name="space_intel_neos_date")]

    def __str__(self) -> str:
        return f"{self.name} on {self.close_approach_date}"


class CloseApproach(Measurement):
    """One approach to the Earth from CNEOS, with its uncertainties."""

    designation = models.CharField(max_length=32, help_text="Primary designation (CNEOS `des`).")
    close_approach_date = models.DateField(
        help_text="Calendar day (TDB); of two approaches on one day the nearer."
    )
    timestamp_utc = models.DateTimeField(db_index=True, help_text="Nominal closest approach (UTC).")
    jd_tdb = models.FloatField(help_text="Nominal closest approach, Julian date (TDB), as given.")
    fullname = models.CharField(max_length=128, blank=True, help_text="As the upstream writes it.")
    orbit_id = models.CharField(max_length=32, help_text="Orbit solution.")
    distance_au = models.FloatField(db_index=True, help_text="Nominal, centre to centre, au.")
    distance_min_au = models.FloatField(null=True, help_text="3-sigma smallest, au.")
    distance_max_au = models.FloatField(null=True, help_text="3-sigma largest, au.")
    relative_velocity_km_s = models.FloatField(null=True, help_text="Relative to the Earth, km/s.")
    infinity_velocity_km_s = models.FloatField(
        null=True, help_text="Relative to a massless Earth, km/s; empty for the few that have none."
    )
    time_sigma = models.CharField(max_length=32, blank=True, help_text="3-sigma of the time, as given.")
    time_sigma_s = models.FloatField(
        null=True, help_text="The same in seconds; an upper bound where given so."
    )
    absolute_magnitude_h = models.FloatField(null=True, help_text="H, mag.")
    diameter_km = models.FloatField(null=True, help_text="Measured; empty for most objects, km.")
    diameter_sigma_km = models.FloatField(null=True, help_text="1-sigma, km.")
    body = models.CharField(max_length=16, help_text="Body approached; Earth.")

    class Meta:
        db_table = "space_intel_close_approaches"
        verbose_name_plural = "close approaches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["designation", "close_approach_date"], name="space_intel_approaches_key"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["close_approach_date"], name="space_intel_approach_date")]

    def __str__(self) -> str:
        return f"{self.designation} on {self.close_approach_date}"


class SentryObject(Measurement):
    """One object of Sentry's list of possible impacts, in one state of that list."""

    designation = models.CharField(max_length=32, help_text="Primary designation.")
    issued_at = models.DateTimeField(
        db_index=True,
        help_text="When this state of the list was first retrieved (UTC); Sentry prints no date.",
    )
    timestamp_utc = models.DateTimeField(db_index=True, help_text="The same as issued_at (UTC).")
    sentry_id = models.CharField(max_length=32, help_text="Sentry's own id.")
    fullname = models.CharField(max_length=128, help_text="As the upstream writes it.")
    absolute_magnitude_h = models.FloatField(null=True, help_text="H, mag.")
    diameter_km = models.FloatField(null=True, help_text="Estimated from H with albedo 0.154, km.")
    impact_probability = models.FloatField(help_text="Cumulative over all possible impacts, 0 to 1.")
    palermo_cumulative = models.FloatField(help_text="Palermo scale over all possible impacts.")
    palermo_max = models.FloatField(null=True, help_text="Largest Palermo value of one possible impact.")
    torino_max = models.PositiveSmallIntegerField(
        null=True, help_text="Largest Torino value; empty where none is defined (impacts beyond 100 years)."
    )
    possible_impacts = models.PositiveIntegerField(help_text="How many possible impacts were found.")
    year_from = models.PositiveSmallIntegerField(null=True, help_text="First year with a possible impact.")
    year_until = models.PositiveSmallIntegerField(null=True, help_text="Last year with a possible impact.")
    infinity_velocity_km_s = models.FloatField(null=True, help_text="Relative to a massless Earth, km/s.")
    last_observed_on = models.DateField(null=True, help_text="Day of the last observation used (UTC).")

    class Meta:
        db_table = "space_intel_sentry"
        verbose_name_plural = "possible impacts"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["designation", "issued_at"], name="space_intel_sentry_key"),
        ]

    def __str__(self) -> str:
        return f"{self.designation} as of {self.issued_at:%Y-%m-%d}"
