"""A site of space intelligence as its products leave it: made-up answers of every upstream around one instant.

Nothing here was ever measured. The bodies have the upstreams' real forms.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import time_machine

from deepspace.constants import AU_KM
from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.registry import select
from deepspace.upstream.errors import Unreachable
from deepspace.upstream.request import Request
from tests.spaceintel import donki_bodies as donki
from tests.spaceintel import kp_bodies as gfz
from tests.spaceintel import near_earth_bodies as near
from tests.spaceintel import swpc_bodies as swpc
from tests.support.door import FakeDoor, Silent
from tests.support.visitor import forget_everything

NOW: Final = swpc.NOW
ALL: Final = tuple(one.key for one in select(["spaceintel"]))
SCRIPT: Final = "<script>alert(1)</script>"
_MONTHS: Final = near._MONTHS
_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = NOW.replace(hour=0, minute=0)
_FLARES: Final = (  # days ago, class, region, place on the Sun
    *((0.12, "M2.4", 14299, "N12W34"), (1.3, "C6.1", 14299, "N12W18"), (2.1, "X1.2", 14299, "N13W08")),
    *((4.6, "M1.1", 14301, "S17E22"), (9.2, "C8.8", None, ""), (17.5, "M5.7", 14290, "S09W61")),
)


class Upstreams:
    """Every upstream, at one instant. ``minutes`` is how many the one-minute files hold; ``text`` is put into notes."""

    def __init__(self, now: datetime = NOW, minutes: int = 180, text: str = "") -> None:
        self.now, self.minutes, self.text = now, minutes, text

    def answer(self, request: Request) -> bytes:
        """The body for a request."""
        url = urlsplit(request.url)
        host, path, name = url.hostname, url.path, url.path.rpartition("/")[2]
        if host == swpc.HOST:
            found = self._swpc(path)
        elif "DONKI" in path or host == "kauai.ccmc.gsfc.nasa.gov":
            found = [one for one in self._donki(name) if self._is_listed(one, request)]
        elif host == "kp.gfz.de":
            return self._gfz(path, request)
        elif host == "api.nasa.gov":
            return self._neows(request)
        else:
            return self._cneos(name, request)
        return json.dumps(found).encode()

    # --- SWPC ---------------------------------------------------------------------------------

    def _swpc(self, path: str) -> Any:
        every = swpc.everything()
        now = self.now.replace(second=0)
        minutes = [now - timedelta(minutes=i) for i in range(self.minutes, 0, -1)]
        if path.startswith("/json/goes/primary/xrays-"):
            return [one for m in minutes for one in swpc.flux(m, *self._flux(m))]
        made: dict[str, Any] = {
            swpc.OBSERVED: swpc.observed(
                _interval(now) - 7 * _DAY,
                [_kp(_interval(now) - 7 * _DAY + timedelta(hours=3 * i)) for i in range(56)],
            ),
            swpc.ESTIMATED: [
                {"time_tag": swpc.tag(m), "kp_index": 4, "estimated_kp": 4.33, "kp": "4P"}
                for m in minutes[-30:]
            ],
            swpc.FORECAST: self._forecast(),
            swpc.FLARES: [
                swpc.flare(NOW - days * _DAY, max_class=size, max_xrlong=_flux_of(size))
                for days, size, _, _ in _FLARES
                if days < 7 and NOW - days * _DAY < now - timedelta(minutes=20)
            ],
            swpc.WIND: [swpc.wind(m, **self._wind(m)) for m in reversed(minutes)],
            swpc.FIELD: [swpc.field(m, **self._field(m)) for m in reversed(minutes)],
            swpc.ALERTS: self._alerts(),
            swpc.SCALES: self._scales(now - timedelta(minutes=2)),
        }
        return made.get(path, every.get(path))

    def _flux(self, moment: datetime) -> tuple[float, float]:
        hours = (moment - NOW) / timedelta(hours=1)
        flux = 10 ** (-6.15 + 0.12 * math.sin(hours / 9) + 0.02 * math.sin(hours * 31))
        for days, size, _, _ in _FLARES:
            since = (moment - (NOW - days * _DAY)) / timedelta(minutes=1)
            if since > 0:
                flux += (
                    _flux_of(size) * (since / 5) * math.exp(1 - since / 5)
                    if since < 5
                    else (_flux_of(size) * math.exp(-(since - 5) / 25))
                )
        return flux, flux * (0.01 + 0.15 * min(flux / 1e-4, 1))

    def _wind(self, moment: datetime) -> dict[str, Any]:
        hours = (moment - NOW) / timedelta(hours=1)
        arrival = 1 / (1 + math.exp(-(hours + 9) * 3))
        return {
            "proton_speed": round(
                392 + 150 * arrival + 12 * math.sin(hours * 2.3) + 3 * math.sin(hours * 41), 1
            ),
            "proton_density": round(
                4.5 + 9 * arrival * math.exp(-((hours + 8) ** 2) / 9) + math.sin(hours * 3) / 2, 2
            ),
        }

    def _field(self, moment: datetime) -> dict[str, Any]:
        hours = (moment - NOW) / timedelta(hours=1)
        strength = 5.5 + 9 / (1 + math.exp(-(hours + 9) * 3)) * math.exp(-((hours + 5) ** 2) / 60)
        angle = hours / 2.4 + 0.4 * math.sin(hours * 7)
        bz = -0.85 * strength * math.sin(angle)
        return {"bt": round(strength, 2), "bz_gsm": round(bz, 2), "by_gsm": 1.0, "bx_gsm": 1.0}

    def _forecast(self) -> list[dict[str, Any]]:
        start = _interval(self.now)
        rows = []
        for i in range(-8, 24):
            at = start + timedelta(hours=3 * i)
            kp = _kp(at) if i < 0 else round(max(1.33, 5.33 - abs(i - 3) * 0.67) * 3) / 3
            word = "observed" if i < 0 else "estimated" if i == 0 else "predicted"
            scale = next((f"G{g}" for g, low in ((3, 6.6), (2, 5.6), (1, 4.6)) if kp > low), None)
            rows.append({"time_tag": swpc.tag(at), "kp": round(kp, 2), "observed": word, "noaa_scale": scale})
        return rows

    def _scales(self, at: datetime) -> dict[str, Any]:
        made = swpc.scales(at)
        made["0"]["G"] = {"Scale": "1", "Text": "minor"}
        return made

    def _alerts(self) -> list[Any]:
        warned = self.now - timedelta(hours=2)
        return [
            swpc.alert(
                "K05W",
                warned,
                f"WARNING: Geomagnetic K-index of 5 expected{self.text}",
                f"Valid From: {warned:%Y %b %d %H%M} UTC",
                f"Valid To: {self.now + timedelta(hours=7):%Y %b %d %H%M} UTC",
                "Warning Condition: Onset",
                "NOAA Scale: G1 - Minor",
                code="WARK05",
            ),
            swpc.alert(
                "XM5A",
                self.now - 2.1 * _DAY,
                "ALERT: X-Ray Flux exceeded M5",
                f"Threshold Reached: {self.now - 2.1 * _DAY:%Y %b %d %H%M} UTC",
                "NOAA Scale: R2 - Moderate",
                code="ALTXMF",
                serial=411,
            ),
        ]

    # --- the others ---------------------------------------------------------------------------

    def _donki(self, kind: str) -> list[dict[str, Any]]:
        if kind == "FLR":
            return [self._flare(*one) for one in _FLARES]
        if kind == "CME":
            return [self._cme(i) for i in range(24)]
        if kind == "GST":
            return [self._storm(11.4, 6.0, 5.67), self._storm(21.2, 5.0)]
        if kind == "HSS":
            begin = NOW - 12 * _DAY
            return [_named("HSS", begin, eventTime=_z(begin), instruments=[{"displayName": "ACE: MAG"}])]
        return []

    def _is_listed(self, event: dict[str, Any], request: Request) -> bool:
        """Whether it has begun, in the days asked for."""
        begin = next(event[name] for name in ("beginTime", "startTime", "eventTime") if name in event)
        first, last = str(request.params["startDate"]), str(request.params["endDate"])
        return first <= begin[:10] <= last and begin < _z(self.now - timedelta(minutes=20))

    def _flare(self, days: float, size: str, region: int | None, place: str) -> dict[str, Any]:
        begin = NOW - days * _DAY
        times = {
            "beginTime": _z(begin),
            "peakTime": _z(begin + timedelta(minutes=5)),
            "endTime": _z(begin + timedelta(minutes=14)),
            "submissionTime": _z(begin + timedelta(minutes=16)),
        }
        more = {"classType": size, "activeRegionNum": region, "sourceLocation": place, "note": self.text}
        return donki.flare(flrID=f"{_s(begin)}-FLR-001", **times, **more)

    def _cme(self, i: int) -> dict[str, Any]:
        begin = NOW - (0.4 + 1.17 * i) * _DAY
        arrives = i in {1, 9, 16}
        run = donki.run(
            _z(begin + timedelta(hours=9)),
            _z(begin + timedelta(hours=58)) if arrives else None,
            (3.0, 4.0, 5.0, 6.0) if arrives else (None,) * 4,
        )
        analysis = donki.analysis(
            "LE",
            time21_5=_z(begin + timedelta(hours=4)),
            speed=float(330 + 290 * (i * i % 7) // 3 + (600 if arrives else 0)),
            halfAngle=float(12 + i * 7 % 31),
            submissionTime=_z(begin + timedelta(hours=10)),
            enlilList=[run],
        )
        return donki.cme(
            analysis,
            activityID=f"{_s(begin)}-CME-001",
            startTime=_z(begin),
            submissionTime=_z(begin + timedelta(hours=10)),
            note=self.text,
        )

    def _storm(self, days: float, *kp: float) -> dict[str, Any]:
        begin = _interval(NOW - days * _DAY)
        listed = [
            {"observedTime": _z(begin + timedelta(hours=3 * (i + 1))), "kpIndex": one, "source": "NOAA"}
            for i, one in enumerate(kp)
        ]
        made = {"gstID": f"{_s(begin)}-GST-001", "startTime": _z(begin), "allKpIndex": listed}
        return donki.storm(**made, submissionTime=_z(begin + timedelta(hours=3)))

    def _gfz(self, path: str, request: Request) -> bytes:
        if path.endswith(".txt"):
            wild = np.random.default_rng(5).gamma(2.1, 0.85, (200, 8)).clip(0, 9)
            days = [datetime(2023, 6, 1, tzinfo=UTC) + i * _DAY for i in range(200)]
            thirds = np.round(wild * 3) / 3
            return gfz.file(
                *(gfz.line(f"{day:%Y %m %d}", row.tolist()) for day, row in zip(days, thirds, strict=True))
            )
        start = max(datetime.fromisoformat(str(request.params["start"])), _interval(NOW - 40 * _DAY))
        end = min(datetime.fromisoformat(str(request.params["end"])), _interval(self.now))
        count = max(int((end - start) / timedelta(hours=3)), 0)
        values = [_kp(_interval(start) + timedelta(hours=3 * i)) for i in range(count)]
        return gfz.answer(f"{_interval(start):%Y-%m-%dT%H:%M:%SZ}", values, ["now"] * count)

    def _neows(self, request: Request) -> bytes:
        first, last = (
            datetime.fromisoformat(str(request.params[f"{end}_date"])).date() for end in ("start", "end")
        )
        shown = [one for one in _PASSING if first <= (_MIDNIGHT + one[1] * _DAY).date() <= last]
        return near.feed(*(self._neo(*one) for one in shown))

    def _neo(self, name: str, days: float, ld: float, h: float) -> dict[str, Any]:
        at, size = _MIDNIGHT + days * _DAY, 1329 / math.sqrt(0.25) * 10 ** (-h / 5)
        kilometers = {"estimated_diameter_min": size, "estimated_diameter_max": size * math.sqrt(5)}
        return near.neo(
            str(54_000_000 + round(abs(days) * 1000)),
            f"({name}){self.text}",
            f"{at:%Y-%m-%d}",
            time=f"{at:%H:%M}",
            au=f"{ld * 384_400 / AU_KM:.10f}",
            absolute_magnitude_h=h,
            estimated_diameter={"kilometers": kilometers},
            is_potentially_hazardous_asteroid=h <= 22.0 and ld < 19.5,
        )

    def _cneos(self, name: str, request: Request) -> bytes:
        if name == "sentry.api":
            return near.sentry(*(self._sentry(*one) for one in _LISTED))
        first, last = (
            datetime.fromisoformat(str(request.params[f"date-{end}"])).date() for end in ("min", "max")
        )
        shown = [one for one in _PASSING if first <= (_MIDNIGHT + one[1] * _DAY).date() <= last]
        return near.cad(*(self._cad(*one) for one in shown))

    def _cad(self, name: str, days: float, ld: float, h: float) -> list[Any]:
        at, au = _MIDNIGHT + days * _DAY, ld * 384_400 / AU_KM
        spread = 0.25 if days > 3 and h > 25 else 0.01
        return near.cad_row(
            name,
            cd=f"{at.year}-{_MONTHS[at.month - 1]}-{at:%d %H:%M}",
            dist=f"{au:.12f}",
            dist_min=f"{au * (1 - spread):.12f}",
            dist_max=f"{au * (1 + spread):.12f}",
            h=f"{h}",
            fullname=f"       ({name}){self.text}",
        )

    def _sentry(self, name: str, chance: float, palermo: float, km: float, years: str) -> dict[str, Any]:
        made = {
            "ip": f"{chance:e}",
            "ps_cum": f"{palermo}",
            "ps_max": f"{palermo - 0.2:.2f}",
            "diameter": f"{km}",
        }
        made |= {"id": f"b{name.replace(' ', '')}", "fullname": f"({name}){self.text}", "range": years}
        return near.sentry_object(name, **made)


_PASSING: Final = (  # name, days from midnight, lunar distances, H; all made up
    *(("2026 ZA1", -20.4, 12.1, 23.4), ("2026 ZB2", -16.2, 0.81, 28.4), ("2026 ZC3", -11.7, 6.3, 24.6)),
    *(("2026 ZD4", -6.1, 3.4, 26.2), ("2026 ZE5", -3.3, 17.2, 21.3), ("2026 ZF6", -0.6, 1.7, 27.5)),
    *(("2026 ZG7", 0.35, 9.6, 24.9), ("2026 ZH8", 1.15, 0.62, 28.9), ("2026 ZJ9", 2.4, 14.8, 21.9)),
    *(("2026 ZK10", 3.6, 4.9, 26.8), ("2026 ZL11", 4.8, 2.3, 27.9), ("2026 ZM12", 6.2, 31.0, 20.4)),
)
_LISTED: Final = (  # name, probability, Palermo, km, years; all made up
    *(("2099 AA1", 3.6e-4, -1.92, 0.48, "2160-2199"), ("2098 BB2", 2.7e-3, -2.77, 0.037, "2069-2113")),
    *(("2097 CC3", 1.0e-1, -2.98, 0.007, "2095-2122"), ("2096 DD4", 1.1e-5, -3.35, 0.21, "2044-2101")),
    *(("2095 EE5", 6.2e-5, -4.10, 0.028, "2056-2124"), ("2094 FF6", 4.9e-4, -4.41, 0.010, "2031-2078")),
)


def _interval(at: datetime) -> datetime:
    return at.replace(hour=at.hour // 3 * 3, minute=0, second=0, microsecond=0)


def _kp(at: datetime) -> float:
    """Made up: a quiet field with a disturbance each eleven days or so, the last one now."""
    hours = (at - NOW) / timedelta(hours=1)
    disturbed = sum(4.4 * math.exp(-(((hours + 24 * day) / 11) ** 2)) for day in (0.1, 11.2, 21.1, 33.0))
    wobble = 0.7 * math.sin(hours / 5.3) + 0.5 * math.sin(hours / 1.9)
    return round(round(3 * min(max(1.3 + wobble + disturbed, 0.0), 9.0)) / 3, 3)


def _flux_of(size: str) -> float:
    return float({"C": 1e-6, "M": 1e-5, "X": 1e-4}[size[0]] * float(size[1:]))


def _z(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"


def _s(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}:00"


def _named(kind: str, begin: datetime, **values: Any) -> dict[str, Any]:
    link = f"https://webtools.ccmc.gsfc.nasa.gov/DONKI/view/{kind}/1/-1"
    common = {"link": link, "linkedEvents": None, "versionId": 1, "submissionTime": _z(begin + _DAY / 12)}
    return common | values | {f"{kind.lower()}ID": f"{_s(begin)}-{kind}-001"}


def refresh(
    upstreams: Upstreams | None = None, *, down: Collection[str] = (), only: Collection[str] = ALL
) -> dict[str, Outcome]:
    """One ingest of every product; the upstreams of those that are ``down`` do not answer. By key what came of it."""
    answering = upstreams or Upstreams()

    def refuse(request: Request) -> bytes:
        raise Unreachable(f"no answer from {request.url}")

    with time_machine.travel(answering.now, tick=False):
        found = {
            one.key: Pipeline(FakeDoor(refuse if one.key in down else answering.answer), Silent()).run(
                one, Window()
            )
            for one in select(list(only))
        }
    forget_everything()
    return found


def later(upstreams: Upstreams, hours: float) -> Upstreams:
    """The same upstreams some hours later."""
    return Upstreams(upstreams.now + timedelta(hours=hours), upstreams.minutes, upstreams.text)
