"""Prove that each stored row came from the archived bytes it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from deepspace.archive import ArchiveError
from deepspace.ingestion.columns import data_fields, equal, from_database, row_key
from deepspace.ingestion.history import batch_of, effective
from deepspace.ingestion.product import Columns, Product
from deepspace.ingestion.store import CHUNK, parse, stored_rows
from deepspace.locks import hold
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError

DERIVED_RTOL = 1e-12  # computed columns: libm may differ in the last digit from one machine to the next
SAMPLE = 10
INGEST_WAIT_S = 300.0

Key = tuple[Any, ...]


@dataclass(slots=True)
class Report:
    """What ``verify`` found for one product."""

    product: str
    rows: int = 0  # stored rows
    rederived: int = 0  # of them, found again in the bytes of their own ingestion
    differing: int = 0  # a value is not what the bytes say
    unexplained: int = 0  # not in the bytes of the ingestion they name
    missing: int = 0  # in the bytes, not in the table
    problems: list[str] = field(default_factory=list)

    @property
    def differences(self) -> int:
        """Everything that is not as the archive says; 0 is the promise."""
        return self.differing + self.unexplained + self.missing + (1 if self.broken else 0)

    @property
    def broken(self) -> bool:
        """Whether something in the archive could not be read."""
        return any(line.startswith("archive: ") for line in self.problems)

    def note(self, line: str) -> None:
        """Keep the first few findings."""
        if len(self.problems) < SAMPLE:
            self.problems.append(line)


def verify(product: Product) -> Report:
    """Re-derive every stored row of a product from its archived payload and compare.

    Holds the product's lock: rows that an ingest is writing would look like differences.

    Raises
    ------
    deepspace.locks.LockBusy
        An ingest of the product went on for longer than this was willing to wait.
    """
    with hold(f"product-{product.key}", wait_s=INGEST_WAIT_S):
        return _verify(product)


def _verify(product: Product) -> Report:
    report = Report(product.key, rows=stored_rows(product).count())
    wrong = _rederive(product, report)
    _look_for_missing(product, report, wrong)
    if product.roll_up is not None:
        for line in product.roll_up.differences():
            report.note(line)
            report.differing += 1
    return report


def _rederive(product: Product, report: Report) -> set[Key]:
    """Every stored row against the bytes of the very ingestion it names; returns the keys that do not agree."""
    wrong: set[Key] = set()
    for ingestion_id in stored_rows(product).order_by().values_list("ingestion_id", flat=True).distinct():
        try:
            blocks = parse(product, batch_of(IngestionLog.objects.get(pk=ingestion_id))).blocks
        except (ArchiveError, UpstreamError) as error:
            report.problems.append(f"archive: ingestion {ingestion_id}: {error}")
            report.unexplained += stored_rows(product).filter(ingestion_id=ingestion_id).count()
            continue
        index = _Index(product, blocks)
        for rows in _chunks(product, stored_rows(product).filter(ingestion_id=ingestion_id)):
            wrong |= index.compare(rows, report)
    return wrong


def _look_for_missing(product: Product, report: Report, wrong: set[Key]) -> None:
    """Every row that the archive has the last word on must be stored, with these values, and no other row."""
    settled = settled_wrong = 0  # no two batches speak for the same key
    try:
        for step in effective(product):
            held, held_wrong = _Index(product, step.blocks).look_up(report, wrong)
            settled, settled_wrong = settled + held, settled_wrong + held_wrong
    except (ArchiveError, UpstreamError) as error:
        report.problems.append(f"archive: {error}")
    if report.broken:
        return
    outlived = report.rows - settled - (len(wrong) - settled_wrong)
    if outlived > 0:
        report.note(f"{outlived} rows are only in bytes that newer ones have replaced")
        report.unexplained += outlived
        report.rederived -= outlived


def _chunks(product: Product, rows: QuerySet[Any]) -> Iterator[list[tuple[Any, ...]]]:
    names = [item.attname for item in data_fields(product.model)]
    found = rows.values_list(*names).iterator(CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


class _Index:
    """Rows that bytes gave, found by natural key."""

    def __init__(self, product: Product, blocks: list[Columns]) -> None:
        self._product = product
        self._fields = data_fields(product.model)
        self._key = row_key(product.model)
        self._columns: Columns = {
            item.attname: np.concatenate([block[item.attname] for block in blocks])
            for item in self._fields
            if blocks
        }
        keys = zip(*(self._plain(name) for name in self._key), strict=True) if blocks else ()
        self._place = {key: i for i, key in enumerate(keys)}

    def _plain(self, name: str) -> list[Any]:
        column = self._columns[name]
        plain: list[Any] = (column.astype("datetime64[us]") if column.dtype.kind == "M" else column).tolist()
        return plain

    def compare(self, rows: list[tuple[Any, ...]], report: Report) -> set[Key]:
        """Stored rows against the rows of the bytes that they name; returns the keys that do not agree."""
        table, keys, places = self._found(rows)
        known = places >= 0
        strangers = [keys[i] for i in np.flatnonzero(~known)]
        for key in strangers:
            report.note(f"{_show(key)}: not in the bytes of its ingestion")
        differing = self._differing(table, keys, places, report, "differs")
        report.unexplained += len(strangers)
        report.differing += len(differing)
        report.rederived += len(keys) - len(strangers) - len(differing)
        return {*strangers, *differing}

    def look_up(self, report: Report, wrong: set[Key]) -> tuple[int, int]:
        """Count these rows that the table lacks or holds with superseded values.

        Returns how many of their keys it holds, and how many of those are ``wrong`` already; these are not counted
        twice.
        """
        if not self._place:
            return 0, 0
        rows = stored_rows(self._product)
        times = self._columns[self._product.time_column]
        low, high = times.min(), times.max()  # dates, or instants
        if times.dtype.kind == "M":
            low, high = _aware(low), _aware(high)
        rows = rows.filter(**{f"{self._product.time_column}__range": (low, high)})
        stored: set[Key] = set()
        for chunk in _chunks(self._product, rows):
            table, keys, places = self._found(chunk)
            stored.update(keys[i] for i in np.flatnonzero(places >= 0))
            places[[key in wrong for key in keys]] = -1
            superseded = self._differing(table, keys, places, report, "is superseded")
            report.differing += len(superseded)
            report.rederived -= len(superseded)
        absent = [key for key in self._place if key not in stored]
        for key in absent[:SAMPLE]:
            report.note(f"{_show(key)}: archived but not stored")
        report.missing += len(absent)
        return len(stored), len(stored & wrong)

    def _found(self, rows: list[tuple[Any, ...]]) -> tuple[Columns, list[Key], NDArray[np.intp]]:
        """Stored rows as columns, their keys, and the place of each in the bytes (-1: nowhere)."""
        table = {
            item.attname: from_database(item, [row[i] for row in rows]) for i, item in enumerate(self._fields)
        }
        keys = list(zip(*(table[name].tolist() for name in self._key), strict=True))
        return table, keys, np.array([self._place.get(key, -1) for key in keys], dtype=np.intp)

    def _differing(
        self, table: Columns, keys: list[Key], places: NDArray[np.intp], report: Report, word: str
    ) -> list[Key]:
        """Keys of the stored rows whose values are not those in their place."""
        rows = np.flatnonzero(places >= 0)
        same = np.ones(len(rows), dtype=bool)
        for item in self._fields if len(rows) else []:
            stored, expected = table[item.attname][rows], self._columns[item.attname][places[rows]]
            rtol = DERIVED_RTOL if item.attname in self._product.derived else 0.0
            agrees = equal(stored, _like(stored, expected), rtol=rtol)
            for i in rows[same & ~agrees][:SAMPLE]:
                report.note(f"{_show(keys[i])}: {item.attname} {word}")
            same &= agrees
        return [keys[i] for i in rows[~same]]


def _like(stored: NDArray[Any], expected: NDArray[Any]) -> NDArray[Any]:
    """Expected values in the type of the stored column."""
    if stored.dtype.kind in "fM" and expected.dtype.kind != stored.dtype.kind:
        return expected.astype(stored.dtype)
    return expected


def _aware(moment: np.datetime64) -> Any:
    return moment.astype("datetime64[us]").item().replace(tzinfo=UTC)


def _show(key: Any) -> str:
    return " ".join(str(part) for part in key)
