"""What the pages, the feed and the API show of the curated findings."""

from insights.services.cards import Card, cards_for, may_have_cards
from insights.services.content import content_version
from insights.services.evidence import Evidence, State, evidence_of, unknown
from insights.services.published import (
    Found,
    PublicInsight,
    dated,
    find,
    newest,
    permalinks,
    products_of,
    provenance,
    read,
    shown_tags,
)

__all__ = [
    "Card",
    "Evidence",
    "Found",
    "PublicInsight",
    "State",
    "cards_for",
    "content_version",
    "dated",
    "evidence_of",
    "find",
    "may_have_cards",
    "newest",
    "permalinks",
    "products_of",
    "provenance",
    "read",
    "shown_tags",
    "unknown",
]
