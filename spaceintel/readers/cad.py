"""CNEOS close-approach data (CAD, version 1): rows under the names of ``fields``, numbers as text, times in TDB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepspace.ingestion.product import Columns, Unusable
from deepspace.timescales import jd_tdb_to_tdb_seconds, tdb_seconds_to_utc
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers.counts import check_count, check_signature, document
from spaceintel.readers.numbers import numbers
from spaceintel.readers.tdb import tdb_calendar

_NAME: Final = "CAD"
_MAJOR: Final = "1"
_PLACES: Final = 10  # unfit rows that are named
_NUMBERS: Final = {
    "jd": "jd_tdb",
    "dist": "distance_au",
    "dist_min": "distance_min_au",
    "dist_max": "distance_max_au",
    "v_rel": "relative_velocity_km_s",
    "v_inf": "infinity_velocity_km_s",
    "h": "absolute_magnitude_h",
    "diameter": "diameter_km",
    "diameter_sigma": "diameter_sigma_km",
}
_TEXTS: Final = {
    "des": "designation",
    "orbit_id": "orbit_id",
    "fullname": "fullname",
    "t_sigma_f": "time_sigma",
}
_NEEDED: Final = {*_NUMBERS, *_TEXTS, "cd"}
_SIGMA: Final = re.compile(r"(?:<\s*)?(?:(?P<days>\d+)_)?(?P<hours>\d{1,2}):(?P<minutes>\d\d)")
_JD_DATED: Final = (1_721_426.0, 5_373_484.0)  # years 1 to 9999: what a calendar can write


def time_sigma_s(text: str) -> float:
    """Seconds of a 3-sigma uncertainty of time: ``2_09:08`` is 2 d 9 h 8 min, ``< 00:01`` at most a minute.

    NaN for a text of another form.
    """
    found = _SIGMA.fullmatch(text.strip())
    if found is None:
        return float("nan")
    days, hours, minutes = (int(found[part] or 0) for part in ("days", "hours", "minutes"))
    return 86_400.0 * days + 3_600.0 * hours + 60.0 * minutes


def read(body: bytes, first: date, last: date) -> Iterator[Columns | Unusable]:
    """Rows of ``space_intel_close_approaches`` from one answer.

    Parameters
    ----------
    body
        As CNEOS sent it.
    first, last
        TDB days that are wanted. More are asked for, because the upstream compares instants and prints minutes.

    Raises
    ------
    SchemaDrift
        The body is no table, lacks a field, or does not have as many rows as it says.

    Notes
    -----
    A slow object can have two approaches on one day; the table has one place for them, and the nearer is kept.
    """
    found = document(body, _NAME)
    check_signature(found, _NAME, _MAJOR)
    rows, fields = found.get("data", []), found.get("fields", [])
    if not isinstance(rows, list) or not isinstance(fields, list):
        raise SchemaDrift(f"{_NAME} sent something else than a table")
    if any(not isinstance(row, list) or len(row) != len(fields) for row in rows):
        raise SchemaDrift(f"{_NAME} has rows that are not as long as its list of fields")
    check_count(found.get("count"), len(rows), len({str(row) for row in rows}), _NAME)
    if not rows:
        return
    if missing := _NEEDED - set(fields):
        raise SchemaDrift(f"{_NAME} lacks the fields {', '.join(sorted(missing))}")
    yield from _read(dict(zip(fields, zip(*rows, strict=True), strict=True)), first, last)


def _read(table: dict[str, Sequence[Any]], first: date, last: date) -> Iterator[Columns | Unusable]:
    n = len(table["des"])
    unfit = np.zeros(n, dtype=bool)
    columns: dict[str, NDArray[Any]] = {
        name: numbers(table[field], unfit) for field, name in _NUMBERS.items()
    }
    for field, name in _TEXTS.items():
        columns[name] = _texts(table[field])
    unfit |= columns["designation"] == ""
    days = _days(table["cd"], unfit)
    seconds = np.array([time_sigma_s(text) for text in columns["time_sigma"]])
    columns |= {
        "close_approach_date": days,
        "timestamp_utc": _utc(columns["jd_tdb"], unfit),
        "time_sigma_s": seconds,
        "body": _texts(table.get("body") or ["Earth"] * n),
    }
    if unfit.any():
        places = tuple(f"row {i + 1}" for i in np.flatnonzero(unfit)[:_PLACES])
        yield Unusable("a value is not what its field should hold", int(unfit.sum()), places)
    wanted = np.array([not bad and first <= day <= last for day, bad in zip(days, unfit, strict=True)])
    kept = _nearest_of_each_day(columns, np.flatnonzero(wanted))
    if len(kept):
        yield {name: column[kept] for name, column in columns.items()}


def _texts(values: Sequence[Any]) -> NDArray[Any]:
    return np.fromiter(
        ("" if value is None else str(value).strip() for value in values), dtype=object, count=len(values)
    )


def _days(values: Sequence[Any], unfit: NDArray[np.bool_]) -> NDArray[Any]:
    days = np.full(len(values), date.min, dtype=object)
    for i, value in enumerate(values):
        try:
            days[i] = tdb_calendar(value).date()
        except ValueError:
            unfit[i] = True
    return days


def _utc(jd_tdb: NDArray[np.float64], unfit: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    """Instants to the millisecond: the Julian dates have nine decimals, 0.1 ms, and the orbits less."""
    low, high = _JD_DATED
    unfit |= ~((jd_tdb >= low) & (jd_tdb <= high))
    utc = np.full(len(jd_tdb), np.datetime64("NaT"), dtype="datetime64[us]")
    tdb_s = np.round(jd_tdb_to_tdb_seconds(jd_tdb[~unfit]), 3)
    utc[~unfit] = tdb_seconds_to_utc(tdb_s)
    return utc


def _nearest_of_each_day(columns: Columns, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """One row for each object and day, in the order of the upstream."""
    nearest: dict[tuple[str, date], int] = {}
    distance = columns["distance_au"]
    for i in rows.tolist():
        key = columns["designation"][i], columns["close_approach_date"][i]
        other = nearest.setdefault(key, i)
        if distance[i] < distance[other]:
            nearest[key] = i
    return np.array(sorted(nearest.values()), dtype=np.intp)
