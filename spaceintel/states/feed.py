"""How much is known of one product in one window: "unknown" is never "none"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deepspace.provenance import Provenance

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Feed:
    """One product in one window: where its rows come from, and until when they are known."""

    product: str  # key, e.g. "spaceintel.solar_events"
    provenance: Provenance
    start: datetime  # window shown
    end: datetime
    known_until: datetime | None  # of the newest stretch that is known; None: nothing of the window is
    unknown_since: (
        datetime | None
    )  # nothing is known from here (may be before ``start``) on; None: known to the end
    gaps: tuple[
        Interval, ...
    ]  # parts that nobody could look at, oldest first; the last one may reach the end
    count: int  # rows in the window
    statement: str  # for readers: how many, "none in …", or "unknown since …"
    is_moved: bool = False  # an earlier window than the one asked for, because only that one is known

    @property
    def is_known(self) -> bool:
        """Whether the whole window is known, so that no row means that there was none."""
        return self.known_until is not None and self.unknown_since is None and not self.gaps

    @property
    def is_none(self) -> bool:
        """Nothing happened, as far as the upstream knows."""
        return self.is_known and not self.count

    @property
    def is_unknown(self) -> bool:
        """No row, and no right to say "none"."""
        return not self.is_known and not self.count
