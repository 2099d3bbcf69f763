"""What the log knows of a product's files: the newest stored batch of each, so that no file is stored twice.

A product that stores an archive file by file names in the parameters of each batch the *slot* that it fills: what the
file is about, the same for all of its versions ("cdf/2012").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from deepspace.ingestion.product import Product
from deepspace.models import IngestionLog, Payload

SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Known:
    """The newest stored batch of a slot."""

    log_id: int
    parameters: Mapping[str, Any]
    start: datetime | None
    end: datetime | None
    sha256: Mapping[str, str]  # role -> checksum of the body
    superseded: bool  # a newer batch of another slot has replaced rows in its window


def known_batches(product: Product) -> dict[str, Known]:
    """The newest stored batch of each slot of a product."""
    logs = [log for log in _stored(product) if log.payload_ids]
    starts = np.array([_tick(log.window_start) for log in logs], dtype=np.int64)
    ends = np.array([_tick(log.window_end) for log in logs], dtype=np.int64)
    newest: dict[str, int] = {}
    for i, log in enumerate(logs):
        if SLOT in log.parameters:
            newest.setdefault(log.parameters[SLOT], i)
    sums = _checksums([logs[i] for i in newest.values()])
    return {
        slot: Known(
            logs[i].pk,
            logs[i].parameters,
            logs[i].window_start,
            logs[i].window_end,
            {role: sums.get(int(pk), "") for role, pk in logs[i].payload_ids.items()},
            bool(((starts[:i] <= ends[i]) & (ends[:i] >= starts[i])).any()),
        )
        for slot, i in newest.items()
    }


def _stored(product: Product) -> list[IngestionLog]:
    """Log rows of stored batches, newest first; replays say nothing new."""
    rows = IngestionLog.objects.filter(product=product.key, status=IngestionLog.Status.SUCCESS)
    fields = ("pk", "parameters", "payload_ids", "window_start", "window_end")
    return list(rows.exclude(kind=IngestionLog.Kind.REPLAY).order_by("-pk").only(*fields))


def _checksums(logs: list[IngestionLog]) -> dict[int, str]:
    wanted = {int(pk) for log in logs for pk in log.payload_ids.values()}
    return {pk: row.sha256 for pk, row in Payload.objects.only("sha256").in_bulk(wanted).items()}


def _tick(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp() * 1_000_000)
