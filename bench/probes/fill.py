"""A whole mission of made-up rows into the site's SQLite database, with the log rows of their refreshes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import repeat
from typing import Any, Final

import django
import numpy as np

from bench import invented

_HOURS: Final = 419_000  # since launch
_SPECTRA_DAYS: Final = 400
_BLOCK: Final = 50_000


def insert(key: str, columns: Any) -> int:
    """Rows of one product and its log row, in one transaction."""
    from django.db import connection, transaction

    from deepspace.ingestion.columns import adapt, length, take
    from deepspace.ingestion.registry import product
    from deepspace.models import IngestionLog

    wanted, n, now = product(key), length(columns), datetime.now(UTC)
    utc = columns["timestamp_utc"]
    first, last = (moment.item().replace(tzinfo=UTC) for moment in utc[[0, -1]])
    log = IngestionLog.objects.create(
        product=key,
        source=wanted.source,
        status=IngestionLog.Status.SUCCESS,
        completes_run=True,
        started_at=now,
        finished_at=now,
        ingested_at=now,
        window_start=first,
        window_end=last,
        rows_created=n,
        code_version="bench",
    )
    stamp = {
        "source": wanted.source,
        "ingested_at": connection.ops.adapt_datetimefield_value(now),
        "ingestion_id": log.pk,
    }
    names = [*columns, *stamp]
    places = ", ".join("?" * len(names))
    statement = f"INSERT INTO {wanted.model._meta.db_table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
    with transaction.atomic():
        for start in range(0, n, _BLOCK):
            values = adapt(wanted.model, take(columns, slice(start, start + _BLOCK)))
            connection.connection.executemany(
                statement, zip(*values.values(), *map(repeat, stamp.values()), strict=False)
            )
        if wanted.roll_up is not None:
            wanted.roll_up.renew(log, None, None)
    return n


def main() -> None:
    """Fill the field and the spectra."""
    django.setup()
    from voyager.constants import (
        HOURLY_CADENCE_S,
        VIM_CADENCE_S,
        VIM_COMPONENT_SIGMA_NT,
        VIM_STRENGTH_SIGMA_NT,
    )
    from voyager.models import PlasmaWave
    from voyager.services.field_archive import HOURLY, VIM
    from voyager.services.plasma import PLASMA

    sigma_nt = (VIM_STRENGTH_SIGMA_NT, VIM_COMPONENT_SIGMA_NT)
    hours = np.datetime64("1977-09-06", "us") + np.arange(_HOURS) * np.timedelta64(1, "h")
    spectra = invented.passes("2024-05-27", _SPECTRA_DAYS, invented.SPECTRA_A_DAY, 16_000)
    channels = [field.name for field in PlasmaWave._meta.concrete_fields if field.name.startswith("e_")]
    found = {
        HOURLY: insert(HOURLY, invented.field_rows(hours, HOURLY_CADENCE_S, None)),
        VIM: insert(VIM, invented.field_rows(invented.vim_times(), VIM_CADENCE_S, sigma_nt)),
        PLASMA: insert(PLASMA, invented.spectra_rows(spectra, channels)),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
