"""The canonical form of the rows in a window: the bytes whose SHA-256 a data reference is pinned to.

* One JSON array in UTF-8 without spaces, of one object per row, with the columns that the upstream's bytes fill, by
  name and sorted by name. Left out is what the platform computes from others (``Product.derived``), because its last
  digits are those of a machine's arithmetic, and a column without a value, so that a new and still empty column of a
  later release changes nothing.
* Instants are written in UTC to the microsecond, whole numbers without a point, zero without a sign.
* Rows are in order of time, and those of one instant in order of their text.
* When a row was written, by which ingestion and under which number is no part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

_AT_ONCE: Final = 1_000  # rows in one piece of bytes
_PLAIN: Final = {int, str}  # stand as they are; asked first, because most values are numbers or instants
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def pieces(names: list[str], time_name: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[bytes, int]]:
    """The canonical form piece by piece, each with its number of rows; nothing at all without rows.

    Parameters
    ----------
    names
        Columns of a row.
    time_name
        The one of them that the rows are ordered by.
    rows
        Values, ordered by time alone. Only those of one instant are held together.
    """
    waiting: list[dict[str, Any]] = []
    opening = "["
    for _, same in groupby(rows, key=itemgetter(names.index(time_name))):
        objects = [_object(names, row) for row in same]
        waiting += sorted(objects, key=_encode) if len(objects) > 1 else objects
        if len(waiting) >= _AT_ONCE:
            yield opening.encode() + _encode(waiting)[1:-1].encode(), len(waiting)
            waiting, opening = [], ","
    if waiting:
        yield opening.encode() + _encode(waiting)[1:-1].encode(), len(waiting)
        opening = ","
    if opening == ",":
        yield b"]", 0


def _object(names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        name: value if type(value) in _PLAIN else canonical(value)
        for name, value in zip(names, row, strict=True)
        if value is not None
    }


def canonical(value: Any) -> Any:
    """A value in the one form that both databases give."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # SQLite gives -0.0 back as 0.0
    if isinstance(value, date):
        return _instant(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict):
        return {str(name): canonical(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(one) for one in value]
    return value if value is None or isinstance(value, int | str) else str(value)


def _instant(value: datetime) -> str:
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
