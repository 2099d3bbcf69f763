"""What cannot be ruled out yet: Sentry's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from deepspace.provenance import Provenance
from spaceintel.states.feed import Feed


@dataclass(frozen=True, slots=True)
class PossibleImpacts:
    """One object of Sentry's list, in its newest state."""

    designation: str
    fullname: str  # untrusted
    probability: float  # cumulative, 0 to 1
    palermo_cumulative: float
    palermo_max: float | None
    torino_max: int | None  # None: not defined, beyond a hundred years
    possible_impacts: int
    year_from: int | None
    year_until: int | None
    absolute_magnitude_h: float | None
    diameter_km: float | None  # estimated by Sentry
    infinity_velocity_km_s: float | None
    impact_velocity_km_s: float | None  # computed
    energy_mt: float | None  # computed, for 2600 kg/m³
    last_observed_on: date | None
    probability_before: float | None = None  # in the state of the list before this one
    palermo_before: float | None = None
    is_new: bool = False  # not in the state before, where one is stored

    @property
    def one_in(self) -> int | None:
        """The probability as "1 in n"; None for 0."""
        return round(1 / self.probability) if self.probability > 0 else None

    @property
    def link(self) -> str:
        """The object's page at CNEOS."""
        from urllib.parse import quote

        return f"https://cneos.jpl.nasa.gov/sentry/details.html#?des={quote(self.designation)}"


@dataclass(frozen=True, slots=True)
class Sentry:
    """The newest state of Sentry's list, by cumulative Palermo value, largest first."""

    issued_at: datetime | None  # when this state was first seen; None: nothing is known
    before: datetime | None  # the state before it, where one is stored
    count: int  # objects in the whole list
    objects: tuple[PossibleImpacts, ...]  # the first of the list
    new: tuple[str, ...]  # designations that were not in the state before
    removed: tuple[str, ...]  # those that were, and are not any more
    highest_torino: int | None
    feed: Feed
    listed: tuple[PossibleImpacts, ...] = ()  # all of the list
    explanations: Mapping[str, str] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        """Where the list comes from."""
        return self.feed.provenance
