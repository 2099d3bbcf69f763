"""Horizons answers in the real format, for any span and solution: made-up, smooth states of Voyager 1 and the Earth.

`answer` reads a request's parameters as Horizons does; `HorizonsServer` puts it behind the mirror's address scheme.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import cos, radians, sin
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from deepspace.upstream.request import Request

SOLUTIONS = {"-31": "Voyager_1_ST+refit2022_m", "399": "DE441"}
_NAMES = {"-31": "Voyager 1 (spacecraft) (-31)", "399": "Earth (399)"}
_J2000_JD, _J2000 = 2451545.0, datetime(2000, 1, 1, 12)  # noqa: DTZ001 (TDB)
_STEPS = {"1d": timedelta(days=1), "1h": timedelta(hours=1)}
_RULE = "*" * 79
_HELD_AT_MOST_S = 25.0  # below what the door waits for Horizons

# Answers recorded or made by hand, refusals with status 200 included.
BODIES = Path(__file__).resolve().parents[1] / "voyager" / "bodies"


def body(name: str) -> bytes:
    """A body from a file: voyager1, earth, ambiguous, no_ephemeris, bad_dates."""
    return (BODIES / f"{name}.txt").read_bytes()


def state(target: str, jd_tdb: float) -> tuple[float, ...]:
    """Position (au) and velocity (au/d): the Earth on a circle, Voyager 1 on a straight line."""
    if target == "399":
        angle = radians((jd_tdb - _J2000_JD) * 0.9856)
        rate = radians(0.9856)
        return cos(angle), sin(angle), 0.0, -rate * sin(angle), rate * cos(angle), 0.0
    days = jd_tdb - 2443391.0
    return 1.0 - 0.0019 * days, 0.3 - 0.0076 * days, 0.1 + 0.0055 * days, -0.0019, -0.0076, 0.0055


def vectors_body(
    target: str, epochs: Sequence[datetime], *, solution: str | None = None, shift_au: float = 0.0
) -> bytes:
    """The answer for a target at TDB epochs."""
    source = SOLUTIONS[target] if solution is None else solution
    rows = []
    for epoch in epochs:
        jd_tdb = (epoch - _J2000) / timedelta(days=1) + _J2000_JD
        x_au, *others = state(target, jd_tdb)
        numbers = ", ".join(f"{value: .15E}" for value in (x_au + shift_au, *others, 0.5, 1.0, 0.01))
        rows.append(
            f"{jd_tdb:.9f}, A.D. {epoch:%Y-%b-%d %H:%M:%S}.{epoch.microsecond // 100:04d}, {numbers}, "
        )
    table = "\n".join(rows)
    return f"""API VERSION: 1.2
API SOURCE: NASA/JPL Horizons API

{_RULE}
Ephemeris / API_USER Fri Nov 20 12:00:00 2026 Pasadena, USA      / Horizons
{_RULE}
Target body name: {_NAMES[target]}    {{source: {source}}}
Center body name: Sun (10)                        {{source: {source}}}
Center-site name: BODY CENTER
{_RULE}
Start time      : A.D. {epochs[0]:%Y-%b-%d %H:%M:%S}.0000 TDB
Stop  time      : A.D. {epochs[-1]:%Y-%b-%d %H:%M:%S}.0000 TDB
Step-size       : 1440 minutes
{_RULE}
Output units    : AU-D
Calendar mode   : Mixed Julian/Gregorian
Output type     : GEOMETRIC cartesian states
Output format   : 3 (position, velocity, LT, range, range-rate)
Reference frame : Ecliptic of J2000.0
{_RULE}
            JDTDB,            Calendar Date (TDB),                      X,                      Y,                      Z,                     VX,                     VY,                     VZ,                     LT,                     RG,                     RR,
{"*" * 250}
$$SOE
{table}
$$EOE
{"*" * 250}
 
TIME

  Barycentric Dynamical Time ("TDB" or T_eph) output was requested.
""".encode()  # noqa: E501, W293 (the real table is that wide, and has that line)


def answer(
    params: Mapping[str, str], *, solutions: Mapping[str, str] | None = None, shift_au: float = 0.0
) -> bytes:
    """What Horizons sends for the parameters of a request."""
    target = params["COMMAND"].strip("\"'")
    solution = (solutions or {}).get(target)
    shift = shift_au if target == "-31" else 0.0
    return vectors_body(target, epochs_of(params), solution=solution, shift_au=shift)


def epochs_of(params: Mapping[str, str]) -> list[datetime]:
    """The TDB epochs that a request asks for."""
    if "TLIST" in params:
        days = [float(jd) - _J2000_JD for jd in params["TLIST"].split()]
        return [_to_the_second(_J2000 + timedelta(days=day)) for day in days]
    start, stop = (datetime.fromisoformat(params[name].strip("\"'")) for name in ("START_TIME", "STOP_TIME"))
    step = _STEPS[params["STEP_SIZE"].strip("\"'")]
    return [start + i * step for i in range(int((stop - start) / step) + 1)]


def _to_the_second(moment: datetime) -> datetime:
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def answering(
    solutions: Mapping[str, str] | None = None, *, shift_au: float = 0.0
):  # a Callable for FakeDoor
    """An ``answer`` for a fake door."""

    def reply(request: Request) -> bytes:
        return answer(request.params, solutions=solutions, shift_au=shift_au)

    return reply


class HorizonsServer:
    """Horizons on loopback, at ``{url}/ssd.jpl.nasa.gov/api/horizons.api``: for ingests in other processes."""

    def __init__(self, *, pause_s: float = 0.0) -> None:
        self.pause_s = pause_s  # before each answer
        self._may_answer = threading.Event()
        self._may_answer.set()
        self.solutions: dict[str, str] = {}  # in place of the usual ones
        self.asked: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer._serve(dict(parse_qsl(urlsplit(self.path).query)))
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "text/plain")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client was killed

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _serve(self, params: dict[str, str]) -> bytes:
        with self._lock:
            self.asked.append(params)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.pause_s)
        self._may_answer.wait(_HELD_AT_MOST_S)
        try:
            return answer(params, solutions=self.solutions)
        finally:
            with self._lock:
                self.at_once -= 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is answered in the meantime, however long what is done there takes."""
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
