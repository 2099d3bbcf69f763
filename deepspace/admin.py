"""Read-only admin lists of the kernel's tables."""

from __future__ import annotations

from django.contrib import admin

from deepspace.models import IngestionLog, Payload, UpstreamHost
from deepspace.readonly_admin import ReadOnlyAdmin

admin.site.site_header = admin.site.site_title = "Deep Space Research Platform"


@admin.register(Payload)
class PayloadAdmin(ReadOnlyAdmin):
    """Archived bodies."""

    list_display = ("sha256", "upstream", "url", "size_bytes", "retrieved_at", "last_seen_at")
    list_filter = ("upstream",)
    search_fields = ("sha256__startswith", "url")
    date_hierarchy = "retrieved_at"
    ordering = ("-id",)


@admin.register(IngestionLog)
class IngestionLogAdmin(ReadOnlyAdmin):
    """Batches."""

    list_display = (
        *("id", "product", "status", "kind", "started_at", "finished_at", "window_start", "window_end"),
        *("rows_created", "rows_updated", "rows_unchanged", "rows_removed", "rows_rejected", "error_class"),
    )
    list_filter = ("status", "kind", "product")
    search_fields = ("product__startswith", "error_class", "error_message")
    date_hierarchy = "started_at"
    ordering = ("-id",)


@admin.register(UpstreamHost)
class UpstreamHostAdmin(ReadOnlyAdmin):
    """Circuit breakers."""

    list_display = (
        "host",
        "failures",
        "open_until",
        "last_request_at",
        "last_success_at",
        "last_error_class",
    )
    ordering = ("host",)
