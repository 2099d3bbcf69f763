"""Read-only admin lists of the space intelligence tables."""

from __future__ import annotations

from django.contrib import admin

from deepspace.readonly_admin import ReadOnlyAdmin
from spaceintel.models import (
    Alert,
    CloseApproach,
    NearEarthObject,
    PlanetaryK,
    Scales,
    SentryObject,
    SolarEvent,
    SolarWind,
    XrayFlux,
)

_STAMP = ("source", "ingested_at", "ingestion_id")
_BY_TIME = ("timestamp_utc__startswith",)
_BY_TIME_HELP = "start of a UTC time, such as 2024-05-10"


@admin.register(PlanetaryK)
class PlanetaryKAdmin(ReadOnlyAdmin):
    """Kp."""

    list_display = ("timestamp_utc", "kind", "kp", "noaa_scale", "upstream_status", "cadence_s", *_STAMP)
    list_filter = ("kind", "source")
    search_fields = _BY_TIME
    search_help_text = _BY_TIME_HELP
    ordering = ("-id",)


@admin.register(XrayFlux)
class XrayFluxAdmin(ReadOnlyAdmin):
    """X-ray flux."""

    list_display = ("timestamp_utc", "band", "satellite", "flux_w_m2", "is_contaminated", *_STAMP)
    list_filter = ("band",)
    search_fields = _BY_TIME
    search_help_text = _BY_TIME_HELP
    ordering = ("-id",)


@admin.register(SolarWind)
class SolarWindAdmin(ReadOnlyAdmin):
    """Solar wind."""

    list_display = (
        *("timestamp_utc", "spacecraft", "speed_km_s", "density_cm3", "temperature_k"),
        *("bt_nt", "bz_gsm_nt", "wind_quality", "field_quality", *_STAMP),
    )
    search_fields = (*_BY_TIME, "spacecraft")
    search_help_text = f"{_BY_TIME_HELP}, or a spacecraft"
    ordering = ("-timestamp_utc",)


@admin.register(SolarEvent)
class SolarEventAdmin(ReadOnlyAdmin):
    """Flares, CMEs, storms."""

    list_display = (
        *("timestamp_utc", "event_type", "event_id", "flare_class", "speed_km_s", "arrival_at"),
        *("kp_max", "version_id", *_STAMP),
    )
    list_filter = ("event_type", "source")
    search_fields = ("event_id", "flare_class__startswith", "note")
    search_help_text = "part of an id or a note, or the start of a flare class"
    date_hierarchy = "timestamp_utc"
    ordering = ("-timestamp_utc",)


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """Messages of NOAA SWPC."""

    list_display = (
        *("issue_datetime", "product_id", "kind", "headline", "noaa_scale", "valid_from", "valid_until"),
        *("serial_number", *_STAMP),
    )
    list_filter = ("kind", "noaa_scale")
    search_fields = ("product_id", "message_code", "serial_number", "message")
    search_help_text = "product, message code, serial number, or words of the message"
    date_hierarchy = "issue_datetime"
    ordering = ("-issue_datetime",)


@admin.register(Scales)
class ScalesAdmin(ReadOnlyAdmin):
    """NOAA's scales."""

    list_display = ("issued_at", "day_offset", "timestamp_utc", "r_scale", "s_scale", "g_scale", *_STAMP)
    list_filter = ("day_offset",)
    search_fields = ("issued_at__startswith",)
    search_help_text = _BY_TIME_HELP
    ordering = ("-issued_at", "day_offset")


@admin.register(NearEarthObject)
class NearEarthObjectAdmin(ReadOnlyAdmin):
    """Approaches as NeoWs lists them."""

    list_display = (
        *("close_approach_date", "name", "neo_id", "miss_distance_ld", "relative_velocity_km_s"),
        *("absolute_magnitude_h", "is_potentially_hazardous", "is_sentry_object", *_STAMP),
    )
    list_filter = ("is_potentially_hazardous", "is_sentry_object")
    search_fields = ("name", "designation", "neo_id")
    search_help_text = "name, designation or SPK-ID"
    date_hierarchy = "close_approach_date"
    ordering = ("-close_approach_date", "neo_id")


@admin.register(CloseApproach)
class CloseApproachAdmin(ReadOnlyAdmin):
    """Approaches as CNEOS lists them."""

    list_display = (
        *("close_approach_date", "designation", "distance_au", "distance_min_au", "distance_max_au"),
        *("relative_velocity_km_s", "absolute_magnitude_h", "time_sigma", "orbit_id", *_STAMP),
    )
    search_fields = ("designation", "fullname")
    search_help_text = "designation or name"
    ordering = ("-close_approach_date", "designation")


@admin.register(SentryObject)
class SentryObjectAdmin(ReadOnlyAdmin):
    """Possible impacts as Sentry lists them."""

    list_display = (
        *("issued_at", "designation", "impact_probability", "palermo_cumulative", "torino_max"),
        *("possible_impacts", "diameter_km", *_STAMP),
    )
    list_filter = ("torino_max",)
    search_fields = ("designation", "fullname")
    search_help_text = "designation or name"
    ordering = ("-issued_at", "-palermo_cumulative")
