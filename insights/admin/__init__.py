"""The curators' side: found by Django's autodiscovery."""

from insights.admin.insight import InsightAdmin
from insights.admin.tag import TagAdmin

__all__ = ["InsightAdmin", "TagAdmin"]
