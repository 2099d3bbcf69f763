"""Long lists, cut to what an answer can carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final
from urllib.parse import urlencode

from deepspace.pages.metadata import absolute
from spaceintel.addresses import TABLES_PATH
from spaceintel.parameters import SpaceParameters
from spaceintel.states import Approach
from spaceintel.tables.columns import Table

LONGEST: Final = 1_000  # rows of one list: a month of everything, and a year of most lists


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that are sent, and how many there are."""

    rows: Sequence[Any]
    total: int
    method: str
    csv: str

    @property
    def shown(self) -> int:
        """How many are sent."""
        return len(self.rows)


def newest(rows: Sequence[Any], table: Table[Any], parameters: SpaceParameters) -> Shown:
    """Of rows that come newest first."""
    method = "all" if len(rows) <= LONGEST else "newest"
    return Shown(rows[:LONGEST], len(rows), method, csv_url(table.name, parameters))


def nearest(approaches: Sequence[Approach], table: Table[Any], parameters: SpaceParameters) -> Shown:
    """The nearest, in the order of time."""
    kept, method = approaches, "all"
    if len(approaches) > LONGEST:
        found = nsmallest(LONGEST, approaches, key=lambda one: (one.distance_ld, one.at))
        kept, method = sorted(found, key=lambda one: (one.at, one.designation)), "nearest"
    return Shown(kept, len(approaches), method, csv_url(table.name, parameters))


def first(rows: Sequence[Any], total: int, table: Table[Any], parameters: SpaceParameters) -> Shown:
    """The first of a list in its own order, which are cut already."""
    method = "all" if len(rows) == total else "first"
    return Shown(rows, total, method, csv_url(table.name, parameters))


def csv_url(name: str, parameters: SpaceParameters) -> str:
    """Where all rows of a window are."""
    query = urlencode(parameters.canonical())
    return absolute(f"{TABLES_PATH}{name}.csv{'?' if query else ''}{query}")
