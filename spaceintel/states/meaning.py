"""What it means: the verdict of now, how unusual a value is, and what to look at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spaceintel.science.percentiles import Percentile


@dataclass(frozen=True)
class Rule:
    """One line of the table that says how a verdict is reached."""

    level: str
    condition: str


@dataclass(frozen=True)
class InProgress:
    """A radio blackout or radiation storm under way, or what is unknown of it."""

    scale: str  # "R2", "S1"; "R" or "S" alone when unknown
    text: str
    reason: str
    is_known: bool = True


@dataclass(frozen=True)
class Verdict:
    """Space weather at the Earth now, in plain words."""

    level: str  # "quiet", "unsettled", "active", "G1" … "G5", "unknown"
    text: str  # "Quiet", "G2 storm in progress", "Unknown since 2026-11-20 14:00 UTC"
    reason: str  # one sentence with the value, its kind, time and source
    also: tuple[InProgress, ...]  # blackouts and radiation storms in progress; unknown ones too
    at: datetime | None  # of the Kp value that decides; None when unknown
    known_until: datetime | None

    @property
    def is_known(self) -> bool:
        """Whether a Kp of the last hours is known."""
        return self.level != "unknown"


@dataclass(frozen=True)
class Rarity:
    """How unusual a value is among everything stored of its kind."""

    metric: str  # "kp", "flare_peak_flux", "approach_distance", …
    value: float
    position: Percentile  # size of the sample, how many below and equal, share (None for an empty sample)
    since: datetime | None  # span of the sample
    until: datetime | None
    text: str  # "99.2th percentile of 270,000 values since 1932"

    @property
    def percent(self) -> float | None:
        """The percentile, 0 to 100; None for an empty sample."""
        return self.position.percent


@dataclass(frozen=True)
class Highlight:
    """One of the three things to look at first, chosen by a stated rule."""

    kind: str  # "flare", "approach", "kp"
    title: str  # "Strongest flare"
    rule: str
    text: str  # "X1.9 on 2025-12-01 02:49 UTC from region 4299"; "none in …"; "unknown since …"
    value: float | None
    unit: str
    at: datetime | None
    unusual: str  # "largest Kp in 41 days; 99.2th percentile since 1932"; empty when nothing is known
    rarity: Rarity | None
    ids: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Event:
    """One significant event, by a stated rule and with an id that does not change."""

    id: str  # "2025-09-01T18:55:00-FLR-001", "kp-2024-05-10T21-G5"
    kind: str  # "flare", "storm", "kp", "radiation", "cme", "approach", "sentry"
    at: datetime
    updated_at: datetime  # when the row was last written
    title: str
    summary: str
    rule: str  # which rule made it significant
    source: str
    link: str = ""
