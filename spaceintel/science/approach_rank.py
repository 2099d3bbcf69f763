"""A simple rank of approaches, 0 to 100, with its parts.

It adds nearness, size, speed and the label "potentially hazardous" with fixed weights. It is no probability of
anything: Palermo and Torino are, and stand next to it. Kept because readers of this project's forerunner know it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import isnan

from spaceintel.constants import (
    RISK_INVERSE_LD_MAX,
    RISK_MAX,
    RISK_PER_INVERSE_LD,
    RISK_PER_KM,
    RISK_PHA,
    RISK_SIZE_MAX,
    RISK_VELOCITY_KM_S,
    RISK_VELOCITY_MAX,
    SIZE_CLASS_KM,
    THREAT_HIGH_LD,
    THREAT_LOW_LD,
    THREAT_MEDIUM_LD,
)

SIZES = ("small", "medium", "large", "very large")


@dataclass(frozen=True, slots=True)
class RiskScore:
    """The rank and what it is made of."""

    total: float  # 0 to 100
    nearness: float  # 20 · clip(1/LD, 0, 10)
    size: float  # clip(100 · d_km, 0, 30); 0 where the size is not known
    speed: float  # clip(v/50, 0, 20)
    hazardous: float  # 30 for a potentially hazardous asteroid


def risk_score(
    distance_ld: float, diameter: float, velocity_km_s: float, *, is_potentially_hazardous: bool
) -> RiskScore:
    """The rank of one approach.

    Parameters
    ----------
    distance_ld
        Nominal miss distance in lunar distances, from the Earth's centre.
    diameter
        km; NaN where it is not known.
    velocity_km_s
        Relative to the Earth, km/s.
    is_potentially_hazardous
        As the upstream flags it.

    Raises
    ------
    ValueError
        Distance or speed are not numbers of at least 0.
    """
    if not (distance_ld >= 0 and velocity_km_s >= 0):
        raise ValueError("distance and speed must be numbers of at least 0")
    inverse = RISK_INVERSE_LD_MAX if distance_ld == 0 else 1.0 / distance_ld
    nearness = RISK_PER_INVERSE_LD * min(inverse, RISK_INVERSE_LD_MAX)
    size = 0.0 if isnan(diameter) else min(max(RISK_PER_KM * diameter, 0.0), RISK_SIZE_MAX)
    speed = min(velocity_km_s / RISK_VELOCITY_KM_S, RISK_VELOCITY_MAX)
    hazardous = RISK_PHA if is_potentially_hazardous else 0.0
    total = min(nearness + size + speed + hazardous, RISK_MAX)
    return RiskScore(total, nearness, size, speed, hazardous)


def threat(distance_ld: float, *, is_potentially_hazardous: bool) -> str:
    """The word that goes with it: High, Medium, Low or Minimal."""
    if is_potentially_hazardous and distance_ld < THREAT_HIGH_LD:
        return "High"
    if is_potentially_hazardous and distance_ld < THREAT_MEDIUM_LD:
        return "Medium"
    return "Low" if distance_ld < THREAT_LOW_LD else "Minimal"


def size_class(diameter: float) -> str:
    """Size by diameter: small below 25 m, medium below 140 m, large below 1 km, then very large; or unknown."""
    if isnan(diameter):
        return "unknown"
    return SIZES[bisect_right(SIZE_CLASS_KM, diameter)]
