"""Space weather in the answers of the endpoints."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from spaceintel.api.bodies.row import Row


class InProgressBody(Row):
    """A radio blackout or radiation storm under way, or what is unknown of it."""

    scale: str
    text: str
    reason: str
    is_known: bool


class VerdictBody(Row):
    """Space weather at the Earth now, whatever window is asked for."""

    level: str = Field(description="quiet, unsettled, active, G1 to G5, or unknown")
    text: str
    reason: str
    also: list[InProgressBody]
    at: datetime | None
    known_until: datetime | None


class KpIndexBody(Row):
    """The newest Kp known."""

    kp: float | None = Field(description="0 to 9 in decimals of thirds; null when unknown")
    at: datetime | None
    until: datetime | None = Field(description="End of the interval that the value is of")
    kind: str = Field(description="observed, estimated, or empty when unknown")
    source: str
    g_scale: int | None = Field(description="NOAA's G scale, 0 to 5")
    is_current: bool = Field(description="Recent enough to say what is now")


class ForecastBody(Row):
    """One three-hour value of NOAA's forecast."""

    at: datetime = Field(description="Start of the three hours")
    kp: float
    kind: str = Field(description="estimated (the interval under way) or predicted")
    noaa_scale: str | None


class FlareBody(Row):
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


class CmeBody(Row):
    """One coronal mass ejection, by the analysis that counts."""

    id: str
    begin_at: datetime
    speed_km_s: float | None
    half_angle_deg: float | None
    latitude_deg: float | None
    longitude_deg: float | None
    speed_class: str
    arrival_at: datetime | None = Field(
        description="Modelled (WSA-ENLIL); null where the newest run does not see it at the Earth, or none is listed"
    )
    is_modelled: bool = Field(
        description="false: no result of a model run is listed, so that nothing is known of an arrival"
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


class StormKpBody(Row):
    """One Kp that DONKI lists for a storm."""

    observed_at: datetime
    kp: float
    source: str


class StormBody(Row):
    """One geomagnetic storm of DONKI."""

    id: str
    begin_at: datetime
    kp_max: float | None
    g_scale: int | None
    values: list[StormKpBody]
    linked_events: list[str]
    link: str


class OtherEventBody(Row):
    """A particle event (SEP) or fast stream (HSS) of DONKI."""

    id: str
    event_type: str
    begin_at: datetime
    instruments: str
    linked_events: list[str]
    link: str


class AlertBody(Row):
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


class ScalesDayBody(Row):
    """NOAA's scales for one day, or for now (day_offset 0)."""

    day_offset: int
    at: datetime
    r_scale: int | None
    s_scale: int | None
    g_scale: int | None
    r_minor_percent: int | None
    r_major_percent: int | None
    s_percent: int | None


class ScalesBody(Row):
    """NOAA's R, S and G scales."""

    issued_at: datetime | None
    is_current: bool
    days: list[ScalesDayBody]


class WindBody(Row):
    """The newest solar wind in the window: plasma and field can come at different times."""

    speed_km_s: float | None
    density_cm3: float | None
    temperature_k: float | None
    plasma_at: datetime | None
    plasma_spacecraft: str = Field(description="summary: the upstream does not name it; empty without plasma")
    is_plasma_current: bool = Field(description="Speed, density and temperature say what the wind is now")
    bt_nt: float | None
    bz_gsm_nt: float | None
    field_at: datetime | None
    field_spacecraft: str
    is_field_current: bool = Field(description="Bt and Bz say what the field is now")
    spacecraft: list[str]


class XrayNowBody(Row):
    """One minute of the long band."""

    flux_w_m2: float
    flare_class: str
    at: datetime
    satellite: int


class XrayBody(Row):
    """X-rays of the window, 0.1 to 0.8 nm."""

    latest: XrayNowBody | None
    peak_w_m2: float | None = Field(description="Largest minute of the window")
    peak_at: datetime | None
    satellites: list[int]
    minutes: int
