"""Latency of the pages while an ingest meets a broken upstream, against the same pages without an ingest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from bench.figures import median, percentile
from bench.lab import BenchError, Lab
from bench.report import Table, Target
from bench.sections.serve import PATHS
from bench.server import Server
from bench.server import Target as Address
from bench.troubles import Ingests, troubles

_RATIO, _SLOWEST = Target(1.5), Target(250.0, unit=" ms")
_PER_S: Final = 80.0  # a busy day for such a site; the second core is left to the ingest
_REQUESTS: Final = 640
# A cookie goes around the front cache: the view runs, with the plots from their own cache.
_COLD: Final = {"Cookie": "bench=1"}
_ADDRESSES: Final = (*(Address(path, {}) for path in PATHS), *(Address(path, _COLD) for path in PATHS))


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds of each request in one row of the table."""

    warm: list[float]
    cold: list[float]

    def __add__(self, other: Latencies) -> Latencies:
        return Latencies(self.warm + other.warm, self.cold + other.cold)


def measure(lab: Lab) -> list[Table]:
    """Pages without an ingest, with a healthy one, and with one per fault."""
    requests = _REQUESTS // (4 if lab.quick else 1)
    rows: list[tuple[str, str, Latencies]] = []
    with Server(lab.site) as server:
        server.warm(*PATHS)
        base = _latencies(server, requests)
        for trouble in troubles(lab):
            lab.say(f"faults: {trouble.name}")
            with trouble.active(), Ingests(lab.site, trouble.url) as ingests:
                time.sleep(1.0)  # until Python is up and has asked
                found = _latencies(server, requests)
            rows.append((trouble.name, ingests.outcome(), found))
        lab.site.manage("ingest", "voyager.trajectory", check=False)
        server.warm(*PATHS)
        base += _latencies(server, requests)
    return [_table(base, rows, requests)]


def _latencies(server: Server, requests: int) -> Latencies:
    sample = server.load(*_ADDRESSES, requests=requests, connections=2, per_s=_PER_S)
    if set(sample.result.statuses) != {200}:
        raise BenchError(f"the pages answered {sample.result.statuses}")
    warm_page, warm_api, cold_page, cold_api = sample.result.latencies_ms
    return Latencies(warm_page + warm_api, cold_page + cold_api)


def _table(base: Latencies, rows: list[tuple[str, str, Latencies]], requests: int) -> Table:
    table = Table(
        "Latency of pages while an ingest runs, ms",
        (
            *("upstream", "ingests: last result", "warm p50 / p99 / max", "ratio p50", "p99"),
            *("cold p50 / p99 / max", "ratio p50", "p99"),
        ),
        notes=[
            (
                f"Each row: {requests} requests at {_PER_S:.0f} a second on {' and '.join(PATHS)}, half answered "
                "by the front cache (warm), half by the views (cold: a cookie goes around it). Ratios are to the rows "
                "without an ingest, measured before and after; "
                "the targets are for the larger ratio of medians and for the slowest answer."
            ),
            (
                "An ingest shares two cores with two workers, the client and the mirror; each one that ends renews the "
                "caches."
            ),
        ],
    )
    for name, outcome, found in [("no ingest", "", base), *rows]:
        medians = [median(found.warm) / median(base.warm), median(found.cold) / median(base.cold)]
        cells = [
            part
            for mine, theirs, ratio in zip(
                (found.warm, found.cold), (base.warm, base.cold), medians, strict=True
            )
            for part in (
                f"{median(mine):.1f} / {percentile(mine, 99):.1f} / {max(mine):.1f}",
                f"{ratio:.2f}",
                f"{percentile(mine, 99) / percentile(theirs, 99):.2f}",
            )
        ]
        slowest = max(*found.warm, *found.cold)
        table.add(name, outcome, *cells, checks=[(max(medians), _RATIO), (slowest, _SLOWEST)])
    return table
