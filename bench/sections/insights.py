"""Two thousand findings: warm answers beside a bare view, cold ones, search and filters, and the admin's list."""

from __future__ import annotations

from typing import Any, Final

from bench.figures import median
from bench.lab import Lab, Site
from bench.report import Table, Target
from bench.sections import serve
from bench.sections.archive import add

WARM: Final = ("/insights", "/api/insights")
COLD: Final = (
    *WARM,
    "/api/insights?limit=100",
    "/insights?q=heliosphere",
    "/insights/finding-1001",
    "/feed.atom",
)
_COLD_S: Final = Target(1.5, unit=" s")
_ADMIN_MS: Final = Target(200.0, unit=" ms")
_MOST_RUNS = 3  # each is a new process

Found = dict[str, dict[str, float]]  # what bench.probes.insights prints


def measure(lab: Lab) -> list[Table]:
    """Fill a site, ask it warm, cold, and for what no cache holds."""
    lab.say("insights: filling")
    site = lab.new_site()
    filled: dict[str, int] = site.probe("fill_insights")
    runs = min(lab.runs, _MOST_RUNS)
    warm = serve.table(serve.compared(lab, site, WARM, section="insights"), lab)
    lab.say("insights: lists")
    lists = lists_table(filled, [site.probe("insights") for _ in range(1 if lab.quick else runs)])
    return [warm, _cold(lab, site, runs), lists]


def _cold(lab: Lab, site: Site, runs: int) -> Table:
    table = Table(
        "First answer of a new process over 2,000 findings",
        ("address", "seconds", "CPU s", "seconds, file not in memory", "kB", "tier", "peak RSS MB"),
        notes=[
            "With nothing in any cache: the timeline is drawn, and the rows behind findings are compared."
        ],
    )
    for address in COLD:
        lab.say(f"insights: {address}")
        found: list[dict[str, Any]] = [site.probe("cold", address) for _ in range(runs)]
        add(table, address, found, site.probe("cold", address, str(site.database)), _COLD_S)
    return table


def lists_table(filled: dict[str, int], runs: list[Found]) -> Table:
    """Medians over processes; the admin's rows have a limit."""
    table = Table(
        "Lists of findings, no answer kept",
        ("what", "first ms", "ms", "CPU ms", "queries", "kB"),
        notes=[
            f"Stored: {', '.join(f'{count:,} {name}' for name, count in filled.items())}, all made up.",
            (
                f"One process; medians of {len(runs)} processes. The first answer draws its timeline; later ones find "
                "the picture in its cache and make the rest anew."
            ),
        ],
    )
    for what, one in runs[0].items():
        ms = median(run[what]["ms"] for run in runs)
        table.add(
            what,
            f"{median(run[what]['first'] for run in runs):.0f}",
            f"{ms:.1f}",
            f"{median(run[what]['cpu_ms'] for run in runs):.1f}",
            f"{one['queries']:.0f}",
            f"{one['bytes'] / 1000:.0f}",
            checks=[(ms, _ADMIN_MS)] if what.startswith("admin") else [],
        )
    return table
