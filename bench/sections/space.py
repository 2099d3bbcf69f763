"""Space intelligence over a year of history: services, plots, page and endpoint, and one ingest of all feeds."""

from __future__ import annotations

from typing import Any, Final

from bench.figures import median
from bench.lab import Lab, Site
from bench.report import Table, Target
from bench.sections.archive import add

PAGE, API, TABLES = "/space-intelligence", "/api/space-intelligence", "/space-intelligence/tables/"
_DAYS: Final = (30, 366)
_COLD_MS, _PERCENTILE_MS = Target(1000.0, unit=" ms"), Target(5.0, unit=" ms")
_COLD_S, _INGEST_S = Target(1.0, unit=" s"), Target(5.0, unit=" s")
_COLD: Final = {
    **dict.fromkeys((PAGE, API, f"{API}?days=366"), _COLD_S),
    **dict.fromkeys((f"{PAGE}?days=366", f"{TABLES}neos.csv?days=366", f"{TABLES}xray.csv?days=366"), None),
}
_LIMITS: Final = {"weather, cold": _COLD_MS, "percentile of Kp, warm": _PERCENTILE_MS}
_MOST_RUNS = 3  # each is a new process

Found = dict[str, Any]


def measure(lab: Lab) -> list[Table]:
    """Fill a site with a year, ask its services, its page and its endpoint; ingest all feeds into another one."""
    lab.say("space: filling")
    site = lab.new_site()
    filled: dict[str, int] = site.probe("fill_space")
    runs = min(lab.runs, _MOST_RUNS)
    tables = [services(lab, site, filled, runs), _answers(lab, site, runs)]
    if lab.mirror is not None:
        tables.append(_ingest(lab, runs))
    return tables


def services(lab: Lab, site: Site, filled: dict[str, int], runs: int) -> Table:
    """What page and endpoint ask, in new processes."""
    found: dict[int, list[Found]] = {}
    for days in _DAYS:
        lab.say(f"space: services, {days} days")
        found[days] = [site.probe("space", str(days)) for _ in range(runs)]
    return services_table(filled, found)


def services_table(filled: dict[str, int], found: dict[int, list[Found]]) -> Table:
    """Medians side by side."""
    table = Table(
        "Space weather services and plots over a year of rows, ms",
        ("what", *(f"{days} days" for days in found)),
        notes=[
            f"Stored: {', '.join(f'{count:,} rows of {key}' for key, count in filled.items())}, all made up.",
            (
                f"Medians of {len(next(iter(found.values())))} new processes. Percentile among "
                f"{next(iter(found.values()))[0]['sample']:,} values."
            ),
        ],
    )
    for what in next(iter(found.values()))[0]["ms"]:
        values = [median(one["ms"][what] for one in runs) for runs in found.values()]
        checks = [(values[0], _LIMITS[what])] if what in _LIMITS else []
        table.add(
            what, *(f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in values), checks=checks
        )
    return table


def _answers(lab: Lab, site: Site, runs: int) -> Table:
    """First answers of new processes."""
    table = Table(
        "First answer of a new process over a year of rows",
        ("address", "seconds", "CPU s", "seconds, file not in memory", "kB", "tier", "peak RSS MB"),
        notes=[
            (
                "Without a picture in any cache: every plot of the page is drawn. As gunicorn starts its workers, "
                "what can be imported ahead is."
            )
        ],
    )
    for address, target in _COLD.items():
        lab.say(f"space: {address}")
        found = [site.probe("cold", address) for _ in range(runs)]
        add(table, address, found, site.probe("cold", address, str(site.database)), target)
    return table


def _ingest(lab: Lab, runs: int) -> Table:
    """All feeds into an empty site."""
    lab.say("space: ingest")
    done = [lab.new_site().manage("ingest", "spaceintel", "--due", check=False) for _ in range(runs)]
    table = Table(
        f"One ingest of all feeds from {lab.upstream_name}",
        ("command", "seconds", "CPU s", "peak RSS MB"),
        notes=["Into an empty site; start of Python and drawing of the plots included."],
    )
    seconds = median(one.seconds for one in done)
    table.add(
        "ingest spaceintel --due",
        f"{seconds:.1f}",
        f"{median(one.cpu_s for one in done):.1f}",
        f"{max(one.peak_rss_mb for one in done):.0f}",
        checks=[(seconds, _INGEST_S)],
    )
    return table
