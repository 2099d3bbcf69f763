"""What the Voyager services hand to pages, plots and the API: arrays with their provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.constants import J2000_JD_TDB, SECONDS_PER_DAY
from deepspace.provenance import Provenance
from voyager import science

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Milestone:
    """A dated, cited event; ``distance_au`` is interpolated from the trajectory when read."""

    event_date: date
    name: str
    kind: str
    description: str
    citation: str
    citation_url: str
    is_milestone: bool
    at_utc: datetime  # the published instant, or noon of the date
    has_instant: bool
    position_au: tuple[float, float, float] | None  # heliocentric ecliptic J2000; None outside the trajectory
    distance_au: float | None


@dataclass(frozen=True)
class Position:
    """State of Voyager 1 and of the Earth at one instant (heliocentric, ecliptic J2000)."""

    at_utc: datetime
    position_au: tuple[float, float, float]
    velocity_au_d: tuple[float, float, float]
    earth_position_au: tuple[float, float, float]
    earth_velocity_au_d: tuple[float, float, float]
    distance_au: float
    earth_distance_au: float
    speed_km_s: float
    earth_range_rate_km_s: float  # negative while the Earth catches up
    light_time_s: float
    gal_longitude_deg: float
    gal_latitude_deg: float
    ra_deg: float
    dec_deg: float
    quality: str  # "design", "refit" or "model"
    provenance: Provenance

    @property
    def one_way_light_time(self) -> str:
        """Light time as HH:MM:SS."""
        return science.format_light_time(self.light_time_s)


@dataclass(frozen=True)
class States:
    """Heliocentric states of Voyager 1 and the Earth at common epochs, oldest first.

    Geometric, ecliptic and mean equinox J2000, au and au/d.
    """

    utc: NDArray[np.datetime64]  # (n,) datetime64[us]
    jd_tdb: Array  # (n,) as printed by Horizons
    position_au: Array  # (n, 3)
    velocity_au_d: Array  # (n, 3)
    earth_position_au: Array  # (n, 3)
    earth_velocity_au_d: Array  # (n, 3)
    quality: NDArray[Any]  # (n,) "design", "refit" or "model"

    @cached_property
    def tdb_s(self) -> Array:
        """Epochs as TDB seconds past J2000 (n,).

        Horizons prints Julian dates to 27 µs; every epoch that is asked for lies on a whole millisecond, so that
        rounding gives it back exactly (and 1,000 times faster than from ``utc`` through the leap seconds).
        """
        seconds: Array = np.round((self.jd_tdb - J2000_JD_TDB) * SECONDS_PER_DAY, 3)
        return seconds

    @cached_property
    def distance_au(self) -> Array:
        """Sun to Voyager 1, au (n,)."""
        return science.norm(self.position_au)

    @cached_property
    def earth_distance_au(self) -> Array:
        """Earth to Voyager 1, au (n,)."""
        return science.norm(self.position_au - self.earth_position_au)

    @cached_property
    def speed_km_s(self) -> Array:
        """Heliocentric speed, km/s (n,)."""
        return science.speed_km_s(self.velocity_au_d)


@dataclass(frozen=True)
class TrajectoryData(States):
    """The path (stored states, or the model's), with events and the state of now."""

    milestones: tuple[Milestone, ...]
    now: Position
    light_day_at: datetime | None  # geometric crossing of one light-day from the Earth, computed
    provenance: Provenance
    events_provenance: Provenance

    @property
    def marked(self) -> Position:
        """The instant that a picture of the path is about."""
        return self.now

    @property
    def marked_as(self) -> str:
        """What that instant is called beside its mark."""
        return "now"


@dataclass(frozen=True)
class PathTo(TrajectoryData):
    """The path up to an instant asked for."""

    there: Position

    @property
    def marked(self) -> Position:
        """The state at the instant."""
        return self.there

    @property
    def marked_as(self) -> str:
        """Its date."""
        return f"{self.there.at_utc:%Y-%m-%d}"
