"""Sizes, energies and hazard scales of near-Earth objects.

Functions take numbers or arrays. NaN stands for "not known" and stays NaN. The Torino scale is not computed: it is
assigned by those who computed the orbit, and taken from Sentry.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepspace.constants import AU_KM
from spaceintel.constants import (
    ALBEDO_BRIGHT,
    ALBEDO_DARK,
    ALBEDO_TYPICAL,
    ASTEROID_DENSITY_KG_M3,
    DIAMETER_AT_H0_KM,
    EARTH_ESCAPE_VELOCITY_KM_S,
    JOULES_PER_MEGATON,
    LUNAR_DISTANCE_KM,
    PALERMO_BACKGROUND_EXPONENT,
    PALERMO_BACKGROUND_PER_YEAR,
    PHA_MAGNITUDE_H,
    PHA_MOID_AU,
)

Floats = NDArray[np.float64]


def diameter_km(absolute_magnitude_h: ArrayLike, albedo: ArrayLike = ALBEDO_TYPICAL) -> Floats:
    """Diameter of a sphere with that absolute magnitude and geometric albedo, km.

    Parameters
    ----------
    absolute_magnitude_h : array_like, shape (...)
        H in the V band, mag. An error of 0.3 mag, usual for new objects, is 15 % in diameter.
    albedo : array_like, shape (...)
        Geometric albedo, mostly unknown: 0.05 to 0.25 is a factor of 2.2 in diameter.

    Raises
    ------
    ValueError
        The albedo is not in (0, 1].

    References
    ----------
    Fowler & Chillemi 1992, in The IRAS Minor Planet Survey, PL-TR-92-2049, 17.
    Pravec & Harris 2007, Icarus 190, 250, doi:10.1016/j.icarus.2007.02.023.
    """
    p = np.asarray(albedo, dtype=np.float64)
    if np.any((p <= 0) | (p > 1)):
        raise ValueError("a geometric albedo is above 0 and at most 1 here")
    return np.asarray(
        DIAMETER_AT_H0_KM / np.sqrt(p) * 10.0 ** (-np.asarray(absolute_magnitude_h, dtype=np.float64) / 5.0)
    )


def diameter_range_km(absolute_magnitude_h: ArrayLike) -> tuple[Floats, Floats]:
    """Smallest and largest diameter for albedos from 0.25 to 0.05, km, each of shape (...)."""
    return diameter_km(absolute_magnitude_h, ALBEDO_BRIGHT), diameter_km(absolute_magnitude_h, ALBEDO_DARK)


def is_potentially_hazardous(moid_au: float, absolute_magnitude_h: float) -> bool:
    """Whether an asteroid is "potentially hazardous" by definition: MOID ≤ 0.05 au and H ≤ 22.0.

    A class of orbits and sizes, not a prediction of an impact.

    References
    ----------
    https://cneos.jpl.nasa.gov/about/neo_groups.html
    """
    return moid_au <= PHA_MOID_AU and absolute_magnitude_h <= PHA_MAGNITUDE_H


def impact_velocity_km_s(infinity_velocity_km_s: ArrayLike) -> Floats:
    """Speed at the top of the Earth's gravity well, km/s: √(v∞² + 11.186²), without an atmosphere."""
    return np.asarray(np.hypot(infinity_velocity_km_s, EARTH_ESCAPE_VELOCITY_KM_S), dtype=np.float64)


def kinetic_energy_mt(
    diameter: ArrayLike, velocity_km_s: ArrayLike, density_kg_m3: ArrayLike = ASTEROID_DENSITY_KG_M3
) -> Floats:
    """Kinetic energy of a sphere, megatons of TNT.

    Parameters
    ----------
    diameter : array_like, shape (...)
        km. The energy goes with its cube: a factor of 2.2 in diameter is one of 11 in energy.
    velocity_km_s : array_like, shape (...)
        At impact, km/s.
    density_kg_m3 : array_like, shape (...)
        kg/m³; 2600 as Sentry assumes, where it is not known.

    References
    ----------
    Popova et al. 2013, Science 342, 1069, doi:10.1126/science.1242642: Chelyabinsk, about 0.5 Mt.
    """
    radius_m = np.asarray(diameter, dtype=np.float64) * 500.0
    mass_kg = 4.0 / 3.0 * np.pi * np.asarray(density_kg_m3, dtype=np.float64) * radius_m**3
    speed_m_s = np.asarray(velocity_km_s, dtype=np.float64) * 1_000.0
    return np.asarray(0.5 * mass_kg * speed_m_s**2 / JOULES_PER_MEGATON)


def palermo(probability: ArrayLike, energy_mt: ArrayLike, years_until: ArrayLike) -> Floats:
    """Palermo technical impact hazard scale of single possible impacts.

    log10 of the probability, relative to that of an impact of at least this energy by any body in the time until
    then: 0 is as likely as the background, −2 a hundredth of it.

    Parameters
    ----------
    probability : array_like, shape (...)
        Of this impact, above 0 and at most 1.
    energy_mt : array_like, shape (...)
        Megatons of TNT.
    years_until : array_like, shape (...)
        Years from now to the possible impact.

    Raises
    ------
    ValueError
        A value is not above 0, or a probability above 1.

    References
    ----------
    Chesley, Chodas, Milani, Valsecchi & Yeomans 2002, Icarus 159, 423, doi:10.1006/icar.2002.6910.
    """
    p, energy, years = (np.asarray(one, dtype=np.float64) for one in (probability, energy_mt, years_until))
    if np.any((p <= 0) | (p > 1)) or np.any(energy <= 0) or np.any(years <= 0):
        raise ValueError("probability (at most 1), energy and time must be above 0")
    background_per_year = PALERMO_BACKGROUND_PER_YEAR * energy**PALERMO_BACKGROUND_EXPONENT
    return np.asarray(np.log10(p / (background_per_year * years)))


def palermo_cumulative(single: ArrayLike) -> float:
    """Palermo value over all possible impacts of an object: log10 Σ 10^PS. −inf for none.

    References
    ----------
    https://cneos.jpl.nasa.gov/sentry/palermo_scale.html
    """
    values = np.asarray(single, dtype=np.float64).ravel()
    if not len(values):
        return -np.inf
    largest = float(values.max())
    return largest + float(np.log10(np.sum(10.0 ** (values - largest))))


def au_to_lunar_distances(distance_au: ArrayLike) -> Floats:
    """Lunar distances (384,400 km) of a distance in au. NeoWs multiplies by 389 instead: 0.04 % less."""
    return np.asarray(np.asarray(distance_au, dtype=np.float64) * (AU_KM / LUNAR_DISTANCE_KM))


def km_to_lunar_distances(distance_km: ArrayLike) -> Floats:
    """Lunar distances (384,400 km) of a distance in km."""
    return np.asarray(np.asarray(distance_km, dtype=np.float64) / LUNAR_DISTANCE_KM)


def lunar_distances_to_km(distance_ld: ArrayLike) -> Floats:
    """Kilometres of a distance in lunar distances."""
    return np.asarray(np.asarray(distance_ld, dtype=np.float64) * LUNAR_DISTANCE_KM)
