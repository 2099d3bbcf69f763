"""What the space weather services hand to pages, plots, the API and feeds: values with their provenance.

Times are aware datetimes in UTC, or ``datetime64[us]`` in arrays. "Unknown" and "none" are different things
everywhere: an empty tuple says nothing by itself, the :class:`Feed` beside it says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Provenance
from spaceintel.science.percentiles import Percentile

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Texts = NDArray[Any]  # of object: str
Interval = tuple[datetime, datetime]

SPEED, DENSITY, BT, BZ = range(4)  # columns of the solar wind's values
WIND_NAMES: Final = ("speed_km_s", "density_cm3", "bt_nt", "bz_gsm_nt")
OLD_WIND: Final = timedelta(minutes=15)  # an older value does not say what the wind is now


# === how much is known ========================================================================


@dataclass(frozen=True)
class Feed:
    """One product in one window: where its rows come from, and until when they are known."""

    product: str  # key, e.g. "spaceintel.solar_events"
    provenance: Provenance
    start: datetime  # window shown
    end: datetime
    known_until: datetime | None  # of the newest stretch that is known; None: nothing of the window is
    unknown_since: datetime | None  # nothing is known from here to the end; None: known to the end
    gaps: tuple[
        Interval, ...
    ]  # parts that nobody could look at, oldest first; the last one may reach the end
    count: int  # rows in the window
    statement: str  # for readers: how many, "none in …", or "unknown since …"
    is_moved: bool = False  # an earlier window than the one asked for, because only that one is known

    @property
    def is_known(self) -> bool:
        """Whether the whole window is known, so that no row means that there was none."""
        return self.known_until is not None and self.unknown_since is None and not self.gaps

    @property
    def is_none(self) -> bool:
        """Nothing happened, as far as the upstream knows."""
        return self.is_known and not self.count

    @property
    def is_unknown(self) -> bool:
        """No row, and no right to say "none"."""
        return not self.is_known and not self.count


# === Kp =======================================================================================


@dataclass(frozen=True)
class KpSeries:
    """Three-hour values, observed, oldest first; one per interval."""

    utc: Times  # (n,) start of the interval
    kp: Floats  # (n,) 0 to 9 in decimals of thirds
    source: Texts  # (n,) "noaa_swpc" or "gfz"
    feeds: tuple[Feed, ...]  # of the products that the values come from, the main one first

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class KpNow:
    """The newest value known, whatever window is shown. ``kp`` is None when no value is known at all."""

    kp: float | None
    at: datetime | None  # start of the three hours (observed), or the minute (estimated)
    until: datetime | None  # end of the interval that the value is of
    kind: str  # "observed", "estimated", or "" when unknown
    source: str  # "noaa_swpc", "gfz", or "none"
    g_scale: int | None  # 0 to 5
    is_current: bool  # recent enough to say what is now
    provenance: Provenance


@dataclass(frozen=True)
class KpForecast:
    """Three-hour values to come, oldest first: NOAA's own forecast, always from now on."""

    utc: Times  # (n,) start of the interval
    kp: Floats  # (n,)
    status: Texts  # (n,) "estimated" (the interval under way) or "predicted"
    noaa_scale: Texts  # (n,) "G1" …, or ""
    provenance: Provenance
    issued_at: datetime | None  # when this forecast was retrieved

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class KpClimatology:
    """Share of all three-hour intervals since 1932 at or above each level."""

    kp: Floats  # (28,) 0, 1/3, …, 9
    share: Floats  # (28,) 0 to 1
    count: int
    since: datetime
    until: datetime


# === X-rays and solar wind ====================================================================


@dataclass(frozen=True)
class Reduced:
    """Values in columns of equal length, or one by one where there are few; NaN where none is given.

    A column keeps its smallest and largest value, so that no peak is averaged away.
    """

    utc: Times  # (m,) start of each column or value
    step_s: float  # its length
    low: Floats  # (m,) or (m, k)
    mean: Floats
    high: Floats
    is_envelope: bool

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class XrayNow:
    """The newest minute of the long band."""

    flux_w_m2: float
    flare_class: str  # "C1.3"
    at: datetime
    satellite: int


@dataclass(frozen=True)
class XraySeries:
    """GOES X-ray flux in both bands, W/m²."""

    start: datetime
    end: datetime
    long: Reduced  # 0.1 to 0.8 nm: flare classes are of this band
    short: Reduced  # 0.05 to 0.4 nm
    satellites: tuple[int, ...]  # GOES numbers in the window
    minutes: int  # of the long band
    peak_w_m2: float | None  # largest one-minute value of the long band
    peak_at: datetime | None
    latest: XrayNow | None  # newest minute in the window
    feed: Feed


@dataclass(frozen=True)
class WindNow:
    """The newest values, each with its own instant: plasma and field can come at different times."""

    speed_km_s: float | None
    density_cm3: float | None
    temperature_k: float | None
    plasma_at: datetime | None
    bt_nt: float | None
    bz_gsm_nt: float | None
    field_at: datetime | None
    spacecraft: tuple[str, ...]  # "SOLAR1"; "summary" where the upstream does not name it

    @property
    def at(self) -> datetime | None:
        """The newer of the two instants."""
        return max((one for one in (self.plasma_at, self.field_at) if one is not None), default=None)

    def is_old(self, now: datetime) -> bool:
        """Whether it is too old to say what the wind is now (greyed out)."""
        return self.at is None or now - self.at > OLD_WIND


@dataclass(frozen=True)
class WindSeries:
    """Solar wind at L1: speed (km/s), density (1/cm³), Bt and Bz in GSM (nT)."""

    start: datetime
    end: datetime
    values: Reduced  # (m, 4): columns SPEED, DENSITY, BT, BZ
    spacecraft: tuple[str, ...]  # in the window
    minutes: int
    latest: WindNow | None
    feed: Feed


# === events ===================================================================================


@dataclass(frozen=True)
class Flare:
    """One flare. Listed once where both DONKI and SWPC have it: then the values are DONKI's."""

    ids: tuple[str, ...]  # DONKI's id first; "XRA …" for SWPC's
    begin_at: datetime
    peak_at: datetime | None
    end_at: datetime | None  # None while it lasts, or where it is not given
    flare_class: str
    peak_flux_w_m2: float | None
    source_location: str
    active_region: int | None
    instruments: str
    linked_events: tuple[str, ...]
    note: str  # untrusted
    link: str
    sources: tuple[str, ...]  # ("nasa_donki", "noaa_swpc")
    swpc_class: str = ""  # class by SWPC's list, where DONKI's may differ
    submitted_at: datetime | None = None
    version_id: int | None = None

    @property
    def is_in_donki(self) -> bool:
        """Whether DONKI's catalogue has it."""
        return "nasa_donki" in self.sources


@dataclass(frozen=True)
class Cme:
    """One coronal mass ejection, by the analysis that counts; values are None where there is none."""

    id: str
    begin_at: datetime
    speed_km_s: float | None
    half_angle_deg: float | None
    latitude_deg: float | None
    longitude_deg: float | None
    speed_class: str  # S, C, O, R, ER
    at_21_5_rs: datetime | None
    arrival_at: datetime | None  # modelled; None where no model run sees it at the Earth
    arrival_kp_min: float | None
    arrival_kp_max: float | None
    is_glancing_blow: bool | None
    is_minor_impact: bool | None
    source_location: str
    active_region: int | None
    instruments: str
    linked_events: tuple[str, ...]
    note: str  # untrusted
    link: str
    submitted_at: datetime | None = None
    version_id: int | None = None

    @property
    def is_earth_directed(self) -> bool:
        """Whether a model run sees it arrive at the Earth."""
        return self.arrival_at is not None


@dataclass(frozen=True)
class KpOfStorm:
    """One value that DONKI lists for a storm."""

    observed_at: datetime
    kp: float
    source: str


@dataclass(frozen=True)
class Storm:
    """One geomagnetic storm of DONKI."""

    id: str
    begin_at: datetime
    kp_max: float | None
    g_scale: int | None  # from kp_max
    values: tuple[KpOfStorm, ...]
    linked_events: tuple[str, ...]
    link: str
    submitted_at: datetime | None = None
    version_id: int | None = None


@dataclass(frozen=True)
class OtherEvent:
    """A particle event (SEP) or a high-speed stream (HSS) of DONKI."""

    id: str
    event_type: str  # "SEP", "HSS"
    begin_at: datetime
    instruments: str
    linked_events: tuple[str, ...]
    link: str


# === NOAA's own words =========================================================================


@dataclass(frozen=True)
class AlertNotice:
    """One message of NOAA SWPC. ``message`` is untrusted: always escape it."""

    product_id: str
    issued_at: datetime
    kind: str  # alert, warning, watch, summary, cancel, other
    message_code: str
    serial_number: str
    headline: str
    noaa_scale: str
    valid_from: datetime | None
    valid_until: datetime | None
    message: str
    is_cancelled: bool  # a later message takes it back
    is_in_force: bool  # now: not cancelled, and now lies in its validity


@dataclass(frozen=True)
class ScalesDay:
    """NOAA's scales for one entry of the file."""

    day_offset: int  # -1 the last day, 0 now, 1 to 3 forecast
    at: datetime
    r_scale: int | None
    s_scale: int | None
    g_scale: int | None
    r_text: str
    s_text: str
    g_text: str
    r_minor_percent: int | None
    r_major_percent: int | None
    s_percent: int | None


@dataclass(frozen=True)
class ScalesNow:
    """The newest state of NOAA's R, S and G scales."""

    issued_at: datetime | None
    days: tuple[ScalesDay, ...]  # ordered by day_offset; empty when unknown
    is_current: bool  # recent enough to say what is now
    provenance: Provenance

    @property
    def now(self) -> ScalesDay | None:
        """The entry of now."""
        return next((one for one in self.days if one.day_offset == 0), None)

    @property
    def forecast(self) -> tuple[ScalesDay, ...]:
        """The days to come."""
        return tuple(one for one in self.days if one.day_offset > 0)


# === what it means ============================================================================


@dataclass(frozen=True)
class Rule:
    """One line of the table that says how a verdict is reached."""

    level: str
    condition: str


@dataclass(frozen=True)
class InProgress:
    """A radio blackout or radiation storm under way, or what is unknown of it."""

    scale: str  # "R2", "S1"; "R" or "S" alone when unknown
    text: str
    reason: str
    is_known: bool = True


@dataclass(frozen=True)
class Verdict:
    """Space weather at the Earth now, in plain words."""

    level: str  # "quiet", "unsettled", "active", "G1" … "G5", "unknown"
    text: str  # "Quiet", "G2 storm in progress", "Unknown since 2026-11-20 14:00 UTC"
    reason: str  # one sentence with the value, its kind, time and source
    also: tuple[InProgress, ...]  # blackouts and radiation storms in progress; unknown ones too
    at: datetime | None  # of the Kp value that decides; None when unknown
    known_until: datetime | None

    @property
    def is_known(self) -> bool:
        """Whether a Kp of the last hours is known."""
        return self.level != "unknown"


@dataclass(frozen=True)
class Rarity:
    """How unusual a value is among everything stored of its kind."""

    metric: str  # "kp", "flare_peak_flux", "approach_distance", …
    value: float
    position: Percentile  # size of the sample, how many below and equal, share (None for an empty sample)
    since: datetime | None  # span of the sample
    until: datetime | None
    text: str  # "99.2th percentile of 270,000 values since 1932"

    @property
    def percent(self) -> float | None:
        """The percentile, 0 to 100; None for an empty sample."""
        return self.position.percent


@dataclass(frozen=True)
class Highlight:
    """One of the three things to look at first, chosen by a stated rule."""

    kind: str  # "flare", "approach", "kp"
    title: str  # "Strongest flare"
    rule: str
    text: str  # "X1.9 on 2025-12-01 02:49 UTC from region 4299"; "none in …"; "unknown since …"
    value: float | None
    unit: str
    at: datetime | None
    unusual: str  # "largest Kp in 41 days; 99.2th percentile since 1932"; empty when nothing is known
    rarity: Rarity | None
    ids: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Event:
    """One significant event, by a stated rule and with an id that does not change."""

    id: str  # "2025-09-01T18:55:00-FLR-001", "kp-2024-05-10T21-G5"
    kind: str  # "flare", "storm", "kp", "radiation", "cme", "approach", "sentry"
    at: datetime
    updated_at: datetime  # when the row was last written
    title: str
    summary: str
    rule: str  # which rule made it significant
    source: str
    link: str = ""


# === everything of one window =================================================================


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
