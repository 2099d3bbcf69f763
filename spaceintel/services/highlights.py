"""The three things to look at first, chosen by stated rules, each with how unusual it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import QuerySet

from deepspace.memo import per_window
from spaceintel.constants import KP_TOLERANCE
from spaceintel.models import PlanetaryK, SolarEvent
from spaceintel.science.space_weather import geomagnetic_scale, kp_text, nearest_thirds, scale_label
from spaceintel.services import kp as kp_service
from spaceintel.services.closest import closest_approach
from spaceintel.services.events import DONKI
from spaceintel.services.keys import EVERY_KP, FLARE_LIST, SOLAR_EVENTS
from spaceintel.services.percentiles import percentile
from spaceintel.services.storm_kp import storm_kp
from spaceintel.services.windows import QUARTER, Span, aware, newest, told
from spaceintel.states import Feed, Flare, Highlight, NearEarth, SpaceWeather

STRONGEST: Final = "the flare with the largest X-ray peak in the window; of equal ones the newest"
HIGHEST: Final = (
    "the largest observed three-hour value of Kp in the window: NOAA's, else GFZ's, else the one that DONKI lists for "
    "its storm; of equal ones the newest"
)
_SAME: Final = timedelta(minutes=30)  # a flare in two lists begins within this
_KEPT: Final = 32
_COMPLETE: Final = 0.95  # share of the intervals that must be known for "largest in so many days"


def highlights(weather: SpaceWeather, near: NearEarth | None = None) -> tuple[Highlight, ...]:
    """Strongest flare, closest approach, highest Kp; one that cannot be told says whether it is none or unknown."""
    approach = () if near is None else (closest_approach(near),)
    return (strongest_flare(weather), *approach, highest_kp(weather))


def strongest_flare(weather: SpaceWeather) -> Highlight:
    """By peak flux: not the latest one."""
    known = [one for one in weather.flares if one.peak_flux_w_m2 is not None]
    title = "Strongest flare"
    if not known:
        text = weather.statements.get("flares", "")
        return Highlight("flare", title, STRONGEST, text, None, "W/m²", None, "", None)
    best = max(known, key=lambda one: (one.peak_flux_w_m2 or 0.0, one.begin_at))
    assert best.peak_flux_w_m2 is not None  # noqa: S101 (filtered above)
    at = best.peak_at or best.begin_at
    region = f" from active region {best.active_region}" if best.active_region else ""
    other_days = _of_other_days(weather, _flare_feed(weather))
    rarity = percentile("flare_peak_flux", best.peak_flux_w_m2)
    return Highlight(
        kind="flare",
        title=title,
        rule=STRONGEST,
        text=f"{best.flare_class or 'Unclassified'} on {told(at)}{region}{other_days}",
        value=best.peak_flux_w_m2,
        unit="W/m²",
        at=at,
        unusual="; ".join(part for part in (_flare_since(best, weather), rarity.text) if part),
        rarity=rarity,
        ids=best.ids,
        link=best.link,
    )


def _flare_since(best: Flare, weather: SpaceWeather) -> str:
    """How long before the window one as strong was stored; empty when there is none, which the sample says."""
    assert best.peak_flux_w_m2 is not None  # noqa: S101 (asked before)
    last = _last_as_strong(_Level(best.peak_flux_w_m2, min(weather.start, best.begin_at) - _SAME))
    return "" if last is None else f"strongest stored in {_days(best.begin_at - last)}"


@dataclass(frozen=True, slots=True)
class _Level:
    """When was the last value of at least this, before an instant?"""

    value: float
    before: datetime


def _never(_: _Level) -> datetime | None:
    return None


@per_window(SOLAR_EVENTS, FLARE_LIST, capacity=_KEPT, otherwise=_never)
def _last_as_strong(level: _Level) -> datetime | None:
    rows = SolarEvent.objects.filter(event_type__in=(SolarEvent.EventType.FLR, SolarEvent.EventType.XRA))
    return newest(rows.filter(peak_flux_w_m2__gte=level.value), level.before)


def highest_kp(weather: SpaceWeather) -> Highlight:
    """Of the observed values of the window."""
    series, title = weather.kp, "Highest Kp"
    best = _highest(weather)
    if best is None:
        return Highlight("kp", title, HIGHEST, series.feeds[0].statement, None, "", None, "", None)
    value, at, source = best.kp, best.at, best.source
    feed = series.feeds[0]
    start, other_days = feed.start, _of_other_days(weather, feed)
    if source == DONKI:
        start, other_days = weather.start, ", as DONKI lists it for its storm"
        if feed.is_moved or not len(series):
            other_days += "; NOAA's and GFZ's values of these days are unknown"
    rarity = percentile("kp", value)
    text = f"Kp {kp_text(value)} ({value:.2f}) in the three hours from {told(at)}{_storm(value)}"
    parts = [part for part in (_kp_since(value, at, start), rarity.text) if part]
    return Highlight(
        kind="kp",
        title=title,
        rule=HIGHEST,
        text=f"{text}{other_days}",
        value=value,
        unit="",
        at=at,
        unusual="; ".join(parts),
        rarity=rarity,
        ids=(source,),
    )


@dataclass(frozen=True, slots=True)
class _Kp:
    kp: float
    at: datetime
    source: str


def _highest(weather: SpaceWeather) -> _Kp | None:
    """Of the window, by whoever gives its intervals; of earlier days only where nobody gives any."""
    series = weather.kp
    rows = zip(series.kp.tolist(), series.utc, series.source.tolist(), strict=True)
    given = [_Kp(kp, aware(at), source) for kp, at, source in rows]
    is_moved = series.feeds[0].is_moved
    length = timedelta(
        days=weather.days
    )  # of a live window; the same for all moments of a quarter of an hour
    until = weather.start + length + QUARTER if weather.is_live else weather.end
    held = set() if is_moved else {one.at for one in given}
    listed = [
        _Kp(one.kp, one.at, DONKI)
        for one in storm_kp(Span(weather.start, until))
        if one.at not in held and one.at + kp_service.INTERVAL <= weather.now
    ]
    known = listed if is_moved and listed else [*given, *listed]
    if not known:
        return None
    values = np.array([one.kp for one in known])
    thirds = nearest_thirds(values)  # sources round them differently: 4.67 and 4.667 are equal
    levels = np.where(np.isnan(thirds), values, thirds).tolist()
    return max(zip(levels, known, strict=True), key=lambda one: (one[0], one[1].at))[1]


def _of_other_days(weather: SpaceWeather, feed: Feed) -> str:
    """That the value is of an earlier window than the one asked for."""
    if not feed.is_moved:
        return ""
    return (
        f"; unknown since {told(feed.end)}" if weather.is_live else "; nothing of the days asked for is known"
    )


def _flare_feed(weather: SpaceWeather) -> Feed:
    """Of whichever list is of the days asked for."""
    feeds = [weather.feeds[key] for key in (SOLAR_EVENTS, FLARE_LIST)]
    return next((feed for feed in feeds if not feed.is_moved and feed.count), feeds[0])


def _storm(value: float) -> str:
    level = geomagnetic_scale(value)
    return f", {scale_label('G', level)}" if level else ""


def _kp_since(value: float, at: datetime, start: datetime) -> str:
    """How long before the window it was as high; empty where too few intervals since are known to say so."""
    last = _last_as_high(_Level(value, start - kp_service.INTERVAL))
    if last is None or _intervals(_Between(last, at)) < _COMPLETE * ((at - last) / kp_service.INTERVAL):
        return ""
    return f"largest Kp in {_days(at - last)}"


def _observed() -> QuerySet[PlanetaryK]:
    return PlanetaryK.objects.filter(
        kind=PlanetaryK.Kind.OBSERVED, source__in=(kp_service.SWPC, kp_service.GFZ)
    )


@per_window(*EVERY_KP, capacity=_KEPT, otherwise=_never)
def _last_as_high(level: _Level) -> datetime | None:
    return newest(_observed().filter(kp__gte=level.value - KP_TOLERANCE), level.before)


@dataclass(frozen=True, slots=True)
class _Between:
    first: datetime
    before: datetime


@per_window(*EVERY_KP, capacity=_KEPT, otherwise=lambda _: 0)
def _intervals(span: _Between) -> int:
    """How many intervals are known, whoever gives them."""
    rows = _observed().filter(timestamp_utc__gte=span.first, timestamp_utc__lt=span.before)
    return rows.values("timestamp_utc").distinct().count()


def _days(length: timedelta) -> str:
    hours = round(length / timedelta(hours=1))
    if hours < 48:
        return f"{hours} hours"
    return f"{hours // 24:,} days"
