"""Where Voyager 1 was, is or will be at one instant: the path to there, seen from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from deepspace.provenance import Provenance
from voyager.parameters import PositionParameters
from voyager.plots.ecliptic import EclipticPlot
from voyager.states import PathTo, TrajectoryData


class PositionPlot(EclipticPlot):
    """The view from above, up to the instant asked."""

    name = "position"
    title = "Voyager 1 at one instant, seen from above"
    caption = (
        "The path to the instant asked, projected on the ecliptic plane (heliocentric, J2000), seen from the north. "
        "Left: the way to Saturn. Right: the whole path so far, where it is longer."
    )
    parameters = PositionParameters

    def data(self, parameters: Any) -> TrajectoryData:
        """The states and milestones up to the instant, and the state at it."""
        from voyager import services

        whole, there = services.trajectory(), services.position(parameters.at)
        until = np.datetime64(there.at_utc.replace(tzinfo=None), "us")
        so_far = np.arange(len(whole.utc)) < max(1, int(np.searchsorted(whole.utc, until, side="right")))
        arrays = {
            item.name: getattr(whole, item.name)[so_far]
            for item in fields(whole)
            if isinstance(getattr(whole, item.name), np.ndarray)
        }
        past = tuple(one for one in whole.milestones if one.at_utc <= there.at_utc)
        others = {item.name: getattr(whole, item.name) for item in fields(whole) if item.name not in arrays}
        return PathTo(**arrays, **others | {"milestones": past}, there=there)

    def provenance(self, data: TrajectoryData) -> Sequence[Provenance]:
        """Of the state at the instant, then the event list."""
        path = replace(
            data.provenance, tier=data.marked.provenance.tier, source=data.marked.provenance.source
        )
        return (path, data.events_provenance)
