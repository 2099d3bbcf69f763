"""One upsert on the natural key for all products, built from the model's fields.

SQLite takes blocks through ``executemany``; PostgreSQL takes them by COPY into a temporary table and one
INSERT … SELECT. A row counts as updated only when a data column differs: ``ingested_at`` and ``ingestion_id``
stay out of that test, so running twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from deepspace.ingestion.columns import adapt, field_of, length, natural_key, take
from deepspace.ingestion.product import Columns

BLOCK = 5000  # rows handed to the driver at once: constant memory, measured no faster beyond


@dataclass(slots=True)
class Counts:
    """What an upsert did."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of a batch carries beside its data."""

    source: str
    ingested_at: datetime
    ingestion_id: int


class Upsert:
    """Writes column blocks of one model inside the caller's transaction."""

    def __init__(self, model: type[models.Model], stamp: Stamp) -> None:
        self._model, self._stamp = model, stamp
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._key = natural_key(model)
        self.counts = Counts()

    def write(self, columns: Columns) -> None:
        """Insert new rows, update rows that differ, leave the rest alone; add to ``counts``."""
        n = length(columns)
        for start in range(0, n, BLOCK):
            self._write_block(take(columns, slice(start, start + BLOCK)), min(BLOCK, n - start))

    def _write_block(self, columns: Columns, n: int) -> None:
        values = adapt(self._model, columns)
        moment = connection.ops.adapt_datetimefield_value(self._stamp.ingested_at)
        values |= {
            "source": [self._stamp.source] * n,
            "ingested_at": [moment] * n,
            "ingestion_id": [self._stamp.ingestion_id] * n,
        }
        names = {str(field_of(self._model, name).column): column for name, column in values.items()}
        created, changed = (self._postgresql if connection.vendor == "postgresql" else self._sqlite)(names, n)
        self.counts.created += created
        self.counts.updated += changed - created
        self.counts.unchanged += n - changed

    def _sqlite(self, values: dict[str, list[Any]], _n: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {self._table}")  # noqa: S608 (names from the model)
            highest = cursor.fetchone()[0]
            places = ", ".join(["%s"] * len(values))
            cursor.executemany(
                f"INSERT INTO {self._table} ({self._names(values)}) VALUES ({places}) {self._on_conflict(values)}",  # noqa: S608
                list(zip(*values.values(), strict=True)),
            )
            changed = max(cursor.rowcount, 0)
            cursor.execute(f"SELECT COUNT(*) FROM {self._table} WHERE id > %s", [highest])  # noqa: S608
            return int(cursor.fetchone()[0]), changed

    def _postgresql(self, values: dict[str, list[Any]], _n: int) -> tuple[int, int]:
        names = self._names(values)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_{self._model._meta.db_table}"  # noqa: S608
                f" AS SELECT {names} FROM {self._table} WITH NO DATA"
            )
            incoming = f"incoming_{self._model._meta.db_table}"
            cursor.execute(f"TRUNCATE {incoming}")
            with cursor.copy(f"COPY {incoming} ({names}) FROM STDIN") as copy:
                for row in zip(*values.values(), strict=True):
                    copy.write_row(row)
            cursor.execute(
                f"WITH written AS (INSERT INTO {self._table} ({names}) SELECT {names} FROM {incoming}"  # noqa: S608
                f" {self._on_conflict(values)} RETURNING (xmax = 0) AS is_new)"
                " SELECT COUNT(*) FILTER (WHERE is_new), COUNT(*) FROM written"
            )
            created, changed = cursor.fetchone()
            return int(created), int(changed)

    def _names(self, values: dict[str, list[Any]]) -> str:
        return ", ".join(connection.ops.quote_name(name) for name in values)

    def _on_conflict(self, values: dict[str, list[Any]]) -> str:
        quote = connection.ops.quote_name
        key = ", ".join(quote(name) for name in self._key)
        others = [name for name in values if name not in self._key]
        compared = [name for name in others if name not in {"ingested_at", "ingestion_id"}]
        differs_from = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
        assignments = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in others)
        differs = " OR ".join(
            f"{self._table}.{quote(name)} {differs_from} excluded.{quote(name)}" for name in compared
        )
        return f"ON CONFLICT ({key}) DO UPDATE SET {assignments} WHERE {differs}"
