"""Time and memory of `manage.py ingest voyager.trajectory` and `manage.py verify`."""

from __future__ import annotations

import re

from bench.figures import median
from bench.lab import Lab
from bench.processes import Finished
from bench.report import Table, Target

PRODUCT = "voyager.trajectory"
FIRST = "first ingest"
_TIME, _MEMORY = Target(10.0, unit=" s"), Target(400.0, unit=" MB")
_MOST_RUNS = 3  # each fetches the whole mission


def measure(lab: Lab) -> list[Table]:
    """First ingest of an empty site, a second one, and the proof of every row."""
    steps: dict[str, list[Finished]] = {FIRST: [], "second ingest": [], "verify": []}
    runs = min(lab.runs, _MOST_RUNS)
    for run in range(runs):
        lab.say(f"ingest: run {run + 1} of {runs}")
        site = lab.new_site()
        steps[FIRST].append(site.manage("ingest", PRODUCT))
        steps["second ingest"].append(site.manage("ingest", PRODUCT))
        steps["verify"].append(site.manage("verify", PRODUCT))
    table = Table(
        f"{PRODUCT} from {lab.upstream_name}",
        ("step", "seconds", "CPU s", "peak RSS MB", "rows created / updated / unchanged"),
        notes=[
            (
                f"Medians of {runs} runs, each on an empty site; the peak is the largest of them. Whole commands: "
                "start of Python, pauses between requests that JPL asks for, and drawing the plots included."
            )
        ],
    )
    for name, done in steps.items():
        seconds, peak_mb = median(one.seconds for one in done), max(one.peak_rss_mb for one in done)
        table.add(
            name,
            f"{seconds:.1f}",
            f"{median(one.cpu_s for one in done):.1f}",
            f"{peak_mb:.0f}",
            counts(done[-1].output),
            checks=[(seconds, _TIME), (peak_mb, _MEMORY)] if name == FIRST else (),
        )
    return [table]


def counts(output: str, product: str = PRODUCT) -> str:
    """Rows as the command says at its end."""
    pattern = rf"^{re.escape(product)}: (\d+) created, (\d+) updated, (\d+) unchanged"
    found = re.search(pattern, output, re.MULTILINE)
    return " / ".join(found.groups()) if found else ""
