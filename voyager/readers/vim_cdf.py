"""48 s field vectors as CDF: ``voyager1_48s_mag-vim_YYYY0101_vNN.cdf``, one file per year.

Two time axes: ``Epoch`` (start of the interval, milliseconds) for the field, and a daily ``Epoch_ephem`` for the
position. REAL4 numbers are stored as they are, without rounding them to decimals again.

References
----------
https://cdaweb.gsfc.nasa.gov/misc/NotesV.html#VOYAGER1_48S_MAG-VIM
"""

from __future__ import annotations

import numpy as np

from deepspace.ingestion.product import Columns, Unusable
from deepspace.upstream.errors import SchemaDrift
from voyager.constants import VIM_CADENCE_S, VIM_COMPONENT_SIGMA_NT, VIM_STRENGTH_SIGMA_NT
from voyager.readers.cdf import CdfFile, opened
from voyager.readers.field import Floats, Records, Times, columns, settle

_FIELD = ("F1", "BR", "BT", "BN")
_SIGMA = (
    ("dF", VIM_STRENGTH_SIGMA_NT),
    ("dBR", VIM_COMPONENT_SIGMA_NT),
    ("dBT", VIM_COMPONENT_SIGMA_NT),
    ("dBN", VIM_COMPONENT_SIGMA_NT),
)


def read(body: bytes, name: str) -> list[Columns | Unusable]:
    """The vectors of one file.

    Raises
    ------
    SchemaDrift
        It is no such file, damaged, of another spacecraft, or lacks a variable.
    """
    with opened(body, name) as file:
        file.require("Epoch", *_FIELD)
        utc = file.times("Epoch")
        _check_spacecraft(file, len(utc), name)
        strength, *vector = (file.values(variable, len(utc)) for variable in _FIELD)
        records = Records(
            utc,
            strength,
            np.column_stack(vector),
            np.arange(1, len(utc) + 1),
            sigma_nt=np.column_stack([_sigma(file, *one, len(utc)) for one in _SIGMA]),
            distance_au=_distance(file, utc),
        )
    records, unusable = settle(records, name, "record")
    return [columns(records, VIM_CADENCE_S), *unusable]


def _check_spacecraft(file: CdfFile, n: int, name: str) -> None:
    if "spacecraftID" not in file.variables:
        return
    spacecraft = file.values("spacecraftID", n)
    others = np.flatnonzero(~np.isnan(spacecraft) & (spacecraft != 1))
    if len(others):
        raise SchemaDrift(
            f"{name}: record {others[0] + 1} is of spacecraft {spacecraft[others[0]]:g}, not Voyager 1"
        )


def _sigma(file: CdfFile, variable: str, documented_nt: float, n: int) -> Floats:
    """Uncertainties as in the file; the documented one where it has none."""
    if variable not in file.variables:
        return np.full(n, documented_nt)
    values = file.values(variable, n)
    return np.where(np.isnan(values), documented_nt, values)


def _distance(file: CdfFile, utc: Times) -> Floats:
    """Distance at each record: straight lines through the daily values, the last one followed for one more day."""
    nothing = np.full(len(utc), np.nan)
    if not {"Epoch_ephem", "Radius"} <= file.variables:
        return nothing
    days = file.times("Epoch_ephem")
    radius = file.values("Radius", len(days))
    sound = ~np.isnat(days) & np.isfinite(radius)
    at, radius = days[sound].astype(np.int64), radius[sound]
    if len(at) < 2 or not (np.diff(at) > 0).all():
        return nothing
    at = np.append(at, 2 * at[-1] - at[-2])
    radius = np.append(radius, 2 * radius[-1] - radius[-2])
    timed = ~np.isnat(utc)
    nothing[timed] = np.interp(utc[timed].astype(np.int64), at, radius, left=np.nan, right=np.nan)
    return nothing
