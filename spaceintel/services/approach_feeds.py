"""How much is known of the lists of approaches in a window.

CNEOS's table has two products, parted by a fixed day: each speaks for its own days, and of a window that lies in
both only both together say what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from deepspace import versions
from deepspace.coverage import Coverage, covered
from deepspace.ingestion.registry import product
from deepspace.provenance import Provenance
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.services.feeds import nothing
from spaceintel.services.keys import APPROACH_HISTORY, APPROACHES
from spaceintel.services.windows import Window, told
from spaceintel.states import Feed, Interval

BORDER: Final = datetime.combine(RECENT_APPROACHES_FROM, time(), UTC)
_ROUNDING: Final = timedelta(minutes=1)
_WHOLE_DAYS: Final = timedelta(
    days=1
)  # lists are asked for by whole days, the last one before a live window's end
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """The days of a window that one product speaks for."""

    product: str
    start: datetime
    end: datetime

    @property
    def known(self) -> Coverage:
        """What ingests cover of it; predictions reach into the future."""
        return covered(self.product, self.start, self.end, foretells=True)


def parts_of_cneos(window: Window) -> tuple[Part, ...]:
    """The window's days by product, the older ones first."""
    if window.end <= BORDER:
        return (Part(APPROACH_HISTORY, window.start, window.end),)
    if window.start >= BORDER:
        return (Part(APPROACHES, window.start, window.end),)
    return Part(APPROACH_HISTORY, window.start, BORDER), Part(APPROACHES, BORDER, window.end)


def known(parts: Sequence[Part]) -> Coverage:
    """What is known of neighbouring parts together."""
    found = parts[0].known
    for part in parts[1:]:
        found = _joined(found, part.known)
    return found


def _joined(older: Coverage, newer: Coverage) -> Coverage:
    """Two windows that meet as one."""
    meet = older.known_until == newer.known_from == newer.start
    newest = newer if newer.known_until is not None else older
    gaps = (*older.gaps, *newer.gaps)
    for place, (one, other) in enumerate(pairwise(gaps)):
        if one[1] == other[0] == newer.start:
            gaps = (*gaps[:place], (one[0], other[1]), *gaps[place + 2 :])
            break
    return Coverage(
        start=older.start,
        end=newer.end,
        known_from=older.known_from if meet else newest.known_from,
        known_until=newest.known_until,
        gaps=gaps,
    )


def feed(
    window: Window, parts: Sequence[Part], count: int, provenance: Provenance | None, now: datetime
) -> Feed:
    """What is told of a list, in the name of its newest product."""
    found, key = known(parts), parts[-1].product
    is_live = window.is_live and found.end == window.end
    since, shown_until = found.unknown_since, found.end
    if since is not None and found.known_until is not None:
        allowed = _WHOLE_DAYS + _ROUNDING if is_live else _ROUNDING
        if found.end - since <= allowed:
            shown_until, since = since - _MICROSECOND, None
    gaps = tuple((a, b) for a, b in found.gaps if b < found.end or since is not None)
    if found.known_until is None and not count and is_live and not versions.database_is_away():
        since = versions.held_standing(key).last_success_at or since  # the instant that the statement names
    span = f"from {found.start:%Y-%m-%d} to {shown_until:%Y-%m-%d}"
    statement = (
        _told(found, count, span, since, gaps)
        if found.known_until is not None
        else _nothing_known(key, count, span, is_live=is_live)
    )
    age = _age(key, now) if is_live else ""
    return Feed(
        product=key,
        provenance=versions.current(provenance) if provenance is not None else nothing(key),
        start=found.start,
        end=found.end,
        known_until=found.known_until,
        unknown_since=since,
        gaps=gaps,
        count=count,
        statement=_moved(window) + statement + age,
        is_moved=window.is_moved,
    )


def _told(found: Coverage, count: int, span: str, since: datetime | None, gaps: tuple[Interval, ...]) -> str:
    """How many, "none", or what is unknown."""
    if not count and not gaps:
        return f"No approach {span}."
    parts = [f"{_counted(count)} {span}." if count else f"No approach is known {span}."]
    parts += [f"Unknown from {a:%Y-%m-%d} to {b:%Y-%m-%d}." for a, b in gaps if b < found.end]
    if since is not None:
        parts.append(f"Unknown since {told(since)}.")
    return " ".join(parts)


def _nothing_known(key: str, count: int, span: str, *, is_live: bool) -> str:
    """No ingest covers any of the days: rows there may be all the same, of a wider window or an older release."""
    if count:
        return f"{_counted(count)} known {span}; whether there were more is unknown."
    last = versions.held_standing(key).last_success_at
    if versions.database_is_away() or last is None:
        return nothing(key).note
    return f"Unknown since {told(last)}." if is_live else f"Unknown: never retrieved {span}."


def _age(key: str, now: datetime) -> str:
    """An old list foretells these days, but not what was found since."""
    last = versions.held_standing(key).last_success_at
    if last is None or now - last <= product(key).stale_after:
        return ""
    return f" The list is of {told(last)}; what was found since is missing."


def _moved(window: Window) -> str:
    if not window.is_moved:
        return ""
    return f"Nothing is known of the days asked for; shown are {window.name} up to {window.end:%Y-%m-%d}. "


def _counted(count: int) -> str:
    return f"{count:,} approach{'' if count == 1 else 'es'}"
