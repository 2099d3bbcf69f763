"""DONKI's events, as far as their fields are used: flares, CMEs with their analyses, storms, particles, streams.

Times are ``2025-08-26T00:12Z``, without seconds. Lists are null where they are empty.

Of the analyses of a CME one counts: among those that DONKI calls the most accurate (all, where it calls none so)
those of the leading edge (LE) come before those of the shock (SH), then the newest. The leading edge is the ejecta
itself; a shock runs ahead of it and can be faster. The arrival is that of this analysis' newest ENLIL run; where it
has none, of the next analysis of the same standing that has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from spaceintel.science.space_weather import flare_flux_w_m2

BEGINS: Final = datetime(2010, 1, 1, tzinfo=UTC)  # DONKI has no events before 2010: 1970 is an error
_FEATURES: Final = ("SH", "LE")  # what an analysis measured, the better one last


def _utc(value: object) -> object:
    """An ISO 8601 instant, UTC where it names no zone; numbers are none."""
    if value is None:
        return None
    if not isinstance(value, str) or "T" not in value:
        raise ValueError("is not an ISO 8601 instant")
    moment = datetime.fromisoformat(value.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _listed(value: object) -> object:
    return [] if value is None else value


def _told(value: object) -> object:
    return "" if value is None else value


Instant = Annotated[datetime, BeforeValidator(_utc)]
MaybeInstant = Annotated[datetime | None, BeforeValidator(_utc)]
Text = Annotated[str, BeforeValidator(_told)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Instrument(_Part):
    display_name: Text = Field("", alias="displayName")


class _Link(_Part):
    activity_id: Text = Field("", alias="activityID")


class Event(_Part):
    """What every kind has."""

    event_id: str = Field(min_length=1)
    begin: Instant
    catalog: Text = ""
    instruments: Annotated[list[_Instrument], BeforeValidator(_listed)] = []
    linked: Annotated[list[_Link], BeforeValidator(_listed)] = Field([], alias="linkedEvents")
    note: Text = ""
    link: Text = ""
    version_id: int | None = Field(None, alias="versionId")
    submitted_at: MaybeInstant = Field(None, alias="submissionTime")

    told: ClassVar[frozenset[str]] = frozenset(
        {"catalog", "instruments", "linkedEvents", "note", "link", "versionId", "submissionTime"}
    )

    def columns(self) -> dict[str, Any]:
        """Columns that this kind has beside those of all."""
        return {}


class Flare(Event):
    """FLR."""

    event_id: str = Field(min_length=1, alias="flrID")
    begin: Instant = Field(alias="beginTime")
    peak: MaybeInstant = Field(None, alias="peakTime")
    end: MaybeInstant = Field(None, alias="endTime")
    flare_class: Text = Field("", alias="classType")
    source_location: Text = Field("", alias="sourceLocation")
    active_region: int | None = Field(None, alias="activeRegionNum")

    told: ClassVar[frozenset[str]] = Event.told | {
        *("flrID", "beginTime", "peakTime", "endTime", "classType", "sourceLocation", "activeRegionNum")
    }

    def columns(self) -> dict[str, Any]:
        """Times, class and place."""
        return {
            "peak_at": self.peak,
            "end_at": self.end,
            "flare_class": self.flare_class,
            "peak_flux_w_m2": _flux(self.flare_class),
            "source_location": self.source_location,
            "active_region": self.active_region,
        }


class EnlilRun(_Part):
    """One run of the WSA-ENLIL model."""

    completed: MaybeInstant = Field(None, alias="modelCompletionTime")
    arrival: MaybeInstant = Field(None, alias="estimatedShockArrivalTime")
    kp_18: float | None = None
    kp_90: float | None = None
    kp_135: float | None = None
    kp_180: float | None = None
    is_glancing_blow: bool | None = Field(None, alias="isEarthGB")
    is_minor_impact: bool | None = Field(None, alias="isEarthMinorImpact")

    @property
    def kp(self) -> list[float]:
        """Kp for the clock angles of the field that were tried."""
        return [kp for kp in (self.kp_18, self.kp_90, self.kp_135, self.kp_180) if kp is not None]


class Analysis(_Part):
    """One analysis of a CME."""

    is_most_accurate: bool | None = Field(None, alias="isMostAccurate")
    feature: Text = Field("", alias="featureCode")
    submitted: MaybeInstant = Field(None, alias="submissionTime")
    at_21_5_rs: MaybeInstant = Field(None, alias="time21_5")
    latitude_deg: float | None = Field(None, alias="latitude")
    longitude_deg: float | None = Field(None, alias="longitude")
    half_angle_deg: float | None = Field(None, alias="halfAngle")
    speed_km_s: float | None = Field(None, alias="speed")
    speed_class: Text = Field("", alias="type")
    runs: Annotated[list[EnlilRun], BeforeValidator(_listed)] = Field([], alias="enlilList")

    @property
    def rank(self) -> tuple[bool, int, datetime]:
        """The larger, the more it counts."""
        feature = _FEATURES.index(self.feature) if self.feature in _FEATURES else -1
        return bool(self.is_most_accurate), feature, self.submitted or BEGINS


class Ejection(Event):
    """CME."""

    event_id: str = Field(min_length=1, alias="activityID")
    begin: Instant = Field(alias="startTime")
    source_location: Text = Field("", alias="sourceLocation")
    active_region: int | None = Field(None, alias="activeRegionNum")
    analyses: Annotated[list[Analysis], BeforeValidator(_listed)] = Field([], alias="cmeAnalyses")

    told: ClassVar[frozenset[str]] = Event.told | {
        "activityID",
        "startTime",
        "sourceLocation",
        "activeRegionNum",
    }

    def columns(self) -> dict[str, Any]:
        """Direction and speed of the analysis that counts, arrival of its newest run."""
        columns: dict[str, Any] = {
            "source_location": self.source_location,
            "active_region": self.active_region,
        }
        ranked = sorted(self.analyses, key=lambda one: one.rank, reverse=True)
        if ranked:
            columns |= ranked[0].model_dump(
                include={
                    "at_21_5_rs",
                    "latitude_deg",
                    "longitude_deg",
                    "half_angle_deg",
                    "speed_km_s",
                    "speed_class",
                }
            )
        run = _newest_run(ranked)
        if run is not None:
            columns |= {
                "arrival_at": run.arrival,
                "arrival_kp_min": min(run.kp, default=None),
                "arrival_kp_max": max(run.kp, default=None),
                "is_glancing_blow": run.is_glancing_blow,
                "is_minor_impact": run.is_minor_impact,
            }
        return columns


class _Kp(_Part):
    kp: float | None = Field(None, alias="kpIndex")


class Storm(Event):
    """GST."""

    event_id: str = Field(min_length=1, alias="gstID")
    begin: Instant = Field(alias="startTime")
    kp: Annotated[list[_Kp], BeforeValidator(_listed)] = Field([], alias="allKpIndex")

    told: ClassVar[frozenset[str]] = Event.told | {"gstID", "startTime"}

    def columns(self) -> dict[str, Any]:
        """The largest Kp listed."""
        return {"kp_max": max((one.kp for one in self.kp if one.kp is not None), default=None)}


class Particles(Event):
    """SEP."""

    event_id: str = Field(min_length=1, alias="sepID")
    begin: Instant = Field(alias="eventTime")

    told: ClassVar[frozenset[str]] = Event.told | {"sepID", "eventTime"}


class Stream(Event):
    """HSS."""

    event_id: str = Field(min_length=1, alias="hssID")
    begin: Instant = Field(alias="eventTime")

    told: ClassVar[frozenset[str]] = Event.told | {"hssID", "eventTime"}


KINDS: Final[Mapping[str, type[Event]]] = {
    "FLR": Flare,
    "CME": Ejection,
    "GST": Storm,
    "SEP": Particles,
    "HSS": Stream,
}


def _flux(flare_class: str) -> float | None:
    """Peak flux that a class stands for; none where the text is no class."""
    try:
        return flare_flux_w_m2(flare_class)
    except ValueError:
        return None


def _newest_run(ranked: Sequence[Analysis]) -> EnlilRun | None:
    """The newest run of the best analysis that has one; analyses of a lower standing than the best do not count."""
    for one in ranked:
        if one.runs and bool(one.is_most_accurate) == bool(ranked[0].is_most_accurate):
            return max(one.runs, key=lambda run: run.completed or BEGINS)
    return None
