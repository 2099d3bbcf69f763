"""What has changed in a finding since it was published, as readers may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from insights.models import ResearchInsight
from insights.models.insight import PUBLIC
from insights.records import WITH_REFERENCES

_MOST: Final = 50
_TAGS: Final = "historicalresearchinsight_tags_set"  # simple-history's own "tags" cannot be fetched ahead
_SAID: Final = {
    "title": "title",
    "summary": "summary",
    "description": "text",
    "project": "project",
    "category": "category",
    "confidence": "confidence",
    "observed_on": "date",
    "byline": "author",
    "tags": "tags",
    "slug": "address",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """One change that readers can see."""

    at: datetime
    what: str


def revisions(insight: ResearchInsight) -> list[Revision]:
    """Publication, corrections and retraction, newest first; what happened before the publication is nobody's business.

    Texts of earlier states are not shown: they may have been withdrawn for a reason.
    """
    if insight.published_at is None:
        return []
    newest = insight.history.filter(history_date__gte=insight.published_at, status__in=PUBLIC)
    newest = newest.prefetch_related(_TAGS)  # one query instead of two for each pair
    records = list(newest.order_by("-history_date", "-history_id")[: _MOST + 1])[::-1]
    found = [Revision(insight.published_at, "Published")]
    for before, after in pairwise(records):
        what = _change(before, after)
        if what:
            found.append(Revision(after.history_date, what))
    return found[::-1]


def _change(before: Any, after: Any) -> str:
    if after.retracted_at and not before.retracted_at:
        return "Retracted"
    changed = [said for name, said in _SAID.items() if _value(before, name) != _value(after, name)]
    if after.history_change_reason in WITH_REFERENCES:
        changed.append("references")
    return f"Corrected: {', '.join(changed)}" if changed else ""


def _value(record: Any, name: str) -> Any:
    return {one.tag_id for one in getattr(record, _TAGS).all()} if name == "tags" else getattr(record, name)
