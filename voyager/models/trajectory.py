"""Where Voyager 1 is, and what happened to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class Trajectory(Measurement):
    """State of Voyager 1 and of the Earth at one instant, as JPL Horizons gives them.

    Positions and velocities are heliocentric (Sun body centre), geometric, ecliptic and mean equinox J2000.
    """

    timestamp_utc = models.DateTimeField(db_index=True, help_text="Instant of the state (UTC).")
    cadence_s = models.PositiveIntegerField(help_text="Nominal step of the samples around it, seconds.")
    jd_tdb = models.FloatField(help_text="Same instant as Julian date, TDB, as printed by Horizons.")
    x_au = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au.")
    y_au = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au.")
    z_au = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au.")
    vx_au_d = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au per day.")
    vy_au_d = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au per day.")
    vz_au_d = models.FloatField(help_text="Voyager 1, heliocentric ecliptic J2000, au per day.")
    earth_x_au = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au.")
    earth_y_au = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au.")
    earth_z_au = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au.")
    earth_vx_au_d = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au per day.")
    earth_vy_au_d = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au per day.")
    earth_vz_au_d = models.FloatField(help_text="Earth, heliocentric ecliptic J2000, au per day.")
    distance_au = models.FloatField(help_text="Sun to Voyager 1, geometric, au (derived).")
    earth_distance_au = models.FloatField(help_text="Earth to Voyager 1, geometric, au (derived).")
    speed_km_s = models.FloatField(help_text="Heliocentric speed of Voyager 1, km/s (derived).")
    ra_deg = models.FloatField(help_text="Geocentric geometric right ascension, ICRS, degrees (derived).")
    dec_deg = models.FloatField(help_text="Geocentric geometric declination, ICRS, degrees (derived).")
    gal_longitude = models.FloatField(help_text="Heliocentric galactic longitude, degrees (derived).")
    gal_latitude = models.FloatField(help_text="Heliocentric galactic latitude, degrees (derived).")
    quality = models.CharField(
        max_length=16, help_text="design: mission-design trajectory before 1981; refit: fit to tracking data."
    )
    solution = models.CharField(max_length=64, help_text="Horizons' {source: …} of Voyager 1.")
    earth_solution = models.CharField(max_length=64, help_text="Horizons' {source: …} of the Earth.")

    class Meta:
        db_table = "voyager1_trajectory"
        verbose_name_plural = "trajectory"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timestamp_utc"], name="voyager1_trajectory_key"),
        ]

    def __str__(self) -> str:
        return f"Voyager 1 at {self.timestamp_utc:%Y-%m-%d %H:%M} UTC"


class Event(Measurement):
    """Something that happened to Voyager 1, with its date and the source that says so."""

    class Kind(models.TextChoices):
        """What sort of event it is; decides its mark in plots."""

        LAUNCH = "launch"
        ENCOUNTER = "encounter"
        BOUNDARY = "boundary"
        MILESTONE = "milestone"
        INSTRUMENT = "instrument"
        ANOMALY = "anomaly"

    event_date = models.DateField(db_index=True, help_text="Calendar date (UTC).")
    event_name = models.CharField(max_length=120, help_text="Short name, unique on its date.")
    timestamp_utc = models.DateTimeField(
        null=True, db_index=True, help_text="Instant, where one is published (UTC)."
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, help_text="What sort of event it is.")
    description = models.TextField(help_text="One or two sentences.")
    citation = models.CharField(max_length=300, help_text="Who says so.")
    citation_url = models.URLField(max_length=300, blank=True, help_text="DOI or page of the citation.")
    is_milestone = models.BooleanField(default=False, help_text="Labelled on the trajectory plots.")

    class Meta:
        db_table = "voyager1_events"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_date", "event_name"], name="voyager1_events_key"),
        ]

    def __str__(self) -> str:
        return f"{self.event_date}: {self.event_name}"
