"""Everything of one window of space weather, and the state of now."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

from spaceintel.parameters import SpaceParameters
from spaceintel.services import events, feeds, kp, notices, solar_wind, xray
from spaceintel.services.keys import CLOSE_APPROACHES
from spaceintel.services.near_earth import near_earth
from spaceintel.services.sentry import sentry
from spaceintel.services.verdict import verdict
from spaceintel.services.windows import window as window_of
from spaceintel.states import Feed, ScalesNow, SpaceWeather, Verdict


def space_weather(parameters: SpaceParameters | None = None, now: datetime | None = None) -> SpaceWeather:
    """Some days of space weather, each feed by itself; verdict, Kp of now and forecast are always of now."""
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    window = window_of(asked, now)
    series, flux, wind = kp.series(window, now), xray.series(window, now), solar_wind.series(window, now)
    sun = events.solar_events(window, now)
    messages, message_feed = notices.alerts(window, now)
    scales = notices.scales_now(now)
    newest = kp.kp_now(now)
    known = chain(series.feeds, (flux.feed, wind.feed, sun.donki, sun.flare_list, message_feed))
    return SpaceWeather(
        days=asked.days,
        start=window.start,
        end=window.end,
        is_live=window.is_live,
        now=now,
        verdict=verdict(newest, xray.blackout_now(now), scales),
        kp_now=newest,
        kp=series,
        forecast=kp.forecast(now),
        xray=flux,
        wind=wind,
        flares=sun.flares,
        cmes=sun.cmes,
        storms=sun.storms,
        others=sun.others,
        alerts=messages,
        scales=scales,
        feeds={feed.product: feed for feed in chain(known, (_of_scales(scales, now),))},
        statements=events.statements(sun, window, now),
    )


def event_feeds(parameters: SpaceParameters | None = None, now: datetime | None = None) -> dict[str, Feed]:
    """What is known of each product that significant events come from: an event may be missing where it is not."""
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    window = window_of(asked, now)
    sun = events.solar_events(window, now)
    approaches = [one for one in near_earth(asked, now).feeds.values() if one.product in CLOSE_APPROACHES]
    known = chain(
        (sun.donki, sun.flare_list),
        kp.series(window, now).feeds,
        (_of_scales(notices.scales_now(now), now),),
        approaches,
        (sentry(now).feed,),
    )
    return {feed.product: feed for feed in known}


def verdict_now(now: datetime | None = None) -> Verdict:
    """The verdict alone, for other pages."""
    now = now or datetime.now(UTC)
    return verdict(kp.kp_now(now), xray.blackout_now(now), notices.scales_now(now))


def _of_scales(scales: ScalesNow, now: datetime) -> Feed:
    """The scales have no window: they are known or not."""
    since = None if scales.is_current else scales.issued_at or now
    known = scales.issued_at
    statement = "" if since is None else f"Unknown since {since:%Y-%m-%d %H:%M} UTC."
    if known is None:
        statement = feeds.never(scales.provenance.product)
    return Feed(
        product=scales.provenance.product,
        provenance=scales.provenance,
        start=known or now,
        end=now,
        known_until=known,
        unknown_since=since,
        gaps=(),
        count=len(scales.days),
        statement=statement,
    )
