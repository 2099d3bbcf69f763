"""Constants that more than one domain needs: value, unit in the name, citation in the comment."""

from __future__ import annotations

from typing import Final

AU_KM: Final = 149_597_870.700  # IAU 2012 Resolution B2, exact
SECONDS_PER_DAY: Final = 86_400.0
J2000_JD_TDB: Final = 2_451_545.0  # 2000-01-01 12:00:00 TDB, the standard epoch
