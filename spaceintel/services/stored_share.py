"""How much of the time between the first and the last value of a sample is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from deepspace.coverage import covered
from spaceintel.services.approach_feeds import BORDER, Part, known
from spaceintel.services.keys import APPROACH_HISTORY, APPROACHES

WHOLE: Final = 0.9  # from this share on a sample may be called one "since" its first year


def of_series(count: int, since: datetime, until: datetime, step_s: float) -> float:
    """Of values that follow each other: those there are, of those there should be."""
    return count / ((until - since).total_seconds() / step_s + 1)


def of_events(key: str, since: datetime, until: datetime) -> float:
    """Of a list of events: the time that ingests cover."""
    return _without(covered(key, since, until).gaps, since, until)


def of_approaches(since: datetime, until: datetime) -> float:
    """Of CNEOS's approaches, which two products hold; those to come are foretold."""
    ends = [since, *([BORDER] if since < BORDER < until else []), until]
    keys = (APPROACH_HISTORY if start < BORDER else APPROACHES for start in ends)
    parts = [Part(key, start, end) for key, start, end in zip(keys, ends, ends[1:], strict=False)]
    return _without(known(parts).gaps, since, until)


def _without(gaps: Sequence[tuple[datetime, datetime]], since: datetime, until: datetime) -> float:
    if until <= since:
        return 1.0
    return 1.0 - sum((end - start for start, end in gaps), timedelta(0)) / (until - since)
