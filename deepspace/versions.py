"""When what is shown can have changed: tokens for caches and ETags, and the decorator that uses them."""

from __future__ import annotations

import functools
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

import deepspace
from deepspace.fallback import Standing, standing
from deepspace.models import IngestionLog
from deepspace.provenance import Tier, worst

View = Callable[..., HttpResponse]
_LIVE_S = 60  # pages that show "now" show it to the minute


@dataclass(slots=True)
class _Held:
    """What this process last knew, for DATA_VERSION_HELD_S."""

    read_at: float = 0.0
    pulse: str = ""
    standings: dict[str, tuple[str, Standing]] | None = None


_held = _Held()
_lock = threading.Lock()


def pulse() -> str:
    """A token that changes when any ingest ends anywhere and at each minute; held for a second per process.

    One indexed look-up. When the database does not answer, the last known token holds, so that what is cached
    is still served.
    """
    now = time.monotonic()
    if _held.pulse and now - _held.read_at < settings.DATA_VERSION_HELD_S:
        return _held.pulse
    with _lock:
        try:
            newest = IngestionLog.objects.aggregate(newest=Max("finished_at"))["newest"]
        except DatabaseError:
            newest = _held.pulse.partition("@")[0]
        fresh = f"{newest}@{int(time.time() // _LIVE_S)}"
        if fresh != _held.pulse:
            _held.standings = {}
        _held.pulse, _held.read_at = fresh, now
        return fresh


def forget() -> None:
    """Drop what this process holds (after an ingest in the same process, and between tests)."""
    with _lock:
        _held.pulse, _held.read_at, _held.standings = "", 0.0, {}


def held_standing(key: str) -> Standing:
    """Standing of a product, read once per pulse."""
    beat = pulse()
    known = (_held.standings or {}).get(key)
    if known is not None and known[0] == beat:
        return known[1]
    fresh = standing(key)
    if _held.standings is not None:
        _held.standings[key] = (beat, fresh)
    return fresh


def token(products: tuple[str, ...]) -> str:
    """Data versions, refresh times and tiers of some products: changes exactly when what they show changes."""
    parts = [deepspace.__version__]
    for key in products:
        one = held_standing(key)
        parts.append(f"{key}:{one.data_version}:{one.tier.value}:{one.last_success_at}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def tier_of(products: tuple[str, ...]) -> Tier:
    """The worst tier among some products."""
    return worst([held_standing(key).tier for key in products])


def minute() -> str:
    """The current minute, part of the ETag of pages that show "now"."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")


def etag_of(
    request: HttpRequest, products: tuple[str, ...], *, live: bool, every_product: bool = False
) -> str:
    """ETag of a public response, computed without rendering anything."""
    parts = [request.path, request.GET.urlencode(), token(products), minute() if live else ""]
    if every_product:
        parts.append(pulse())
    return quote_etag(hashlib.sha256("|".join(parts).encode()).hexdigest()[:20])


def public(
    *, products: tuple[str, ...] = (), live: bool = False, every_product: bool = False, max_age: int = 60
) -> Callable[[View], View]:
    """Decorate a public GET view: ETag, Cache-Control, X-Data-Tier, 304 before any work, front cache.

    Parameters
    ----------
    products
        Keys of the products shown; their versions and tiers are in the ETag, the worst tier in the header.
    live
        The response shows "now" or an age: the minute is in the ETag.
    every_product
        The response speaks of the whole platform (status, catalogue): any ingest changes it.
    max_age
        Seconds that browsers may keep it without asking.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            etag = etag_of(request, products, live=live, every_product=every_product)
            if matches(request.headers.get("If-None-Match", ""), etag):
                response = HttpResponse(status=304)
            else:
                response = view(request, *args, **kwargs)
            if response.status_code not in {200, 304}:
                return response
            response.headers.setdefault("ETag", etag)
            response.headers["Cache-Control"] = f"public, max-age={max_age}, stale-if-error=86400"
            if products:
                response.headers.setdefault("X-Data-Tier", tier_of(products).value)
            patch_vary_headers(response, ["Accept-Encoding"])
            response.may_be_front_cached = True  # type: ignore[attr-defined]
            return response

        wrapped.products = products  # type: ignore[attr-defined]
        return wrapped

    return decorate


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match wants it: proxies that compress make strong tags weak."""
    if not if_none_match:
        return False
    asked = parse_etags(if_none_match)
    return "*" in asked or etag in {tag.removeprefix("W/") for tag in asked}
