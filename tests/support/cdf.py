"""CDF files made on the spot, in the layouts of the archive."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

REAL4, REAL8, INT2, EPOCH, TT2000 = 44, 45, 2, 31, 33
FILL = -1.0e31
_1970_MS = 62_167_219_200_000.0

Variables = Mapping[str, tuple[int, ArrayLike, Mapping[str, Any]]]


def epochs(*utc: str) -> list[float]:
    """Instants as CDF_EPOCH; an empty text is the fill value."""
    return [FILL if not text else _1970_MS + int(np.datetime64(text, "ms").astype(np.int64)) for text in utc]


def cdf(variables: Variables, *, compressed: int = 0, packed: int = 0) -> bytes:
    """A CDF file: name -> CDF data type, values, attributes."""
    from cdflib.cdfwrite import CDF

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "made.cdf"
        writer = CDF(path, cdf_spec={"Compressed": packed, "Checksum": False}, delete=False)
        for name, (kind, values, attributes) in variables.items():
            data = np.asarray(values)
            spec = {
                "Variable": name,
                "Data_Type": kind,
                "Num_Elements": 1,
                "Rec_Vary": True,
                "Dim_Sizes": list(data.shape[1:]),
                "Compress": compressed,
            }
            writer.write_var(spec, dict(attributes), data)
        writer.close()
        return path.read_bytes()


def vim(utc: list[str], f1: ArrayLike, **changes: Any) -> bytes:
    """A 48 s file: ``changes`` replaces variables, or takes them away (None)."""
    field = np.asarray(f1, dtype=np.float64)
    n = len(utc)
    fill = {"FILLVAL": FILL}
    variables: dict[str, Any] = {
        "Epoch": (EPOCH, epochs(*utc), fill),
        "F1": (REAL4, field, fill),
        **{name: (REAL4, np.where(field == FILL, FILL, 0.1), fill) for name in ("BR", "BT", "BN")},
        "dF": (REAL4, np.full(n, 0.03), fill),
        "dBR": (REAL4, np.full(n, 0.02), fill),
        "dBT": (REAL4, np.full(n, 0.02), fill),
        "dBN": (REAL4, np.full(n, 0.04), fill),
        "spacecraftID": (INT2, np.full(n, 1), {"FILLVAL": -32768}),
        "Epoch_ephem": (EPOCH, epochs("2012-01-01", "2012-01-02", "2012-01-03"), fill),
        "Radius": (REAL4, [119.0, 119.5, 120.0], fill),
    }
    return cdf(_changed(variables, changes))


def coho(utc: list[str], abs_b: ArrayLike, f: ArrayLike, **changes: Any) -> bytes:
    """An hourly file."""
    strength = np.asarray(f, dtype=np.float64)
    fill = {"FILLVAL": FILL}
    variables: dict[str, Any] = {
        "Epoch": (EPOCH, epochs(*utc), fill),
        "ABS_B": (REAL4, abs_b, fill),
        "F": (REAL4, strength, fill),
        **{
            name: (REAL4, np.where(strength == FILL, FILL, strength / 2), fill) for name in ("BR", "BT", "BN")
        },
        "heliocentricDistance": (REAL4, np.full(len(utc), 58.25), fill),
        "protonDensity": (REAL4, np.full(len(utc), FILL), fill),
    }
    return cdf(_changed(variables, changes))


def _changed(variables: dict[str, Any], changes: dict[str, Any]) -> Variables:
    return {name: spec for name, spec in (variables | changes).items() if spec is not None}
