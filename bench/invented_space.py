"""Made-up space weather and approaches of a year, at the rates of the real feeds: to measure with, not to be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Columns = dict[str, NDArray[Any]]  # a block of a table, as Product.parse() gives it

DAYS: Final = 365
MINUTES: Final = DAYS * 1440
KP_A_DAY: Final = 8
HISTORY_FROM: Final = np.datetime64("1932-01-01", "us")
EVENTS: Final = {"FLR": 2_000, "CME": 4_900, "GST": 60, "SEP": 40, "HSS": 100}
FLARES: Final = 2_900  # of SWPC's list; 10,000 events with those of DONKI
APPROACHES: Final = 20_000
ALERTS: Final = 1_500
_DAY: Final = np.timedelta64(1, "D")
_FLARE_CLASSES: Final = ("C1.0", "C3.4", "C9.9", "M1.2", "M6.1", "X1.9")


def now() -> np.datetime64:
    """The minute that it is."""
    return np.datetime64(datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0), "us")


def minutes(count: int = MINUTES) -> Times:
    """The last minutes, the newest one past."""
    utc: Times = now() - np.arange(count, 0, -1) * np.timedelta64(60_000_000, "us")
    return utc


def texts(values: Any) -> NDArray[np.object_]:
    """A column of texts, or of JSON values."""
    found = np.empty(len(values), dtype=object)
    found[:] = list(values)
    return found


def xray(band: str, seed: int) -> Columns:
    """A year of one band: a background that wanders, and flares on it."""
    utc = minutes()
    rng = np.random.default_rng(seed)
    background = 10.0 ** (-6.3 + 0.3 * np.sin(np.arange(MINUTES) / 8_000.0) + rng.normal(0, 0.03, MINUTES))
    flares = np.zeros(MINUTES)
    for start, peak in zip(
        rng.integers(0, MINUTES - 90, 3_000), 10.0 ** rng.uniform(-6, -4, 3_000), strict=True
    ):
        flares[start : start + 90] += peak * np.exp(-np.arange(90) / 20.0)
    flux = (background + flares) * (1.0 if band.startswith("0.1") else 0.05)
    satellite = np.where(np.arange(MINUTES) < MINUTES // 2, 18, 19)
    return {
        "timestamp_utc": utc,
        "cadence_s": np.full(MINUTES, 60),
        "satellite": satellite,
        "band": texts([band] * MINUTES),
        "flux_w_m2": flux,
        "observed_flux_w_m2": flux,
        "electron_correction_w_m2": np.zeros(MINUTES),
        "is_contaminated": texts([False] * MINUTES),
    }


def wind() -> Columns:
    """A year of solar wind, one spacecraft."""
    rng = np.random.default_rng(7)
    n = MINUTES
    slow = np.sin(np.arange(n) / 6_000.0)
    field = rng.normal(0, 3.0, (n, 3))
    return {
        "timestamp_utc": minutes(),
        "cadence_s": np.full(n, 60),
        "spacecraft": texts(["SOLAR1"] * n),
        "speed_km_s": 430 + 90 * slow + rng.normal(0, 8, n),
        "density_cm3": np.abs(6 - 3 * slow + rng.normal(0, 1, n)),
        "temperature_k": 1e5 + 5e4 * slow,
        "bt_nt": np.sqrt((field**2).sum(axis=1)),
        **dict(zip(("bx_gsm_nt", "by_gsm_nt", "bz_gsm_nt"), field.T, strict=True)),
        "wind_quality": texts([0] * n),
        "field_quality": texts([0] * n),
    }


def kp(utc: Times, kind: str, cadence_s: int, seed: int) -> Columns:
    """Values of Kp: mostly low, rarely 9."""
    n = len(utc)
    thirds = np.minimum(np.random.default_rng(seed).gamma(2.4, 2.6, n).astype(int), 27)
    return {
        "timestamp_utc": utc,
        "cadence_s": np.full(n, cadence_s),
        "kind": texts([kind] * n),
        "kp": np.round(thirds / 3, 3),
        **{name: texts([""] * n) for name in ("kp_text", "upstream_status", "noaa_scale")},
        "a_running": np.full(n, np.nan),
        "station_count": texts([8] * n),
    }


def intervals(first: np.datetime64, last: np.datetime64) -> Times:
    """Starts of all three-hour intervals between two instants."""
    first_day = first.astype("datetime64[D]").astype("datetime64[us]")
    return np.arange(first_day, last, np.timedelta64(3, "h"))


def events(kind: str, count: int) -> Columns:
    """A year of events of one kind."""
    rng = np.random.default_rng(sum(map(ord, kind)))
    offset_s = np.sort(rng.choice(DAYS * 86_400 // 60, count, replace=False)) * 60
    utc = now() - DAYS * _DAY + offset_s * np.timedelta64(1_000_000, "us")
    stamp = np.datetime_as_string(utc, unit="s")
    is_flare, is_cme = kind in {"FLR", "XRA"}, kind == "CME"
    later = utc + np.timedelta64(20, "m")
    classes = [_FLARE_CLASSES[i % len(_FLARE_CLASSES)] if is_flare else "" for i in range(count)]
    never = np.full(count, np.datetime64("NaT"), "datetime64[us]")
    arrivals = never.copy()
    if is_cme:
        arrivals[::20] = utc[::20] + 2 * _DAY
    details = {"allKpIndex": [{"observedTime": "2026-01-01T00:00Z", "kpIndex": 5.0, "source": "NOAA"}]}
    return {
        "timestamp_utc": utc,
        "event_type": texts([kind] * count),
        "event_id": texts([f"{one}-{kind}-{number:03d}" for number, one in enumerate(stamp)]),
        "peak_at": later if is_flare else never,
        "end_at": later if is_flare else never,
        "flare_class": texts(classes),
        "peak_flux_w_m2": rng.uniform(1e-6, 2e-4, count) if is_flare else np.full(count, np.nan),
        "source_location": texts(["S17E22"] * count),
        "active_region": texts([14_197] * count),
        "speed_km_s": rng.uniform(200, 2_000, count) if is_cme else np.full(count, np.nan),
        **{
            name: np.full(count, 20.0 if is_cme else np.nan)
            for name in ("half_angle_deg", "latitude_deg", "longitude_deg")
        },
        "speed_class": texts(["C" if is_cme else ""] * count),
        "at_21_5_rs": never,
        "arrival_at": arrivals,
        **{name: np.full(count, np.nan) for name in ("arrival_kp_min", "arrival_kp_max")},
        **{name: texts([None] * count) for name in ("is_glancing_blow", "is_minor_impact")},
        "kp_max": np.full(count, 6.0 if kind == "GST" else np.nan),
        "catalog": texts(["M2M_CATALOG"] * count),
        "instruments": texts(["SOHO: LASCO/C2, SOHO: LASCO/C3"] * count),
        "linked_events": texts([["2026-01-01T00:00:00-CME-001"]] * count),
        "note": texts(["Made-up note of a made-up event, as long as many real ones are. " * 4] * count),
        "link": texts(["https://example.org/event"] * count),
        "version_id": texts([1] * count),
        "submitted_at": later,
        "details": texts([details] * count),
    }


def alerts() -> Columns:
    """A year of messages."""
    n = ALERTS
    utc = now() - np.arange(n, 0, -1) * (DAYS * _DAY.astype("timedelta64[us]") // n)
    message = (
        "Space Weather Message Code: ALTK04\r\nSerial Number: 1\r\nALERT: Geomagnetic K-index of 4\r\n" * 6
    )
    return {
        "product_id": texts(["K04A"] * n),
        "issue_datetime": utc,
        "timestamp_utc": utc,
        "kind": texts(["alert"] * n),
        "message_code": texts(["ALTK04"] * n),
        "serial_number": texts([str(number) for number in range(n)]),
        "headline": texts(["ALERT: Geomagnetic K-index of 4"] * n),
        "noaa_scale": texts([""] * n),
        "valid_from": utc,
        "valid_until": utc + np.timedelta64(3, "h"),
        "cancels_serial": texts([""] * n),
        "message": texts([message] * n),
    }


def scales() -> Columns:
    """A year of states, one each quarter of an hour, five entries each."""
    n = DAYS * 96
    issued = np.repeat(now() - np.arange(n, 0, -1) * np.timedelta64(15, "m"), 5)
    offset = np.tile(np.arange(-1, 4), n)
    zero, none = texts([0] * len(issued)), texts([None] * len(issued))
    return {
        "issued_at": issued,
        "day_offset": offset,
        "timestamp_utc": issued + offset * _DAY,
        **{f"{letter}_scale": zero for letter in "rsg"},
        **{f"{letter}_text": texts(["none"] * len(issued)) for letter in "rsg"},
        **dict.fromkeys(("r_minor_percent", "r_major_percent", "s_percent"), none),
    }


def approaches(count: int = APPROACHES) -> Columns:
    """A year of approaches as CNEOS lists them."""
    rng = np.random.default_rng(11)
    utc = (
        now() - DAYS * _DAY + np.sort(rng.integers(0, DAYS * 86_400, count)) * np.timedelta64(1_000_000, "us")
    )
    distance = rng.uniform(1e-4, 0.05, count)
    return {
        "designation": texts([f"2026 A{number}" for number in range(count)]),
        "close_approach_date": texts([one.date() for one in utc.astype("datetime64[us]").tolist()]),
        "timestamp_utc": utc,
        "jd_tdb": 2_440_587.5 + utc.astype(np.int64) / 86_400e6,
        "fullname": texts([f"(2026 A{number})" for number in range(count)]),
        "orbit_id": texts(["1"] * count),
        "distance_au": distance,
        "distance_min_au": 0.99 * distance,
        "distance_max_au": 1.01 * distance,
        "relative_velocity_km_s": rng.uniform(3, 30, count),
        "infinity_velocity_km_s": rng.uniform(3, 30, count),
        "time_sigma": texts(["00:05"] * count),
        "time_sigma_s": np.full(count, 300.0),
        "absolute_magnitude_h": rng.uniform(20, 30, count),
        "diameter_km": np.full(count, np.nan),
        "diameter_sigma_km": np.full(count, np.nan),
        "body": texts(["Earth"] * count),
    }
