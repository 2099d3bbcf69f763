"""``/status``: every product and every upstream host, as the ingest last found them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.models import UpstreamHost
from deepspace.pages.standings import known_standings
from deepspace.provenance import Tier, worst
from deepspace.versions import public

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostState:
    """An upstream host and whether the circuit breaker lets requests through."""

    host: UpstreamHost
    is_open: bool  # the circuit is open: no requests for now


@require_safe
@public(live=True, every_product=True)
def status(request: HttpRequest) -> HttpResponse:
    """The status page."""
    now = datetime.now(UTC)
    rows = known_standings()
    tiers = [row.standing.tier for row in rows if row.standing]
    context = {"rows": rows, "worst": worst(tiers), "hosts": _hosts(now), "now": now, "tiers": list(Tier)}
    response = render(request, "pages/status.html", context)
    response["X-Data-Tier"] = worst(tiers).value
    return response


def _hosts(now: datetime) -> list[HostState]:
    try:
        hosts = list(UpstreamHost.objects.order_by("host"))
    except DatabaseFailure:
        _log.exception("no host states: the database does not answer")
        return []
    return [HostState(host, host.open_until is not None and host.open_until > now) for host in hosts]
