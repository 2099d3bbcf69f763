"""Trajectories to draw, from the documented model: whole, partial, a single state."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Provenance, Tier
from voyager import science, synthetic
from voyager.states import Milestone, Position, States, TrajectoryData

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
RETRIEVED = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
FIRST_DAY, LAST_DAY = 2_443_392.5, 2_461_729.5  # 1977-09-06 and 2027-11-20, TDB

EVENTS: tuple[tuple[str, str, str, bool], ...] = (
    ("1977-09-06", "Launch", "launch", True),
    ("1979-03-05", "Jupiter", "encounter", True),
    ("1980-11-12", "Saturn", "encounter", True),
    ("1990-02-14", "Pale Blue Dot", "milestone", True),
    ("1998-02-17", "Farther than Pioneer 10", "milestone", True),
    ("2004-12-16", "Termination shock", "boundary", True),
    ("2012-08-25", "Heliopause", "boundary", True),
    ("2017-11-28", "Trajectory thrusters after 37 years", "milestone", False),
    ("2022-05-18", "Garbled attitude telemetry", "anomaly", False),
    ("2023-11-14", "Unreadable data", "anomaly", False),
    ("2025-02-25", "Cosmic ray subsystem off", "instrument", False),
    ("2026-04-17", "Low-energy charged particles off", "instrument", False),
    ("2026-11-18", "One light-day from the Earth", "milestone", True),
)


def trajectory(
    *,
    days: NDArray[np.float64] | None = None,
    tier: Tier = Tier.REAL,
    events: tuple[tuple[str, str, str, bool], ...] = EVENTS,
) -> TrajectoryData:
    """Daily states with events, as the service hands them out."""
    jd_tdb = np.arange(FIRST_DAY, LAST_DAY) if days is None else days
    states = _states(jd_tdb, tier)
    crossing = _light_day(states)
    modelled = tier is Tier.SYNTHETIC
    provenance = Provenance(
        "voyager.trajectory",
        tier,
        "synthetic" if modelled else "jpl_horizons",
        None if modelled else RETRIEVED,
    )
    values: dict[str, Any] = {field.name: getattr(states, field.name) for field in dataclasses.fields(States)}
    values |= {
        "states": states,
        "milestones": tuple(_milestone(states, *event) for event in events),
        "now": _now(states, provenance),
        "light_day_at": crossing,
        "provenance": provenance,
        "events_provenance": Provenance("voyager.events", Tier.REAL, "curated", RETRIEVED),
    }
    return TrajectoryData(**{field.name: values[field.name] for field in dataclasses.fields(TrajectoryData)})


def _states(jd_tdb: NDArray[np.float64], tier: Tier) -> States:
    position, velocity = synthetic.voyager_state(jd_tdb)
    earth, earth_velocity = synthetic.earth_state(jd_tdb)
    quality = np.where(jd_tdb < 2_444_605.5, "design", "refit").astype(object)
    if tier is Tier.SYNTHETIC:
        quality[:] = "model"
    tdb = np.datetime64("2000-01-01T12:00:00", "us") + np.round((jd_tdb - 2_451_545.0) * 86_400e6).astype(
        "timedelta64[us]"
    )
    return States(
        utc=science.tdb_to_utc(tdb),
        jd_tdb=jd_tdb,
        position_au=position,
        velocity_au_d=velocity,
        earth_position_au=earth,
        earth_velocity_au_d=earth_velocity,
        quality=quality,
    )


def _light_day(states: States) -> datetime | None:
    if len(states.jd_tdb) < 2:
        return None
    tdb_s = science.utc_to_tdb_seconds(states.utc)
    crossing_s = science.light_day_crossing(
        tdb_s,
        states.position_au,
        states.earth_position_au,
        states.velocity_au_d,
        states.earth_velocity_au_d,
    )
    return None if crossing_s is None else _aware(science.tdb_seconds_to_utc(np.array([crossing_s]))[0])


def _aware(instant: np.datetime64) -> datetime:
    moment: datetime = instant.astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)


def _milestone(states: States, day: str, name: str, kind: str, is_milestone: bool) -> Milestone:
    at = datetime.combine(date.fromisoformat(day), time(12), UTC)
    index = int(np.searchsorted(states.utc, np.datetime64(at.replace(tzinfo=None))))
    inside = 0 < index < len(states.utc)
    position = tuple(states.position_au[index].tolist()) if inside else None
    return Milestone(
        event_date=at.date(),
        name=name,
        kind=kind,
        description=name,
        citation="a citation, with a comma",
        citation_url="https://example.org/",
        is_milestone=is_milestone,
        at_utc=at,
        has_instant=False,
        position_au=position,
        distance_au=None if position is None else float(np.linalg.norm(position)),
    )


def _now(states: States, provenance: Provenance) -> Position:
    index = max(0, int(np.searchsorted(states.utc, np.datetime64(NOW.replace(tzinfo=None)), "right")) - 1)
    position, earth = states.position_au[index], states.earth_position_au[index]
    return Position(
        at_utc=_aware(states.utc[index]),
        position_au=tuple(position.tolist()),
        velocity_au_d=tuple(states.velocity_au_d[index].tolist()),
        earth_position_au=tuple(earth.tolist()),
        earth_velocity_au_d=tuple(states.earth_velocity_au_d[index].tolist()),
        distance_au=float(np.linalg.norm(position)),
        earth_distance_au=float(np.linalg.norm(position - earth)),
        speed_km_s=float(science.speed_km_s(states.velocity_au_d[index])),
        earth_range_rate_km_s=20.0,
        light_time_s=86_400.0,
        gal_longitude_deg=33.45,
        gal_latitude_deg=26.66,
        ra_deg=258.97,
        dec_deg=12.22,
        quality=str(states.quality[index]),
        provenance=provenance,
    )
