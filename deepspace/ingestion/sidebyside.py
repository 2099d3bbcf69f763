"""Runs of several products side by side: while one waits for its turn at a host, another one goes on.

Hosts want pauses between requests, and most of a run is made of them. A run is a generator that yields the seconds for
which its next request has to wait; it is taken up again when they are over, and anybody else goes on meanwhile. All of
it is one thread, and the door keeps the pauses itself as before: here is only decided who is next.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from typing import Final, TypeVar

Result = TypeVar("Result")
Waiting = Generator[float, bool, Result]
"""Yields how long it would have to wait; is sent whether to go on at all events, or to look again."""

AT_ONCE: Final = 4  # each holds its lock (on PostgreSQL a session of its own) and the bodies of one batch


def side_by_side(runs: Sequence[Waiting[Result]], at_once: int = AT_ONCE) -> list[Result]:
    """Carry out all runs, as many as ``at_once`` at a time; what each of them returned, in their order.

    An interruption is thrown into every run that is under way, so that each can record it.
    """
    results: dict[int, Result] = {}
    ready: list[tuple[float, int]] = []  # when to take up which, the first ones first
    begun = 0
    try:
        while len(results) < len(runs):
            while begun < len(runs) and begun - len(results) < at_once:
                begun += 1
                _go_on(runs, begun - 1, None, ready, results)
            if ready:
                at, place = heappop(ready)
                _go_on(runs, place, at > time.monotonic(), ready, results)
    except BaseException:
        for run in runs[:begun]:
            with suppress(StopIteration, KeyboardInterrupt):
                run.throw(KeyboardInterrupt)
        raise
    return [results[place] for place in range(len(runs))]


def _go_on(
    runs: Sequence[Waiting[Result]],
    place: int,
    may_wait: bool | None,  # noqa: FBT001 (what is sent into the run; None begins it)
    ready: list[tuple[float, int]],
    results: dict[int, Result],
) -> None:
    """Take up one run until it would have to wait, or ends."""
    run = runs[place]
    try:
        wait_s = next(run) if may_wait is None else run.send(may_wait)
    except StopIteration as end:
        results[place] = end.value
    else:
        heappush(ready, (time.monotonic() + wait_s, place))


def to_its_end(run: Waiting[Result]) -> Result:
    """Carry out one run by itself."""
    (result,) = side_by_side([run])
    return result
