"""Hourly averages of the instrument team, 1990-2004: ``vy1mag_pri_1hr_YYYY.txt``.

Columns: spacecraft (missing in 1997), decimal year (90.0 is 1 January 1990 0 h; written 0.x to 4.x for 2000 to 2004),
F1 (mean of magnitudes, nT), elevation and azimuth (degrees, RTN), F2 (magnitude of the mean vector, nT). The components
follow from F2 and the two angles. Fill is 999. The files have no distance.

References
----------
https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/magnetic_fields/ip_1hour_ascii/1990-2004/vy1mag_pri_1hr_format.txt
"""

from __future__ import annotations

import re

import numpy as np

from deepspace.ingestion.product import Columns, Unusable
from voyager.constants import HOURLY_CADENCE_S, IP_FILL
from voyager.readers.field import Floats, Records, Times, columns, settle, strength_or_vector
from voyager.readers.table import read_table

_FIRST_RE = re.compile(r"\s*(?:1\s+)?\d{1,4}\.\d+\s+\S")
_OFF_THE_HOUR = 0.05  # the eight decimals of the time leave 0.003 h
_HOURS_OF_YEAR = (8760, 8784)


def read(body: bytes, name: str) -> list[Columns | Unusable]:
    """The hours of one file that have a field.

    Raises
    ------
    SchemaDrift
        It is no such table, or was cut off.
    """
    table = read_table(body, name, first=_FIRST_RE, widths=(6, 5), use=(-5, -4, -3, -2, -1))
    values = np.where(table.values == IP_FILL, np.nan, table.values)
    magnitude, elevation, azimuth, of_mean = values[:, 1:].T
    strength, kind = strength_or_vector(magnitude, of_mean)
    records = Records(
        _utc(table.values[:, 0]), strength, _components(of_mean, elevation, azimuth), table.lines, kind=kind
    )
    records, unusable = settle(records, name, "line")
    return [columns(records, HOURLY_CADENCE_S), *table.unusable, *unusable]


def _components(of_mean_nt: Floats, elevation_deg: Floats, azimuth_deg: Floats) -> Floats:
    elevation, azimuth = np.radians(elevation_deg), np.radians(azimuth_deg)
    in_plane = of_mean_nt * np.cos(elevation)
    return np.column_stack(
        [in_plane * np.cos(azimuth), in_plane * np.sin(azimuth), of_mean_nt * np.sin(elevation)]
    )


def _utc(decimal_year: Floats) -> Times:
    """Decimal years as UTC; NaT where they are no full hour."""
    finite = np.isfinite(decimal_year) & (decimal_year >= 0) & (decimal_year < 2100)
    written = np.floor(np.where(finite, decimal_year, 0))
    year = (written + np.select([written < 50, written < 100], [2000, 1900], 0)).astype(np.int64)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    hours = (np.where(finite, decimal_year, 0) - written) * np.where(is_leap, *reversed(_HOURS_OF_YEAR))
    whole = np.rint(hours)
    utc: Times = (year - 1970).astype("datetime64[Y]").astype("datetime64[us]") + whole.astype(
        "timedelta64[h]"
    )
    utc[~finite | (np.abs(hours - whole) > _OFF_THE_HOUR)] = np.datetime64("NaT")
    return utc
