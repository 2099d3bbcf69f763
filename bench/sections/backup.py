"""Backup and restore of a large SQLite database to a directory, and the site's latency meanwhile."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from bench import processes
from bench.figures import median, percentile
from bench.lab import BenchError, Lab, Site
from bench.report import Table, Target
from bench.server import Server
from bench.server import Target as Address
from tests.support.instance import ROOT

PATHS: Final = ("/trajectory", "/api/trajectory", "/api/position")
_SIZE_BYTES, _QUICK_BYTES = 10**9, 10**8
_ENDS_WITHIN = Target(60.0, unit=" s")
_SLOWDOWN = Target(2.0)
_COMMANDS: Final = (("backup",), ("backup", "--verify"), ("restore", "--yes"), ("restore", "--drill"))
_PER_S: Final = 100.0
_REQUESTS: Final = 200
_BALLAST_BYTES: Final = 2_000


def measure(lab: Lab) -> list[Table]:
    """Fill a site to 1 GB; back it up, and restore it, while it is read."""
    site = lab.new_site()
    site.manage("ingest", "voyager.trajectory", "voyager.events", check=lab.mirror is not None)
    lab.say("backup: filling")
    size = _fill(site, _QUICK_BYTES if lab.quick else _SIZE_BYTES)
    table = Table(
        "Backup to a directory, and restore, of a SQLite database of a working site",
        ("command", "MB", "seconds", "CPU s", "peak RSS MB", "p99 alone, ms", "p99 ms", "ratio"),
        notes=[
            f"p99 of {', '.join(PATHS)} at {_PER_S:.0f} requests/s, warm, two workers: just before, and meanwhile.",
            "Medians of the runs of `backup`, one run of the others. A restore also empties the cache of plots.",
            "The database has the trajectory and rows of random and of repeated bytes: it packs to about two fifths.",
        ],
    )
    with Server(site) as server:
        server.warm(*PATHS)
        for words in _COMMANDS:
            runs = [_run(lab, site, server, words) for _ in range(lab.runs if words == ("backup",) else 1)]
            _add(table, words, runs, size)
    return [table]


@dataclass(frozen=True, slots=True)
class Run:
    """One command, and what readers saw before it and meanwhile."""

    finished: processes.Finished
    alone_ms: list[float]
    meanwhile_ms: list[float]

    @property
    def ratio(self) -> float:
        """Of the p99."""
        return percentile(self.meanwhile_ms, 99) / percentile(self.alone_ms, 99)


def _run(lab: Lab, site: Site, server: Server, words: tuple[str, ...]) -> Run:
    lab.say(f"backup: {' '.join(words)}")
    server.warm(*PATHS)
    alone = [one for _ in range(3) for one in _latencies(server)]
    meanwhile: list[float] = []
    log = site.place / "command.log"
    command = [sys.executable, "manage.py", *words]
    done = processes.run_beside(
        command, site.env, log, lambda: meanwhile.extend(_latencies(server)), cwd=ROOT
    )
    if done.returncode:
        raise BenchError(f"manage.py {' '.join(words)} exited {done.returncode}:\n{done.output[-2000:]}")
    return Run(done, alone, meanwhile)


def _add(table: Table, words: tuple[str, ...], runs: list[Run], size: int) -> None:
    seconds = median(one.finished.seconds for one in runs)
    ratio = median(one.ratio for one in runs)
    checks = [] if "--drill" in words else [(seconds, _ENDS_WITHIN)]
    if words == ("backup",):
        checks.append((ratio, _SLOWDOWN))
    table.add(
        " ".join(words),
        f"{size / 1e6:.0f}",
        f"{seconds:.1f}",
        f"{median(one.finished.cpu_s for one in runs):.1f}",
        f"{max(one.finished.peak_rss_mb for one in runs):.0f}",
        f"{median(percentile(one.alone_ms, 99) for one in runs):.2f}",
        f"{median(percentile(one.meanwhile_ms, 99) for one in runs):.2f}",
        f"{ratio:.2f}",
        checks=checks,
    )


def _latencies(server: Server) -> list[float]:
    asked = [Address(path, {}) for path in PATHS]
    sample = server.load(*asked, requests=_REQUESTS, warmup=8, connections=4, per_s=_PER_S)
    if set(sample.result.statuses) != {200}:
        raise BenchError(f"the pages answered {sample.result.statuses}")
    return [one for each in sample.result.latencies_ms for one in each]


def _fill(site: Site, size_bytes: int) -> int:
    """Rows that pack like the platform's: some bytes repeat, some do not. Returns the size of the file."""
    with closing(sqlite3.connect(site.database, timeout=20)) as database:
        database.execute("CREATE TABLE ballast (id INTEGER PRIMARY KEY, body BLOB)")
        rows = size_bytes // _BALLAST_BYTES
        body = f"randomblob({_BALLAST_BYTES * 2 // 5}) || zeroblob({_BALLAST_BYTES * 3 // 5})"
        count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        database.execute(f"{count} INSERT INTO ballast (body) SELECT {body} FROM n", [rows])  # noqa: S608 - own numbers
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return site.database.stat().st_size
