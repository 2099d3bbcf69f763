"""The planetary K index: values of a window, the value of now, the forecast, and how often each level is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deepspace.provenance import Provenance
from spaceintel.states.arrays import Floats, Texts, Times
from spaceintel.states.feed import Feed


@dataclass(frozen=True)
class KpSeries:
    """Three-hour values, observed, oldest first; one per interval."""

    utc: Times  # (n,) start of the interval
    kp: Floats  # (n,) 0 to 9 in decimals of thirds
    source: Texts  # (n,) "noaa_swpc" or "gfz"
    feeds: tuple[Feed, ...]  # of the products that the values come from, the main one first

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class KpNow:
    """The newest value known, whatever window is shown. ``kp`` is None when no value is known at all."""

    kp: float | None
    at: datetime | None  # start of the three hours (observed), or the minute (estimated)
    until: datetime | None  # end of the interval that the value is of
    kind: str  # "observed", "estimated", or "" when unknown
    source: str  # "noaa_swpc", "gfz", or "none"
    g_scale: int | None  # 0 to 5
    is_current: bool  # recent enough to say what is now
    provenance: Provenance


@dataclass(frozen=True)
class KpForecast:
    """Three-hour values to come, oldest first: NOAA's own forecast, always from now on."""

    utc: Times  # (n,) start of the interval
    kp: Floats  # (n,)
    status: Texts  # (n,) "estimated" (the interval under way) or "predicted"
    noaa_scale: Texts  # (n,) "G1" …, or ""
    provenance: Provenance
    issued_at: datetime | None  # when this forecast was retrieved

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class KpClimatology:
    """Share of all three-hour intervals since 1932 at or above each level."""

    kp: Floats  # (28,) 0, 1/3, …, 9
    share: Floats  # (28,) 0 to 1
    count: int
    since: datetime
    until: datetime
