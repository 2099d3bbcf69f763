"""When what is shown can have changed: tokens for caches and ETags, and the decorator that uses them."""

from __future__ import annotations

import functools
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

import deepspace
from deepspace.fallback import Standing, standing
from deepspace.ingestion.registry import product as product_named
from deepspace.ingestion.registry import products as all_products
from deepspace.models import IngestionLog
from deepspace.provenance import Provenance, Tier, worst

View = Callable[..., HttpResponse]
_LIVE_S = 60  # pages that show "now" show it to the minute

content_sources: list[Callable[[], str]] = []
"""Versions of what people write here (curated findings): each app that has some adds its own when it is ready."""

content_counters: list[str] = []
"""Tables of one row (``id`` 1) whose ``value`` counts those versions up: a restore must not set one back."""

computed_ahead: list[Callable[[], object]] = []
"""What apps compute at the end of an ingest, so that no reader waits for it: each adds its own when it is ready."""


@dataclass(slots=True)
class _Held:
    """What this process last knew. The pulse is read again after DATA_VERSION_HELD_S, a standing with each pulse."""

    read_at: float = 0.0
    pulse: str = ""
    content: str = ""
    standings: dict[str, tuple[str, Standing]] = field(default_factory=dict)
    database_is_away: bool = False


_held = _Held()
_lock = threading.Lock()


def pulse() -> str:
    """A token that changes when any ingest ends anywhere, when curated content changes, and at each minute.

    Held for a second per process. One indexed look-up for the ingests, and one per source of content. When the
    database does not answer, the last known token holds, so that what is cached is still served.
    """
    if _is_recent():
        return _held.pulse
    with _lock:
        if _is_recent():  # another thread was faster
            return _held.pulse
        try:
            newest = IngestionLog.objects.aggregate(newest=Max("finished_at"))["newest"]
            content = "+".join(source() for source in content_sources)
        except DatabaseFailure:
            newest, content = _held.pulse.partition("#")[0], _held.content
            _held.database_is_away = True
        else:
            if _held.database_is_away:
                _held.standings, _held.database_is_away = {}, False
        _held.content = content
        _held.pulse = f"{newest}#{content}@{int(time.time() // _LIVE_S)}"
        _held.read_at = time.monotonic()
        return _held.pulse


def content() -> str:
    """Version of everything that people write here, as of the pulse."""
    pulse()
    return _held.content


def _is_recent() -> bool:
    return bool(_held.pulse) and time.monotonic() - _held.read_at < settings.DATA_VERSION_HELD_S


def forget() -> None:
    """Drop what this process holds (after an ingest in the same process, and between tests)."""
    with _lock:
        _held.pulse, _held.content, _held.read_at, _held.database_is_away = "", "", 0.0, False
        _held.standings = {}


def held_standing(key: str) -> Standing:
    """Standing of a product, read once per pulse; while the database is away, the last known one."""
    beat = pulse()
    known = _held.standings.get(key)
    if known is not None and (known[0] == beat or _held.database_is_away):
        return known[1]
    if _held.database_is_away:
        return _unknown(key)
    try:
        fresh = standing(key)
    except DatabaseFailure:
        _held.database_is_away = True
        return known[1] if known is not None else _unknown(key)
    _held.standings[key] = (beat, fresh)
    return fresh


def database_is_away() -> bool:
    """Whether the last look at the database failed: what is made now is not to be kept by anybody."""
    return _held.database_is_away


def lost_database() -> None:
    """Somebody else's look at it failed."""
    _held.database_is_away = True


def _unknown(key: str) -> Standing:
    """Standing of a product of which this process knows nothing yet: no rows can be shown, its model can."""
    product = product_named(key)
    return Standing(
        product=key,
        source=product.source,
        tier=Tier.SYNTHETIC if product.model_summary else Tier.EMPTY,
        has_rows=False,
        last_success_at=None,
        last_attempt_at=None,
        last_error_class="",
        last_error="",
        next_due_at=None,
        data_version=-1,  # no log row has it: nothing made from this standing is taken for something else
        observed_from=None,
        observed_until=None,
    )


def token(products: tuple[str, ...]) -> str:
    """Data versions, refresh times and tiers of some products: changes exactly when what they show changes."""
    parts = [deepspace.__version__]
    for key in products:
        one = held_standing(key)
        parts.append(f"{key}:{one.data_version}:{one.tier.value}:{one.last_success_at}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def rows_token(products: tuple[str, ...]) -> str:
    """Data versions alone: changes when a row changes, not when a refresh finds nothing new or fails."""
    parts = [f"{key}:{held_standing(key).data_version}" for key in products]
    return hashlib.sha256("|".join([deepspace.__version__, *parts]).encode()).hexdigest()[:24]


def picture_token(products: tuple[str, ...]) -> str:
    """What the pixels of a plot depend on: rows, the printed date of retrieval, and a tier that is printed."""
    parts = [rows_token(products)]
    for key in products:
        one = held_standing(key)
        printed = "" if one.tier in {Tier.REAL, Tier.CACHED} else one.tier.value
        parts.append(f"{one.last_success_at:%Y-%m-%d}{printed}" if one.last_success_at else printed)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def current(provenance: Provenance) -> Provenance:
    """The same provenance as of now: what is kept per data version does not know of later refreshes and failures."""
    if not provenance.is_real or all(one.key != provenance.product for one in all_products()):
        return provenance  # a model; or what is no product: the platform itself, curated findings
    now = held_standing(provenance.product)
    if not now.has_rows:
        return provenance
    return replace(provenance, tier=now.tier, retrieved_at=now.last_success_at)


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
    parts = [request.path, request.GET.urlencode(), token(products), content(), minute() if live else ""]
    if every_product:
        parts.append(pulse())
    return quote_etag(hashlib.sha256("|".join(parts).encode()).hexdigest()[:20])


def public(
    *, products: tuple[str, ...] = (), live: bool = False, every_product: bool = False, max_age: int = 60
) -> Callable[[View], View]:
    """Decorate a public GET view: ETag, Cache-Control, X-Data-Tier, 304 before any work, front cache.

    An answer that the view itself calls ``no-store`` stays so: a later one may say more, though nothing has changed.

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
    cache_control = f"public, max-age={max_age}, stale-if-error=86400"

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            etag = etag_of(request, products, live=live, every_product=every_product)
            asked = request.headers.get("If-None-Match", "")
            if asked.strip() != "*" and matches(asked, etag):
                return _not_modified(etag, cache_control)
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            if products:
                response.headers.setdefault("X-Data-Tier", tier_of(products).value)
            if database_is_away() or response.get("Cache-Control") == "no-store":
                response.headers["Cache-Control"] = "no-store"
                return response
            if matches(asked, etag):
                return _not_modified(etag, cache_control)  # "*": only what exists has not been modified
            response.headers.setdefault("ETag", etag)
            response.headers["Cache-Control"] = cache_control
            patch_vary_headers(response, ["Accept-Encoding"])
            response.may_be_front_cached = True  # type: ignore[attr-defined]
            return response

        wrapped.products = products  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _not_modified(etag: str, cache_control: str) -> HttpResponse:
    """304 with what RFC 9110 wants in it, and nothing that could be other than in the 200 that it confirms."""
    response = HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": cache_control})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match wants it: proxies that compress make strong tags weak."""
    if not if_none_match:
        return False
    asked = parse_etags(if_none_match)
    return "*" in asked or etag in {tag.removeprefix("W/") for tag in asked}
