"""SWPC's files in their real formats, small and made by hand; and a door that answers with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Product, Window
from deepspace.upstream.errors import Refused, UpstreamError
from deepspace.upstream.request import Request
from tests.support.door import FakeDoor, Silent

NOW = datetime(2026, 9, 27, 18, 2, tzinfo=UTC)
HOST = "services.swpc.noaa.gov"

OBSERVED = "/products/noaa-planetary-k-index.json"
ESTIMATED = "/json/planetary_k_index_1m.json"
FORECAST = "/products/noaa-planetary-k-index-forecast.json"
FLARES = "/json/goes/primary/xray-flares-7-day.json"
WIND = "/json/rtsw/rtsw_wind_1m.json"
FIELD = "/json/rtsw/rtsw_mag_1m.json"
SPEED_NOW = "/products/summary/solar-wind-speed.json"
FIELD_NOW = "/products/summary/solar-wind-mag-field.json"
ALERTS = "/products/alerts.json"
SCALES = "/products/noaa-scales.json"


def xrays(reach: str) -> str:
    """Path of a file of X-ray fluxes."""
    return f"/json/goes/primary/xrays-{reach}.json"


Answer = Any  # JSON to send, bytes to send as they are, or an upstream's error to raise


def swpc(files: Mapping[str, Answer]) -> FakeDoor:
    """A door to a SWPC that has these files and no others."""

    def answer(request: Request) -> bytes:
        path = request.url.removeprefix(f"https://{HOST}")
        found = files.get(path, Refused(f"SWPC ({HOST}) refused {path}: 404 Not Found"))
        if isinstance(found, UpstreamError):
            raise found
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    return FakeDoor(answer)


def ingest(product: Product, files: Mapping[str, Answer] | FakeDoor, window: Window | None = None) -> Outcome:
    """One run of a product against these files."""
    door = files if isinstance(files, FakeDoor) else swpc(files)
    return Pipeline(door, Silent()).run(product, window or Window())


def told(outcome: Outcome) -> tuple[str, int, int, int, int]:
    """Error class, and rows created, updated, unchanged, rejected."""
    return (
        outcome.error_class,
        outcome.created,
        outcome.updated,
        outcome.unchanged,
        outcome.rejected,
    )


def asked(door: FakeDoor) -> list[str]:
    """Paths asked for, in order."""
    return [request.url.removeprefix(f"https://{HOST}") for request in door.asked]


def minutes(n: int, until: datetime = NOW) -> list[datetime]:
    """The last ``n`` whole minutes, oldest first."""
    return [until - timedelta(minutes=n - i) for i in range(n)]


def tag(moment: datetime) -> str:
    """A time without zone, as most files have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def observed(start: datetime, kps: list[float]) -> list[dict[str, Any]]:
    """Three-hour values from a start on."""
    return [
        {"time_tag": tag(start + timedelta(hours=3 * i)), "Kp": kp, "a_running": 5, "station_count": 8}
        for i, kp in enumerate(kps)
    ]


def old_shape(objects: list[dict[str, Any]], *, zone: str = ".000") -> list[list[str | None]]:
    """The same as before 2026-03-31: a list of lists, numbers as text, another format of time."""
    header = list(objects[0])
    rows = [[None if one[name] is None else str(one[name]) for name in header] for one in objects]
    for row in rows:
        row[0] = str(row[0]).replace("T", " ") + zone
    return [list(header), *rows]


def flux(
    moment: datetime, long: Any = 1.5e-6, short: Any = 2.5e-8, satellite: int = 19
) -> list[dict[str, Any]]:
    """Both bands of one minute."""
    common = {"time_tag": f"{tag(moment)}Z", "satellite": satellite}
    return [
        {
            **common,
            "flux": value,
            "observed_flux": value,
            "electron_correction": 1e-9,
            "electron_contaminaton": energy == "0.05-0.4nm",
            "energy": energy,
        }
        for value, energy in ((short, "0.05-0.4nm"), (long, "0.1-0.8nm"))
    ]


def flare(begin: datetime, **changes: Any) -> dict[str, Any]:
    """A flare of eleven minutes."""
    return {
        "time_tag": f"{tag(begin + timedelta(minutes=11))}Z",
        "satellite": 19,
        "current_class": "M1.1",
        "current_ratio": 0.02,
        "current_int_xrlong": 0.0004,
        "begin_time": f"{tag(begin)}Z",
        "begin_class": "C4.3",
        "max_time": f"{tag(begin + timedelta(minutes=5))}Z",
        "max_class": "M2.4",
        "max_xrlong": 2.43e-05,
        "max_ratio_time": f"{tag(begin + timedelta(minutes=4))}Z",
        "max_ratio": 0.04,
        "end_time": f"{tag(begin + timedelta(minutes=11))}Z",
        "end_class": "M1.1",
        **changes,
    }


def wind(moment: datetime, source: str = "SOLAR1", *, active: bool = True, **changes: Any) -> dict[str, Any]:
    """Plasma of one minute."""
    return {
        "time_tag": tag(moment),
        "active": active,
        "source": source,
        "proton_speed": 402.5,
        "proton_temperature": 114733,
        "proton_density": 4.82,
        "max_data_flag": -9999,
        "overall_quality": 0,
        **changes,
    }


def field(moment: datetime, source: str = "SOLAR1", *, active: bool = True, **changes: Any) -> dict[str, Any]:
    """Magnetic field of one minute."""
    return {
        "time_tag": tag(moment),
        "active": active,
        "source": source,
        "bt": 6.93,
        "bx_gsm": 4.65,
        "by_gsm": -2.55,
        "bz_gsm": -4.47,
        "max_data_flag": -9999,
        "overall_quality": 0,
        **changes,
    }


def alert(product_id: str, issued: datetime, *lines: str, code: str = "WARK04", serial: int = 5123) -> Any:
    """A message as SWPC sends it, lines ended by CR LF."""
    head = (
        f"Space Weather Message Code: {code}",
        f"Serial Number: {serial}",
        f"Issue Time: {issued:%Y %b %d %H%M} UTC",
        "",
    )
    return {
        "product_id": product_id,
        "issue_datetime": f"{issued:%Y-%m-%d %H:%M:%S}.940",
        "message": "\r\n".join((*head, *lines)) + "\r\n",
    }


def scales(now: datetime, **changes: Any) -> dict[str, Any]:
    """A quiet day."""

    def entry(moment: datetime, percent: str | None) -> dict[str, Any]:
        level = None if percent else "0"
        words = None if percent else "none"
        return {
            "DateStamp": f"{moment:%Y-%m-%d}",
            "TimeStamp": f"{moment:%H:%M:%S}",
            "R": {"Scale": level, "Text": words, "MinorProb": percent, "MajorProb": percent},
            "S": {"Scale": level, "Text": words, "Prob": percent},
            "G": {"Scale": "0", "Text": "none"},
        }

    day = timedelta(days=1)
    midnight = now.replace(hour=0, minute=0)
    return {
        "0": entry(now, None),
        "1": entry(now, "15"),
        "2": entry(midnight + day, "10"),
        "3": entry(midnight + 2 * day, "5"),
        "-1": entry(now - day, None),
        **changes,
    }


Files = Callable[[], dict[str, Answer]]


def everything() -> dict[str, Answer]:
    """A SWPC where all is well."""
    three_hours = NOW.replace(minute=0) - timedelta(hours=9)
    six_days = [
        {
            "time_tag": tag(three_hours + timedelta(hours=3 * i)),
            "kp": kp,
            "observed": word,
            "noaa_scale": scale,
        }
        for i, (kp, word, scale) in enumerate(
            [
                (2.33, "observed", None),
                (3.0, "estimated", None),
                (4.67, "predicted", "G1"),
                (9.0, "predicted", "G5"),
            ]
        )
    ]
    return {
        OBSERVED: observed(three_hours, [2.33, 2.67, 3.0]),
        ESTIMATED: [
            {"time_tag": tag(moment), "kp_index": 2, "estimated_kp": 2.33, "kp": "2P"}
            for moment in minutes(5)
        ],
        FORECAST: six_days,
        **{
            xrays(reach): [one for m in minutes(20) for one in flux(m)]
            for reach in ("6-hour", "1-day", "3-day", "7-day")
        },
        FLARES: [flare(NOW - timedelta(hours=3))],
        WIND: [one for m in reversed(minutes(5)) for one in (wind(m), wind(m, "ACE", active=False))],
        FIELD: [one for m in reversed(minutes(5)) for one in (field(m), field(m, "ACE", active=False))],
        SPEED_NOW: [{"proton_speed": 398, "time_tag": f"{tag(minutes(1)[0])}Z"}],
        FIELD_NOW: [{"bt": 2, "bz_gsm": 1, "time_tag": f"{tag(minutes(1)[0])}Z"}],
        ALERTS: [
            alert("K04W", NOW - timedelta(hours=2), "WARNING: Geomagnetic K-index of 4 expected"),
        ],
        SCALES: scales(NOW - timedelta(minutes=2)),
    }
