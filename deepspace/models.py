"""Tables of the kernel: archived payloads, the ingestion log, the health of each upstream host, and backups."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Payload(models.Model):
    """One body that an upstream sent, kept for good under its SHA-256 in the archive.

    The same bytes from the same address are one row, however often they are sent; ``last_seen_at`` moves on.
    """

    sha256 = models.CharField(
        max_length=64, db_index=True, help_text="Of the decoded body; its name in the archive."
    )
    url = models.TextField(help_text="Public address asked for, without secrets.")
    upstream = models.CharField(max_length=64, help_text="Host that sent it.")
    size_bytes = models.PositiveBigIntegerField(help_text="Length of the decoded body.")
    redactions = models.PositiveIntegerField(
        default=0, help_text="Echoes of the caller's API key that were replaced before archiving."
    )
    content_type = models.CharField(max_length=128, blank=True, help_text="As the upstream said.")
    etag = models.CharField(max_length=256, blank=True, help_text="For conditional requests.")
    last_modified = models.CharField(
        max_length=64, blank=True, help_text="For conditional requests, as sent."
    )
    retrieved_at = models.DateTimeField(help_text="When these bytes first came from this address (UTC).")
    last_seen_at = models.DateTimeField(
        help_text="When the upstream last confirmed them, by 200 or 304 (UTC)."
    )

    class Meta:
        db_table = "upstream_payloads"
        constraints: ClassVar = [models.UniqueConstraint(fields=["url", "sha256"], name="payload_url_sha256")]
        indexes: ClassVar = [models.Index(fields=["url", "-last_seen_at"], name="payload_url_last_seen")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.url[:80]}"


class IngestionLog(models.Model):
    """One batch of one product: what was asked, what came of it, and from which bytes."""

    class Status(models.TextChoices):
        """How a batch ended."""

        RUNNING = "running"
        SUCCESS = "success"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    class Kind(models.TextChoices):
        """Why a batch was run; only a refresh makes the data younger."""

        REFRESH = "refresh"
        BACKFILL = "backfill"
        REPLAY = "replay"

    product = models.CharField(max_length=64, help_text="Product key, e.g. voyager.trajectory.")
    run = models.UUIDField(null=True, help_text="The same for all batches of one run of the product.")
    source = models.CharField(max_length=32, help_text="Upstream, as in the data tables.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RUNNING)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REFRESH)
    completes_run = models.BooleanField(
        default=False,
        help_text="Last batch of a run that succeeded as a whole: this is what counts as a refresh.",
    )
    started_at = models.DateTimeField(help_text="UTC.")
    finished_at = models.DateTimeField(null=True, help_text="UTC; empty while running or when interrupted.")
    ingested_at = models.DateTimeField(
        null=True, help_text="Stamp written into the rows of this batch (UTC)."
    )
    window_start = models.DateTimeField(null=True, help_text="First instant the batch covers (UTC).")
    window_end = models.DateTimeField(null=True, help_text="Last instant the batch covers (UTC, inclusive).")
    rows_created = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_removed = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    rejected_sample = models.JSONField(default=list, help_text="Up to ten rejected rows with the reason.")
    payload_ids = models.JSONField(default=dict, help_text="Role in the batch -> id of the archived payload.")
    parameters = models.JSONField(default=dict, help_text="What parse() needs beside the bytes.")
    upstream_version = models.CharField(
        max_length=128, blank=True, help_text="Solution, file or API version."
    )
    error_class = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True, help_text="One line for the operator.")
    code_version = models.CharField(max_length=64, help_text="Release that ran the batch.")

    class Meta:
        db_table = "ingestion_log"
        indexes: ClassVar = [
            models.Index(fields=["product", "-id"], name="ingestion_product"),
            models.Index(fields=["product", "status", "-finished_at"], name="ingestion_product_status"),
            models.Index(fields=["started_at"], name="ingestion_started"),
            models.Index(fields=["finished_at"], name="ingestion_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.product} #{self.pk} {self.status}"

    @property
    def rows_changed(self) -> int:
        """Rows that are different after the batch."""
        return self.rows_created + self.rows_updated + self.rows_removed


class UpstreamHost(models.Model):
    """Circuit breaker and pacing of one host, shared by every ingest process."""

    host = models.CharField(max_length=128, primary_key=True)
    failures = models.PositiveIntegerField(
        default=0, help_text="Consecutive requests without a usable answer."
    )
    open_until = models.DateTimeField(null=True, help_text="No request before this instant (UTC).")
    last_request_at = models.DateTimeField(null=True, help_text="For spacing (UTC).")
    requests_by_minute = models.JSONField(
        default=dict, help_text="Minutes since 1970 -> requests, where the host limits them by the hour."
    )
    last_success_at = models.DateTimeField(null=True, help_text="UTC.")
    last_error_class = models.CharField(max_length=64, blank=True)
    last_error = models.TextField(blank=True, help_text="One line, no secrets.")

    class Meta:
        db_table = "upstream_hosts"

    def __str__(self) -> str:
        return self.host


class BackupLog(models.Model):
    """One backup that was sent, read back and found equal to what was sent; nothing else gets a row.

    A restored database knows the backups up to the one it came from; the store has them all (`backup --list`).
    """

    key = models.CharField(max_length=128, help_text="Name of the backup, relative to the store.")
    store = models.CharField(max_length=256, help_text="BACKUP_URL at the time.")
    engine = models.CharField(max_length=16, help_text="sqlite or postgresql.")
    started_at = models.DateTimeField(help_text="The instant in the key (UTC).")
    verified_at = models.DateTimeField(help_text="When it had been read back and compared (UTC).")
    sha256 = models.CharField(max_length=64, help_text="Of the data object in the store.")
    size_bytes = models.PositiveBigIntegerField(help_text="Of the data object in the store.")
    database_bytes = models.PositiveBigIntegerField(help_text="Of what it unpacks to.")
    rows = models.PositiveBigIntegerField(help_text="Of all tables.")
    tables = models.JSONField(default=dict, help_text="Rows of each table.")
    archive_included = models.BooleanField(
        default=False, help_text="Every archived body that the database names is in the store too."
    )
    archive_objects = models.PositiveIntegerField(default=0, help_text="Archived bodies in the store.")
    archive_bytes = models.PositiveBigIntegerField(default=0, help_text="Of these bodies.")
    archive_sent = models.PositiveIntegerField(default=0, help_text="Of these bodies, new with this backup.")
    code_version = models.CharField(max_length=64, help_text="Release that made the backup.")
    pruned_at = models.DateTimeField(
        null=True, help_text="When this command removed it from the store (UTC); lifecycle rules do not tell."
    )

    class Meta:
        db_table = "s3_backup_log"
        constraints: ClassVar = [models.UniqueConstraint(fields=["store", "key"], name="backup_store_key")]
        indexes: ClassVar = [models.Index(fields=["verified_at"], name="backup_verified")]

    def __str__(self) -> str:
        return self.key
