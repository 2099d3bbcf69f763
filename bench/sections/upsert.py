"""Long series into the table: the upsert with its counting against the driver alone, and backfills."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import median, median_ratio
from bench.lab import BenchError, Lab, Site
from bench.report import Table, Target
from bench.sections import ingest
from tests.support import mirror
from tools import postgres

PRODUCT: Final = "voyager.magnetic_field_48s"
_TEXTS: Final = "data/spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/magnetic_fields/VIM_48s_mag_ascii"
_RATIO, _BACKFILL, _MEMORY = Target(3.0), Target(20.0, unit=" s"), Target(400.0, unit=" MB")
_BACKFILLS: Final = {
    "one year": ("--since", "2013-01-01", "--until", "2013-12-31"),
    "the other years recorded": ("--since", "2009-01-01"),
}
_UNDER_POSTGRESQL: Final = (sys.executable, "-m", "tools.postgres", "--")

Found = dict[str, Any]  # what bench.probes.upsert prints


def measure(lab: Lab) -> list[Table]:
    """Both candidates on a fresh database each, in turns; then whole commands."""
    texts = _texts()
    site = lab.bare_site()
    samples: dict[str, list[Found]] = {"ours": [], "raw": []}
    for run in range(lab.runs):
        lab.say(f"upsert: run {run + 1} of {lab.runs}")
        for how in sorted(samples, reverse=bool(run % 2)):
            site.forget_rows()
            samples[how].append(site.probe("upsert", how, texts))
    origin = "recorded VIM text" if texts else "made-up VIM text (no mirror here)"
    rows = samples["ours"][0]["counts"]["created"]
    table = Table(
        f"48 s averages into an empty table: {rows:,} rows of {origin}",
        ("step", "seconds", "rows/s", "ratio to the driver alone", "peak RSS MB"),
        notes=[
            (
                f"SQLite: medians of {lab.runs} interleaved runs, each on a fresh file; one transaction a year; ratios "
                "of each run. The driver alone is sqlite3's executemany of ready tuples into the same table with the "
                "same indexes, pragmas and transactions."
            ),
            "The peak is the largest of a process that parses, validates and upserts all of it, twice.",
        ],
    )
    fill(table, "SQLite", samples["ours"], samples["raw"])
    _postgresql(lab, site, texts, table)
    return [table, *_backfills(lab)]


def _texts() -> str:
    """Directory of the recorded files; empty where there is none."""
    place = mirror.directory() or Path()
    return str(place / _TEXTS) if (place / _TEXTS).is_dir() else ""


def fill(
    table: Table, database: str, ours: list[Found], raw: list[Found], *, limit: Target | None = _RATIO
) -> None:
    """Rows of one database, from what both candidates printed run by run."""
    created = ours[0]["counts"]["created"]
    for found in (*ours, *raw):
        counts = found["counts"]
        if (
            counts["created"] != created
            or counts.get("changed_again")
            or counts.get("unchanged", created) != created
        ):
            raise BenchError(f"{database}: {counts}, not {created} rows everywhere")
    base = [one["seconds"]["write"] for one in raw]
    peak_mb = max(one["peak_rss_mb"] for one in ours)
    steps = {
        "parse": ("parse", None),
        "validate": ("validate", None),
        "upsert with counting": ("write", limit),
        "again, nothing changed": ("again", None),
    }
    for name, (step, target) in steps.items():
        seconds = [one["seconds"][step] for one in ours]
        ratio = median_ratio(seconds, base)
        checks = [] if target is None else [(ratio, target), (peak_mb, _MEMORY)]
        peak = "" if target is None else f"{peak_mb:.0f}"
        table.add(f"{database}: {name}", *_speed(seconds, created), f"{ratio:.2f}", peak, checks=checks)
    table.add(f"{database}: the driver alone", *_speed(base, created), "1", "")


def _speed(seconds: list[float], rows: int) -> tuple[str, str]:
    return f"{median(seconds):.2f}", f"{rows / median(seconds):,.0f}"


def _postgresql(lab: Lab, site: Site, texts: str, table: Table) -> None:
    """The same on PostgreSQL once, where its server is installed; the bench installs nothing."""
    if postgres.find_programs() is None:
        table.notes.append("PostgreSQL: not measured, no server is installed here.")
        return
    lab.say("upsert: PostgreSQL")
    try:
        ours, raw = (site.probe("upsert", how, texts, under=_UNDER_POSTGRESQL) for how in ("ours", "raw"))
    except BenchError as error:
        table.notes.append(f"PostgreSQL: not measured, {str(error).strip().splitlines()[-1]}")
        return
    fill(table, "PostgreSQL", [ours], [raw], limit=None)
    table.notes.append(
        "PostgreSQL: one run, each on a fresh private cluster (fsync off). The driver alone is COPY straight into the "
        "table; ours is COPY into a temporary table and one INSERT … SELECT."
    )


def _backfills(lab: Lab) -> list[Table]:
    table = Table(
        f"Backfill of {PRODUCT} from {lab.upstream_name}",
        ("window", "seconds", "CPU s", "peak RSS MB", "rows created / updated / unchanged"),
        notes=[
            "Whole commands on one site: start of Python, listings, download, parsing, storing and drawing the plots."
        ],
    )
    if lab.mirror is None:
        table.notes.append("Not measured: the stand-in has no files of the archive.")
        return [table]
    lab.say("upsert: backfills")
    site = lab.new_site()
    for name, window in _BACKFILLS.items():
        done = site.manage("ingest", PRODUCT, *window)
        checks = [(done.peak_rss_mb, _MEMORY)]
        if name == "one year":
            checks.insert(0, (done.seconds, _BACKFILL))
        table.add(
            f"{name}: {' '.join(window)}",
            f"{done.seconds:.1f}",
            f"{done.cpu_s:.1f}",
            f"{done.peak_rss_mb:.0f}",
            ingest.counts(done.output, PRODUCT),
            checks=checks,
        )
    return [table]
