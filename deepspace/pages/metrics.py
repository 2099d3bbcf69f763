"""``/metrics``: the state of the platform for Prometheus, read from the database when asked.

Only for scrapers on this machine: a request that came over the network or through a proxy gets 404.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

from django.db import Error as DatabaseFailure
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

import deepspace
from deepspace.fallback import standings
from deepspace.models import UpstreamHost
from deepspace.provenance import Tier

_FORWARDING = re.compile(
    r"HTTP_(X_FORWARDED.*|X_REAL_IP|X_CLIENT_IP|FORWARDED|VIA|TRUE_CLIENT_IP|CF_CONNECTING_IP)"
)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in the Prometheus text format."""
    if not _is_local(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Platform())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_local(request: HttpRequest) -> bool:
    """Whether the peer is a loopback address or a unix socket, and nobody forwarded the request."""
    if any(_FORWARDING.fullmatch(name) for name in request.META):
        return False
    peer = request.META.get("REMOTE_ADDR", "")
    try:
        return not peer or ip_address(peer).is_loopback
    except ValueError:
        return False


class _Platform:
    """Reads everything at scrape time, so that the numbers are the same whichever worker answers."""

    def collect(self) -> Iterator[Metric]:
        """One family after another; those that need the database are left out while it does not answer."""
        yield InfoMetricFamily(
            "deepspace_release", "Running release", value={"version": deepspace.__version__}
        )
        try:
            families, is_up = _from_the_database(datetime.now(UTC)), 1.0
        except DatabaseFailure:
            families, is_up = [], 0.0
        yield GaugeMetricFamily("deepspace_database_up", "1 while the database answers", value=is_up)
        yield from families


def _from_the_database(now: datetime) -> list[Metric]:
    age = GaugeMetricFamily("deepspace_product_age_seconds", "Since the last refresh", labels=["product"])
    tier = GaugeMetricFamily("deepspace_product_tier", "1 for the product's rung", labels=["product", "tier"])
    failing = GaugeMetricFamily("deepspace_product_failing", "1 if the last try failed", labels=["product"])
    for one in standings(now):
        since = one.age(now)
        if since is not None:
            age.add_metric([one.product], since.total_seconds())
        for rung in Tier:
            tier.add_metric([one.product, rung.value], float(one.tier is rung))
        failing.add_metric([one.product], float(bool(one.last_error_class)))
    broken = GaugeMetricFamily(
        "deepspace_upstream_circuit_open", "1 while a host is not asked", labels=["host"]
    )
    for host in UpstreamHost.objects.order_by("host"):
        is_open = host.open_until is not None and host.open_until > now
        broken.add_metric([host.host], float(is_open))
    return [age, tier, failing, broken]
