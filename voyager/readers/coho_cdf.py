"""Hourly merged (COHO) data as CDF: ``voyager1_coho1hr_merged_mag_plasma_YYYYMM01_vNN.cdf``, one file per month.

Read are ``Epoch`` (start of the hour), ``ABS_B`` (mean of magnitudes), ``F`` (magnitude of the mean vector), ``BR BT
BN`` and ``heliocentricDistance``. The plasma and flux variables are not stored.

References
----------
https://cdaweb.gsfc.nasa.gov/misc/NotesV.html#VOYAGER1_COHO1HR_MERGED_MAG_PLASMA
"""

from __future__ import annotations

import numpy as np

from deepspace.ingestion.product import Columns, Unusable
from deepspace.upstream.errors import SchemaDrift
from voyager.constants import HOURLY_CADENCE_S
from voyager.readers.cdf import CdfFile, opened
from voyager.readers.field import Floats, Records, columns, settle, strength_or_vector

_STRENGTHS = ("ABS_B", "F")  # some files lack the first
_VECTOR = ("BR", "BT", "BN")


def read(body: bytes, name: str) -> list[Columns | Unusable]:
    """The hours of one file that have a field.

    Raises
    ------
    SchemaDrift
        It is no such file, damaged, or lacks a variable.
    """
    with opened(body, name) as file:
        file.require("Epoch", *_VECTOR)
        if not file.variables.intersection(_STRENGTHS):
            raise SchemaDrift(f"{name}: neither variable ABS_B nor F")
        utc = file.times("Epoch")
        magnitude, of_mean = (_values_or_none(file, variable, len(utc)) for variable in _STRENGTHS)
        strength, kind = strength_or_vector(magnitude, of_mean)
        records = Records(
            utc,
            strength,
            np.column_stack([file.values(variable, len(utc)) for variable in _VECTOR]),
            np.arange(1, len(utc) + 1),
            kind=kind,
            distance_au=_values_or_none(file, "heliocentricDistance", len(utc)),
        )
    records, unusable = settle(records, name, "record")
    return [columns(records, HOURLY_CADENCE_S), *unusable]


def _values_or_none(file: CdfFile, variable: str, n: int) -> Floats:
    return file.values(variable, n) if variable in file.variables else np.full(n, np.nan)
