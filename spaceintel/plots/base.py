"""The data of the plots of space weather: one window of the service, each feed with its own provenance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance
from spaceintel.parameters import SpaceParameters
from spaceintel.states import Feed, SpaceWeather


class SpacePlot(Plot[SpaceWeather]):
    """A plot of the space weather service's answer."""

    parameters = SpaceParameters

    def data(self, parameters: Any) -> SpaceWeather:
        """The window asked, each feed by itself."""
        from spaceintel import services

        return services.space_weather(parameters)

    def feeds(self, data: SpaceWeather) -> Sequence[Feed]:
        """The feeds that are drawn, the main one first."""
        return [data.feeds[key] for key in self.products if key in data.feeds]

    def provenance(self, data: SpaceWeather) -> Sequence[Provenance]:
        """Of the feeds that are drawn."""
        return [feed.provenance for feed in self.feeds(data)]
