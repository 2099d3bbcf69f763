"""Read-only admin lists of the Voyager tables."""

from __future__ import annotations

from django.contrib import admin

from deepspace.readonly_admin import ReadOnlyAdmin
from voyager.models import Event, Trajectory


@admin.register(Trajectory)
class TrajectoryAdmin(ReadOnlyAdmin):
    """States of Voyager 1 and the Earth."""

    list_display = (
        *("timestamp_utc", "cadence_s", "distance_au", "earth_distance_au", "speed_km_s"),
        *("quality", "solution", "source", "ingested_at", "ingestion_id"),
    )
    list_filter = ("quality", "cadence_s", "solution")
    search_fields = ("timestamp_utc__startswith", "solution")
    search_help_text = "start of a UTC time, such as 1979-03-05, or of a Horizons solution"
    date_hierarchy = "timestamp_utc"
    ordering = ("-timestamp_utc",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Dated events."""

    list_display = ("event_date", "event_name", "kind", "citation", "is_milestone", "ingested_at")
    list_filter = ("kind", "is_milestone")
    search_fields = ("event_name", "description", "citation")
    date_hierarchy = "event_date"
    ordering = ("event_date",)
