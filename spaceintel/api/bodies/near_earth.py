"""Approaches and possible impacts in the answers of the endpoints."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from spaceintel.api.bodies.row import Row


class RiskBody(Row):
    """A simple rank, 0 to 100, and its parts: no probability of anything."""

    total: float
    nearness: float
    size: float
    speed: float
    hazardous: float


class ApproachBody(Row):
    """One approach to the Earth; nominal values are NeoWs's where it lists the approach, else CNEOS's."""

    id: str
    designation: str
    name: str
    sources: list[str]
    at: datetime = Field(description="Nominal closest approach, UTC")
    time_sigma_s: float | None = Field(description="3-sigma")
    distance_ld: float = Field(description="Of 384,400 km, from the Earth's centre")
    distance_min_ld: float | None = Field(description="3-sigma")
    distance_max_ld: float | None = Field(description="3-sigma")
    distance_au: float
    distance_km: float
    velocity_km_s: float | None
    absolute_magnitude_h: float | None
    diameter_min_km: float | None = Field(description="For albedo 0.25")
    diameter_max_km: float | None = Field(description="For albedo 0.05")
    diameter_km: float | None = Field(description="Measured")
    is_potentially_hazardous: bool | None
    is_sentry_object: bool | None
    risk_score: RiskBody | None = Field(validation_alias="risk")
    threat: str
    size: str
    neo_id: str
    orbit_id: str
    link: str


class PossibleImpactsBody(Row):
    """One object of Sentry's list."""

    designation: str
    fullname: str
    probability: float = Field(description="Of all possible impacts together, 0 to 1")
    palermo_cumulative: float
    palermo_max: float | None
    torino_max: int | None = Field(description="null: not defined, beyond a hundred years")
    possible_impacts: int
    year_from: int | None
    year_until: int | None
    diameter_km: float | None = Field(description="Estimated by Sentry")
    energy_mt: float | None = Field(description="Computed for 2600 kg/m³, Mt of TNT")
    probability_before: float | None
    last_observed_on: date | None
    link: str


class SentryBody(Row):
    """The newest state of Sentry's list: its first objects by cumulative Palermo value."""

    issued_at: datetime | None
    count: int = Field(description="Objects in the whole list")
    highest_torino: int | None
    objects: list[PossibleImpactsBody] = Field(
        description="The first of the list; `lists` says how many, and where all are"
    )
