"""How much is known of a product in a window, as a reader is told: "unknown" is never "none".

A list of events is known where successful ingests cover it: there, no row means that nothing happened. A series is
known where it has values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from deepspace import versions
from deepspace.coverage import Coverage, covered
from deepspace.fallback import Standing, real_provenance
from deepspace.ingestion.registry import product
from deepspace.provenance import Provenance, Tier
from spaceintel.services.windows import Window, told
from spaceintel.states import Feed, Interval

_NEGLIGIBLE: Final = timedelta(minutes=1)  # gaps up to this come from rounding to the minute
_FIRST_DAY: Final = timedelta(days=1)
_EARLIER: Final = timedelta(days=3650)  # how far before a window it is looked for the last that was known
_ONE_RUN: Final = timedelta(minutes=2)  # a list that the last run got is not older than that run


@dataclass(frozen=True, slots=True)
class Words:
    """What the rows are called."""

    one: str
    many: str

    def count(self, number: int) -> str:
        """So many of them."""
        return f"{number:,} {self.one if number == 1 else self.many}"


@dataclass(frozen=True, slots=True)
class Cadence:
    """How the values of a series follow each other."""

    words: Words
    step: timedelta  # from one value to the next
    allowance: timedelta  # how old the newest one may be before the series is called unknown since then


def provenance_of(key: str, first: datetime | None, last: datetime | None) -> Provenance:
    """Where the stored rows between two instants come from; of a product without rows, that there are none."""
    if versions.held_standing(key).has_rows:
        return real_provenance(key, observed_from=first, observed_until=last)
    return nothing(key)


def nothing(key: str) -> Provenance:
    """What stands for the provenance of a product that has no row to show."""
    held = versions.held_standing(key)
    if versions.database_is_away():
        note = "The database does not answer, so that nothing stored can be shown."
    elif held.has_rows:
        note = f"{product(key).title}: no stored row is of the days shown."
    elif held.last_success_at is not None:
        note = f"{product(key).title}: the last retrieval brought nothing, and nothing is stored."
    else:
        note = f"Nothing is known yet: the feed “{product(key).title}” has not been retrieved."
    is_known = held.tier is not Tier.EMPTY
    return Provenance(key, held.tier, held.source if is_known else "none", held.last_success_at, note=note)


def current(key: str, first: datetime, last: datetime) -> Provenance:
    """Where values of now come from, by the standing alone: the batches behind them are not looked up each minute."""
    held = versions.held_standing(key)
    if not held.has_rows:
        return nothing(key)
    return Provenance(key, held.tier, held.source, held.last_success_at, first, last)


def of_events(
    key: str,
    window: Window,
    count: int,
    words: Words,
    kept: Provenance,
    now: datetime,
    parameters: Mapping[str, str | int] | None = None,
) -> Feed:
    """A list of events: known where it was asked for.

    Parameters
    ----------
    parameters
        As in :func:`deepspace.coverage.covered`: which of the product's lists.
    """
    found = coverage(key, window, now, parameters)
    since = _unknown_since(key, window, found, now)
    gaps = tuple(
        (a, b) for a, b in found.gaps if b - a > _NEGLIGIBLE and (b < found.end or since is not None)
    )
    start, days = window.start, f"in {window.name}"
    if window.is_live and gaps and gaps[0][0] == start < gaps[0][1] <= start + _FIRST_DAY:
        start, gaps = gaps[0][1], gaps[1:]  # lists are asked for by whole days
        days = f"since {told(start)}"
    if count or found.known_until is not None:
        statement = _told(window, words, count, days, found, since, gaps, now)
    else:
        last = _last_known(key, window, found.end)
        since = last or since
        statement = _unknown(key, window, last)
    return Feed(
        product=key,
        provenance=_brought_up_to_date(kept, key),
        start=start,
        end=window.end,
        known_until=found.known_until,
        unknown_since=window.end if window.is_moved else since,
        gaps=gaps,
        count=count,
        statement=_moved(window) + statement,
        is_moved=window.is_moved,
    )


def of_series(
    key: str,
    window: Window,
    count: int,
    cadence: Cadence,
    kept: Provenance,
    now: datetime,
    *,
    last: datetime | None,
) -> Feed:
    """A series: known where it has values, up to the end of the last one (``last``)."""
    end = max(min(window.end, now), window.start)
    if last is None:
        known_before = _last_known(key, window, now)
        since: datetime | None = known_before or window.start
        statement = _unknown(key, window, known_before)
    else:
        since = last if end - last > cadence.allowance or window.is_moved else None
        expected = round((end - window.start) / cadence.step)
        of_all = f"{count:,} of " if count < expected else ""
        statement = f"{of_all}{cadence.words.count(max(count, expected))} in {window.name}."
        if since is not None and not window.is_moved:
            statement += f" {_unknown_from(since, end, now)}"
    return Feed(
        product=key,
        provenance=_brought_up_to_date(kept, key),
        start=window.start,
        end=window.end,
        known_until=last,
        unknown_since=since,
        gaps=() if since is None or since >= end else ((max(since, window.start), end),),
        count=count,
        statement=_moved(window) + statement,
        is_moved=window.is_moved,
    )


def coverage(
    key: str, window: Window, now: datetime, parameters: Mapping[str, str | int] | None = None
) -> Coverage:
    """How much of a window successful ingests cover; what is still to come belongs to no window."""
    end = max(min(window.end, now), window.start)
    return covered(key, window.start, end, parameters=parameters)


def is_known_at_all(
    key: str, window: Window, now: datetime, parameters: Mapping[str, str | int] | None = None
) -> bool:
    """Whether any part of the window is known: then it is shown, and no earlier one instead of it."""
    return coverage(key, window, now, parameters).known_until is not None


def _unknown_since(key: str, window: Window, found: Coverage, now: datetime) -> datetime | None:
    """From when on nothing is known; None while what is known ends where the last refresh could look."""
    since = found.unknown_since
    if since is None or found.end - since <= _NEGLIGIBLE:
        return None
    if found.known_until is not None and window.end >= now:
        held = versions.held_standing(key)
        is_fresh = now - since < product(key).refresh_every or held.tier is Tier.REAL
        if is_fresh and not _is_left_behind(held, since):
            return None
    return since


def _is_left_behind(held: Standing, known_until: datetime) -> bool:
    """Whether the last attempt failed, and was not the one that brought this list."""
    if not held.last_error_class or held.last_attempt_at is None:
        return False
    return held.last_attempt_at - known_until > _ONE_RUN


def _told(
    window: Window,
    words: Words,
    count: int,
    days: str,
    found: Coverage,
    since: datetime | None,
    gaps: tuple[Interval, ...],
    now: datetime,
) -> str:
    """How many there are, and which parts of the window are not known."""
    if count:
        parts = [f"{words.count(count)} {days}."]
    elif gaps or since is not None:
        parts = [f"No {words.one} is known {days}."]
    else:
        return f"No {words.one} {days}."
    parts += [f"Unknown from {told(a)} to {told(b)}." for a, b in gaps if b != found.end]
    if since is not None and not window.is_moved:
        parts.append(_unknown_from(since, found.end, now))
    return " ".join(parts)


def _unknown_from(since: datetime, end: datetime, now: datetime) -> str:
    """The last part of a window; of one that ended before now it may be known again after its end."""
    return f"Unknown since {told(since)}." if end >= now else f"Unknown from {told(since)} to {told(end)}."


def _last_known(key: str, window: Window, now: datetime) -> datetime | None:
    """The end of what was known before a live window of which nothing is; None where nothing ever was."""
    if not window.is_live or versions.database_is_away():
        return None
    return covered(key, window.start - _EARLIER, min(window.end, now)).known_until


def _unknown(key: str, window: Window, last: datetime | None) -> str:
    """Of a live window since when; of another one that it is."""
    if versions.database_is_away():
        return "Unknown: the database does not answer."
    if not window.is_live:
        return f"Unknown: nothing of {window.name} up to {told(window.end)} has been retrieved."
    return never(key) if last is None else f"Unknown since {told(last)}."


def never(key: str) -> str:
    """What is said of a product that was never had."""
    if versions.database_is_away():
        return "Unknown: the database does not answer."
    return f"Unknown: the feed “{product(key).title}” has not been retrieved yet."


def _moved(window: Window) -> str:
    if not window.is_moved:
        return ""
    if window.was_live:
        return f"Unknown since {told(window.end)}; shown are {window.name} up to then. "
    return f"Nothing of the days asked for is known; shown are {window.name} up to {told(window.end)}. "


def _brought_up_to_date(kept: Provenance, key: str) -> Provenance:
    """As of now: what is kept per data version does not know of later refreshes, not even of the first empty one."""
    return versions.current(kept) if kept.is_real and kept.source != "none" else nothing(key)
