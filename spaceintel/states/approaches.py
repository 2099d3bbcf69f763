"""What passes near the Earth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from spaceintel.science.approach_rank import RiskScore
from spaceintel.states.feed import Feed

NEOWS, CNEOS = "nasa_neows", "cneos"


# Not frozen: a year has thousands, and a frozen one takes five times as long to make. Nothing changes one.
@dataclass(slots=True, unsafe_hash=True)
class Approach:
    """One approach of one object to the Earth. Nominal values are NeoWs's where it lists the approach, else CNEOS's.

    Lunar distances are of 384,400 km. What is not known is None.
    """

    at: datetime  # nominal closest approach (UTC)
    designation: str
    name: str  # untrusted
    sources: tuple[str, ...]  # who lists it: NEOWS, CNEOS
    distance_ld: float
    distance_au: float
    distance_km: float
    velocity_km_s: float | None  # relative to the Earth
    absolute_magnitude_h: float | None
    diameter_min_km: float | None  # for albedo 0.25
    diameter_max_km: float | None  # for albedo 0.05
    is_potentially_hazardous: (
        bool | None
    )  # as NeoWs flags it; None where only CNEOS lists it and H allows both
    is_sentry_object: bool | None
    # from CNEOS, where it lists the approach
    distance_min_ld: float | None = None  # 3-sigma
    distance_max_ld: float | None = None
    infinity_velocity_km_s: float | None = None
    time_sigma: str = ""  # 3-sigma as given: "< 00:01", "2_09:08"
    time_sigma_s: float | None = None
    diameter_km: float | None = None  # measured
    diameter_sigma_km: float | None = None
    orbit_id: str = ""
    # from NeoWs, where it lists the approach
    neo_id: str = ""
    link: str = ""
    same_as: tuple[str, ...] = ()  # other NeoWs entries of the very same approach, under other names
    # computed here
    risk: RiskScore | None = None  # a simple rank, no probability; None where a part of it is not known
    threat: str = ""
    size: str = "unknown"
    updated_at: datetime | None = None  # when the row was last written

    @property
    def is_in_neows(self) -> bool:
        """Whether NeoWs lists it."""
        return NEOWS in self.sources

    @property
    def id(self) -> str:
        """Stable: the object and the day."""
        return f"approach-{self.designation.replace(' ', '-')}-{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class NearEarth:
    """The approaches of one window, past and to come."""

    days: int
    start: datetime
    end: datetime  # in a live window some days ahead of now
    now: datetime
    is_live: bool
    approaches: tuple[Approach, ...]  # oldest first
    neos: Feed  # NeoWs
    cneos: Feed  # CNEOS, both of its products where the window lies in both
    is_moved: bool = False  # an earlier window than the one asked for, because only that one is known
    cneos_history: Feed | None = None  # then: of the days before 2026 alone

    @property
    def listed_by_neows(self) -> tuple[Approach, ...]:
        """NeoWs's entries exactly, as the API lists them."""
        return tuple(one for one in self.approaches if one.is_in_neows)

    @property
    def closest(self) -> Approach | None:
        """The nearest of the window, by nominal distance; the first of equals."""
        return min(self.approaches, key=lambda one: (one.distance_ld, one.at), default=None)

    @property
    def next(self) -> Approach | None:
        """The next one after now."""
        return next((one for one in self.approaches if one.at > self.now), None)

    @property
    def closest_to_come(self) -> Approach | None:
        """The nearest of those after now."""
        ahead = (one for one in self.approaches if one.at > self.now)
        return min(ahead, key=lambda one: (one.distance_ld, one.at), default=None)

    @property
    def feeds(self) -> Mapping[str, Feed]:
        """By product key."""
        every = (self.neos, self.cneos, self.cneos_history)
        return {feed.product: feed for feed in every if feed is not None}
