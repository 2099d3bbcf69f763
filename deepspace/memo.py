"""Values that a process computes once per data version."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import Error as DatabaseFailure

from deepspace import versions

Value = TypeVar("Value")
_every: list[Callable[[], None]] = []


def forget() -> None:
    """Drop every value (between tests: each has a database of its own)."""
    for drop in _every:
        drop()


def per_version(
    *products: str, otherwise: Callable[[], Any] | None = None
) -> Callable[[Callable[[], Value]], Callable[[], Value]]:
    """Keep what a function without arguments returned until a row of one of the products changes.

    A provenance in the value grows old meanwhile; ``versions.current`` brings it up to date where it is shown.
    Readers that come at once wait for one computation instead of doing it each. ``otherwise`` gives what stands
    in while the database does not answer and nothing is kept; that is not kept either.
    """

    def decorate(compute: Callable[[], Value]) -> Callable[[], Value]:
        lock = threading.Lock()
        kept: list[tuple[str, Value]] = []

        @functools.wraps(compute)
        def recall() -> Value:
            wanted = versions.rows_token(products)
            with lock:
                if not kept or kept[0][0] != wanted:
                    try:
                        value = compute()
                    except DatabaseFailure:
                        if otherwise is None:
                            raise
                        versions.lost_database()
                        stand_in: Value = otherwise()
                        return stand_in
                    if versions.database_is_away():
                        return value  # it may rest on what stands in for something else
                    kept[:] = [(wanted, value)]
                return kept[0][1]

        recall.forget = kept.clear  # type: ignore[attr-defined]
        _every.append(kept.clear)
        return recall

    return decorate
