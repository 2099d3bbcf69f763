"""What a finding rests on, as rows of a file."""

from __future__ import annotations

import json
from typing import Any, Final

from django.db.models import QuerySet

from insights import workflow
from insights.models import DataReference, ResearchInsight

REFERENCE: Final = ("kind", "identifier", "title")
DATA: Final = ("product", "window_start", "window_end", "plot", "parameters", "caption")


def as_rows(manager: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows as plain values, in their order."""

    def plain(value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    return [{name: plain(getattr(one, name)) for name in names} for one in manager.all()]


def replace(
    manager: QuerySet[Any] | Any,
    model: Any,
    insight: ResearchInsight,
    rows: list[dict[str, Any]],
    names: tuple[str, ...],
) -> None:
    """Rows as the file says; those that stay as they are keep their pins."""
    wanted = []
    for place, row in enumerate(rows):
        one = model(insight=insight, position=place, **{name: row[name] for name in names if name in row})
        one.clean_fields()
        one.clean()
        wanted.append(one)
    kept = {json.dumps(as_rows(_Only(one), names), sort_keys=True, default=str): one for one in manager.all()}
    stay = set()
    for one in wanted:
        same = kept.get(json.dumps(as_rows(_Only(one), names), sort_keys=True, default=str))
        if same is not None:
            stay.add(same.pk)
            continue
        if isinstance(one, DataReference):
            workflow.pin(one)
        one.save()
        stay.add(one.pk)
    for old in manager.all():
        if old.pk not in stay:
            old.delete()


class _Only:
    """One row, in the place of a manager."""

    def __init__(self, one: Any) -> None:
        self._one = one

    def all(self) -> list[Any]:
        """The row."""
        return [self._one]
