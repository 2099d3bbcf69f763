"""A parallel-projection camera: ecliptic vectors -> the plane of the picture.

Used instead of mplot3d: a parallel projection keeps one scale for the whole picture, so that rings on the
ecliptic measure distance, and it is three times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at the origin from this ecliptic longitude and from this height above the ecliptic."""

    longitude_deg: float
    elevation_deg: float

    def project(self, xyz: ArrayLike) -> NDArray[np.float64]:
        """Positions of shape (..., 3) to picture coordinates (right, up), shape (..., 2), same unit."""
        lon, lat = np.radians([self.longitude_deg, self.elevation_deg])
        right = np.array([-np.sin(lon), np.cos(lon), 0.0])
        up = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
        projected: NDArray[np.float64] = np.asarray(xyz, dtype=np.float64) @ np.column_stack([right, up])
        return projected

    @staticmethod
    def on_ecliptic(xyz: ArrayLike) -> NDArray[np.float64]:
        """The foot of each position on the ecliptic plane, shape (..., 3)."""
        foot = np.array(xyz, dtype=np.float64)
        foot[..., 2] = 0.0
        return foot
