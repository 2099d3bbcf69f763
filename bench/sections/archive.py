"""Answers over a whole mission of rows: cold ones of new processes, and warm ones beside the trajectory's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any, Final

from bench.figures import median, median_ratio
from bench.lab import Lab, Site
from bench.report import Table, Target
from bench.sections import serve

FIELD: Final = "/api/magnetometer"
WARM: Final = (FIELD, "/api/trajectory")
_FIELD_S, _OTHER_S = Target(1.0, unit=" s"), Target(1.5, unit=" s")
_COLD: Final = {
    **{f"{FIELD}?days={days}": _FIELD_S for days in (1, 30, 400, 3650, 20000)},
    f"{FIELD}?days=400&end=2014-12-01": _FIELD_S,  # through the densest year
    "/plasma": _OTHER_S,
    "/plasma?hours=720": _OTHER_S,
    "/api/plasma?hours=720": _OTHER_S,
    "/density": _OTHER_S,
    "/api/density": _OTHER_S,
}
_WITHOUT_HOURS: Final = {f"{FIELD}?days={days}": _FIELD_S for days in (400, 401, 3650, 20000)}
_ALSO_STORED: Final = (
    *("voyager.trajectory", "voyager.events", "voyager.electron_density", "voyager.plasma_waveform"),
    "voyager.electron_density_ridge",
)
_MOST_RUNS = 3  # each is a new process

Found = dict[str, Any]  # what bench.probes.cold prints


def measure(lab: Lab) -> list[Table]:
    """Fill a site, ask it cold, then warm, then cold again without hourly averages."""
    lab.say("archive: filling")
    site = lab.new_site()
    site.manage("ingest", *_ALSO_STORED, check=lab.mirror is not None)
    filled: dict[str, int] = site.probe("fill")
    runs = min(lab.runs, _MOST_RUNS)
    table = Table(
        "First answer of a new process",
        ("address", "seconds", "CPU s", "seconds, file not in memory", "kB", "tier", "peak RSS MB"),
        notes=[
            f"Stored: {', '.join(f'{count:,} rows of {key}' for key, count in filled.items())}, all made up.",
            (
                f"Medians of {runs} new processes, each with an empty cache; the clock runs from the request to the "
                "last byte, not during the start of Python. The third figure is of one more process, after the "
                "kernel dropped the database file from memory."
            ),
        ],
    )
    _ask(lab, site, table, _COLD, runs)
    warm = serve.compared(lab, site, WARM, section="archive")
    lab.say("archive: without hourly averages")
    _drop_hours(site)
    _ask(lab, site, table, _WITHOUT_HOURS, runs, note=", no hourly rows")
    warm_table = serve.table(warm, lab)
    warm_table.notes.append(_side_by_side(warm))
    return [table, warm_table]


def _ask(
    lab: Lab, site: Site, table: Table, addresses: dict[str, Target], runs: int, *, note: str = ""
) -> None:
    for address, target in addresses.items():
        lab.say(f"archive: {address}{note}")
        found = [site.probe("cold", address) for _ in range(runs)]
        add(table, f"{address}{note}", found, site.probe("cold", address, str(site.database)), target)


def add(table: Table, name: str, found: list[Found], from_disc: Found, target: Target | None) -> None:
    """One address in a row."""
    seconds = median(one["seconds"] for one in found)
    table.add(
        name,
        f"{seconds:.2f}",
        f"{median(one['cpu_s'] for one in found):.2f}",
        f"{from_disc['seconds']:.2f}",
        f"{found[0]['bytes'] / 1000:.0f}",
        found[0]["tier"],
        f"{max(one['peak_rss_mb'] for one in found):.0f}",
        checks=[(seconds, target)] if target else [],
    )


def _drop_hours(site: Site) -> None:
    """As a site whose operator took the 48 s averages of the whole mission and not the hourly ones."""
    with closing(sqlite3.connect(site.database, timeout=20)) as database, database:
        database.execute("DELETE FROM voyager1_magnetic_field WHERE cadence_s = 3600")


def _side_by_side(cases: Iterable[serve.Case]) -> str:
    """CPU of the field's endpoint over the trajectory's, kind of answer by kind of answer."""
    by_name = {case.name: [one.cpu_us for one in case.ours] for case in cases}
    ratios = [
        f"{name.removeprefix(FIELD).strip()}: {median_ratio(used, by_name[name.replace(FIELD, WARM[1])]):.2f}"
        for name, used in by_name.items()
        if name.startswith(FIELD)
    ]
    return f"CPU of {FIELD} over that of {WARM[1]} ({'; '.join(ratios)}): the number of bytes differs."
