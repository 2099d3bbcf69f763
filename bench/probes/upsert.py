"""All VIM text files into an empty database: by the pipeline's own steps, or by the driver alone.

``python -m bench.probes.upsert ours|raw [DIRECTORY]``; without a directory the files are made up.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:  # Django is not set up yet
    from deepspace.ingestion.product import Columns

_MADE_UP_YEARS = (2012, 2013, 2014)
_KIB_PER_MIB = 1024

Files = Mapping[str, bytes]


class Clock:
    """Wall seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add what the block takes."""
        began = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def years(place: Path | None) -> Iterator[Files]:
    """Files by name, one year at a time: as the product has them in a batch."""
    if place is None:
        from bench.invented import vim_year

        yield from (dict(vim_year(year)) for year in _MADE_UP_YEARS)
        return
    found = sorted(place.glob("V1_48s_*.dat"))
    for _, files in groupby(found, key=lambda file: file.name.split("_")[2]):
        yield {file.name: file.read_bytes() for file in files}


def _batch(bodies: Files) -> Any:
    from deepspace.ingestion.product import ArchivedPayload, Batch

    at = datetime.now(UTC)
    payloads = {name: ArchivedPayload(0, "", "", at, body) for name, body in bodies.items()}
    listed = {name: ["", "-"] for name in bodies}
    return Batch(payloads, parameters={"reader": "ascii", "listed": listed, "stored": 0})


def _rows(bodies: Files, clock: Clock) -> Iterator[Columns]:
    """Blocks of the rows that pass validation."""
    from deepspace.ingestion.columns import sift
    from deepspace.ingestion.product import Unusable, as_columns
    from deepspace.ingestion.registry import product

    vim = product("voyager.magnetic_field_48s")
    with clock.step("parse"):
        found = list(as_columns(vim.parse(_batch(bodies))))
    for item in found:
        if isinstance(item, Unusable):
            continue
        with clock.step("validate"):
            sifted = sift(vim, item)
        yield sifted.columns


def ours(place: Path | None, stamp: Any, clock: Clock) -> dict[str, int]:
    """Parse, validate, upsert and count, one transaction a year; then the same rows once more."""
    from django.db import transaction

    from deepspace.ingestion.upsert import Upsert
    from voyager.models import MagneticField

    first, second = Upsert(MagneticField, stamp), Upsert(MagneticField, stamp)
    for bodies in years(place):
        for columns in _rows(bodies, clock):
            with clock.step("write"), transaction.atomic():
                first.write(columns)
            with clock.step("again"), transaction.atomic():
                second.write(columns)
    return {
        "created": first.counts.created,
        "unchanged": second.counts.unchanged,
        "changed_again": second.counts.created + second.counts.updated,
    }


def raw(place: Path | None, stamp: Any, clock: Clock) -> dict[str, int]:
    """The same rows as ready tuples through the driver's fastest way, one transaction a year; nothing is counted."""
    from django.db import connection, transaction

    from deepspace.ingestion.columns import adapt, length
    from voyager.models import MagneticField

    created = 0
    moment = connection.ops.adapt_datetimefield_value(stamp.ingested_at)
    for bodies in years(place):
        for columns in _rows(bodies, clock):
            n = length(columns)
            values = adapt(MagneticField, columns)
            values |= {
                "source": [stamp.source] * n,
                "ingested_at": [moment] * n,
                "ingestion_id": [stamp.ingestion_id] * n,
            }
            tuples = list(zip(*values.values(), strict=True))
            with clock.step("write"), transaction.atomic():
                _hand_over(MagneticField._meta.db_table, list(values), tuples)
            created += n
    return {"created": created}


def _hand_over(table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":  # past Django, on its connection: the same pragmas and transactions
        places = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 (the model's names)
        connection.connection.executemany(statement, rows)
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def main(how: str, place: str = "") -> None:
    """Make the tables and fill one of them."""
    django.setup()
    from django.core.management import call_command

    from deepspace.ingestion.upsert import Stamp
    from deepspace.models import IngestionLog

    call_command("migrate", verbosity=0)
    now, clock = datetime.now(UTC), Clock()
    log = IngestionLog.objects.create(product="voyager.magnetic_field_48s", source="bench", started_at=now)
    work = {"ours": ours, "raw": raw}[how]
    counts = work(Path(place) if place else None, Stamp("nasa_spdf", now, log.pk), clock)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB
    print(json.dumps({"counts": counts, "seconds": clock.seconds, "peak_rss_mb": peak_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
