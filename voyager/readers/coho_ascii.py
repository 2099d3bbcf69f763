"""Hourly merged (COHO) data as text: ``vy1_YYYY.asc``, one file per year, 34 columns.

Columns read: 1 year, 2 day of year, 3 hour, 4 distance (au), 7 mean of magnitudes, 8 magnitude of the mean vector,
9-11 BR BT BN (nT). Columns 12-34 (plasma, particle fluxes) are not stored: the plasma instrument failed in 1980.

References
----------
https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/merged/vy1mgd.txt
"""

from __future__ import annotations

import re

import numpy as np

from deepspace.ingestion.product import Columns, Unusable
from voyager.constants import COHO_FIELD_FILL_NT, DISTANCE_AU, HOURLY_CADENCE_S
from voyager.readers.field import Floats, Records, Times, columns, settle, strength_or_vector
from voyager.readers.table import read_table

_COLUMNS = 34
_USED = tuple(place - 1 - _COLUMNS for place in (1, 2, 3, 4, 7, 8, 9, 10, 11))
_FIRST_RE = re.compile(r"\s*\d{4}\s+\d{1,3}\s+\d{1,2}\s")


def read(body: bytes, name: str) -> list[Columns | Unusable]:
    """The hours of one file that have a field.

    Raises
    ------
    SchemaDrift
        It is no such table, or was cut off.
    """
    table = read_table(body, name, first=_FIRST_RE, widths=(_COLUMNS,), use=_USED)
    year, day, hour, distance = table.values[:, :4].T
    field = np.where(table.values[:, 4:] == COHO_FIELD_FILL_NT, np.nan, table.values[:, 4:])
    strength, kind = strength_or_vector(field[:, 0], field[:, 1])
    records = Records(
        _utc(year, day, hour),
        strength,
        field[:, 2:],
        table.lines,
        kind=kind,
        distance_au=np.where((distance >= DISTANCE_AU[0]) & (distance <= DISTANCE_AU[1]), distance, np.nan),
    )
    records, unusable = settle(records, name, "line")
    return [columns(records, HOURLY_CADENCE_S), *table.unusable, *unusable]


def _utc(year: Floats, day: Floats, hour: Floats) -> Times:
    sound = (
        (day >= 1)
        & (day <= 366)
        & (hour >= 0)
        & (hour <= 23)
        & (np.floor(hour) == hour)
        & (np.floor(day) == day)
    )
    years = np.where(sound, year, 1970).astype(np.int64)
    hours = np.where(sound, (day - 1) * 24 + hour, 0).astype("timedelta64[h]")
    utc: Times = (years - 1970).astype("datetime64[Y]").astype("datetime64[us]") + hours
    utc[~sound] = np.datetime64("NaT")
    return utc
