"""Distances, speed and light time of geometric states."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from deepspace.constants import AU_KM, SECONDS_PER_DAY
from voyager.constants import LIGHT_TIME_S_PER_AU
from voyager.science.arrays import FloatArray


def norm(xyz: ArrayLike) -> FloatArray:
    """Length of vectors of shape (..., 3), in their own unit; shape (...)."""
    lengths: FloatArray = np.linalg.norm(np.asarray(xyz, dtype=np.float64), axis=-1)
    return lengths


def heliocentric_distance_au(voyager_xyz: ArrayLike) -> FloatArray:
    """Distance from the Sun's centre in au, from heliocentric positions in au, shape (..., 3)."""
    return norm(voyager_xyz)


def geocentric_distance_au(voyager_xyz: ArrayLike, earth_xyz: ArrayLike) -> FloatArray:
    """Distance from the Earth's centre in au, from two heliocentric positions of one instant.

    Both arrays have shape (..., 3), in au on the same axes. The distance is geometric: where the
    two bodies are at that instant, without light time.
    """
    return norm(np.asarray(voyager_xyz, dtype=np.float64) - np.asarray(earth_xyz, dtype=np.float64))


def speed_km_s(velocity_au_d: ArrayLike) -> FloatArray:
    """Speed in km/s of velocities of shape (..., 3) in au/d, relative to their origin."""
    return norm(velocity_au_d) * (AU_KM / SECONDS_PER_DAY)


def light_time_s(distance_au: ArrayLike) -> FloatArray:
    """One-way light time in seconds over geometric distances in au, in vacuum.

    The Newtonian distance divided by the speed of light, as in the LT column of Horizons
    vectors; the Shapiro delay (below 0.2 ms) is left out.
    """
    return np.asarray(distance_au, dtype=np.float64) * LIGHT_TIME_S_PER_AU


def format_light_time(seconds: float) -> str:
    """Light time as ``"HH:MM:SS"``, rounded to the nearest second; hours may exceed 24.

    Raises
    ------
    ValueError
        If the time is negative or not finite.
    """
    if not math.isfinite(seconds) or seconds < 0.0:
        msg = f"a light time is finite and not negative, got {seconds}"
        raise ValueError(msg)
    minutes, whole_seconds = divmod(math.floor(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{whole_seconds:02d}"
