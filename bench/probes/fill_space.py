"""A year of made-up space weather and approaches into the site's SQLite database, with the log rows of a year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import django
import numpy as np

from bench import invented_space as made_up
from bench.probes.fill import insert

_EVERY_QUARTER: Final = ("kp", "xray", "goes_flares", "solar_wind", "solar_events", "alerts", "scales")


def blocks() -> Iterator[tuple[str, made_up.Columns]]:
    """Product and rows."""
    now = made_up.now()
    year_ago = now - made_up.DAYS * np.timedelta64(1, "D")
    past = made_up.intervals(year_ago, now - np.timedelta64(3, "h"))
    history = made_up.intervals(made_up.HISTORY_FROM, now - np.timedelta64(3, "h"))
    ahead = made_up.intervals(now, now + np.timedelta64(3, "D"))
    yield "kp", made_up.kp(past, "observed", 10_800, 1)
    yield "kp", made_up.kp(made_up.minutes(360), "estimated", 60, 2)
    yield "kp", made_up.kp(ahead, "predicted", 10_800, 3)
    yield "kp_history", made_up.kp(history, "observed", 10_800, 4)
    yield "xray", made_up.xray("0.1-0.8nm", 5)
    yield "xray", made_up.xray("0.05-0.4nm", 6)
    yield "solar_wind", made_up.wind()
    for kind, count in made_up.EVENTS.items():
        yield "solar_events", made_up.events(kind, count)
    yield "goes_flares", made_up.events("XRA", made_up.FLARES)
    yield "alerts", made_up.alerts()
    yield "scales", made_up.scales()
    yield "close_approaches", made_up.approaches()


def write_log() -> int:
    """One batch each quarter of an hour for a year, as ``ingest --watch`` leaves them."""
    from django.db import connection, transaction

    from deepspace.ingestion.registry import product
    from deepspace.models import IngestionLog

    now, batches = datetime.now(UTC), made_up.DAYS * 96
    fields = [one for one in IngestionLog._meta.concrete_fields if one.attname != "id"]
    places = ", ".join("?" * len(fields))
    names = ", ".join(one.attname for one in fields)
    with transaction.atomic():
        for name in _EVERY_QUARTER:
            wanted = product(f"spaceintel.{name}")
            rows = (
                IngestionLog(
                    product=wanted.key,
                    source=wanted.source,
                    status=IngestionLog.Status.SUCCESS,
                    completes_run=True,
                    started_at=at,
                    finished_at=at,
                    ingested_at=at,
                    window_start=at - timedelta(days=3),
                    window_end=at,
                    rows_unchanged=100,
                    payload_ids={"body": number},
                    code_version="bench",
                )
                for number in range(batches, 0, -1)
                for at in [now - number * timedelta(minutes=15)]
            )
            connection.connection.executemany(
                f"INSERT INTO ingestion_log ({names}) VALUES ({places})",  # noqa: S608 (names of the model)
                (
                    [one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields]
                    for row in rows
                ),
            )
    return batches * len(_EVERY_QUARTER)


def main() -> None:
    """Fill."""
    django.setup()
    found: dict[str, int] = {"log": write_log()}
    for name, columns in blocks():
        key = f"spaceintel.{name}"
        found[key] = found.get(key, 0) + insert(key, columns)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
