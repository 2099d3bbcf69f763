"""Published electron densities: the CSV of the PDS bundle ``voyager-pws-vlism-density``, and its label.

Columns are found by the names in the header, which carry the units; their order is not relied on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deepspace.upstream.errors import SchemaDrift

FILL = -9999.0
METHODS = ("epo", "qtn")

TIME = "scet (utc)"
# our column -> the names it has in headers (lower case); the first three are what a density cannot be without
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "timestamp_utc": (TIME,),
    "n_e_cm3": ("n_e (cm^-3)",),
    "f_pe_hz": ("fpe (hz)",),
    "n_e_min_cm3": ("n_e_min (cm^-3)",),
    "n_e_max_cm3": ("n_e_max (cm^-3)",),
    "f_ce_hz": ("fce (hz)",),
    "b_nt": ("bmag (nt)",),
    "distance_au": ("radius (au)", "r (au)"),
    "past_heliopause_au": ("distance_past_heliopause (au)",),
}
_INDISPENSABLE = ("timestamp_utc", "n_e_cm3", "f_pe_hz")
_UNIT_RE = re.compile(r"(?P<quantity>[^(]+?)\s*\((?P<unit>[^)]*)\)")
_MD5_RE = re.compile(
    rb"<file_name>\s*(?P<name>[^<]+?)\s*</file_name>(?:(?!</File>).)*?"
    rb"<md5_checksum>\s*(?P<md5>[0-9a-fA-F]{32})\s*</md5_checksum>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class DensityRecord:
    """One line of the table: numbers as printed, None where the table has its fill value or nothing."""

    line: int
    timestamp_utc: str
    method: str
    values: Mapping[str, float | None]


def read_densities(body: bytes) -> Iterator[DensityRecord]:
    """Records of the CSV, in its order.

    Raises
    ------
    SchemaDrift
        Not UTF-8, a column is missing or has another unit, a line is cut short, a number is none.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaDrift(f"the density table is not UTF-8 at byte {error.start}") from error
    lines = csv.reader(io.StringIO(text))
    header = [" ".join(name.split()).lower() for name in next(lines, [])]
    rows = [(number, row) for number, row in enumerate(lines, start=2) if any(cell.strip() for cell in row)]
    if not rows:
        raise SchemaDrift("the density table has no records")
    for number, row in rows:
        if len(row) != len(header):
            raise SchemaDrift(f"line {number} of the density table has {len(row)} columns, not {len(header)}")
    places = _places(header)
    method = _method_place(header, [row for _, row in rows])
    for number, row in rows:
        yield DensityRecord(
            number,
            row[places["timestamp_utc"]].strip(),
            row[method].strip().lower(),
            {name: _number(row[place], number) for name, place in places.items() if name != "timestamp_utc"},
        )


def check_md5(table: bytes, name: str, label: bytes) -> str:
    """Compare a table with the MD5 that its PDS4 label states; returns the checksum, empty where it states none.

    Raises
    ------
    SchemaDrift
        The checksums differ: one of the two is not what was published.
    """
    stated = {
        match["name"].decode(errors="replace"): match["md5"].decode().lower()
        for match in _MD5_RE.finditer(label)
    }
    if name not in stated:
        return ""
    found = hashlib.md5(table, usedforsecurity=False).hexdigest()
    if found != stated[name]:
        raise SchemaDrift(f"{name} has MD5 {found}, its label states {stated[name]}")
    return found


def _places(header: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        found = [place for place, name in enumerate(header) if name in names]
        if len(found) > 1:
            raise SchemaDrift(f"the density table has column {names[0]!r} {len(found)} times")
        if found:
            places[column] = found[0]
        else:
            _refuse_other_unit(names, header)
            if column in _INDISPENSABLE:
                raise SchemaDrift(f"the density table has no column {names[0]!r}")
    return places


def _refuse_other_unit(names: tuple[str, ...], header: list[str]) -> None:
    """A quantity under another unit is not "missing": storing nothing for it would hide the change."""
    wanted = {match["quantity"] for name in names if (match := _UNIT_RE.fullmatch(name))}
    for name in header:
        match = _UNIT_RE.fullmatch(name)
        if match is not None and match["quantity"] in wanted:
            raise SchemaDrift(f"the density table has {name!r} where {names[0]!r} was expected")


def _method_place(header: list[str], rows: list[list[str]]) -> int:
    """The column that says how a density was found: by its name, or as the only one that holds nothing else."""
    named = [place for place, name in enumerate(header) if name == "source" or name.startswith("source (")]
    telling = [
        place for place in range(len(header)) if all(row[place].strip().lower() in METHODS for row in rows)
    ]
    found = named or telling
    if len(found) != 1:
        raise SchemaDrift(f"the density table has {len(found)} columns that could name the source (epo, qtn)")
    return found[0]


def _number(text: str, line: int) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise SchemaDrift(f"line {line} of the density table: {text.strip()[:40]!r} is no number") from None
    return None if value == FILL or math.isnan(value) else value
