"""The values of now, as the page's lists of facts print them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from deepspace.templatetags.deepspace import UNIT_SPACE, UNKNOWN, number
from spaceintel.science.space_weather import scale_word
from spaceintel.states import (
    OLD_WIND,
    KpForecast,
    KpNow,
    NearEarth,
    ScalesNow,
    WindNow,
    WindSeries,
    XraySeries,
)
from spaceintel.tables.near_earth import bare
from spaceintel.writing import scientific

_MINUTE: Final = timedelta(minutes=1)
_SOURCES: Final = {"noaa_swpc": "NOAA SWPC", "gfz": "GFZ Potsdam"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its name and what must be known besides."""

    label: str
    value: str
    detail: str = ""
    is_old: bool = False  # greyed: it does not say what is now


def kp_now(kp: KpNow) -> Fact:
    """The newest Kp known."""
    if kp.kp is None or kp.at is None:
        return Fact("Kp", UNKNOWN, "no value has been retrieved")
    kind = "estimated at" if kp.kind == "estimated" else "three hours from"
    late = "" if kp.is_current else " (the newest known)"
    detail = f"{kind} {kp.at:%Y-%m-%d %H:%M} UTC, {_SOURCES.get(kp.source, kp.source)}{late}"
    return Fact("Kp" if kp.is_current else "Last known Kp", number(kp.kp, 2), detail)


def scales_now(scales: ScalesNow) -> list[Fact]:
    """NOAA's three scales; what is too old is unknown."""
    names = (("R", "Radio blackout"), ("S", "Radiation storm"), ("G", "Geomagnetic storm"))
    day = scales.now
    if day is None or scales.issued_at is None:
        return [Fact(name, UNKNOWN, "NOAA's scales have not been retrieved") for _, name in names]
    when = f"NOAA's scales of {scales.issued_at:%Y-%m-%d %H:%M} UTC"
    if not scales.is_current:
        return [Fact(name, UNKNOWN, f"since {scales.issued_at:%Y-%m-%d %H:%M} UTC") for _, name in names]
    levels = {"R": day.r_scale, "S": day.s_scale, "G": day.g_scale}
    return [Fact(name, _level(letter, levels[letter]), when) for letter, name in names]


def _level(letter: str, level: int | None) -> str:
    if level is None:
        return UNKNOWN
    return f"{letter}{level} {scale_word(level)}" if level else "none"


def scales_statement(scales: ScalesNow) -> str:
    """Of when NOAA's scales and their forecast are."""
    if scales.issued_at is None:
        return scales.provenance.note
    issued = f"{scales.issued_at:%Y-%m-%d %H:%M} UTC"
    if scales.is_current:
        return f"As of {issued}; the last three days are a forecast."
    return f"Unknown since {issued}; shown is what was said then."


def forecast_statement(forecast: KpForecast) -> str:
    """Whose forecast of Kp it is and how old, or that none is known."""
    if len(forecast):
        when = f", retrieved {forecast.issued_at:%Y-%m-%d %H:%M} UTC" if forecast.issued_at else ""
        return f"NOAA's forecast of Kp from now on{when}."
    last = forecast.provenance.observed_until
    if last is None:
        return forecast.provenance.note
    ended = f"{last:%Y-%m-%d %H:%M} UTC"
    return f"No forecast of Kp from now on is known: the newest one ended with the three hours from {ended}."


def xray(flux: XraySeries) -> list[Fact]:
    """X-rays of the window: the newest minute and the largest."""
    facts = []
    if flux.latest is not None:
        seen = f"GOES-{flux.latest.satellite}, {flux.latest.at:%Y-%m-%d %H:%M} UTC"
        facts.append(Fact("Newest minute of X-rays", flux.latest.flare_class, seen))
    if flux.peak_w_m2 is not None and flux.peak_at is not None:
        value = f"{scientific(flux.peak_w_m2)}{UNIT_SPACE}W/m²"
        facts.append(Fact("Largest minute of the window", value, f"{flux.peak_at:%Y-%m-%d %H:%M} UTC"))
    return facts


def to_come(near: NearEarth) -> dict[str, Fact]:
    """The next approach, and the nearest one known to come."""
    named = {"next": near.next, "closest": near.closest_to_come}
    return {
        place: Fact(
            place,
            f"{number(one.distance_ld, 2)}{UNIT_SPACE}LD",
            f"{bare(one.name)}, {one.at:%Y-%m-%d %H:%M} UTC",
        )
        for place, one in named.items()
        if one is not None
    }


@dataclass(frozen=True, slots=True)
class WindFacts:
    """The newest solar wind, and which of it does not say what the wind is now."""

    facts: list[Fact]
    notice: str


def wind_now(wind: WindSeries) -> WindFacts | None:
    """The newest solar wind: plasma and field, each with its own age."""
    latest = wind.latest
    if latest is None:
        return None
    plasma = _origin(latest.plasma_at, latest.plasma_spacecraft), not latest.is_plasma_current
    field = _origin(latest.field_at, latest.field_spacecraft), not latest.is_field_current
    facts = [
        Fact("Speed", _quantity(latest.speed_km_s, "km/s"), *plasma),
        Fact("Density", _quantity(latest.density_cm3, "protons/cm³", 1), *plasma),
        Fact("Field strength Bt", _quantity(latest.bt_nt, "nT", 1), *field),
        Fact("Bz, southward negative", _quantity(latest.bz_gsm_nt, "nT", 1), *field),
    ]
    return WindFacts(facts, _wind_notice(latest))


def _wind_notice(latest: WindNow) -> str:
    """Of which values it is said that they are not of now."""
    parts = (
        (latest.is_plasma_current, "Speed and density"),
        (latest.is_field_current, "Field strength and Bz"),
    )
    old = [name for is_current, name in parts if not is_current]
    if not old:
        return ""
    which = "These values" if len(old) == len(parts) else old[0]
    return f"{which} are older than {OLD_WIND // _MINUTE} minutes and do not say what the wind is now."


def _origin(moment: datetime | None, spacecraft: str) -> str:
    if moment is None:
        return "no value is stored"
    name = "spacecraft not named" if spacecraft == "summary" else spacecraft
    return f"{moment:%Y-%m-%d %H:%M} UTC, {name}"


def _quantity(value: float | None, unit: str, decimals: int = 0) -> str:
    return UNKNOWN if value is None else f"{number(value, decimals)}{UNIT_SPACE}{unit}"
