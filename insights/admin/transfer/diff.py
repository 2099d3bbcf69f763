"""What an import would change, for the page that asks."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from import_export import resources


class Diff:
    """What an import would change, field by field: escaped, marked with <del> and <ins>, without a style."""

    def __init__(self, resource: resources.Resource, instance: Any, new: bool) -> None:  # noqa: FBT001 (the library's call)
        self._before = [] if new else self._texts(resource, instance)
        self._after: list[str] = []

    def compare_with(self, resource: resources.Resource, instance: Any) -> None:
        """The state after the import."""
        self._after = self._texts(resource, instance)

    def as_html(self) -> list[SafeString]:
        """One cell per field."""
        before = self._before or [""] * len(self._after)
        after = self._after or [""] * len(before)
        return [_marked(old, new) for old, new in zip(before, after, strict=True)]

    @staticmethod
    def _texts(resource: resources.Resource, instance: Any) -> list[str]:
        shown = resource.get_user_visible_fields()
        return [str(resource.export_field(one, instance) if instance else "") for one in shown]


def _marked(old: str, new: str) -> SafeString:
    """Words that go and words that come."""
    if old == new:
        return escape(new[:300])
    before, after = old.split(" ")[:400], new.split(" ")[:400]
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = escape(" ".join(before[i:j])), escape(" ".join(after[k:m]))
        if kind == "equal":
            parts.append(come)
            continue
        parts += [f"<del>{gone}</del>"] if gone else []
        parts += [f"<ins>{come}</ins>"] if come else []
    return mark_safe(" ".join(parts))  # noqa: S308 (every piece is escaped above)
