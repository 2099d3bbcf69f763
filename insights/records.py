"""What the next save writes into the history of a finding."""

from __future__ import annotations

from typing import Any, Final

from insights.models import ResearchInsight

IMPORTED: Final = "Imported"
REFERENCES_CHANGED: Final = "Its references were changed"
_IMPORTED_REFERENCES: Final = "Imported, its references were changed"
WITH_REFERENCES: Final = frozenset({REFERENCES_CHANGED, _IMPORTED_REFERENCES})
"""Reasons of the changes that readers are told of as changed references: these have no column in the history."""


def note(insight: ResearchInsight, reason: str, user: Any = None) -> None:
    """Who changes the finding and why; without a user it is that of the request, if there is one."""
    named: Any = insight
    named._change_reason = reason  # noqa: SLF001 (simple-history reads this name)
    if user is not None:
        named._history_user = user  # noqa: SLF001 (simple-history reads this name)


def imported_references(insight: ResearchInsight) -> None:
    """Say in the line that an import has just written that references were changed too.

    In that one line only: the tags, which come next, write lines of their own. A new finding had none to change.
    """
    line = insight.history.latest("history_id")
    if line.history_type != "+":
        line.history_change_reason = _IMPORTED_REFERENCES
        line.save(update_fields=["history_change_reason"])
