"""The curators' side: found by Django's autodiscovery."""

from insights.admin.insight import InsightAdmin, TagAdmin

__all__ = ["InsightAdmin", "TagAdmin"]
