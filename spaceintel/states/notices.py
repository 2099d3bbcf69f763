"""NOAA's own words: messages and scales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deepspace.provenance import Provenance


@dataclass(frozen=True)
class AlertNotice:
    """One message of NOAA SWPC. ``message`` is untrusted: always escape it."""

    product_id: str
    issued_at: datetime
    kind: str  # alert, warning, watch, summary, cancel, other
    message_code: str
    serial_number: str
    headline: str
    noaa_scale: str
    valid_from: datetime | None
    valid_until: datetime | None
    message: str
    is_cancelled: bool  # a later message takes it back
    is_in_force: bool  # now: not cancelled, and now lies in its validity


@dataclass(frozen=True)
class ScalesDay:
    """NOAA's scales for one entry of the file."""

    day_offset: int  # -1 the last day, 0 now, 1 to 3 forecast
    at: datetime
    r_scale: int | None
    s_scale: int | None
    g_scale: int | None
    r_text: str
    s_text: str
    g_text: str
    r_minor_percent: int | None
    r_major_percent: int | None
    s_percent: int | None


@dataclass(frozen=True)
class ScalesNow:
    """The newest state of NOAA's R, S and G scales."""

    issued_at: datetime | None
    days: tuple[ScalesDay, ...]  # ordered by day_offset; empty when unknown
    is_current: bool  # recent enough to say what is now
    provenance: Provenance

    @property
    def now(self) -> ScalesDay | None:
        """The entry of now."""
        return next((one for one in self.days if one.day_offset == 0), None)

    @property
    def forecast(self) -> tuple[ScalesDay, ...]:
        """The days to come."""
        return tuple(one for one in self.days if one.day_offset > 0)
