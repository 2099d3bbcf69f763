"""One list of two: each approach of NeoWs with CNEOS's row of the same object within a day, then CNEOS's others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np

from deepspace.constants import AU_KM
from spaceintel.constants import PHA_MAGNITUDE_H
from spaceintel.science.approach_rank import risk_score, size_class, threat
from spaceintel.science.near_earth import au_to_lunar_distances, diameter_range_km
from spaceintel.states import CNEOS, NEOWS, Approach

_LD_PER_AU: Final = float(au_to_lunar_distances(1.0))
_DAY: Final = timedelta(days=1)
_Diameters = tuple[float | None, float | None]  # km, for a bright and a dark surface


def joined(neos: Sequence[Any], cneos: Sequence[Any], start: datetime, until: datetime) -> list[Approach]:
    """Approaches between two instants, oldest first: which window shows one does not change what is joined with it.

    Parameters
    ----------
    neos
        Rows of NeoWs inside the window and a day around it: of the model, or its columns by name.
    cneos
        Rows of CNEOS, the same.
    """
    by_object: dict[str, dict[date, Any]] = defaultdict(dict)
    hazardous = {row.designation: row.is_potentially_hazardous for row in neos}
    for row in cneos:
        if row.designation in hazardous:  # most of a year's rows are of objects that NeoWs does not list
            by_object[row.designation][row.close_approach_date] = row
    twins = _twins(neos)
    pairs = _pairs(neos, by_object)
    used = {row.pk for row in pairs.values()}
    found = [
        _of_neows(neo, pairs.get(neo.pk), twins.get(neo.pk, ()))
        for neo in neos
        if start <= neo.timestamp_utc <= until
    ]
    others = [row for row in cneos if row.pk not in used and start <= row.timestamp_utc <= until]
    found += [
        _of_cneos(row, diameters, is_hazardous=hazardous.get(row.designation))
        for row, diameters in zip(others, _diameters(others), strict=True)
    ]
    return sorted(found, key=lambda one: (one.at, one.designation))


def _diameters(rows: Sequence[Any]) -> list[_Diameters]:
    """By brightness, of all rows at once: one by one they took as long as reading them."""
    magnitudes = np.array(
        [row.absolute_magnitude_h for row in rows], dtype=np.float64
    )  # NaN where none is given
    low, high = (column.tolist() for column in diameter_range_km(magnitudes))
    return [
        (None, None) if row.absolute_magnitude_h is None else pair
        for row, pair in zip(rows, zip(low, high, strict=True), strict=True)
    ]


def _pairs(neos: Sequence[Any], by_object: dict[str, dict[date, Any]]) -> dict[int, Any]:
    """CNEOS's row of each entry of NeoWs: of the same day, else of a day beside it; no row for two of them."""
    pairs: dict[int, Any] = {}
    used: set[int] = set()
    for shift in (timedelta(0), -_DAY, _DAY):
        for neo in neos:
            row = by_object.get(neo.designation, {}).get(neo.close_approach_date + shift)
            if row is not None and neo.pk not in pairs and row.pk not in used:
                pairs[neo.pk] = row
                used.add(row.pk)
    return pairs


def _twins(neos: Sequence[Any]) -> dict[int, tuple[str, ...]]:
    """Entries that are one and the same approach: NeoWs lists some objects under two ids after they get a number."""
    same: dict[tuple[datetime, float], list[Any]] = defaultdict(list)
    for row in neos:
        same[row.timestamp_utc, row.miss_distance_au].append(row)
    return {
        row.pk: tuple(other.name for other in rows if other.pk != row.pk)
        for rows in same.values()
        if len(rows) > 1
        for row in rows
    }


def _of_neows(row: Any, other: Any, same_as: tuple[str, ...]) -> Approach:
    distance_ld = row.miss_distance_au * _LD_PER_AU
    low, high = row.diameter_min_km, row.diameter_max_km
    measured = other.diameter_km if other is not None else None
    diameter = _one_diameter(measured, low, high)
    pha = row.is_potentially_hazardous
    return Approach(
        at=row.timestamp_utc,
        designation=row.designation,
        name=row.name,
        sources=(NEOWS,) if other is None else (NEOWS, CNEOS),
        distance_ld=distance_ld,
        distance_au=row.miss_distance_au,
        distance_km=row.miss_distance_km,
        velocity_km_s=row.relative_velocity_km_s,
        absolute_magnitude_h=row.absolute_magnitude_h,
        diameter_min_km=low,
        diameter_max_km=high,
        is_potentially_hazardous=pha,
        is_sentry_object=row.is_sentry_object,
        neo_id=row.neo_id,
        link=row.nasa_jpl_url,
        same_as=same_as,
        risk=risk_score(distance_ld, diameter, row.relative_velocity_km_s, is_potentially_hazardous=pha),
        threat=threat(distance_ld, is_potentially_hazardous=pha),
        size=size_class(diameter),
        updated_at=row.ingested_at,
        **({} if other is None else _uncertainties(other)),
    )


def _of_cneos(row: Any, diameters: _Diameters, *, is_hazardous: bool | None) -> Approach:
    h = row.absolute_magnitude_h
    low, high = diameters
    distance_ld = row.distance_au * _LD_PER_AU
    diameter = _one_diameter(row.diameter_km, low, high)
    if is_hazardous is None and h is not None and h > PHA_MAGNITUDE_H:
        is_hazardous = False  # by definition
    v = row.relative_velocity_km_s
    is_ranked = is_hazardous is not None and v is not None
    return Approach(
        at=row.timestamp_utc,
        designation=row.designation,
        name=row.fullname or row.designation,
        sources=(CNEOS,),
        distance_ld=distance_ld,
        distance_au=row.distance_au,
        distance_km=row.distance_au * AU_KM,
        velocity_km_s=v,
        absolute_magnitude_h=h,
        diameter_min_km=low,
        diameter_max_km=high,
        is_potentially_hazardous=is_hazardous,
        is_sentry_object=None,
        link=f"https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?des={row.designation.replace(' ', '%20')}",
        risk=risk_score(distance_ld, diameter, v or 0.0, is_potentially_hazardous=bool(is_hazardous))
        if is_ranked
        else None,
        threat=threat(distance_ld, is_potentially_hazardous=is_hazardous) if is_hazardous is not None else "",
        size=size_class(diameter),
        updated_at=row.ingested_at,
        **_uncertainties(row),
    )


def _uncertainties(row: Any) -> dict[str, Any]:
    low, high = row.distance_min_au, row.distance_max_au
    return {
        "distance_min_ld": None if low is None else low * _LD_PER_AU,
        "distance_max_ld": None if high is None else high * _LD_PER_AU,
        "infinity_velocity_km_s": row.infinity_velocity_km_s,
        "time_sigma": row.time_sigma,
        "time_sigma_s": row.time_sigma_s,
        "diameter_km": row.diameter_km,
        "diameter_sigma_km": row.diameter_sigma_km,
        "orbit_id": row.orbit_id,
    }


def _one_diameter(measured: float | None, low: float | None, high: float | None) -> float:
    """The diameter that rank and size class go by: measured, else the middle of the range, else NaN."""
    if measured is not None:
        return measured
    return float("nan") if low is None or high is None else (low + high) / 2
