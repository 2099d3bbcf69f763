"""Tables of the curated findings."""

from insights.models.content import ContentVersion
from insights.models.insight import Category, Confidence, Project, ResearchInsight, Status, Tag
from insights.models.references import DataReference, Reference

__all__ = [
    "Category",
    "Confidence",
    "ContentVersion",
    "DataReference",
    "Project",
    "Reference",
    "ResearchInsight",
    "Status",
    "Tag",
]
