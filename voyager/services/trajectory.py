"""Where Voyager 1 is and was: states, milestones, and the state at any instant."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.constants import AU_KM, SECONDS_PER_DAY
from deepspace.fallback import climb, real_provenance, with_note
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_version
from deepspace.provenance import Provenance, Tier
from voyager import science, synthetic
from voyager.legs import legs
from voyager.models import Event
from voyager.states import Milestone, Position, States, TrajectoryData

TRAJECTORY, EVENTS = "voyager.trajectory", "voyager.events"
_COLUMNS = (
    *("timestamp_utc", "jd_tdb", "x_au", "y_au", "z_au", "vx_au_d", "vy_au_d", "vz_au_d"),
    *("earth_x_au", "earth_y_au", "earth_z_au", "earth_vx_au_d", "earth_vy_au_d", "earth_vz_au_d", "quality"),
)
_DESIGN_NOTE = "Before 1981-01-01 the states are a mission-design trajectory."
_TOO_EARLY_NOTE = "No real state is stored at or before this instant. "
_AWAY_NOTE = "The database does not answer, so that nothing stored can be shown. Shown is a model: "
_EPOCH_TOLERANCE = np.timedelta64(1, "ms")
_PREDICTED_NOTE = "This instant lies in the future: a prediction by JPL Horizons."
_HELD_NOTE = "The ephemeris stored ends before the instant asked; shown is its last state."


def _states_while_away() -> tuple[States, Provenance]:
    text = f"{_AWAY_NOTE}{synthetic.MODEL.name}: {synthetic.MODEL.statement}"
    return _model_states(), Provenance(TRAJECTORY, Tier.SYNTHETIC, "synthetic", note=text)


@per_version(TRAJECTORY, otherwise=_states_while_away)
def states() -> tuple[States, Provenance]:
    """Every stored state, or the model's where none is stored."""
    return climb(TRAJECTORY, real=_stored_states, model=_model_states)


def _stored_states() -> tuple[States, Provenance] | None:
    rows = list(stored_rows(product(TRAJECTORY)).order_by("timestamp_utc").values_list(*_COLUMNS))
    if not rows:
        return None
    columns = list(zip(*rows, strict=True))
    utc = np.array([moment.replace(tzinfo=None) for moment in columns[0]], dtype="datetime64[us]")
    numbers = np.array(columns[1:14], dtype=np.float64)
    provenance = real_provenance(TRAJECTORY, observed_from=columns[0][0], observed_until=columns[0][-1])
    if columns[14][0] == "design":
        provenance = with_note(provenance, _DESIGN_NOTE)
    return _assembled(utc, numbers, np.array(columns[14], dtype=object)), provenance


def _assembled(utc: NDArray[np.datetime64], numbers: NDArray[np.float64], quality: NDArray[Any]) -> States:
    return States(
        utc=utc,
        jd_tdb=numbers[0],
        position_au=np.ascontiguousarray(numbers[1:4].T),
        velocity_au_d=np.ascontiguousarray(numbers[4:7].T),
        earth_position_au=np.ascontiguousarray(numbers[7:10].T),
        earth_velocity_au_d=np.ascontiguousarray(numbers[10:13].T),
        quality=quality,
    )


def _model_states() -> States:
    """The documented model, at the instants at which the real ephemeris would be asked for."""
    return _model_states_on(datetime.now(UTC).date())


@lru_cache(maxsize=1)
def _model_states_on(today: date) -> States:
    """Kept for the day: Kepler's equation for the whole mission takes a second."""
    grids = [
        np.arange(
            np.datetime64(leg.start, "us"), np.datetime64(leg.stop, "us") + 1, np.timedelta64(leg.step, "us")
        )
        for leg in legs(datetime.combine(today, time.min, UTC))
    ]
    return _model_at(science.tdb_to_utc(np.concatenate(grids)))


def _model_at(utc: NDArray[np.datetime64]) -> States:
    jd_tdb = science.tdb_seconds_to_jd_tdb(science.utc_to_tdb_seconds(utc))
    # a Julian date is 40 us coarse: the instant of launch itself may come out before it
    jd_tdb = np.clip(jd_tdb, synthetic.MODEL_START_JD_TDB, synthetic.MODEL_END_JD_TDB)
    voyager, earth = synthetic.voyager_state(jd_tdb), synthetic.earth_state(jd_tdb)
    numbers = np.vstack([jd_tdb, voyager[0].T, voyager[1].T, earth[0].T, earth[1].T])
    return _assembled(utc, numbers, np.full(len(utc), "model", dtype=object))


def _story_while_away() -> tuple[tuple[Milestone, ...], Provenance, datetime | None]:
    path, _ = states()
    note = "The database does not answer."
    return (), Provenance(EVENTS, Tier.EMPTY, "none", note=note), _light_day_at(path)


@per_version(TRAJECTORY, EVENTS, otherwise=_story_while_away)
def _story() -> tuple[tuple[Milestone, ...], Provenance, datetime | None]:
    """Events placed on the path, and the computed one-light-day crossing."""
    path, _ = states()
    rows: list[Event] = list(stored_rows(product(EVENTS)).order_by("event_date", "timestamp_utc"))

    def stored() -> tuple[tuple[Milestone, ...], Provenance] | None:
        return (tuple(_milestone(row, path) for row in rows), _events_provenance(rows)) if rows else None

    milestones, provenance = climb(EVENTS, real=stored, nothing=lambda: ())
    return milestones, provenance, _light_day_at(path)


def _events_provenance(rows: list[Event]) -> Provenance:
    first, last = (datetime.combine(row.event_date, time.min, UTC) for row in (rows[0], rows[-1]))
    return real_provenance(EVENTS, observed_from=first, observed_until=last)


def _milestone(row: Event, path: States) -> Milestone:
    at_utc = row.timestamp_utc or datetime.combine(row.event_date, time(12), UTC)
    place = _place(path, at_utc)
    return Milestone(
        event_date=row.event_date,
        name=row.event_name,
        kind=row.kind,
        description=row.description,
        citation=row.citation,
        citation_url=row.citation_url,
        is_milestone=row.is_milestone,
        at_utc=at_utc,
        has_instant=row.timestamp_utc is not None,
        position_au=place,
        distance_au=None if place is None else float(science.norm(np.array(place))),
    )


def _place(path: States, at_utc: datetime) -> tuple[float, float, float] | None:
    """Heliocentric position at an instant; launch itself is up to three hours before the first state."""
    t_s = _tdb_s(at_utc)
    if not path.tdb_s[0] <= t_s <= path.tdb_s[-1]:
        near_start = 0.0 < path.tdb_s[0] - t_s < SECONDS_PER_DAY / 4
        if not near_start:
            return None
        t_s = float(path.tdb_s[0])
    position, _ = science.hermite_state(t_s, path.tdb_s, path.position_au, path.velocity_au_d)
    x, y, z = position.tolist()
    return x, y, z


def _light_day_at(path: States) -> datetime | None:
    if len(path.tdb_s) < 2:
        return None
    crossing_s = science.light_day_crossing(
        path.tdb_s, path.position_au, path.earth_position_au, path.velocity_au_d, path.earth_velocity_au_d
    )
    return None if crossing_s is None else _utc(science.tdb_seconds_to_utc(np.array([crossing_s]))[0])


def trajectory() -> TrajectoryData:
    """Everything that the trajectory page, its plots and its endpoint show."""
    path, provenance = states()
    milestones, events_provenance, light_day_at = _story()
    return TrajectoryData(
        **{item.name: getattr(path, item.name) for item in fields(path)},
        milestones=milestones,
        now=position(),
        light_day_at=light_day_at,
        provenance=provenance,
        events_provenance=events_provenance,
    )


def position(at: datetime | None = None) -> Position:
    """State of Voyager 1 and of the Earth at an instant (default: now, to the minute).

    Within a millisecond of a stored epoch that state comes back unchanged. An instant after the last stored
    state gets that last state and a note; one before the first gets the model.

    Parameters
    ----------
    at
        UTC, between launch and the end of 2099.
    """
    at = at or datetime.now(UTC).replace(second=0, microsecond=0)
    path, provenance = states()
    if provenance.tier is Tier.SYNTHETIC:
        return _model_position(at, provenance.note)
    stored = _stored_at(path, at)
    t_s, note = _tdb_s(at) if stored is None else float(path.tdb_s[stored]), ""
    if t_s < path.tdb_s[0]:
        return _model_position(at, f"{_TOO_EARLY_NOTE}{synthetic.MODEL.name}: {synthetic.MODEL.statement}")
    if t_s > path.tdb_s[-1]:
        at, t_s, note = _utc(path.utc[-1]), float(path.tdb_s[-1]), _HELD_NOTE
    elif at > datetime.now(UTC):
        note = _PREDICTED_NOTE
    state = _position(at, t_s, path, replace(provenance, observed_from=at, observed_until=at, note=note))
    if state.quality == "design":
        state = replace(state, provenance=with_note(state.provenance, _DESIGN_NOTE))
    return state


def _stored_at(path: States, at: datetime) -> int | None:
    """Index of the stored epoch within a millisecond of an instant, compared in whole microseconds."""
    asked = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
    index = int(np.searchsorted(path.utc, asked - _EPOCH_TOLERANCE))
    return index if index < len(path.utc) and path.utc[index] <= asked + _EPOCH_TOLERANCE else None


def _model_position(at: datetime, note: str) -> Position:
    path = _model_at(np.array([at.replace(tzinfo=None)], dtype="datetime64[us]"))
    provenance = Provenance(
        TRAJECTORY, Tier.SYNTHETIC, "synthetic", observed_from=at, observed_until=at, note=note
    )
    return _position(at, float(path.tdb_s[0]), path, provenance)


def _position(at: datetime, t_s: float, path: States, provenance: Provenance) -> Position:
    voyager, velocity = science.hermite_state(t_s, path.tdb_s, path.position_au, path.velocity_au_d)
    earth, earth_velocity = science.hermite_state(
        t_s, path.tdb_s, path.earth_position_au, path.earth_velocity_au_d, jump_s=None
    )
    geocentric, relative = voyager - earth, velocity - earth_velocity
    earth_distance_au = float(science.norm(geocentric))
    range_rate_au_d = float(geocentric @ relative) / earth_distance_au
    gal_longitude, gal_latitude = science.galactic_coordinates(voyager)
    ra, dec = science.equatorial_coordinates(geocentric)
    index = int(np.clip(np.searchsorted(path.tdb_s, t_s + 1e-3, side="right") - 1, 0, len(path.tdb_s) - 1))
    return Position(
        at_utc=at,
        position_au=tuple(voyager.tolist()),
        velocity_au_d=tuple(velocity.tolist()),
        earth_position_au=tuple(earth.tolist()),
        earth_velocity_au_d=tuple(earth_velocity.tolist()),
        distance_au=float(science.norm(voyager)),
        earth_distance_au=earth_distance_au,
        speed_km_s=float(science.speed_km_s(velocity)),
        earth_range_rate_km_s=range_rate_au_d * AU_KM / SECONDS_PER_DAY,
        light_time_s=float(science.light_time_s(earth_distance_au)),
        gal_longitude_deg=float(gal_longitude),
        gal_latitude_deg=float(gal_latitude),
        ra_deg=float(ra),
        dec_deg=float(dec),
        quality=str(path.quality[index]),
        provenance=provenance,
    )


def _tdb_s(at: datetime) -> float:
    return float(
        science.utc_to_tdb_seconds(
            np.array([at.astimezone(UTC).replace(tzinfo=None)], dtype="datetime64[us]")
        )[0]
    )


def _utc(moment: np.datetime64) -> datetime:
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)
