"""A stand-in of JPL Horizons on loopback, for machines without the recordings: real format, modelled states.

Run as ``python -m bench.standin``; the first line tells the address. It knows what `voyager.trajectory` asks for
(vectors of Voyager 1 and the Earth on a grid, or at one epoch) and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
_GREETING = "standin: "
_STEPS = {"1d": timedelta(days=1), "1h": timedelta(hours=1)}
_NAMES = {"-31": "Voyager 1 (spacecraft) (-31)", "399": "Earth (399)"}
_J2000, _J2000_JD_TDB = datetime(2000, 1, 1, 12), 2451545.0  # noqa: DTZ001 (TDB)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REPORT = """API VERSION: 1.2
API SOURCE: stand-in of the bench; the states are modelled

*******************************************************************************
Target body name: {name}    {{source: stand-in}}
Center body name: Sun (10)                        {{source: stand-in}}
Center-site name: BODY CENTER
*******************************************************************************
Output units    : AU-D
Output type     : GEOMETRIC cartesian states
Output format   : 3 (position, velocity, LT, range, range-rate)
Reference frame : Ecliptic of J2000.0
*******************************************************************************
            JDTDB,            Calendar Date (TDB), X, Y, Z, VX, VY, VZ, LT, RG, RR,
*******************************************************************************
$$SOE
{rows}
$$EOE
*******************************************************************************
"""


def report(query: str) -> str:
    """The answer to a query string as astroquery builds it."""
    asked = {name: values[0].strip("\"'") for name, values in parse_qs(query).items()}
    target = asked["COMMAND"]
    epochs = list(_epochs(asked))
    return _REPORT.format(name=_NAMES[target], rows="\n".join(_rows(target, epochs)))


def _epochs(asked: dict[str, str]) -> Iterator[datetime]:
    if "TLIST" in asked:
        for jd_tdb in asked["TLIST"].split():
            exact = _J2000 + timedelta(days=float(jd_tdb) - _J2000_JD_TDB)
            yield (exact + timedelta(milliseconds=0.5)).replace(microsecond=0)
        return
    epoch, stop = (datetime.fromisoformat(asked[name]) for name in ("START_TIME", "STOP_TIME"))
    while epoch <= stop:
        yield epoch
        epoch += _STEPS[asked["STEP_SIZE"]]


def _rows(target: str, epochs: list[datetime]) -> Iterator[str]:
    import numpy as np

    from voyager import synthetic

    model = synthetic.voyager_state if target == "-31" else synthetic.earth_state
    jd_tdb = np.array([_J2000_JD_TDB + (epoch - _J2000) / timedelta(days=1) for epoch in epochs])
    position_au, velocity_au_d = model(jd_tdb)
    range_au = np.linalg.norm(position_au, axis=1)
    range_rate_au_d = (position_au * velocity_au_d).sum(axis=1) / range_au
    light_time_d = range_au * 499.004783836 / 86400  # IAU 2012: one au in light seconds
    states = np.column_stack([position_au, velocity_au_d, light_time_d, range_au, range_rate_au_d])
    for jd, epoch, state in zip(jd_tdb.tolist(), epochs, states.tolist(), strict=True):
        date = f"A.D. {epoch:%Y}-{_MONTHS[epoch.month - 1]}-{epoch:%d %H:%M:%S}.0000"
        yield ", ".join([f"{jd:.9f}", date, *(f"{number: .15E}" for number in state)]) + ","


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = report(urlsplit(self.path).query).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the base class's name)
        pass


class Standin:
    """The stand-in in a process of its own."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.standin"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101 (asked for above)
        self.url = self._process.stdout.readline().removeprefix(_GREETING).strip()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    server = HTTPServer((HOST, 0), _Handler)
    print(f"{_GREETING}http://{HOST}:{server.server_port}", flush=True)
    server.serve_forever()
