"""Cells that hold more than one value."""

from __future__ import annotations

import json
from typing import Any

from import_export import widgets

from insights.models import Tag


class TagsWidget(widgets.ManyToManyWidget):  # type: ignore[misc]  # the library has no types
    """Tags by name, made where they are new."""

    def __init__(self) -> None:
        super().__init__(Tag, separator=",", field="name")

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[Tag]:
        """Tags of a cell.

        Raises
        ------
        ValidationError
            A name is not one.
        """
        found = []
        for name in dict.fromkeys(part.strip() for part in str(value or "").split(",") if part.strip()):
            tag = Tag(name=name)
            tag.clean_fields()
            found.append(Tag.objects.get_or_create(slug=tag.slug, defaults={"name": name})[0])
        return found


class RowsWidget(widgets.Widget):  # type: ignore[misc]  # the library has no types
    """References as a JSON list in one cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[dict[str, Any]]:
        """The list.

        Raises
        ------
        ValueError
            It is none.
        """
        found = json.loads(value) if isinstance(value, str) and value.strip() else value or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError("This must be a JSON list of objects.")
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        """The list as one line."""
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
