"""Every change of a curated table counts as a change of content."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from insights.models import ContentVersion, DataReference, Reference, ResearchInsight, Tag


def connect() -> None:
    """Listen; called once, when the app is ready."""
    for model in (ResearchInsight, Reference, DataReference, Tag):
        for signal in (post_save, post_delete):
            signal.connect(_advance, sender=model, dispatch_uid=f"content-{model.__name__}-{id(signal)}")
    m2m_changed.connect(_advance, sender=ResearchInsight.tags.through, dispatch_uid="content-tags")


def _advance(**_: Any) -> None:
    ContentVersion.advance()
