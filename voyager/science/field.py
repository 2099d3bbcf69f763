"""Directions of the magnetic field in RTN.

R points away from the Sun, T along the cross product of the solar rotation axis and R, N completes the set.
"""

from __future__ import annotations

import numpy as np

from voyager.science.arrays import FloatArray


def direction_deg(vector_nt: FloatArray, least_nt: float) -> tuple[FloatArray, FloatArray]:
    """Azimuth λ = atan2(B_T, B_R) in [0°, 360°) and elevation δ = asin(B_N / |B|) of field vectors.

    Parameters
    ----------
    vector_nt : ndarray, shape (n, 3)
        R, T, N.
    least_nt
        Vectors that are not longer than this have no direction: NaN. With an uncertainty of 0.02 nT per
        component, 0.05 nT leaves one of 24°.

    References
    ----------
    Burlaga & Ness 2014, ApJL 795, L19, doi:10.1088/2041-8205/795/1/L19.
    """
    radial, tangential, normal = vector_nt.T
    length = np.sqrt((vector_nt**2).sum(axis=1))
    is_known = length > least_nt
    azimuth = np.degrees(np.arctan2(tangential, radial)) % 360.0
    with np.errstate(divide="ignore", invalid="ignore"):
        elevation = np.degrees(np.arcsin(np.clip(normal / length, -1.0, 1.0)))
    return np.where(is_known, azimuth, np.nan), np.where(is_known, elevation, np.nan)


def direction_sigma_deg(strength_nt: FloatArray, component_sigma_nt: FloatArray) -> FloatArray:
    """1-sigma uncertainty of a direction: that of a component, across the vector, in degrees."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan2(component_sigma_nt, strength_nt))
