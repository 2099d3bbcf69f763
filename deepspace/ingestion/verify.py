"""Prove that each stored row came from the archived bytes it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.archive import ArchiveError
from deepspace.ingestion.columns import data_fields, equal, from_database, natural_key
from deepspace.ingestion.history import batch_of, effective
from deepspace.ingestion.product import Columns, Product
from deepspace.ingestion.store import parse, stored_rows
from deepspace.models import IngestionLog
from deepspace.upstream.errors import UpstreamError

DERIVED_RTOL = 1e-12  # computed columns: libm may differ in the last digit from one machine to the next
SAMPLE = 10
CHUNK = 20_000  # rows compared at once


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
    """Re-derive every stored row of a product from its archived payload and compare."""
    report = Report(product.key, rows=stored_rows(product).count())
    _rederive(product, report)
    _look_for_missing(product, report)
    return report


def _rederive(product: Product, report: Report) -> None:
    """Every stored row against the bytes of the very ingestion it names."""
    for ingestion_id in stored_rows(product).order_by().values_list("ingestion_id", flat=True).distinct():
        try:
            blocks = parse(product, batch_of(IngestionLog.objects.get(pk=ingestion_id))).blocks
        except (ArchiveError, UpstreamError) as error:
            report.problems.append(f"archive: ingestion {ingestion_id}: {error}")
            report.unexplained += stored_rows(product).filter(ingestion_id=ingestion_id).count()
            continue
        index = _Index(product, blocks)
        rows = stored_rows(product).filter(ingestion_id=ingestion_id)
        names = [item.attname for item in data_fields(product.model)]
        chunk: list[tuple[Any, ...]] = []
        for row in rows.values_list(*names).iterator(CHUNK):
            chunk.append(row)
            if len(chunk) == CHUNK:
                index.compare(chunk, report)
                chunk = []
        if chunk:
            index.compare(chunk, report)


def _look_for_missing(product: Product, report: Report) -> None:
    """Every row that the archive has the last word on must be stored, with the same values."""
    try:
        for step in effective(product):
            index = _Index(product, step.blocks)
            report.missing += index.absent_from_table(report)
    except (ArchiveError, UpstreamError) as error:
        report.problems.append(f"archive: {error}")


class _Index:
    """Rows that bytes gave, found by natural key."""

    def __init__(self, product: Product, blocks: list[Columns]) -> None:
        self._product = product
        self._fields = data_fields(product.model)
        self._key = natural_key(product.model)
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

    def compare(self, rows: list[tuple[Any, ...]], report: Report) -> None:
        """Stored rows against the rows of the bytes."""
        table = {
            item.attname: from_database(item, [row[i] for row in rows]) for i, item in enumerate(self._fields)
        }
        keys = list(zip(*(table[name].tolist() for name in self._key), strict=True))
        places = np.array([self._place.get(key, -1) for key in keys], dtype=np.intp)
        found = places >= 0
        for i in np.flatnonzero(~found):
            report.note(f"{_show(keys[i])}: not in the bytes of its ingestion")
        report.unexplained += int((~found).sum())
        same = np.ones(int(found.sum()), dtype=bool)
        for item in self._fields:
            expected = self._columns[item.attname][places[found]] if self._place else np.empty(0)
            rtol = DERIVED_RTOL if item.attname in self._product.derived else 0.0
            agrees = equal(table[item.attname][found], _like(table[item.attname], expected), rtol=rtol)
            for i in np.flatnonzero(same & ~agrees)[:SAMPLE]:
                report.note(f"{_show(np.array(keys, dtype=object)[found][i])}: {item.attname} differs")
            same &= agrees
        report.differing += int((~same).sum())
        report.rederived += int(same.sum())

    def absent_from_table(self, report: Report) -> int:
        """How many of these rows the table lacks (or holds with a value from superseded bytes)."""
        if not self._place:
            return 0
        rows = stored_rows(self._product)
        times = self._columns[self._product.time_column]
        if times.dtype.kind == "M":
            low, high = _aware(times.min()), _aware(times.max())
            rows = rows.filter(**{f"{self._product.time_column}__range": (low, high)})
        stored = set()
        for row in rows.values_list(*self._key).iterator(CHUNK):
            stored.add(
                tuple(value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row)
            )
        absent = [key for key in self._place if key not in stored]
        for key in absent[:SAMPLE]:
            report.note(f"{_show(key)}: archived but not stored")
        return len(absent)


def _like(stored: NDArray[Any], expected: NDArray[Any]) -> NDArray[Any]:
    """Expected values in the type of the stored column."""
    if stored.dtype.kind in "fM" and expected.dtype.kind != stored.dtype.kind:
        return expected.astype(stored.dtype)
    return expected


def _aware(moment: np.datetime64) -> Any:
    from datetime import UTC

    return moment.astype("datetime64[us]").item().replace(tzinfo=UTC)


def _show(key: Any) -> str:
    return " ".join(str(part) for part in key)
