"""Everything that is shown for one window, each part read when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from deepspace.provenance import Provenance
from spaceintel import services
from spaceintel.parameters import SpaceParameters
from spaceintel.services.keys import NEAR_EARTH, SENTRY, SPACE_WEATHER
from spaceintel.states import Feed, Highlight, NearEarth, Sentry, SpaceWeather

EVERY_PRODUCT: Final = (*SPACE_WEATHER, *NEAR_EARTH, SENTRY)


@dataclass(frozen=True)
class Briefing:
    """One window at one moment."""

    parameters: SpaceParameters
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def weather(self) -> SpaceWeather:
        """Space weather."""
        return services.space_weather(self.parameters, self.now)

    @cached_property
    def near(self) -> NearEarth:
        """Approaches."""
        return services.near_earth(self.parameters, self.now)

    @cached_property
    def sentry(self) -> Sentry:
        """Possible impacts, the newest state of the list."""
        return services.sentry(self.now)

    @cached_property
    def highlights(self) -> tuple[Highlight, ...]:
        """The three values to look at first."""
        return services.highlights(self.weather, self.near)

    @property
    def feeds(self) -> dict[str, Feed]:
        """What is known of each product in the window."""
        return {**self.weather.feeds, **self.near.feeds, self.sentry.feed.product: self.sentry.feed}

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """Of every product that is shown."""
        return tuple(one.provenance for one in self.feeds.values())
