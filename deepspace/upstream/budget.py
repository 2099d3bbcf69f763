"""How many requests a host allows in an hour or a day, counted over all processes.

Requests are counted by the minute in ``upstream_hosts``, under "minute". An upstream that says that nothing is left
(``X-RateLimit-Remaining: 0``) is believed: what it counted beyond ours stands under "minute/seconds" and counts for the
limit of so many seconds alone, because an hour that is used up says nothing of the day. Whoever asks has the host's
turn, so that two processes do not take the last request both. A database that cannot be written costs a warning and
not the fetch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from deepspace.models import UpstreamHost
from deepspace.upstream.breaker import tolerant
from deepspace.upstream.policy import Allowance, HostPolicy
from deepspace.upstream.request import Request

_Counts = Mapping[
    tuple[int, int], int
]  # minute, seconds of the limit that it counts for (0: for all) -> requests

DEMO_KEY: Final = "DEMO_KEY"  # api.data.gov's public key, with limits of its own
_MINUTE_S: Final = 60
_ENOUGH: Final = 1_000_000  # where nothing is limited


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be asked now."""

    requests: int
    next_at: datetime | None = None  # when one more is allowed, where none is left
    reason: str = ""


def allowances_of(request: Request, policy: HostPolicy) -> Sequence[Allowance]:
    """The limits that hold for the key of a request."""
    return policy.demo_allowances if DEMO_KEY in request.secret_params.values() else policy.allowances


def left(host: str, allowances: Sequence[Allowance], now: datetime) -> Left:
    """How many requests the host's limits leave."""
    if not allowances:
        return Left(_ENOUGH)
    counts = _counts(host)
    return min((_left(counts, one, now) for one in allowances), key=lambda one: (one.requests, -_due(one)))


def spend(host: str, allowances: Sequence[Allowance], now: datetime, requests: int = 1) -> None:
    """Count a request that is about to be sent."""
    if allowances:
        _count(host, allowances, (_minute(now), 0), requests)


def heed(host: str, allowances: Sequence[Allowance], headers: Mapping[str, str], now: datetime) -> None:
    """Believe an upstream that says that nothing is left: others may use the same key or address.

    ``X-RateLimit-Limit`` says of which limit that is; where it fits none of ours, of the shortest.
    """
    if not allowances or headers.get("x-ratelimit-remaining", "").strip() != "0":
        return
    told = headers.get("x-ratelimit-limit", "").strip()
    named = [one for one in allowances if str(one.requests) == told]
    meant = min(named or allowances, key=lambda one: one.seconds)
    unspent = _left(_counts(host), meant, now).requests
    if unspent > 0:
        _count(host, allowances, (_minute(now), meant.seconds), unspent)


def _count(host: str, allowances: Sequence[Allowance], place: tuple[int, int], requests: int) -> None:
    oldest = place[0] - max(one.seconds for one in allowances) // _MINUTE_S - 1
    with tolerant("counting the requests"), transaction.atomic():
        row, _ = UpstreamHost.objects.select_for_update().get_or_create(host=host)
        kept = {at: n for at, n in _read(row).items() if at[0] > oldest}
        kept[place] = kept.get(place, 0) + requests
        row.requests_by_minute = {_told(at): n for at, n in sorted(kept.items())}
        row.save(update_fields=["requests_by_minute"])


def _counts(host: str) -> _Counts:
    found: _Counts = {}
    with tolerant("reading the count of requests"):
        row = UpstreamHost.objects.filter(host=host).only("requests_by_minute").first()
        if row is not None:
            found = _read(row)
    return found


def _read(row: UpstreamHost) -> _Counts:
    parts = ((at.partition("/"), n) for at, n in row.requests_by_minute.items())
    return {(int(minute), int(seconds or 0)): n for (minute, _, seconds), n in parts}


def _told(at: tuple[int, int]) -> str:
    minute, seconds = at
    return f"{minute}/{seconds}" if seconds else str(minute)


def _left(counts: _Counts, allowance: Allowance, now: datetime) -> Left:
    """A minute counts until all of it is older than the span: never more than allowed, seldom a little less."""
    first, last = _minute(now - timedelta(seconds=allowance.seconds)), _minute(now)
    inside = [
        (minute, n)
        for (minute, seconds), n in sorted(counts.items())
        if first <= minute <= last and seconds in {0, allowance.seconds}
    ]
    unspent = allowance.requests - sum(n for _, n in inside)
    if unspent > 0:
        return Left(unspent)
    freed, next_at = 0, now
    for minute, n in inside:
        freed += n
        if unspent + freed > 0:
            next_at = datetime.fromtimestamp((minute + 1) * _MINUTE_S + allowance.seconds, UTC)
            break
    hours = f"{allowance.seconds / 3600:g} h"
    return Left(0, next_at, f"the {allowance.requests} requests that its key allows in {hours} are spent")


def _due(one: Left) -> float:
    return one.next_at.timestamp() if one.next_at is not None else 0.0


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // _MINUTE_S
