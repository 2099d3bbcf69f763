"""What the next save writes into the history of a finding."""

from __future__ import annotations

from typing import Any

from insights.models import ResearchInsight


def note(insight: ResearchInsight, reason: str, user: Any = None) -> None:
    """Who changes the finding and why; without a user it is that of the request, if there is one."""
    named: Any = insight
    named._change_reason = reason  # noqa: SLF001 (simple-history reads this name)
    if user is not None:
        named._history_user = user  # noqa: SLF001 (simple-history reads this name)
