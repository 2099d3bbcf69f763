"""How the plots of space weather name their days, their averages, and what is known of a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from deepspace.plotting.words import length_name
from spaceintel.states import Feed, Reduced


def window_name(start: datetime, end: datetime) -> str:
    """The days of a window."""
    return f"{start:%Y-%m-%d} to {end:%Y-%m-%d %H:%M} UTC"


def days_name(start: datetime, end: datetime) -> str:
    """The same for the axis of time, whose ticks do not tell the year."""
    return f"{start:%Y-%m-%d} to {end:%Y-%m-%d} (UTC)"


def shown_name(feed: Feed) -> str:
    """The days of a feed; that they are not the ones asked for, where only others are known."""
    moved = " (nearest days known)" if feed.is_moved else ""
    return f"{window_name(feed.start, feed.end)}{moved}"


def averages_name(found: Reduced) -> str:
    """What is drawn of one-minute means."""
    if not found.is_envelope:
        return "one-minute means"
    return f"mean and range per {length_name(found.step_s)}"


def as_known(feed: Feed) -> str:
    """What is known of a feed, for an alt text; a picture is kept for hours, so that it says as of when."""
    known = (
        "" if feed.known_until is None or feed.unknown_since is not None else f" Known up to {_told(feed)}."
    )
    return f"{feed.statement}{known}"


def _told(feed: Feed) -> str:
    assert feed.known_until is not None  # noqa: S101 (asked before)
    return f"{feed.known_until:%Y-%m-%d %H:%M} UTC"


def told_once(texts: Iterable[str]) -> str:
    """Several statements as one text; sentences that they share stand once, after their own ones."""
    count = Counter(one for text in texts for one in text.replace(". ", ".\n").splitlines())
    return " ".join(sorted(count, key=lambda one: count[one] > 1))
