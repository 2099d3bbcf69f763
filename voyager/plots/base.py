"""What the trajectory plots share: their data, their table, and the sentence about the design part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance
from voyager.states import TrajectoryData

DESIGN_CAVEAT = (
    "Before 1981 Horizons holds the trajectory as designed before the flight, not as tracked; "
    "that part is drawn dashed."
)


class TrajectoryPlot(Plot[TrajectoryData]):
    """A plot of the trajectory service's answer."""

    products = ("voyager.trajectory", "voyager.events")
    caveat = DESIGN_CAVEAT

    def data(self, parameters: Any) -> TrajectoryData:
        """All states with milestones, from the best rung that holds."""
        from voyager import services

        return services.trajectory()

    def provenance(self, data: TrajectoryData) -> Sequence[Provenance]:
        """The ephemeris, then the event list."""
        return (data.provenance, data.events_provenance)


def state_columns(data: TrajectoryData) -> Mapping[str, NDArray[Any]]:
    """The whole table of states, digit for digit as stored."""
    columns: dict[str, NDArray[Any]] = {"utc": data.utc, "jd_tdb": data.jd_tdb}
    for prefix, suffix, vectors in (
        ("", "_au", data.position_au),
        ("v", "_au_d", data.velocity_au_d),
        ("earth_", "_au", data.earth_position_au),
        ("earth_v", "_au_d", data.earth_velocity_au_d),
    ):
        for index, axis in enumerate("xyz"):
            columns[f"{prefix}{axis}{suffix}"] = vectors[:, index]
    columns |= {
        "distance_au": data.distance_au,
        "earth_distance_au": data.earth_distance_au,
        "speed_km_s": data.speed_km_s,
        "quality": data.quality,
    }
    return columns


def utc_now(data: TrajectoryData) -> np.datetime64:
    """The instant that counts as now, on the axis of ``data.utc``."""
    return np.datetime64(data.now.at_utc.replace(tzinfo=None), "us")
