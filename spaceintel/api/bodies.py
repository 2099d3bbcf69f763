"""What the space intelligence endpoints answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from deepspace.api import Envelope
from spaceintel.addresses import event_path
from spaceintel.science.approach_rank import RiskScore
from spaceintel.states import Event, Flare, Rarity
from spaceintel.states_near_earth import Approach


class FeedBody(Schema):
    """How much is known of one product in the window: an empty list says nothing by itself."""

    start: datetime = Field(description="Window shown; earlier than asked where only that is known")
    end: datetime
    known_until: datetime | None = Field(description="null: nothing of the window is known")
    unknown_since: datetime | None = Field(description="null: known to the end of the window")
    is_known: bool = Field(
        description="The whole window is known: then an empty list means that there was none"
    )
    count: int = Field(description="Rows in the window")
    statement: str = Field(description="The same for people")


class InProgressBody(Schema):
    """A radio blackout or radiation storm under way, or what is unknown of it."""

    scale: str
    text: str
    reason: str
    is_known: bool


class VerdictBody(Schema):
    """Space weather at the Earth now, whatever window is asked for."""

    level: str = Field(description="quiet, unsettled, active, G1 to G5, or unknown")
    text: str
    reason: str
    also: list[InProgressBody]
    at: datetime | None
    known_until: datetime | None


class KpIndexBody(Schema):
    """The newest Kp known."""

    kp: float | None = Field(description="0 to 9 in decimals of thirds; null when unknown")
    at: datetime | None
    until: datetime | None = Field(description="End of the interval that the value is of")
    kind: str = Field(description="observed, estimated, or empty when unknown")
    source: str
    g_scale: int | None = Field(description="NOAA's G scale, 0 to 5")
    is_current: bool = Field(description="Recent enough to say what is now")


class ForecastBody(Schema):
    """One three-hour value of NOAA's forecast."""

    at: datetime = Field(description="Start of the three hours")
    kp: float
    kind: str = Field(description="estimated (the interval under way) or predicted")
    noaa_scale: str | None


class FlareBody(Schema):
    """One flare of DONKI's catalogue."""

    id: str
    ids: list[str] = Field(description="With the ids of the same flare in other lists")
    begin_at: datetime
    peak_at: datetime | None
    end_at: datetime | None
    flare_class: str
    peak_flux_w_m2: float | None
    source_location: str
    active_region: int | None
    linked_events: list[str]
    note: str = Field(description="The upstream's text: untrusted")
    link: str

    @staticmethod
    def resolve_id(flare: Flare) -> str:
        """DONKI's id, which is the first."""
        return flare.ids[0]


class CmeBody(Schema):
    """One coronal mass ejection, by the analysis that counts."""

    id: str
    begin_at: datetime
    speed_km_s: float | None
    half_angle_deg: float | None
    latitude_deg: float | None
    longitude_deg: float | None
    speed_class: str
    arrival_at: datetime | None = Field(
        description="Modelled (WSA-ENLIL); null where no run sees it at the Earth"
    )
    arrival_kp_min: float | None
    arrival_kp_max: float | None
    is_glancing_blow: bool | None
    is_minor_impact: bool | None
    source_location: str
    active_region: int | None
    linked_events: list[str]
    note: str = Field(description="The upstream's text: untrusted")
    link: str


class StormKpBody(Schema):
    """One Kp that DONKI lists for a storm."""

    observed_at: datetime
    kp: float
    source: str


class StormBody(Schema):
    """One geomagnetic storm of DONKI."""

    id: str
    begin_at: datetime
    kp_max: float | None
    g_scale: int | None
    values: list[StormKpBody]
    linked_events: list[str]
    link: str


class OtherEventBody(Schema):
    """A particle event (SEP) or fast stream (HSS) of DONKI."""

    id: str
    event_type: str
    begin_at: datetime
    instruments: str
    linked_events: list[str]
    link: str


class AlertBody(Schema):
    """One message of NOAA SWPC."""

    product_id: str
    issued_at: datetime
    kind: str
    headline: str
    noaa_scale: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    is_cancelled: bool
    is_in_force: bool
    message: str = Field(description="The upstream's text: untrusted")


class ScalesDayBody(Schema):
    """NOAA's scales for one day, or for now (day_offset 0)."""

    day_offset: int
    at: datetime
    r_scale: int | None
    s_scale: int | None
    g_scale: int | None
    r_minor_percent: int | None
    r_major_percent: int | None
    s_percent: int | None


class ScalesBody(Schema):
    """NOAA's R, S and G scales."""

    issued_at: datetime | None
    is_current: bool
    days: list[ScalesDayBody]


class WindBody(Schema):
    """The newest solar wind in the window."""

    speed_km_s: float | None
    density_cm3: float | None
    temperature_k: float | None
    plasma_at: datetime | None
    bt_nt: float | None
    bz_gsm_nt: float | None
    field_at: datetime | None
    spacecraft: list[str]


class XrayNowBody(Schema):
    """One minute of the long band."""

    flux_w_m2: float
    flare_class: str
    at: datetime
    satellite: int


class XrayBody(Schema):
    """X-rays of the window, 0.1 to 0.8 nm."""

    latest: XrayNowBody | None
    peak_w_m2: float | None = Field(description="Largest minute of the window")
    peak_at: datetime | None
    satellites: list[int]
    minutes: int


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


class RiskBody(Schema):
    """A simple rank, 0 to 100, and its parts: no probability of anything."""

    total: float
    nearness: float
    size: float
    speed: float
    hazardous: float


class ApproachBody(Schema):
    """One approach to the Earth; nominal values are NeoWs's where it lists the approach, else CNEOS's."""

    id: str
    designation: str
    name: str
    sources: list[str]
    at: datetime = Field(description="Nominal closest approach, UTC")
    time_sigma_s: float | None = Field(description="3-sigma")
    distance_ld: float = Field(description="Of 384,400 km, from the Earth's centre")
    distance_min_ld: float | None = Field(description="3-sigma")
    distance_max_ld: float | None = Field(description="3-sigma")
    distance_au: float
    distance_km: float
    velocity_km_s: float | None
    absolute_magnitude_h: float | None
    diameter_min_km: float | None = Field(description="For albedo 0.25")
    diameter_max_km: float | None = Field(description="For albedo 0.05")
    diameter_km: float | None = Field(description="Measured")
    is_potentially_hazardous: bool | None
    is_sentry_object: bool | None
    risk_score: RiskBody | None
    threat: str
    size: str
    neo_id: str
    orbit_id: str
    link: str

    @staticmethod
    def resolve_risk_score(approach: Approach) -> RiskScore | None:
        """The rank under its public name."""
        return approach.risk


class PossibleImpactsBody(Schema):
    """One object of Sentry's list."""

    designation: str
    fullname: str
    probability: float = Field(description="Of all possible impacts together, 0 to 1")
    palermo_cumulative: float
    palermo_max: float | None
    torino_max: int | None = Field(description="null: not defined, beyond a hundred years")
    possible_impacts: int
    year_from: int | None
    year_until: int | None
    diameter_km: float | None = Field(description="Estimated by Sentry")
    energy_mt: float | None = Field(description="Computed for 2600 kg/m³, Mt of TNT")
    probability_before: float | None
    last_observed_on: date | None
    link: str


class SentryBody(Schema):
    """The newest state of Sentry's list: its first objects by cumulative Palermo value."""

    issued_at: datetime | None
    count: int = Field(description="Objects in the whole list")
    highest_torino: int | None
    objects: list[PossibleImpactsBody]


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


class RuleBody(Schema):
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
