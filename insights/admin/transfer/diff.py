"""What an import would change, for the page that asks."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from import_export import resources

_UNCHANGED_CHARS: Final = 300
_AROUND_WORDS: Final = 20
_WORDS: Final = 800  # compared word by word; longer changes are shown whole


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
    """Words that go and words that come, with some of those around them; what stays alike is cut short."""
    if old == new:
        return escape(new if len(new) <= _UNCHANGED_CHARS else f"{new[:_UNCHANGED_CHARS]}…")
    if not old or not new:
        return mark_safe("".join(_changed([old] if old else [], [new] if new else [])))  # noqa: S308 (escaped)
    before, after = old.split(" "), new.split(" ")
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    head, tail = after[:start], after[len(after) - end :]
    parts = [
        "… " * (len(head) > _AROUND_WORDS) + escape(" ".join(head[-_AROUND_WORDS:])),
        *(_changes(gone, come) if len(gone) + len(come) <= _WORDS else _changed(gone, come)),
        escape(" ".join(tail[:_AROUND_WORDS])) + " …" * (len(tail) > _AROUND_WORDS),
    ]
    return mark_safe(" ".join(part for part in parts if part))  # noqa: S308 (every piece is escaped)


def _alike(one: list[str], other: list[str]) -> int:
    """Words that two texts begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _changes(before: list[str], after: list[str]) -> list[str]:
    """Word by word."""
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        parts += [escape(" ".join(after[k:m]))] if kind == "equal" else _changed(before[i:j], after[k:m])
    return parts


def _changed(gone: list[str], come: list[str]) -> list[str]:
    marked = (("del", gone), ("ins", come))
    return [f"<{name}>{escape(' '.join(words)) or '␣'}</{name}>" for name, words in marked if words]
