"""Approximate heliocentric states of the planets from Keplerian elements with linear rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from deepspace.constants import J2000_JD_TDB
from voyager.constants import DAYS_PER_JULIAN_CENTURY, PLANET_ELEMENT_RATES_PER_CENTURY, PLANET_ELEMENTS
from voyager.science.arrays import FloatArray

_KEPLER_STEPS = 8  # Newton from E = M + e sin M is at machine precision after 4 for e < 0.21


def planet_position(name: str, jd_tdb: ArrayLike) -> FloatArray:
    """Heliocentric position of a planet; see `planet_state`."""
    return planet_state(name, jd_tdb)[0]


def planet_state(name: str, jd_tdb: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Approximate heliocentric position and velocity of a planet.

    Parameters
    ----------
    name : str
        "mercury" to "neptune"; "earth" is the Earth-Moon barycentre, which is within 4,700 km of
        the Earth's centre.
    jd_tdb : array_like, shape (...)
        TDB Julian dates, 1800 to 2050 for the accuracies below.

    Returns
    -------
    position : ndarray of float64, shape (..., 3)
        au, ecliptic and mean equinox J2000.
    velocity : ndarray of float64, shape (..., 3)
        au/d, on the orbit of the instant: its slow change, 0.2 % of the speed at most, is left out.

    Raises
    ------
    ValueError
        If the planet is unknown or a date is not finite.

    Notes
    -----
    Nominal errors over 1800-2050 in longitude: 20 arcsec for the inner planets and the Earth, 40
    for Mars, 400 for Jupiter, 600 for Saturn, 50 for Uranus, 10 for Neptune. Measured: Earth
    within 0.00015 au of ERFA `epv00` from 1977 to 2100; within 0.0033 au (Jupiter) and 0.013 au
    (Saturn) of Horizons in 2025-26.

    References
    ----------
    E. M. Standish, "Approximate Positions of the Planets", JPL Solar System Dynamics,
    https://ssd.jpl.nasa.gov/planets/approx_pos.html (table 1)
    """
    if name not in PLANET_ELEMENTS:
        msg = f"unknown planet {name!r}; known are {', '.join(PLANET_ELEMENTS)}"
        raise ValueError(msg)
    dates = np.asarray(jd_tdb, dtype=np.float64)
    if not np.all(np.isfinite(dates)):
        msg = "dates must be finite"
        raise ValueError(msg)
    centuries = ((dates - J2000_JD_TDB) / DAYS_PER_JULIAN_CENTURY)[..., np.newaxis]
    rates = np.asarray(PLANET_ELEMENT_RATES_PER_CENTURY[name])
    elements = np.asarray(PLANET_ELEMENTS[name]) + rates * centuries
    a_au, e, inclination, mean_longitude, perihelion, node = np.moveaxis(elements, -1, 0)
    anomaly = _eccentric_anomaly(np.radians(np.mod(mean_longitude - perihelion + 180.0, 360.0) - 180.0), e)
    mean_motion = np.radians(rates[3] - rates[4]) / DAYS_PER_JULIAN_CENTURY
    anomaly_rate = mean_motion / (1.0 - e * np.cos(anomaly))
    width = a_au * np.sqrt(1.0 - e**2)
    along, across = _orbit_axes(np.radians(perihelion - node), np.radians(inclination), np.radians(node))
    position = _combine(a_au * (np.cos(anomaly) - e), along, width * np.sin(anomaly), across)
    velocity = _combine(
        -a_au * np.sin(anomaly) * anomaly_rate, along, width * np.cos(anomaly) * anomaly_rate, across
    )
    return position, velocity


def _eccentric_anomaly(mean_anomaly: FloatArray, e: FloatArray) -> FloatArray:
    anomaly = mean_anomaly + e * np.sin(mean_anomaly)
    for _ in range(_KEPLER_STEPS):
        error = anomaly - e * np.sin(anomaly) - mean_anomaly
        anomaly = anomaly - error / (1.0 - e * np.cos(anomaly))
    return anomaly


def _orbit_axes(
    argument: FloatArray, inclination: FloatArray, node: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Unit vectors towards the perihelion and 90 degrees ahead of it in the orbit."""
    cos_w, sin_w = np.cos(argument), np.sin(argument)
    cos_n, sin_n = np.cos(node), np.sin(node)
    cos_i, sin_i = np.cos(inclination), np.sin(inclination)
    along = np.stack(
        [cos_w * cos_n - sin_w * sin_n * cos_i, cos_w * sin_n + sin_w * cos_n * cos_i, sin_w * sin_i], axis=-1
    )
    across = np.stack(
        [-sin_w * cos_n - cos_w * sin_n * cos_i, -sin_w * sin_n + cos_w * cos_n * cos_i, cos_w * sin_i],
        axis=-1,
    )
    return along, across


def _combine(x: FloatArray, along: FloatArray, y: FloatArray, across: FloatArray) -> FloatArray:
    return x[..., np.newaxis] * along + y[..., np.newaxis] * across
