"""CPU per request of the warm pages against a bare view under the same gunicorn and the same MIDDLEWARE."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from bench.figures import median, median_ratio, spread
from bench.lab import BenchError, Lab, Site
from bench.report import Table, Target
from bench.server import Sample, Server
from bench.server import Target as Address

PATHS: Final = ("/trajectory", "/api/trajectory")
_WARM, _NOT_MODIFIED = Target(0.5, at_least=True), Target(0.8, at_least=True)
_CONNECTIONS = 8
_WARMUP = 48
_CALIBRATION = 200
_ROOM_S = 12.0  # the ETag of a page that shows "now" holds until the minute ends


@dataclass(slots=True)
class Case:
    """One of our answers, and the bare view that sends the same number of bytes."""

    name: str
    path: str
    headers: dict[str, str]
    status: int
    body_bytes: int  # of the bare view
    target: Target
    requests: int = 0
    ours: list[Sample] = field(default_factory=list)
    bare: list[Sample] = field(default_factory=list)

    def measure(self, server: Server, *, ours_first: bool) -> None:
        """One run of both, side by side."""
        until_next_minute(_ROOM_S)
        headers = dict(self.headers)
        if self.status == 304:
            headers["If-None-Match"] = server.get(self.path)[1]["etag"]
        pairs = [
            (self.ours, Address(self.path, headers), self.status),
            (self.bare, Address(f"/bare?bytes={self.body_bytes}", {}), 200),
        ]
        for samples, address, status in pairs if ours_first else reversed(pairs):
            sample = server.load(address, requests=self.requests, warmup=_WARMUP, connections=_CONNECTIONS)
            if set(sample.result.statuses) != {status}:
                raise BenchError(f"{address.path} answered {sample.result.statuses}, not {status}")
            samples.append(sample)


def measure(lab: Lab) -> list[Table]:
    """Measure the pages of the trajectory."""
    return [table(compared(lab, lab.site, PATHS, section="serve"), lab)]


def compared(lab: Lab, site: Site, paths: tuple[str, ...], *, section: str) -> list[Case]:
    """Measure every case of some paths, interleaved."""
    with Server(site) as server:
        server.warm(*paths)
        cases = _cases(server, paths)
        for case in cases:
            case.requests = _enough(server, case, cpu_s=0.2 if lab.quick else 0.6)
        for run in range(lab.runs):
            lab.say(f"{section}: run {run + 1} of {lab.runs}")
            for case in cases:
                case.measure(server, ours_first=bool(run % 2))
    return cases


def _cases(server: Server, paths: tuple[str, ...]) -> list[Case]:
    cases = []
    for path in paths:
        plain = len(server.get(path)[2])
        packed = len(server.get(path, {"Accept-Encoding": "br"})[2])
        cases += [
            Case(f"{path} 200", path, {}, 200, plain, _WARM),
            Case(f"{path} 200, brotli", path, {"Accept-Encoding": "br"}, 200, packed, _WARM),
            Case(f"{path} 304", path, {}, 304, plain, _NOT_MODIFIED),
            Case(f"{path} 304, bare without a body", path, {}, 304, 0, _NOT_MODIFIED),
        ]
    return cases


def _enough(server: Server, case: Case, *, cpu_s: float) -> int:
    """So many requests that the clock ticks of /proc (10 ms) do not matter."""
    until_next_minute(_ROOM_S)
    sample = server.load(
        Address(f"/bare?bytes={case.body_bytes}", {}),
        requests=_CALIBRATION,
        warmup=_WARMUP,
        connections=_CONNECTIONS,
    )
    return min(max(int(cpu_s * 1e6 / max(sample.cpu_us, 1.0)), _CALIBRATION), 20_000)


def until_next_minute(room_s: float) -> None:
    """Wait, when the minute ends before the room that is needed."""
    left_s = 60.0 - time.time() % 60.0
    if left_s < room_s:
        time.sleep(left_s + 0.1)


def table(cases: list[Case], lab: Lab) -> Table:
    """Every case in a row."""
    shown = Table(
        "Warm answers against a bare view (gunicorn, 2 workers, 8 connections)",
        ("answer", "bytes", "CPU µs", "bare µs", "ratio per CPU", "req/s", "bare req/s"),
        notes=[
            (
                f"Medians of {lab.runs} interleaved runs. The ratio is requests per CPU second of the workers (utime + "
                "stime), ours over the bare view's, the median of the ratios of each run."
            ),
            "Requests per second are those of a busy machine that also runs the client.",
        ],
    )
    for case in cases:
        ours, bare = [one.cpu_us for one in case.ours], [one.cpu_us for one in case.bare]
        ratio = median_ratio(bare, ours)
        shown.add(
            case.name,
            f"{case.body_bytes:,}",
            f"{median(ours):.0f}",
            f"{median(bare):.0f}",
            f"{ratio:.2f}",
            f"{median(one.per_s for one in case.ours):,.0f}",
            f"{median(one.per_s for one in case.bare):,.0f}",
            checks=[(ratio, case.target)],
        )
    widest = max(spread([one.cpu_us for one in case.bare]) for case in cases)
    shown.notes.append(
        f"Noise: the bare view's CPU per request varied by up to a factor {widest:.2f} between runs."
    )
    return shown
