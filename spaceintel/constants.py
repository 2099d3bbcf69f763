"""Constants of the space intelligence domain: value, unit in the name, citation in the comment."""

from __future__ import annotations

from typing import Final

# --- near-Earth objects -----------------------------------------------------------------------

LUNAR_DISTANCE_KM: Final = 384_400.0  # mean distance of the Moon, as CNEOS and IAU tables round it
EARTH_RADIUS_KM: Final = 6_371.0  # volumetric mean, IUGG

# --- space weather ----------------------------------------------------------------------------

KP_INTERVAL_S: Final = 10_800  # Kp is a three-hour index (Bartels 1949; Matzka et al. 2021, doi:10.1029/2020SW002641)
