"""First render of each plot against bare matplotlib drawing and encoding the same artists."""

from __future__ import annotations

from typing import Any

from bench.figures import median, median_ratio
from bench.lab import Lab
from bench.report import Table, Target

_LIMIT = Target(1.5)


def measure(lab: Lab) -> list[Table]:
    """CPU time of both, side by side, in one process."""
    lab.say("render")
    found: dict[str, Any] = lab.site.probe("render", str(lab.runs))
    table = Table(
        "First render of each plot (no cache) against bare matplotlib, CPU ms",
        ("plot", "ours", "build+draw+PNG", "ratio", "draw+PNG only", "ratio to that", "PNG kB", "bare kB"),
        notes=[
            (
                f"Medians of {lab.runs} interleaved runs, ratios of each run. Bare is the figure with the same "
                "artists, drawn by Agg and encoded by matplotlib's own print_png; with and without building them."
            ),
            (
                f"Once per process: {found['data_ms']:.0f} ms for reading the epochs and placing the events, and "
                f"{found['first_ms']:.0f} ms for the very first plot (imports and fonts included)."
            ),
        ],
    )
    plots: dict[str, dict[str, list[float]]] = found["plots"]
    whole = {
        part: [sum(run) for run in zip(*(plot[part] for plot in plots.values()), strict=True)]
        for part in ("ours", "built", "drawn", "png_kb", "bare_kb")
    }
    for name, plot in [*plots.items(), ("all", whole)]:
        ratio = median_ratio(plot["ours"], plot["built"])
        table.add(
            name,
            f"{median(plot['ours']):.0f}",
            f"{median(plot['built']):.0f}",
            f"{ratio:.2f}",
            f"{median(plot['drawn']):.0f}",
            f"{median_ratio(plot['ours'], plot['drawn']):.2f}",
            f"{median(plot['png_kb']):.0f}",
            f"{median(plot['bare_kb']):.0f}",
            checks=[(ratio, _LIMIT)],
        )
    return [table]
