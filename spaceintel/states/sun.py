"""What the Sun did: flares, coronal mass ejections, and what they made near the Earth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


# Not frozen: a year has thousands, and a frozen one takes five times as long to make. Nothing changes one.
@dataclass(slots=True, unsafe_hash=True)
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
    row: int = 0  # key of its row: of several entries of one flare the newest has the largest

    @property
    def id(self) -> str:
        """The first of its ids: DONKI's where DONKI has it."""
        return self.ids[0]

    @property
    def is_in_donki(self) -> bool:
        """Whether DONKI's catalogue has it."""
        return "nasa_donki" in self.sources


# Not frozen: a year has thousands, and a frozen one takes five times as long to make. Nothing changes one.
@dataclass(slots=True, unsafe_hash=True)
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
    arrival_at: (
        datetime | None
    )  # modelled; None where no model run is listed, or the newest does not see it here
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

    @property
    def is_modelled(self) -> bool:
        """Whether a result of a model run is listed: a run that does not see it arrive says so in its flags."""
        return self.is_earth_directed or self.is_glancing_blow is not None or self.is_minor_impact is not None


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
