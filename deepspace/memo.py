"""Values that a process computes once per data version, and the windows that were asked for lately."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import Error as DatabaseFailure

from deepspace import versions

Asked = TypeVar("Asked", bound=Hashable)
Value = TypeVar("Value")
_every: list[Callable[[], None]] = []


def forget() -> None:
    """Drop every value (between tests: each has a database of its own)."""
    for drop in _every:
        drop()


def forgets(drop: Callable[[], None]) -> None:
    """Let ``forget`` call this too: for modules that keep values in a way of their own."""
    _every.append(drop)


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


@dataclass(frozen=True, slots=True)
class _Reading(Generic[Value]):
    """One that is under way; ``found`` stays empty when it fails."""

    found: list[Value] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


class Windows(Generic[Asked, Value]):
    """What a function returned for the questions asked last, until a row of one of the products changes.

    Safe under threads: readers that ask the same at once share one reading, others do not wait for it. The plots,
    the page and the endpoint of one request thus read their window once.
    """

    def __init__(
        self,
        read: Callable[[Asked], Value],
        products: tuple[str, ...],
        capacity: int,
        otherwise: Callable[[Asked], Value],
    ) -> None:
        functools.update_wrapper(self, read)
        self._read, self._products, self._capacity, self._otherwise = read, products, capacity, otherwise
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Asked], Value] = OrderedDict()
        self._under_way: dict[tuple[str, Asked], _Reading[Value]] = {}
        _every.append(self.forget)

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Drop every window."""
        with self._lock:
            self._kept.clear()

    def __call__(self, asked: Asked) -> Value:
        """The answer to a question, from the memory or read now."""
        place = (versions.rows_token(self._products), asked)
        with self._lock:
            if place in self._kept:
                self._kept.move_to_end(place)
                return self._kept[place]
            other = self._under_way.get(place)
            reading = other or self._under_way.setdefault(place, _Reading())
        if other is None:
            return self._read_now(place, reading)
        other.ended.wait()
        return other.found[0] if other.found else self(asked)  # the other's failure may have been its own

    def _read_now(self, place: tuple[str, Asked], reading: _Reading[Value]) -> Value:
        try:
            try:
                value = self._read(place[1])
            except DatabaseFailure:
                versions.lost_database()
                value = self._otherwise(place[1])
            else:
                self._keep(place, value)
            reading.found.append(value)
            return value
        finally:
            with self._lock:
                del self._under_way[place]
            reading.ended.set()

    def _keep(self, place: tuple[str, Asked], value: Value) -> None:
        """Not what may rest on a stand-in for something else, nor what a change of rows overtook."""
        if versions.database_is_away() or versions.rows_token(self._products) != place[0]:
            return
        with self._lock:
            for old in [one for one in self._kept if one[0] != place[0]]:
                del self._kept[old]
            self._kept[place] = value
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def per_window(
    *products: str, capacity: int, otherwise: Callable[[Asked], Value]
) -> Callable[[Callable[[Asked], Value]], Windows[Asked, Value]]:
    """Keep what a function of one argument returned for the ``capacity`` questions asked last.

    ``otherwise`` answers while the database is away and nothing is kept; its answers are not.
    """

    def decorate(read: Callable[[Asked], Value]) -> Windows[Asked, Value]:
        return Windows(read, products, capacity, otherwise)

    return decorate
