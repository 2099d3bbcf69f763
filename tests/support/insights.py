"""Curated findings and the accounts that write them, without the admin's forms."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User

from insights.models import DataReference, Reference, ResearchInsight, Tag

PASSWORD = "correct horse battery"


def account(group: str = "", name: str = "", **fields: Any) -> User:
    """A member of staff in a group of the migration (made again where a test has emptied the tables)."""
    user = User.objects.create_user(name or group or "nobody", password=PASSWORD, is_staff=True, **fields)
    if group:
        if not Group.objects.filter(name=group).exists():
            import_module("insights.migrations.0002_groups").make_groups(apps, None)
        user.groups.add(Group.objects.get(name=group))
    return user


def finding(
    title: str = "A finding",
    *,
    tags: list[str] | None = None,
    references: list[tuple[str, str, str]] | None = None,
    data: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> ResearchInsight:
    """A finding as the admin leaves it; by default a draft of nobody."""
    plain: dict[str, Any] = {
        "slug": title.lower().replace(" ", "-"),
        "project": "voyager1",
        "category": "observation",
        "summary": f"Summary of {title}.",
    }
    if fields.get("status") in {"published", "retracted"}:
        plain["published_at"] = datetime(2026, 1, 1, tzinfo=UTC)
    insight = ResearchInsight.objects.create(title=title, **(plain | fields))
    for name in tags or ():
        insight.tags.add(Tag.objects.get_or_create(name=name)[0])
    for place, (kind, identifier, text) in enumerate(references or ()):
        Reference.objects.create(
            insight=insight, position=place, kind=kind, identifier=identifier, title=text
        )
    for place, one in enumerate(data or ()):
        DataReference.objects.create(insight=insight, position=place, **one)
    return insight
