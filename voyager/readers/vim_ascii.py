"""48 s field vectors as tables of text: ``V1_48s_YYYY_DDD-DDD[_stamp].dat``, one year in about twelve files.

Columns: spacecraft (``FLT1`` or ``1``), year (mostly two digits, one for 2009), decimal day of year (1 January is 1,
five decimals: the start of the interval to 0.4 s), F1, BR, BT, BN (nT). No fill values; gaps have no lines. The headers
give uncertainties in words only, so those of the documentation are stored.

References
----------
https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/magnetic_fields/VIM_48s_mag_ascii/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from deepspace.constants import SECONDS_PER_DAY
from deepspace.ingestion.product import Columns, Unusable
from voyager.constants import VIM_CADENCE_S, VIM_COMPONENT_SIGMA_NT, VIM_STRENGTH_SIGMA_NT
from voyager.readers.field import Floats, Records, Times, columns, settle
from voyager.readers.table import read_table

_FIRST_RE = re.compile(r"\s*(?:FLT)?1\s+\d{1,4}\s+\d")
_NAME_RE = re.compile(r"_(?P<year>\d{4})_(?P<day>\d{3})-")
_SLACK = np.timedelta64(1, "D")  # how far a file's data may reach beyond the days of its name
_SIGMA_NT = (VIM_STRENGTH_SIGMA_NT, *[VIM_COMPONENT_SIGMA_NT] * 3)


def read_year(bodies: Mapping[str, bytes]) -> list[Columns | Unusable]:
    """The vectors of one year's files, by file name.

    Where a file's records reach into those of the next one, the next one supplies them: no record is there twice,
    and none is lost between two files.

    Raises
    ------
    SchemaDrift
        One of the files is no such table, or was cut off.
    """
    names = sorted(bodies, key=lambda name: (_nominal_start(name), name))
    read = [_read(bodies[name], name) for name in names]
    blocks: list[Columns] = []
    left_out: list[Unusable] = []
    for i, (records, unusable) in enumerate(read):
        kept = records
        if i + 1 < len(read):
            kept = records.take(records.utc < _begin(read[i + 1][0].utc, _nominal_start(names[i + 1])))
        blocks.append(columns(kept, VIM_CADENCE_S))
        left_out += unusable
    return [{name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}, *left_out]


def _read(body: bytes, name: str) -> tuple[Records, list[Unusable]]:
    table = read_table(body, name, first=_FIRST_RE, widths=(7,), use=(-6, -5, -4, -3, -2, -1))
    year, day = table.values[:, 0], table.values[:, 1]
    records = Records(
        _utc(year, day),
        table.values[:, 2],
        table.values[:, 3:],
        table.lines,
        sigma_nt=np.tile(_SIGMA_NT, (len(table.lines), 1)),
    )
    records, unusable = settle(records, name, "line")
    return records, [*table.unusable, *unusable]


def _utc(year: Floats, day: Floats) -> Times:
    """Decimal days of a year as UTC, to the microsecond; NaT where they are no such thing."""
    sound = (
        np.isfinite(year)
        & np.isfinite(day)
        & (year == np.floor(year))
        & (year >= 0)
        & (day >= 1)
        & (day < 368)
    )
    sound &= (year < 100) | ((year > 1976) & (year < 2100))
    full = np.where(sound, np.where(year < 100, year + 2000, year), 2000).astype(np.int64)
    since_new_year = np.rint((np.where(sound, day, 1) - 1) * SECONDS_PER_DAY * 1e6).astype("timedelta64[us]")
    utc: Times = (full - 1970).astype("datetime64[Y]").astype("datetime64[us]") + since_new_year
    utc[~sound] = np.datetime64("NaT")
    return utc


def _nominal_start(name: str) -> np.datetime64:
    """The first day of a file, by its name."""
    match = _NAME_RE.search(name)
    if match is None:
        return np.datetime64(0, "us")
    return np.datetime64(f"{match['year']}-01-01", "us") + np.timedelta64(int(match["day"]) - 1, "D")


def _begin(utc: Times, nominal: np.datetime64) -> np.datetime64:
    """Where a file takes over from the one before: at its first record, unless that is days off its name."""
    later = utc[utc >= nominal - _SLACK]
    return min(later[0], nominal + _SLACK) if len(later) else nominal
