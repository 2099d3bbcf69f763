"""Small answers of NeoWs, CAD and Sentry in the forms in which they come; the objects are made up."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

KEY = "a-key-that-nobody-may-see-0123456789"
CAD_FIELDS = [
    *("des", "orbit_id", "jd", "cd", "dist", "dist_min", "dist_max", "v_rel", "v_inf", "t_sigma_f", "h"),
    *("diameter", "diameter_sigma", "fullname"),
]
_NOON = "2026-May-08 12:27"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def neo(
    neo_id: str = "3092390", name: str = "(2001 UP)", day: str = "2026-02-13", **changes: Any
) -> dict[str, Any]:
    """One object of the feed with one approach; ``au``, ``time`` and ``approaches`` change that."""
    au, time = changes.pop("au", "0.3649338509"), changes.pop("time", "07:17")
    approaches = changes.pop("approaches", None) or [approach(day, time, au)]
    return {
        "links": {"self": f"http://api.nasa.gov/neo/rest/v1/neo/{neo_id}?api_key={KEY}"},
        "id": neo_id,
        "neo_reference_id": neo_id,
        "name": name,
        "nasa_jpl_url": f"https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr={neo_id}",
        "absolute_magnitude_h": 25.7,
        "estimated_diameter": {
            "kilometers": {"estimated_diameter_min": 0.0192555078, "estimated_diameter_max": 0.0430566244}
        },
        "is_potentially_hazardous_asteroid": False,
        "close_approach_data": approaches,
        "is_sentry_object": False,
        **changes,
    }


def approach(day: str, time: str = "07:17", au: str = "0.3649338509", **changes: Any) -> dict[str, Any]:
    """One approach, its numbers as text."""
    year, month, number = day.split("-")
    return {
        "close_approach_date": day,
        "close_approach_date_full": f"{year}-{_MONTHS[int(month) - 1]}-{number} {time}",
        "epoch_date_close_approach": 1770967020000,
        "relative_velocity": {"kilometers_per_second": "12.3895547586"},
        "miss_distance": {
            "astronomical": au,
            "lunar": f"{float(au) * 389:.10f}",
            "kilometers": f"{float(au) * 149597870.7:.6f}",
        },
        "orbiting_body": "Earth",
        **changes,
    }


def feed(*objects: dict[str, Any], count: int | None = None) -> bytes:
    """An answer of the feed with these objects, each under the day of its first approach."""
    days: dict[str, list[Any]] = {}
    for one in objects:
        days.setdefault(one["close_approach_data"][0]["close_approach_date"], []).append(one)
    body = {
        "links": {"next": f"http://api.nasa.gov/neo/rest/v1/feed?start_date=2026-02-20&api_key={KEY}"},
        "element_count": len(objects) if count is None else count,
        "near_earth_objects": days,
    }
    return json.dumps(body).encode()


def cad_row(des: str = "2026 HD2", /, **changes: Any) -> list[Any]:
    """One row of CAD, its numbers as text."""
    row: dict[str, Any] = {
        "des": des,
        "orbit_id": "8",
        "jd": f"{_jd(changes.get('cd', _NOON)):.9f}",
        "cd": _NOON,
        "dist": "0.0453",
        "dist_min": changes.get("dist", "0.0453"),
        "dist_max": changes.get("dist", "0.0453"),
        "v_rel": "10.7174114388048",
        "v_inf": "10.7119231862106",
        "t_sigma_f": "00:02",
        "h": "24.59",
        "diameter": None,
        "diameter_sigma": None,
        "fullname": f"       ({des})",
    } | changes
    return [row[name] for name in CAD_FIELDS]


def _jd(cd: str) -> float:
    day, clock = cd.split(" ")
    year, month, number = day.split("-")
    hour, minute = clock.split(":")
    days = date(int(year), _MONTHS.index(month) + 1 if month in _MONTHS else 1, int(number)) - date(
        2000, 1, 1
    )
    return 2_451_544.5 + days / timedelta(days=1) + (int(hour) * 60 + int(minute)) / 1_440


def cad(*rows: list[Any], **changes: Any) -> bytes:
    """An answer of CAD; without rows it has neither fields nor data."""
    body: dict[str, Any] = {
        "signature": {"source": "NASA/JPL SBDB Close Approach Data API", "version": "1.5"},
        "count": len(rows),
    }
    if rows:
        body |= {"fields": CAD_FIELDS, "data": list(rows)}
    return json.dumps(body | changes).encode()


def sentry_object(des: str = "1979 XB", **changes: Any) -> dict[str, Any]:
    """One object of Sentry's list, its numbers as text."""
    return {
        "des": des,
        "id": "bJ79X00B",
        "fullname": f"({des})",
        "h": "18.54",
        "diameter": "0.66",
        "ip": "8.515158e-07",
        "ps_cum": "-2.69",
        "ps_max": "-2.99",
        "ts_max": "0",
        "n_imp": 4,
        "range": "2056-2113",
        "last_obs": "1979-12-15",
        "last_obs_jd": "2444222.5",
        "v_inf": "23.7606234552547",
        **changes,
    }


def sentry(*objects: dict[str, Any], **changes: Any) -> bytes:
    """An answer of Sentry in mode S."""
    body = {
        "signature": {"source": "NASA/JPL Sentry Data API", "version": "2.0"},
        "count": str(len(objects)),
        "data": list(objects),
    }
    return json.dumps(body | changes).encode()
