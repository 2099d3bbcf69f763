"""``python -m bench [SECTION ...] [--runs N] [--quick] [--write]``.

Exit 0 unless something broke (1) or the arguments are wrong (2): a figure over its target is a figure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import report
from bench.lab import BenchError, Lab
from bench.report import Table
from bench.sections import (
    archive,
    backup,
    faults,
    imports,
    ingest,
    insights,
    memory,
    render,
    serve,
    space,
    upsert,
)
from tests.support.instance import ROOT

SECTIONS: Mapping[str, Callable[[Lab], list[Table]]] = {
    "serve": serve.measure,
    "render": render.measure,
    "memory": memory.measure,
    "ingest": ingest.measure,
    "upsert": upsert.measure,
    "archive": archive.measure,
    "space": space.measure,
    "insights": insights.measure,
    "backup": backup.measure,
    "imports": imports.measure,
    "faults": faults.measure,
}
PAGE = ROOT / "docs" / "performance.md"


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure speed and size; asserts nothing."
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)} (default: all)"
    )
    parser.add_argument("--runs", type=_count, default=5, metavar="N", help="interleaved runs (default: 5)")
    parser.add_argument("--quick", action="store_true", help="at most two runs, and fewer requests")
    parser.add_argument("--write", action="store_true", help=f"renew the tables in {PAGE.relative_to(ROOT)}")
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}: there are {', '.join(SECTIONS)}")
    chosen.sections = [name for name in SECTIONS if name in chosen.sections or not chosen.sections]
    return chosen


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and write where asked."""
    chosen = arguments(words)
    measured: dict[str, list[Table]] = {}
    print(report.machine())
    with Lab(runs=chosen.runs, quick=chosen.quick) as lab:
        for name in chosen.sections:
            try:
                measured[name] = SECTIONS[name](lab)
            except (BenchError, OSError, subprocess.TimeoutExpired) as error:
                print(f"bench: {name} broke: {error}", file=sys.stderr)
                continue
            for table in measured[name]:
                print(f"\n{table.as_text()}", flush=True)
        how = f"{lab.runs} runs{', quick' if lab.quick else ''}"
    if chosen.write and measured:
        try:
            report.write(PAGE, measured, tuple(SECTIONS), how=how)
        except ValueError as error:
            print(f"bench: {PAGE.relative_to(ROOT)}: {error}", file=sys.stderr)
            return 1
    return 0 if len(measured) == len(chosen.sections) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
