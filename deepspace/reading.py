"""Many rows, read without making an object of the model of each, or a datetime in Django's way."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Func, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler
from numpy.typing import NDArray

_BLOCK = 20_000  # rows that are Python objects at one time


class UtcText(Func):
    """An instant as ISO 8601 text in UTC, which numpy reads twenty times as fast as Django makes datetimes."""

    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """As stored: naive UTC."""
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """In UTC whatever the zone of the session."""
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return self.as_sql(compiler, connection, template=template, **context)


def read_columns(
    rows: QuerySet[Any], time_column: str, names: Sequence[str]
) -> Iterator[tuple[NDArray[np.datetime64], NDArray[np.float64]]]:
    """Times (n,) and values (n, columns) in blocks, ordered by time; NULL becomes NaN.

    Parameters
    ----------
    rows
        What to read, filtered; its order is set here.
    time_column
        A column of instants.
    names
        Columns of numbers.
    """
    found = rows.order_by(time_column).values_list(UtcText(time_column), *names).iterator(chunk_size=_BLOCK)
    while block := list(islice(found, _BLOCK)):
        times = np.array([row[0] for row in block], dtype="datetime64[us]")
        yield times, np.array([row[1:] for row in block], dtype=np.float64)


def read_rows(rows: QuerySet[Any], names: Sequence[str]) -> list[Any]:
    """Some columns of each row, by name, as ``values_list(named=True)`` gives them, in less than half of the time.

    Most of the rest goes into instants: the text that the database gives is read by Python itself.
    """
    instants = {one.attname for one in rows.model._meta.concrete_fields if isinstance(one, DateTimeField)}
    asked = [UtcText(name) if name in instants else name for name in names]
    columns = [list(column) for column in zip(*rows.values_list(*asked), strict=True)]
    for place, name in enumerate(names):
        if columns and name in instants:
            columns[place] = [
                None if text is None else datetime.fromisoformat(f"{text}+00:00") for text in columns[place]
            ]
    return list(map(_kind(tuple(names))._make, zip(*columns, strict=True)))


@cache
def _kind(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)  # noqa: PYI024 (the names are known when it runs)
