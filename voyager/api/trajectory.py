"""``/api/trajectory`` and ``/api/position``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from deepspace.api import Envelope, ErrorBody, endpoint, envelope
from deepspace.plotting import registry
from deepspace.plotting.cache import data_uri, rendered
from voyager import services
from voyager.api.router import router
from voyager.parameters import PositionParameters
from voyager.states import Milestone, Position

_SHOWN = (services.TRAJECTORY, services.EVENTS)


class Coordinates(Schema):
    """Heliocentric, ecliptic and mean equinox J2000."""

    x_au: float
    y_au: float
    z_au: float


class GalacticCoordinates(Schema):
    """Heliocentric direction."""

    longitude_deg: float
    latitude_deg: float


class EventBody(Schema):
    """A dated, cited event."""

    event_date: date
    timestamp_utc: datetime | None
    event_name: str
    kind: str
    description: str
    citation: str
    citation_url: str | None
    distance_au: float | None = Field(description="Heliocentric, interpolated from the ephemeris")


class TrajectoryBody(Envelope):
    """The path so far and where the spacecraft is now."""

    plot: str = Field(description="data:image/png;base64,…")
    events: list[EventBody]
    galactic_coords: GalacticCoordinates
    distance_au: float = Field(description="Sun to Voyager 1 now, geometric")
    earth_distance_au: float = Field(description="Earth to Voyager 1 now, geometric")
    speed_km_s: float = Field(description="Heliocentric")
    quality: str = Field(description="refit; design before 1981 (mission-design trajectory); model")
    at: datetime
    light_day_at: datetime | None = Field(
        description="Geometric Earth distance reaches one light-day, computed"
    )
    panels: dict[str, Any]


class PositionBody(Envelope):
    """State at one instant."""

    plot: str = Field(description="data:image/png;base64,…")
    at: datetime = Field(description="Instant of the state; the last stored one when more was asked")
    distance_au: float = Field(description="Sun to Voyager 1, geometric")
    coordinates: Coordinates
    velocity_au_d: list[float] = Field(description="Heliocentric, ecliptic J2000")
    earth_distance_au: float = Field(description="Earth to Voyager 1, geometric")
    earth_range_rate_km_s: float = Field(description="Negative while the Earth catches up")
    speed_km_s: float = Field(description="Heliocentric")
    light_time_s: float = Field(description="One way, Earth to Voyager 1, geometric")
    one_way_light_time: str = Field(description="HH:MM:SS")
    galactic_coords: GalacticCoordinates
    ra_deg: float = Field(description="Geocentric, geometric, ICRS")
    dec_deg: float = Field(description="Geocentric, geometric, ICRS")
    quality: str = Field(description="refit; design before 1981 (mission-design trajectory); model")


@router.get(
    "/trajectory", response={200: TrajectoryBody, 422: ErrorBody}, summary="Path and events of Voyager 1"
)
@endpoint(shown=_SHOWN, live=True)
def trajectory(request: HttpRequest) -> dict[str, Any]:
    """The trajectory plot, the mission's events, and the state of now."""
    data = services.trajectory()
    plot = registry.plot("trajectory")
    now = data.now
    return {
        "plot": data_uri(rendered(plot, plot.parameters(), "png")),
        "events": [_event(one) for one in data.milestones],
        "galactic_coords": _galactic(now),
        "distance_au": now.distance_au,
        "earth_distance_au": now.earth_distance_au,
        "speed_km_s": now.speed_km_s,
        "quality": now.quality,
        "at": now.at_utc,
        "light_day_at": data.light_day_at,
        **envelope(data.provenance, [data.events_provenance]),
    }


@router.get("/position", response={200: PositionBody, 422: ErrorBody}, summary="Voyager 1 at one instant")
@endpoint(parameters=PositionParameters, shown=(services.TRAJECTORY,), live=True)
def position(
    request: HttpRequest, response: HttpResponse, query: Query[PositionParameters]
) -> dict[str, Any]:
    """State at an instant, interpolated; within 1 ms of a stored epoch the stored state unchanged."""
    state = services.position(query.at)
    response.headers["X-Data-Tier"] = state.provenance.tier.value  # before the first stored state: the model
    x_au, y_au, z_au = state.position_au
    return {
        "plot": data_uri(rendered(registry.plot("position"), query, "png")),
        "at": state.at_utc,
        "distance_au": state.distance_au,
        "coordinates": {"x_au": x_au, "y_au": y_au, "z_au": z_au},
        "velocity_au_d": list(state.velocity_au_d),
        "earth_distance_au": state.earth_distance_au,
        "earth_range_rate_km_s": state.earth_range_rate_km_s,
        "speed_km_s": state.speed_km_s,
        "light_time_s": state.light_time_s,
        "one_way_light_time": state.one_way_light_time,
        "galactic_coords": _galactic(state),
        "ra_deg": state.ra_deg,
        "dec_deg": state.dec_deg,
        "quality": state.quality,
        **envelope(state.provenance),
    }


def _galactic(state: Position) -> dict[str, float]:
    return {"longitude_deg": state.gal_longitude_deg, "latitude_deg": state.gal_latitude_deg}


def _event(one: Milestone) -> dict[str, Any]:
    return {
        "event_date": one.event_date,
        "timestamp_utc": one.at_utc if one.has_instant else None,
        "event_name": one.name,
        "kind": one.kind,
        "description": one.description,
        "citation": one.citation,
        "citation_url": one.citation_url or None,
        "distance_au": one.distance_au,
    }
