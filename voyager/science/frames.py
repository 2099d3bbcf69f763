"""Rotations between ecliptic J2000, ICRS and galactic axes, and spherical coordinates.

Every function rotates or reads vectors as they are: the origin stays (heliocentric in,
heliocentric out), and no light-time or aberration is applied.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from voyager.constants import (
    GALACTIC_NODE_LONGITUDE_DEG,
    GALACTIC_POLE_DEC_DEG,
    GALACTIC_POLE_RA_DEG,
    OBLIQUITY_J2000_ARCSEC,
)
from voyager.science.arrays import FloatArray


def _ecliptic_to_icrs_matrix() -> FloatArray:
    obliquity_rad = np.radians(OBLIQUITY_J2000_ARCSEC / 3600.0)
    cos, sin = np.cos(obliquity_rad), np.sin(obliquity_rad)
    return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])


def _icrs_to_galactic_matrix() -> FloatArray:
    """Rows are the galactic axes in the ICRS, built from the pole and the ascending node."""
    ra, dec = np.radians([GALACTIC_POLE_RA_DEG, GALACTIC_POLE_DEC_DEG])
    pole = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    node = np.array([-np.sin(ra), np.cos(ra), 0.0])
    ahead_of_node = np.cross(pole, node)
    longitude = np.radians(GALACTIC_NODE_LONGITUDE_DEG)
    cos, sin = np.cos(longitude), np.sin(longitude)
    return np.stack([cos * node - sin * ahead_of_node, sin * node + cos * ahead_of_node, pole])


_ECLIPTIC_TO_ICRS = _ecliptic_to_icrs_matrix()
_ICRS_TO_GALACTIC = _icrs_to_galactic_matrix()


def _rotate(matrix: FloatArray, xyz: ArrayLike) -> FloatArray:
    rotated: FloatArray = np.asarray(xyz, dtype=np.float64) @ matrix.T
    return rotated


def ecliptic_to_icrs(xyz: ArrayLike) -> FloatArray:
    """Rotate vectors from the ecliptic and mean equinox J2000 to the ICRS equator.

    Parameters
    ----------
    xyz : array_like, shape (..., 3)
        Positions or velocities in any unit, ecliptic J2000 as Horizons defines it.

    Returns
    -------
    ndarray of float64, shape (..., 3)
        The same vectors on ICRS axes (what Horizons calls ``REF_PLANE=FRAME``).

    Notes
    -----
    A rotation about +x by the IAU 1976 obliquity, 84381.448 arcsec; exact by definition.

    References
    ----------
    JPL Horizons manual, "Reference frames", https://ssd.jpl.nasa.gov/horizons/manual.html
    """
    return _rotate(_ECLIPTIC_TO_ICRS, xyz)


def icrs_to_ecliptic(xyz: ArrayLike) -> FloatArray:
    """Rotate vectors of shape (..., 3) from ICRS axes to ecliptic J2000: the inverse rotation."""
    return _rotate(_ECLIPTIC_TO_ICRS.T, xyz)


def icrs_to_galactic(xyz: ArrayLike) -> FloatArray:
    """Rotate vectors from ICRS axes to galactic axes (x to l = 0, z to the north galactic pole).

    Parameters
    ----------
    xyz : array_like, shape (..., 3)
        Vectors in any unit on ICRS axes.

    Returns
    -------
    ndarray of float64, shape (..., 3)

    Notes
    -----
    This is the rotation of the Hipparcos catalogue. astropy's `Galactic` frame is tied to the FK5
    instead and differs from it by up to 25 mas (7e-6 deg).

    References
    ----------
    ESA (1997), The Hipparcos and Tycho Catalogues, ESA SP-1200, vol. 1, section 1.5.3.
    """
    return _rotate(_ICRS_TO_GALACTIC, xyz)


def spherical(xyz: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of vectors.

    Parameters
    ----------
    xyz : array_like, shape (..., 3)

    Returns
    -------
    longitude_deg : ndarray of float64, shape (...)
        In [0, 360).
    latitude_deg : ndarray of float64, shape (...)
        In [-90, 90].

    Raises
    ------
    ValueError
        If a vector has no direction (zero length, or a component that is not finite).
    """
    vectors = np.asarray(xyz, dtype=np.float64)
    if not np.all(np.isfinite(vectors)) or np.any(np.all(vectors == 0.0, axis=-1)):
        msg = "a vector of zero length or with a component that is not finite has no direction"
        raise ValueError(msg)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    longitude_deg = np.mod(np.degrees(np.arctan2(y, x)), 360.0)
    # a tiny negative angle rounds up to 360.0, which is outside the half-open range
    longitude_deg = np.where(longitude_deg >= 360.0, 0.0, longitude_deg)
    return longitude_deg, np.degrees(np.arctan2(z, np.hypot(x, y)))


def galactic_coordinates(xyz_ecliptic: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Galactic longitude and latitude (l, b) in degrees of ecliptic J2000 vectors, shape (..., 3).

    The direction is that seen from the origin of the vectors: heliocentric for stored states.
    """
    return spherical(icrs_to_galactic(ecliptic_to_icrs(xyz_ecliptic)))


def equatorial_coordinates(xyz_ecliptic: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """ICRS right ascension and declination in degrees of ecliptic J2000 vectors, shape (..., 3).

    Geometric, and seen from the origin of the vectors: subtract the Earth's position first for
    the sky position a telescope needs.
    """
    return spherical(ecliptic_to_icrs(xyz_ecliptic))
