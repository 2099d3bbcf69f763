"""Everything of one window of space weather, and the state of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from deepspace.provenance import Provenance
from spaceintel.states.feed import Feed
from spaceintel.states.kp import KpForecast, KpNow, KpSeries
from spaceintel.states.meaning import Verdict
from spaceintel.states.minutes import WindSeries, XraySeries
from spaceintel.states.notices import AlertNotice, ScalesNow
from spaceintel.states.sun import Cme, Flare, OtherEvent, Storm


@dataclass(frozen=True)
class SpaceWeather:
    """One window of space weather, and the state of now."""

    days: int
    start: datetime  # window asked for; a feed that is known only earlier says so itself
    end: datetime
    is_live: bool  # no end was given: the window ends now
    now: datetime
    verdict: Verdict
    kp_now: KpNow
    kp: KpSeries
    forecast: KpForecast
    xray: XraySeries
    wind: WindSeries
    flares: tuple[Flare, ...]  # of DONKI and SWPC, each once; newest first, like all events
    cmes: tuple[Cme, ...]
    storms: tuple[Storm, ...]
    others: tuple[OtherEvent, ...]
    alerts: tuple[AlertNotice, ...]
    scales: ScalesNow
    feeds: Mapping[str, Feed] = field(default_factory=dict)  # by product key
    statements: Mapping[str, str] = field(
        default_factory=dict
    )  # "flares", "cmes", "storms", "others": what is known

    @property
    def donki_flares(self) -> tuple[Flare, ...]:
        """DONKI's flares exactly, as the API lists them."""
        return tuple(one for one in self.flares if one.is_in_donki)

    @property
    def provenances(self) -> Mapping[str, Provenance]:
        """Of every product that is shown, by key."""
        return {key: one.provenance for key, one in self.feeds.items()}
