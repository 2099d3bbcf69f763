"""Tables of what passes near the Earth, and of what cannot be ruled out yet."""

from __future__ import annotations

from typing import Any, Final

from deepspace.templatetags.deepspace import UNIT_SPACE, day, number, utc
from spaceintel.names import bare
from spaceintel.states import Approach, PossibleImpacts
from spaceintel.tables.columns import Column, Table

__all__ = ["APPROACHES", "POSSIBLE_IMPACTS", "bare"]

_UNKNOWN: Final = "unknown"
_METRES: Final = 1000.0
_KM_FROM_M: Final = 1000.0  # sizes from a kilometre on are told in kilometres


def _distance(one: Approach) -> str:
    decimals = 2 if one.distance_ld < 10 else 1
    text = f"{number(one.distance_ld, decimals)}{UNIT_SPACE}LD"
    if one.distance_min_ld is None or one.distance_max_ld is None:
        return text
    if number(one.distance_min_ld, decimals) == number(one.distance_max_ld, decimals):
        return text
    return f"{text} ({number(one.distance_min_ld, decimals)} to {number(one.distance_max_ld, decimals)})"


def _size(one: Approach) -> str:
    if one.diameter_km is not None:
        return f"{_length(one.diameter_km)} (measured)"
    if one.diameter_min_km is None or one.diameter_max_km is None:
        return _UNKNOWN
    return f"{_length(one.diameter_min_km)} to {_length(one.diameter_max_km)}"


def _length(km: float) -> str:
    metres = km * _METRES
    if metres >= _KM_FROM_M:
        return f"{number(km, 1)}{UNIT_SPACE}km"
    return f"{number(metres)}{UNIT_SPACE}m"


def _speed(velocity_km_s: float | None) -> str:
    return _UNKNOWN if velocity_km_s is None else f"{number(velocity_km_s, 1)}{UNIT_SPACE}km/s"


def _hazardous(one: Approach) -> str:
    return {True: "yes", False: "no", None: _UNKNOWN}[one.is_potentially_hazardous]


def _rank(one: Approach) -> str:
    return _UNKNOWN if one.risk is None else f"{number(one.risk.total)} ({one.threat.lower()})"


def _part(name: str) -> Any:
    return lambda one: None if one.risk is None else getattr(one.risk, name)


APPROACHES: Final[Table[Approach]] = Table(
    "neos",
    "Approaches",
    (
        Column("name", "Object", lambda one: one.name, lambda one: bare(one.name)),
        Column("designation", "Designation", lambda one: one.designation),
        Column("closest_approach_utc", "Closest", lambda one: one.at, lambda one: utc(one.at)),
        Column("time_sigma_s", "Time, 3-sigma", lambda one: one.time_sigma_s),
        Column("distance_ld", "Distance (3-sigma)", lambda one: one.distance_ld, _distance, kind="number"),
        Column("distance_min_ld", "Smallest", lambda one: one.distance_min_ld),
        Column("distance_max_ld", "Largest", lambda one: one.distance_max_ld),
        Column("distance_km", "Distance", lambda one: one.distance_km),
        Column(
            "velocity_km_s",
            "Speed",
            lambda one: one.velocity_km_s,
            lambda one: _speed(one.velocity_km_s),
            kind="number",
        ),
        Column("diameter_min_km", "Size", lambda one: one.diameter_min_km, _size, kind="number"),
        Column("diameter_max_km", "Largest size", lambda one: one.diameter_max_km),
        Column("diameter_km", "Measured size", lambda one: one.diameter_km),
        Column("absolute_magnitude_h", "H", lambda one: one.absolute_magnitude_h),
        Column(
            "is_potentially_hazardous",
            "PHA",
            lambda one: one.is_potentially_hazardous,
            _hazardous,
        ),
        Column("is_sentry_object", "On Sentry's list", lambda one: one.is_sentry_object),
        Column("risk_score", "Simple rank", _part("total"), _rank, kind="number"),
        Column("risk_nearness", "Rank: nearness", _part("nearness")),
        Column("risk_size", "Rank: size", _part("size")),
        Column("risk_speed", "Rank: speed", _part("speed")),
        Column("risk_hazardous", "Rank: hazardous", _part("hazardous")),
        Column("threat", "Threat", lambda one: one.threat),
        Column("size_class", "Size class", lambda one: one.size),
        Column("orbit_id", "Orbit", lambda one: one.orbit_id),
        Column("link", "Link", lambda one: one.link),
    ),
)


def _chance(one: PossibleImpacts) -> str:
    return "none" if one.one_in is None else f"1 in {number(one.one_in)}"


def _years(one: PossibleImpacts) -> str:
    if one.year_from is None or one.year_until is None:
        return _UNKNOWN
    if one.year_from == one.year_until:
        return f"{one.year_from}"
    return f"{one.year_from} to {one.year_until}".replace(" ", "\N{NO-BREAK SPACE}")


def _torino(one: PossibleImpacts) -> str:
    return "not defined" if one.torino_max is None else f"{one.torino_max}"


POSSIBLE_IMPACTS: Final[Table[PossibleImpacts]] = Table(
    "sentry",
    "Objects of Sentry's list",
    (
        Column("fullname", "Object", lambda one: one.fullname, lambda one: bare(one.fullname)),
        Column("designation", "Designation", lambda one: one.designation),
        Column(
            "impact_probability", "Chance, all together", lambda one: one.probability, _chance, kind="number"
        ),
        Column("year_from", "Years", lambda one: one.year_from, _years),
        Column("year_until", "Last year", lambda one: one.year_until),
        Column(
            "possible_impacts",
            "Possible impacts",
            lambda one: one.possible_impacts,
            lambda one: number(one.possible_impacts),
            kind="number",
        ),
        Column(
            "palermo_cumulative",
            "Palermo",
            lambda one: one.palermo_cumulative,
            lambda one: number(one.palermo_cumulative, 2),
            kind="number",
        ),
        Column("palermo_max", "Largest Palermo", lambda one: one.palermo_max),
        Column("torino_max", "Torino", lambda one: one.torino_max, _torino, kind="number"),
        Column(
            "diameter_km",
            "Estimated size",
            lambda one: one.diameter_km,
            lambda one: _UNKNOWN if one.diameter_km is None else _length(one.diameter_km),
            kind="number",
        ),
        Column("energy_mt", "Energy", lambda one: one.energy_mt),
        Column("impact_velocity_km_s", "Impact speed", lambda one: one.impact_velocity_km_s),
        Column("probability_before", "Before", lambda one: one.probability_before),
        Column("palermo_before", "Palermo before", lambda one: one.palermo_before),
        Column(
            "last_observed",
            "Last observed",
            lambda one: one.last_observed_on,
            lambda one: day(one.last_observed_on),
        ),
        Column("link", "Link", lambda one: one.link),
    ),
)
