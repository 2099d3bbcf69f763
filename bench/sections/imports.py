"""What the start of a web process loads, and how long it takes."""

from __future__ import annotations

from typing import Any

from bench.figures import median
from bench.lab import Lab
from bench.report import Table, Target

FORBIDDEN = ("astroquery", "scipy", "boto3")
WATCHED = (*FORBIDDEN, "requests", "urllib3", "astropy", "matplotlib", "mpl_toolkits.mplot3d", "pydantic")
_NONE = Target(1)
_STAGES = {
    "wsgi": "import deepspace.wsgi",
    "urls": "and every address resolved",
    "page": "and /trajectory shown (plots cached)",
    "drawn": "and one plot drawn",
}


def measure(lab: Lab) -> list[Table]:
    """Start afresh, so many times."""
    lab.say("imports")
    runs: list[dict[str, Any]] = [lab.site.probe("imports", *WATCHED) for _ in range(lab.runs)]
    table = Table(
        "Cold start of the web process",
        ("after", "ms", "RSS MB", "loaded of those watched", "unwanted"),
        notes=[
            (
                f"Medians of {lab.runs} starts with byte code cached. Unwanted: {', '.join(FORBIDDEN)}. "
                f"Watched: {', '.join(WATCHED)}."
            )
        ],
    )
    for stage, name in _STAGES.items():
        loaded: list[str] = runs[0][stage]["loaded"]
        unwanted = [one for one in loaded if one in FORBIDDEN]
        table.add(
            name,
            f"{median(run[stage]['ms'] for run in runs):.0f}",
            f"{median(run[stage]['rss_mb'] for run in runs):.0f}",
            ", ".join(loaded) or "none",
            ", ".join(unwanted) or "none",
            checks=[(len(unwanted), _NONE)],
        )
    return [table]
