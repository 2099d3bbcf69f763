"""Where a value comes from: what is stored with each row, and what travels with values to a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import models


class Tier(StrEnum):
    """Rung of the fallback ladder that a value stands on, best first."""

    REAL = "real"
    CACHED = "cached"
    STALE = "stale"
    SYNTHETIC = "synthetic"
    EMPTY = "empty"

    @property
    def rank(self) -> int:
        """0 for the best rung; a page with several products carries the highest rank among them."""
        return list(Tier).index(self)

    @property
    def meaning(self) -> str:
        """What the tier says to a reader, in one line."""
        return _MEANING[self]


_MEANING = {
    Tier.REAL: "the last refresh succeeded and is as recent as the source allows",
    Tier.CACHED: "real data; the last refresh failed or is overdue",
    Tier.STALE: "real data, older than they should be",
    Tier.SYNTHETIC: "no real data yet: a documented model",
    Tier.EMPTY: "no data and no model",
}


def worst(tiers: list[Tier]) -> Tier:
    """The tier that a page or endpoint over several products carries."""
    return max(tiers, key=lambda tier: tier.rank, default=Tier.EMPTY)


class Measurement(models.Model):
    """Columns that every data table has: whose number it is, when it came, and by which ingestion."""

    source = models.CharField(max_length=32, help_text="Upstream the row comes from, e.g. jpl_horizons.")
    ingested_at = models.DateTimeField(help_text="When the row was last written (UTC).")
    ingestion = models.ForeignKey(
        "deepspace.IngestionLog",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Log row of the batch that wrote the row; its payloads are the archived bytes.",
    )

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class PayloadReference:
    """One archived body that contributed."""

    sha256: str
    upstream_url: str
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a service returns beside its values; printed by chips, captions and the API's ``provenance``."""

    product: str  # key, e.g. "voyager.trajectory"
    tier: Tier
    source: str  # "jpl_horizons", "synthetic" or "none"
    retrieved_at: datetime | None = None  # last successful refresh
    observed_from: datetime | None = None  # first and last instant of the values shown
    observed_until: datetime | None = None
    ingestion: int | None = None
    payloads: tuple[PayloadReference, ...] = field(default=())  # newest first, at most 50
    payloads_total: int = 0
    note: str = ""

    @property
    def is_real(self) -> bool:
        """Whether the values come from archived upstream bytes."""
        return self.tier in {Tier.REAL, Tier.CACHED, Tier.STALE}

    def as_json(self) -> dict[str, Any]:
        """The object under the API key ``provenance``."""
        newest = self.payloads[0] if self.payloads else None
        return {
            "product": self.product,
            "tier": self.tier.value,
            "source": self.source,
            "retrieved_at": self.retrieved_at,
            "observed_from": self.observed_from,
            "observed_until": self.observed_until,
            "upstream_url": newest.upstream_url if newest else None,
            "sha256": newest.sha256 if newest else None,
            "ingestion": self.ingestion,
            "note": self.note,
            "payloads": [
                {"sha256": one.sha256, "upstream_url": one.upstream_url, "retrieved_at": one.retrieved_at}
                for one in self.payloads
            ],
            "payloads_total": self.payloads_total,
        }
