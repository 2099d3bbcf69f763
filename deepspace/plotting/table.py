"""Columns -> CSV (RFC 4180): the numbers behind a plot, digit for digit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.formulas import escaped

_SPECIAL = frozenset('",\r\n')


def csv_bytes(columns: Mapping[str, NDArray[Any]]) -> bytes:
    """A header line and one line per row, separated by CRLF; no text is one that a spreadsheet would compute.

    Floats are written as the shortest text that reads back as the same double; instants as ISO 8601 with
    ``Z``; what is missing (NaN, NaT, None) as nothing.
    """
    cells = [texts(np.asarray(column)) for column in columns.values()]
    lines = [",".join(map(_quoted, columns))]
    lines.extend(map(",".join, zip(*cells, strict=True)))
    lines.append("")
    return "\r\n".join(lines).encode()


def texts(column: NDArray[Any], *, quoted: bool = True) -> Iterable[str]:
    """One column as text; whole columns at once, because 300,000 single decisions would take a second.

    ``quoted``: texts as a CSV needs them.
    """
    if column.dtype.kind == "M":
        instants = np.datetime_as_string(column.astype("datetime64[us]"), timezone="UTC").tolist()
        return ["" if text == "NaT" else text for text in instants] if np.isnat(column).any() else instants
    if column.dtype.kind == "f":
        numbers = map(repr, column.tolist()) if column.dtype == np.float64 else map(str, column)
        return ["" if text == "nan" else text for text in numbers] if np.isnan(column).any() else numbers
    if column.dtype.kind in "iub":
        return map(str, column.tolist())
    known: dict[Any, str] = {}
    for value in column.tolist():
        if value not in known:
            text = "" if value is None else str(value)
            known[value] = _quoted(escaped(text)) if quoted else text
    return [known[value] for value in column.tolist()]


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _SPECIAL.intersection(text) else text
