"""Windows that were read lately: the plots, the page and the endpoint of one request share one reading."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np
from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.memo import per_version

Asked = TypeVar("Asked", bound=Hashable)
Value = TypeVar("Value")

AWAY_NOTE = "The database does not answer, so that nothing stored can be shown. Shown is a model: "


def kept_windows(
    *products: str, most: int, otherwise: Callable[[Asked], Value]
) -> Callable[[Callable[[Asked], Value]], Callable[[Asked], Value]]:
    """Keep what a function returned for the last ``most`` questions, until a row of one of the products changes.

    ``otherwise`` answers while the database is away and nothing is kept; its answers are not.
    """

    @per_version(*products)
    def kept() -> OrderedDict[Asked, Value]:
        return OrderedDict()

    def decorate(read: Callable[[Asked], Value]) -> Callable[[Asked], Value]:
        @functools.wraps(read)
        def recall(asked: Asked) -> Value:
            known = kept()
            if asked in known:
                return known[asked]
            try:
                value = read(asked)
            except DatabaseFailure:
                versions.lost_database()
                return otherwise(asked)
            known[asked] = value
            while len(known) > most:
                known.popitem(last=False)
            return value

        return recall

    return decorate


def instant(moment: datetime) -> np.datetime64:
    """An aware datetime on a numpy axis of UTC."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def utc(moment: np.datetime64) -> datetime:
    """The aware datetime of an instant on such an axis."""
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)


def number(value: float) -> float | None:
    """A finite number, or None."""
    return float(value) if np.isfinite(value) else None
