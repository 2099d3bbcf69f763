"""Read-only admin lists of the kernel's tables."""

from __future__ import annotations

from django.contrib import admin

from deepspace.models import BackupLog, IngestionLog, Payload, UpstreamHost
from deepspace.readonly_admin import ReadOnlyAdmin


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


@admin.register(BackupLog)
class BackupLogAdmin(ReadOnlyAdmin):
    """Verified backups."""

    list_display = (
        *("key", "store", "engine", "verified_at", "size_bytes", "database_bytes", "rows"),
        *("archive_included", "archive_objects", "archive_sent", "code_version", "pruned_at"),
    )
    list_filter = ("engine", "archive_included")
    search_fields = ("key", "sha256__startswith")
    date_hierarchy = "verified_at"
    ordering = ("-id",)
