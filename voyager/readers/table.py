"""Tables of numbers in text files: columns by position, a header of prose, line ends of any kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepspace.ingestion.product import Unusable
from deepspace.upstream.bodies import is_html
from deepspace.upstream.errors import SchemaDrift
from voyager.readers.field import Floats, left_out

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a table: lines x columns asked for, with the number of each line in the file."""

    values: Floats
    lines: NDArray[np.int64]
    fields: int  # columns that each line has
    unusable: list[Unusable]


def read_table(
    body: bytes, name: str, *, first: re.Pattern[str], widths: Sequence[int], use: Sequence[int]
) -> Table:
    """Read a table of numbers.

    Parameters
    ----------
    first
        How a line of data begins; everything before the first such line is the file's header.
    widths
        How many columns a line may have; the first line of data says which of them it is in this file.
    use
        Columns to read, counted from the end of the line (negative), so that a column missing in front shifts nothing.

    Raises
    ------
    SchemaDrift
        There is no data, the columns are others, or the file was cut off within its last line.
    """
    if is_html(body):
        raise SchemaDrift(f"{name}: an HTML page where a table was expected")
    lines = _lines(body, name)
    begin = next((i for i, line in enumerate(lines) if first.match(line)), None)
    if begin is None:
        raise SchemaDrift(f"{name}: no line of data in {len(lines)} lines")
    end = len(lines)
    while not lines[end - 1].strip():
        end -= 1
    data = lines[begin:end]
    fields = len(data[0].split())
    if fields not in widths:
        raise SchemaDrift(
            f"{name}: line {begin + 1} has {fields} columns, expected {' or '.join(map(str, widths))}"
        )
    if len(data[-1].split()) < fields:
        raise SchemaDrift(f"{name}: cut off in line {end}: {data[-1].strip()[:_SHOWN]!r}")
    columns = [fields + place for place in use]
    numbers = np.arange(begin + 1, end + 1, dtype=np.int64)
    bad = np.array([len(line.split()) != fields or not first.match(line) for line in data], dtype=bool)
    good = [line for line, is_bad in zip(data, bad, strict=True) if not is_bad] if bad.any() else data
    try:
        values = np.loadtxt(good, usecols=columns, ndmin=2, comments=None)
    except ValueError:  # somewhere a word that is no number: find all of them
        values, unread = _one_by_one(good, columns)
        bad[np.flatnonzero(~bad)[unread]] = True
        values = values[~unread]
    finite = np.isfinite(values).all(axis=1)  # "nan" and "inf" are words that float() takes
    if not finite.all():
        bad[np.flatnonzero(~bad)[~finite]] = True
        values = values[finite]
    blank = np.array([not line.strip() for line in data], dtype=bool) if bad.any() else bad
    unusable = (
        [left_out("it is no line of data", numbers[bad & ~blank], name, "line")]
        if (bad & ~blank).any()
        else []
    )
    return Table(values, numbers[~bad], fields, unusable)


def _lines(body: bytes, name: str) -> list[str]:
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        text = body.decode("latin-1")  # a dash or a name in the header of prose
    if "\0" in text:
        raise SchemaDrift(f"{name}: binary data at byte {text.index(chr(0))}")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _one_by_one(lines: list[str], columns: list[int]) -> tuple[Floats, NDArray[np.bool_]]:
    values = np.full((len(lines), len(columns)), np.nan)
    unread = np.zeros(len(lines), dtype=bool)
    for i, line in enumerate(lines):
        words = line.split()
        try:
            values[i] = [float(words[column]) for column in columns]
        except ValueError:
            unread[i] = True
    return values, unread
