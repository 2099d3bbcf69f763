"""What the Sun did: flares, coronal mass ejections, storms, particle events, fast streams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from deepspace.provenance import Measurement


class SolarEvent(Measurement):
    """One event of DONKI's catalogue, or one flare of SWPC's list.

    Columns that a kind of event does not have are empty. ``details`` holds the rest of what the upstream said.
    """

    class EventType(models.TextChoices):
        """Kinds of events, in the upstreams' own abbreviations."""

        FLR = "FLR", "solar flare (DONKI)"
        CME = "CME", "coronal mass ejection (DONKI)"
        GST = "GST", "geomagnetic storm (DONKI)"
        SEP = "SEP", "solar energetic particles (DONKI)"
        HSS = "HSS", "high-speed stream (DONKI)"
        XRA = "XRA", "X-ray flare (SWPC, GOES)"

    event_type = models.CharField(max_length=3, choices=EventType.choices, help_text="Kind of event.")
    event_id = models.CharField(max_length=64, help_text="The upstream's id; begin and satellite for XRA.")
    timestamp_utc = models.DateTimeField(db_index=True, help_text="Begin (UTC).")
    peak_at = models.DateTimeField(null=True, help_text="Peak of a flare (UTC).")
    end_at = models.DateTimeField(
        null=True, help_text="End of a flare (UTC); empty while it lasts or is not given."
    )
    flare_class = models.CharField(
        max_length=8, blank=True, help_text="Class as the upstream writes it: M1.5."
    )
    peak_flux_w_m2 = models.FloatField(
        null=True, help_text="Peak flux 0.1–0.8 nm: given (XRA) or from the class, W/m²."
    )
    source_location = models.CharField(max_length=16, blank=True, help_text="Heliographic: S08W84.")
    active_region = models.PositiveIntegerField(null=True, help_text="NOAA number.")
    speed_km_s = models.FloatField(null=True, help_text="CME: of the analysis that counts, km/s.")
    half_angle_deg = models.FloatField(null=True, help_text="CME: half width of the cone, degrees.")
    latitude_deg = models.FloatField(null=True, help_text="CME: direction, Stonyhurst heliographic, degrees.")
    longitude_deg = models.FloatField(
        null=True, help_text="CME: direction, Stonyhurst heliographic, degrees."
    )
    speed_class = models.CharField(max_length=4, blank=True, help_text="CME: S, C, O, R or ER by speed.")
    at_21_5_rs = models.DateTimeField(null=True, help_text="CME: passes 21.5 solar radii (UTC).")
    arrival_at = models.DateTimeField(
        null=True, help_text="CME: modelled arrival of the shock at the Earth (UTC)."
    )
    arrival_kp_min = models.FloatField(null=True, help_text="CME: smallest Kp of the model's range.")
    arrival_kp_max = models.FloatField(null=True, help_text="CME: largest Kp of the model's range.")
    is_glancing_blow = models.BooleanField(
        null=True, help_text="CME: the model sees a glancing blow at the Earth."
    )
    is_minor_impact = models.BooleanField(
        null=True, help_text="CME: the model sees a minor impact at the Earth."
    )
    kp_max = models.FloatField(null=True, help_text="GST: largest Kp listed.")
    catalog = models.CharField(max_length=32, blank=True, help_text="DONKI catalogue.")
    instruments = models.CharField(
        max_length=255, blank=True, help_text="Instruments named, separated by commas."
    )
    linked_events = models.JSONField(
        default=list, help_text="Ids of events that the upstream connects with it."
    )
    note = models.TextField(blank=True, help_text="Untrusted text of the upstream.")
    link = models.CharField(max_length=255, blank=True, help_text="The upstream's page; shown, never asked.")
    version_id = models.PositiveIntegerField(null=True, help_text="DONKI: counts revisions.")
    submitted_at = models.DateTimeField(null=True, help_text="DONKI: when this version was submitted (UTC).")
    details = models.JSONField(
        default=dict, help_text="Analyses, model runs, Kp values: as the upstream gave them."
    )

    class Meta:
        db_table = "space_intel_solar"
        verbose_name_plural = "solar events"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_type", "event_id"], name="space_intel_solar_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event_type", "timestamp_utc"], name="space_intel_solar_type_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"
