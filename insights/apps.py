"""Curated findings as an installed app."""

from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Tells the kernel when the curated pages change."""

    name = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        """Every version token of the public pages holds the content version from now on; ingests check the pins."""
        from deepspace import versions
        from insights import pinning, signals
        from insights.models import ContentVersion
        from insights.services.content import content_version

        versions.content_sources.append(content_version)
        versions.content_counters.append(ContentVersion._meta.db_table)
        versions.computed_ahead.append(pinning.check_ahead)
        signals.connect()
