"""What the space intelligence endpoints answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from deepspace.api import Envelope
from spaceintel.addresses import event_path
from spaceintel.api.bodies.lists import ListBody, SeriesBody
from spaceintel.api.bodies.near_earth import ApproachBody, SentryBody
from spaceintel.api.bodies.row import Row
from spaceintel.api.bodies.weather import (
    AlertBody,
    CmeBody,
    FlareBody,
    ForecastBody,
    KpIndexBody,
    OtherEventBody,
    ScalesBody,
    StormBody,
    VerdictBody,
    WindBody,
    XrayBody,
)
from spaceintel.states import Event, Rarity


class FeedBody(Row):
    """How much is known of one product in the window: an empty list says nothing by itself."""

    start: datetime = Field(description="Window shown; earlier than asked where only that is known")
    end: datetime
    known_until: datetime | None = Field(description="null: nothing of the window is known")
    unknown_since: datetime | None = Field(
        description="null: known to the end of the window; before its start where nothing of the window is known"
    )
    is_known: bool = Field(
        description="The whole window is known: then an empty list means that there was none"
    )
    count: int = Field(description="Rows in the window")
    statement: str = Field(description="The same for people")


class RarityBody(Schema):
    """How unusual a value is among everything stored of its kind."""

    metric: str
    percent: float | None = Field(description="Percentile, 0 to 100; null without a sample")
    sample_size: int
    since: datetime | None
    until: datetime | None
    text: str

    @staticmethod
    def resolve_sample_size(rarity: Rarity) -> int:
        """How many values it is compared with."""
        return rarity.position.count


class HighlightBody(Schema):
    """One of the three values to look at first."""

    kind: str = Field(description="flare, approach or kp")
    title: str
    rule: str
    text: str
    value: float | None
    unit: str
    at: datetime | None
    unusual: str
    rarity: RarityBody | None
    ids: list[str]


class SpaceIntelligenceBody(Envelope):
    """Some days of space weather and approaches, and the verdict of now."""

    verdict: VerdictBody
    kp_index: KpIndexBody
    forecast: list[ForecastBody]
    flares: list[FlareBody]
    cmes: list[CmeBody]
    storms: list[StormBody]
    other_events: list[OtherEventBody]
    alerts: list[AlertBody]
    scales: ScalesBody
    solar_wind: WindBody | None
    xray: XrayBody
    neos: list[ApproachBody] = Field(description="As NeoWs lists them")
    approaches: list[ApproachBody] = Field(description="Those and the ones that CNEOS alone lists")
    sentry: SentryBody
    lists: dict[str, ListBody] = Field(
        description="By key: how many rows there are, which are sent, and where all of them are"
    )
    series: dict[str, SeriesBody] = Field(
        description="X-ray flux (both bands) and solar wind of the window, reduced where it is long"
    )
    highlights: list[HighlightBody]
    plots: dict[str, str] = Field(
        description="Addresses of the page's pictures (PNG) for the same parameters"
    )
    start: datetime = Field(description="Window asked for")
    end: datetime
    feeds: dict[str, FeedBody] = Field(description="By product: how much of the window is known")
    panels: dict[str, Any]


class EventBody(Schema):
    """One significant event."""

    id: str = Field(description="Does not change")
    kind: str
    at: datetime
    updated_at: datetime
    title: str
    summary: str
    rule: str = Field(description="Which rule made it significant")
    source: str
    link: str = Field(description="The upstream's page; empty where it has none")
    path: str = Field(description="The week around it on this site")

    @staticmethod
    def resolve_path(event: Event) -> str:
        """Where it is shown."""
        return event_path(event)


class RuleBody(Row):
    """What makes an event significant."""

    kind: str
    condition: str


class EventsBody(Envelope):
    """Significant events, newest first."""

    events: list[EventBody]
    rules: list[RuleBody] = Field(description="What makes an event significant")
    start: datetime
    end: datetime
    feeds: dict[str, FeedBody]
    panels: dict[str, Any]
