"""Memory of the workers after the pages and many plots."""

from __future__ import annotations

from bench.lab import Lab
from bench.report import Table, Target
from bench.sections.serve import PATHS
from bench.server import Server
from bench.server import Target as Address

_LIMIT = Target(220.0, unit=" MB")
_RENDERS = 200
_STEPS = 2
_CONNECTIONS = 8  # every thread of both workers draws at the same time
_PAGES = ("/", *PATHS, "/api/position", "/status", "/data")


def measure(lab: Lab) -> list[Table]:
    """Follow RSS and PSS of both workers."""
    renders = _RENDERS // (4 if lab.quick else 1)
    table = Table(
        "Memory of the workers, MB",
        ("after", "largest RSS", "each RSS", "each PSS"),
        notes=[
            "PSS divides the pages that the workers share with the master, which imported the code before them."
        ],
    )
    names: list[str] = lab.site.probe("plots")
    drawn = [Address(f"/drawn/{name}.{fmt}", {}) for name in names for fmt in ("png", "svg", "csv")]
    with Server(lab.site) as server:
        _note(table, server, "start")
        server.warm(*_PAGES)
        _note(table, server, "each page on each worker")
        for step in range(1, _STEPS + 1):
            lab.say(f"memory: {step * renders // _STEPS} of {renders} renders")
            server.load(*drawn, requests=renders // _STEPS, connections=_CONNECTIONS)
            _note(
                table, server, f"{step * renders // _STEPS} renders (PNG, SVG and CSV of {len(names)} plots)"
            )
    return [table]


def _note(table: Table, server: Server, when: str) -> None:
    each = server.memory
    largest = max(one.rss_mb for one in each)
    table.add(
        when,
        f"{largest:.0f}",
        " ".join(f"{one.rss_mb:.0f}" for one in each),
        " ".join(f"{one.pss_mb:.0f}" for one in each),
        checks=[(largest, _LIMIT)],
    )
