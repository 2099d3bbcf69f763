"""Columns -> VOTable 1.4: the numbers behind a plot with units, for TOPCAT, astropy and pyvo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from deepspace.plotting.table import texts
from deepspace.provenance import Provenance, Tier

# Units in VOUnits spelling (IVOA Recommendation 1.1), by the last part of a column's name.
UNITS: Final[Mapping[str, str]] = {
    "au_d": "au/d",
    "km_s": "km/s",
    "v_m": "V/m",
    "cm3": "cm**-3",
    "jd_tdb": "d",
    "nt": "nT",
    "au": "au",
    "km": "km",
    "hz": "Hz",
    "deg": "deg",
    "db": "dB",
    "s": "s",
    "d": "d",
}
_SUFFIX: Final = re.compile(rf"(?:^|_)({'|'.join(sorted(UNITS, key=len, reverse=True))})$")
_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def votable_bytes(
    columns: Mapping[str, NDArray[Any]], name: str, description: str, provenance: Sequence[Provenance]
) -> bytes:
    """One table: the same digits as in the CSV, what each column is, and where the values come from.

    References
    ----------
    https://www.ivoa.net/documents/VOTable/20191021/
    """
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
        '<RESOURCE type="results">',
        *(_info(one) for one in provenance),
        f"<TABLE name={_attribute(name)}>",
        f"<DESCRIPTION>{_text(description)}</DESCRIPTION>",
        *(_field(name, column) for name, column in arrays.items()),
        "<DATA><TABLEDATA>",
        *map(_row, zip(*(map(_text, _cells(column)) for column in arrays.values()), strict=True)),
        "</TABLEDATA></DATA>",
        "</TABLE>",
        "</RESOURCE>",
        "</VOTABLE>",
        "",
    ]
    return "\n".join(lines).encode()


def _info(provenance: Provenance) -> str:
    parts = [f"source {provenance.source}"]
    if provenance.tier not in {
        Tier.REAL,
        Tier.CACHED,
    }:  # which of the two is beside the file, as beside a picture
        parts.insert(0, provenance.tier.value)
    if provenance.retrieved_at is not None:
        parts.append(f"retrieved {provenance.retrieved_at:%Y-%m-%d}")
    if provenance.note:
        parts.append(provenance.note)
    text = f"{provenance.product}: {'; '.join(parts)}"
    return f'<INFO name="provenance" value={_attribute(text)}/>'


def _field(name: str, column: NDArray[Any]) -> str:
    unit = unit_of(name)
    parts = [f"name={_attribute(name)}", _datatype(column)]
    if unit and column.dtype.kind in "fiu":
        parts.append(f'unit="{unit}"')
    return f"<FIELD {' '.join(parts)}/>"


def unit_of(name: str) -> str:
    """The unit that a column's name carries: ``b_mean_nt`` is in nT."""
    found = _SUFFIX.search(name)
    return UNITS[found[1]] if found else ""


def _datatype(column: NDArray[Any]) -> str:
    if column.dtype.kind == "M":
        return 'datatype="char" arraysize="*" xtype="timestamp"'
    if column.dtype.kind == "f":
        return 'datatype="float"' if column.dtype == np.float32 else 'datatype="double"'
    if column.dtype.kind in "iu":
        return 'datatype="long"'
    if column.dtype.kind == "b":
        return 'datatype="boolean"'
    return 'datatype="unicodeChar" arraysize="*"'


def _cells(column: NDArray[Any]) -> Iterable[str]:
    return texts(column, quoted=False)


def _row(cells: tuple[str, ...]) -> str:
    return f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in cells)}</TR>"


def _text(text: str) -> str:
    return escape(_UNPRINTABLE.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_UNPRINTABLE.sub("\ufffd", text))
