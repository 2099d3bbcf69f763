"""Cells that hold more than one value."""

from __future__ import annotations

import json
from typing import Any

from import_export import widgets

from deepspace.pages.registry import pages
from insights import services
from insights.models import Tag


class TagsWidget(widgets.ManyToManyWidget):  # type: ignore[misc]  # the library has no types
    """Tags by name, made where they are new."""

    def __init__(self) -> None:
        super().__init__(Tag, separator=",", field="name")

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[Tag]:
        """Tags of a cell, or of a list; names that differ by case are one tag, as it is written already.

        Raises
        ------
        ValidationError
            A name is not one.
        """
        names = value if isinstance(value, list) else str(value or "").split(",")
        found: dict[str, Tag] = {}
        for name in filter(None, (str(part).strip() for part in names)):
            tag = Tag(name=name)
            tag.clean_fields()
            if tag.slug not in found:
                found[tag.slug] = Tag.objects.get_or_create(slug=tag.slug, defaults={"name": name})[0]
        return list(found.values())


class RowsWidget(widgets.Widget):  # type: ignore[misc]  # the library has no types
    """References as a JSON list in one cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[dict[str, Any]]:
        """The list.

        Raises
        ------
        ValueError
            It is none.
        """
        found = _value(value)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError("This must be a JSON list of objects.")
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        """The list as one line."""
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


class PagesWidget(widgets.Widget):  # type: ignore[misc]  # the library has no types
    """Addresses of pages as a JSON list in one cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[str]:
        """The list, of pages that the form offers too.

        Raises
        ------
        ValueError
            It is none, or there is no such page.
        """
        found, known = _value(value), dict(page_choices())
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise ValueError('This must be a JSON list of addresses, such as ["/magnetometer"].')
        for one in found:
            if one not in known:
                raise ValueError(f"No page at “{one[:100]}” shows findings.")
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        """The list as one line."""
        return json.dumps(value, ensure_ascii=False)


def page_choices() -> list[tuple[str, str]]:
    """Pages that show findings as cards, with their names."""
    return [
        (page.path, f"{page.nav_title} ({page.path})") for page in pages() if services.may_have_cards(page)
    ]


def _value(cell: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str) and cell.strip() else cell or []
