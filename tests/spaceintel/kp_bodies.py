"""Kp in the forms of GFZ's web service and of its file, made by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from spaceintel.science.space_weather import ap_of_kp

HEADER = (
    "#YYY MM DD  days  days_m  Bsr dB    Kp1    Kp2    Kp3    Kp4    Kp5    Kp6    Kp7    Kp8  ap1  ap2  ap3  ap4  ap5"
    "  ap6  ap7  ap8    Ap  SN F10.7obs F10.7adj D"
)


def answer(start: str, kp: Sequence[float | None], status: Sequence[str] | None = None) -> bytes:
    """What the web service sends for values from ``start`` on."""
    first = datetime.fromisoformat(start).astimezone(UTC)
    times = [f"{first + timedelta(hours=3 * i):%Y-%m-%dT%H:%M:%SZ}" for i in range(len(kp))]
    body = {
        "meta": {"source": "GFZ Potsdam", "license": "CC BY 4.0"},
        "datetime": times,
        "Kp": list(kp),
        "status": list(status or ["def"] * len(kp)),
    }
    return json.dumps(body).encode()


def line(day: str, kp: Sequence[float], *, definitive: int = 2) -> str:
    """One day of the file."""
    ap = [-1 if one < 0 else int(ap_of_kp(one)) for one in kp]
    return (
        f"{day} 24837 24837.5 2272  7 {' '.join(f'{one:6.3f}' for one in kp)} {' '.join(f'{one:4d}' for one in ap)}"
        f"    30  71    129.9    125.6 {definitive}"
    )


def file(*lines: str, header: str = HEADER) -> bytes:
    """A file with these days."""
    return "\n".join(["# PURPOSE: This file distributes the Kp index", header, *lines, ""]).encode()
