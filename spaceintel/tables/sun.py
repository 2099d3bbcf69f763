"""Tables of what the Sun did and of what NOAA says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from deepspace.templatetags.deepspace import UNIT_SPACE, number, utc
from spaceintel.science.space_weather import geomagnetic_scale
from spaceintel.states import AlertNotice, Cme, Flare, KpForecast, KpSeries, OtherEvent, ScalesDay, Storm
from spaceintel.tables.columns import Column, Table

_NO_VALUE: Final = "not given"


def _given(text: str) -> str:
    return text or _NO_VALUE


def _quantity(value: float | None, unit: str, decimals: int = 0) -> str:
    return _NO_VALUE if value is None else f"{number(value, decimals)}{UNIT_SPACE}{unit}"


def _scale(letter: str, level: int | None) -> str:
    return _NO_VALUE if level is None else f"{letter}{level}"


def arrival(cme: Cme) -> Any:
    """When the newest model run sees the shock at the Earth; in words where it does not, or where there is none."""
    if cme.arrival_at is not None:
        return utc(cme.arrival_at)
    if cme.is_modelled:
        return "the newest model run does not see it at the Earth"
    return "unknown: no result of a model run is listed"


def arrival_kp(cme: Cme) -> str:
    """Range of Kp that the model gives."""
    low, high = cme.arrival_kp_min, cme.arrival_kp_max
    if low is None or high is None:
        return ""
    return f"{number(low)}" if low == high else f"{number(low)} to {number(high)}"


def _listed_by(flare: Flare) -> str:
    names = {"nasa_donki": "DONKI", "noaa_swpc": "SWPC"}
    return " and ".join(names.get(one, one) for one in flare.sources)


def _state(alert: AlertNotice) -> str:
    if alert.is_cancelled:
        return "cancelled"
    return "in force" if alert.is_in_force else "past"


def _blackout(day: ScalesDay) -> str:
    if day.r_scale is not None:
        return _scale("R", day.r_scale)
    if day.r_minor_percent is None or day.r_major_percent is None:
        return _NO_VALUE
    return f"R1 to R2: {day.r_minor_percent}{UNIT_SPACE}%, R3 or more: {day.r_major_percent}{UNIT_SPACE}%"


def _radiation(day: ScalesDay) -> str:
    if day.s_scale is not None:
        return _scale("S", day.s_scale)
    return _NO_VALUE if day.s_percent is None else f"S1 or more: {day.s_percent}{UNIT_SPACE}%"


FLARES: Final[Table[Flare]] = Table(
    "flares",
    "Solar flares",
    (
        Column("flare_class", "Class", lambda one: one.flare_class, lambda one: _given(one.flare_class)),
        Column("begin_utc", "Begin", lambda one: one.begin_at, lambda one: utc(one.begin_at)),
        Column(
            "peak_utc",
            "Peak",
            lambda one: one.peak_at,
            lambda one: utc(one.peak_at) if one.peak_at else _NO_VALUE,
        ),
        Column("end_utc", "End", lambda one: one.end_at),
        Column("peak_flux_w_m2", "Peak flux", lambda one: one.peak_flux_w_m2),
        Column(
            "source_location",
            "Place on the Sun",
            lambda one: one.source_location,
            lambda one: _given(one.source_location),
        ),
        Column(
            "active_region",
            "Region",
            lambda one: one.active_region,
            lambda one: "none named" if one.active_region is None else one.active_region,
            kind="number",
        ),
        Column("listed_by", "Listed by", lambda one: one.sources, _listed_by),
        Column("ids", "Ids", lambda one: one.ids),
        Column("linked_events", "Linked events", lambda one: one.linked_events),
        Column("link", "Link", lambda one: one.link),
    ),
)


CMES: Final[Table[Cme]] = Table(
    "cmes",
    "Coronal mass ejections",
    (
        Column("begin_utc", "First seen", lambda one: one.begin_at, lambda one: utc(one.begin_at)),
        Column(
            "speed_km_s",
            "Speed",
            lambda one: one.speed_km_s,
            lambda one: _quantity(one.speed_km_s, "km/s"),
            kind="number",
        ),
        Column(
            "half_angle_deg",
            "Half width",
            lambda one: one.half_angle_deg,
            lambda one: _quantity(one.half_angle_deg, "°"),
            kind="number",
        ),
        Column("latitude_deg", "Latitude", lambda one: one.latitude_deg),
        Column("longitude_deg", "Longitude", lambda one: one.longitude_deg),
        Column("speed_class", "Speed class", lambda one: one.speed_class),
        Column("at_21_5_rs_utc", "At 21.5 solar radii", lambda one: one.at_21_5_rs),
        Column("arrival_utc", "Estimated arrival at the Earth", lambda one: one.arrival_at, arrival),
        Column("arrival_kp_min", "Smallest Kp", lambda one: one.arrival_kp_min),
        Column("arrival_kp_max", "Kp expected", lambda one: one.arrival_kp_max, arrival_kp, kind="number"),
        Column("is_modelled", "Model result listed", lambda one: one.is_modelled),
        Column("is_glancing_blow", "Glancing blow", lambda one: one.is_glancing_blow),
        Column("is_minor_impact", "Minor impact", lambda one: one.is_minor_impact),
        Column(
            "source_location",
            "Place on the Sun",
            lambda one: one.source_location,
            lambda one: _given(one.source_location),
        ),
        Column("active_region", "Region", lambda one: one.active_region),
        Column("id", "Id", lambda one: one.id),
        Column("linked_events", "Linked events", lambda one: one.linked_events),
        Column("link", "Link", lambda one: one.link),
    ),
)

STORMS: Final[Table[Storm]] = Table(
    "storms",
    "Geomagnetic storms",
    (
        Column("begin_utc", "Begin", lambda one: one.begin_at, lambda one: utc(one.begin_at)),
        Column(
            "kp_max",
            "Largest Kp",
            lambda one: one.kp_max,
            lambda one: _NO_VALUE if one.kp_max is None else number(one.kp_max, 2),
            kind="number",
        ),
        Column("g_scale", "NOAA scale", lambda one: one.g_scale, lambda one: _scale("G", one.g_scale)),
        Column(
            "kp_values",
            "Values",
            lambda one: tuple(f"{v.observed_at:%Y-%m-%dT%H:%MZ} {v.kp}" for v in one.values),
        ),
        Column(
            "linked_events",
            "Linked with",
            lambda one: one.linked_events,
            lambda one: ", ".join(one.linked_events) or "nothing",
            kind="text",
        ),
        Column("id", "Id", lambda one: one.id),
        Column("link", "Link", lambda one: one.link),
    ),
)

OTHERS: Final[Table[OtherEvent]] = Table(
    "other-events",
    "Particle events and fast streams",
    (
        Column("begin_utc", "Begin", lambda one: one.begin_at, lambda one: utc(one.begin_at)),
        Column(
            "event_type",
            "What",
            lambda one: one.event_type,
            lambda one: {"SEP": "energetic particles", "HSS": "fast stream of solar wind"}.get(
                one.event_type, one.event_type
            ),
        ),
        Column("instruments", "Seen by", lambda one: one.instruments, lambda one: _given(one.instruments)),
        Column("id", "Id", lambda one: one.id),
        Column("linked_events", "Linked events", lambda one: one.linked_events),
        Column("link", "Link", lambda one: one.link),
    ),
)

ALERTS: Final[Table[AlertNotice]] = Table(
    "alerts",
    "Messages of NOAA SWPC",
    (
        Column("issued_utc", "Issued", lambda one: one.issued_at, lambda one: utc(one.issued_at)),
        Column("kind", "Kind", lambda one: one.kind, lambda one: one.kind),
        Column("headline", "About", lambda one: one.headline, lambda one: _given(one.headline), kind="text"),
        Column(
            "noaa_scale", "NOAA scale", lambda one: one.noaa_scale, lambda one: one.noaa_scale or "none named"
        ),
        Column("valid_from_utc", "Valid from", lambda one: one.valid_from),
        Column(
            "valid_until_utc",
            "Valid until",
            lambda one: one.valid_until,
            lambda one: utc(one.valid_until) if one.valid_until else _NO_VALUE,
        ),
        Column("is_cancelled", "State", lambda one: one.is_cancelled, _state),
        Column("is_in_force", "In force", lambda one: one.is_in_force),
        Column("product_id", "Product", lambda one: one.product_id),
        Column("message_code", "Code", lambda one: one.message_code),
        Column("serial_number", "Serial number", lambda one: one.serial_number),
        Column("message", "Text", lambda one: one.message),
    ),
)


SCALES: Final[Table[ScalesDay]] = Table(
    "scales",
    "NOAA scales",
    (
        Column("day_utc", "Day", lambda one: one.at, lambda one: utc(one.at, "day")),
        Column("r_scale", "Radio blackout", lambda one: one.r_scale, _blackout),
        Column("s_scale", "Radiation storm", lambda one: one.s_scale, _radiation),
        Column("g_scale", "Geomagnetic storm", lambda one: one.g_scale, lambda one: _scale("G", one.g_scale)),
        Column("r_minor_percent", "R1 to R2", lambda one: one.r_minor_percent),
        Column("r_major_percent", "R3 to R5", lambda one: one.r_major_percent),
        Column("s_percent", "S1 or more", lambda one: one.s_percent),
        Column("day_offset", "Day offset", lambda one: one.day_offset),
    ),
)


@dataclass(frozen=True, slots=True)
class KpValue:
    """One three-hour value of Kp."""

    at: datetime  # start of the interval
    kp: float
    kind: str  # "observed", or the forecast's own word: "estimated", "predicted"
    noaa_scale: str  # "G1" …, or ""
    source: str


def observed(series: KpSeries) -> list[KpValue]:
    """The values of a window, newest first."""
    rows = zip(series.utc.tolist(), series.kp.tolist(), series.source.tolist(), strict=True)
    return [KpValue(at.replace(tzinfo=UTC), kp, "observed", _storm(kp), source) for at, kp, source in rows][
        ::-1
    ]


def predicted(forecast: KpForecast) -> list[KpValue]:
    """The values to come, in their order."""
    rows = zip(
        forecast.utc.tolist(),
        forecast.kp.tolist(),
        forecast.status.tolist(),
        forecast.noaa_scale.tolist(),
        strict=True,
    )
    source = forecast.provenance.source
    return [KpValue(at.replace(tzinfo=UTC), kp, kind, scale, source) for at, kp, kind, scale in rows]


def _storm(kp: float) -> str:
    level = geomagnetic_scale(kp)
    return f"G{level}" if level else ""


_KP_COLUMNS: Final[tuple[Column[KpValue], ...]] = (
    Column("begin_utc", "Three hours from", lambda one: one.at, lambda one: utc(one.at)),
    Column("kp", "Kp", lambda one: one.kp, lambda one: number(one.kp, 2), kind="number"),
    Column("noaa_scale", "Storm", lambda one: one.noaa_scale, lambda one: one.noaa_scale or "none"),
    Column("kind", "Kind", lambda one: one.kind, lambda one: one.kind),
)
KP: Final[Table[KpValue]] = Table("kp", "Kp of the window", _KP_COLUMNS)
FORECAST: Final[Table[KpValue]] = Table("kp-forecast", "NOAA's forecast of Kp", _KP_COLUMNS)
