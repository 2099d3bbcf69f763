"""Tables once: what a page prints in a cell and what the CSV holds come from one list of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, TypeVar

import numpy as np

from deepspace.plotting.table import csv_bytes

Row = TypeVar("Row")
_BLOCK: Final = 2_000  # rows that are texts at one time


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. Without ``show`` it is in the CSV alone, without ``value`` on the page alone."""

    name: str  # in the CSV, with its unit
    heading: str  # on the page
    value: Callable[[Row], Any] | None = None
    show: Callable[[Row], Any] | None = None
    kind: str = ""  # of the cell on the page: "number" to the right, "text" with room for sentences


@dataclass(frozen=True, slots=True)
class Cell:
    """What a page prints in one place."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One kind of row, and how it is shown."""

    name: str  # part of the CSV's address
    title: str
    columns: tuple[Column[Row], ...]

    @property
    def shown(self) -> list[Column[Row]]:
        """The columns of the page."""
        return [one for one in self.columns if one.show is not None]

    def cells(self, rows: Iterable[Row]) -> list[list[Cell]]:
        """The rows as a page prints them."""
        return [
            [Cell(one.show(row), one.kind) for one in self.columns if one.show is not None] for row in rows
        ]

    def csv(self, rows: Sequence[Row], provenance: Callable[[Row], tuple[str, str]]) -> bytes:
        """The rows as CSV; the last two columns are the source and the tier of each.

        Written in blocks: the cells of a year of approaches would take six times the room of the file.
        """
        parts = (rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK))
        blocks = (self._block(part, provenance).partition(b"\r\n")[2] for part in parts)
        return b"".join([self._block((), provenance), *blocks])

    def _block(self, rows: Sequence[Row], provenance: Callable[[Row], tuple[str, str]]) -> bytes:
        columns: dict[str, np.ndarray[Any, Any]] = {}
        for one in self.columns:
            if one.value is not None:
                columns[one.name] = _texts([one.value(row) for row in rows])
        origins = [provenance(row) for row in rows]
        columns["source"] = _texts([source for source, _ in origins])
        columns["data_tier"] = _texts([tier for _, tier in origins])
        return csv_bytes(columns)


def _texts(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = [_text(value) for value in values]
    return column


def _text(value: Any) -> str | None:
    """A value as the CSV holds it."""
    if value is None or value != value:  # noqa: PLR0124 (only NaN differs from itself)
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return repr(value)
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
