"""Scratch directories: one per run, gone at its end; what a killed run left is removed by the next."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepspace.backup.errors import BackupError

_PREFIX = "run-"


@contextmanager
def scratch(place: Path) -> Iterator[Path]:
    """A new directory below ``place``, for its owner only."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place) as directory:
        yield Path(directory)


def sweep(place: Path) -> None:
    """Remove what is left of killed runs. The caller holds the lock ``backup``: nobody else works there."""
    for leftover in place.glob(f"{_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def need_room(place: Path, size_bytes: int, what: str) -> None:
    """Refuse at once what would end in a full disk."""
    free = shutil.disk_usage(place).free
    if free < size_bytes:
        raise BackupError(
            f"{what} needs about {size_bytes / 1e6:,.0f} MB at {place}, and {free / 1e6:,.0f} MB are free;"
            " free some space, then run it again"
        )
