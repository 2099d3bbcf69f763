"""How unusual a value is, in words that are true of ties, of values beyond the sample, and of a sample of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from spaceintel.science.percentiles import Percentile

FAST_TO_SLOW: Final = ("faster", "fastest", "slower", "slowest")


@dataclass(frozen=True, slots=True)
class SampleWords:
    """What the members of a sample are called, and its ends."""

    one: str
    many: str
    larger: str = "larger"
    largest: str = "largest"
    smaller: str = "smaller"
    smallest: str = "smallest"


def told(
    position: Percentile, since: datetime | None, words: SampleWords, *, until: datetime | None = None
) -> str:
    """Where a value stands, as a phrase: with the size of the sample and the year it begins in.

    ``until`` is the end of a sample that has large gaps, which is not one "since" its first year.
    """
    if position.percent is None or since is None:
        return f"not known: no {words.one} is stored to compare with"
    if position.count == 1:
        return _beside_one(position, words)
    among = f"{position.count:,} {words.many} {_span(since, until)}"
    if position.equal == position.count:
        return f"the same as all {among}"
    if not position.above:
        return _at_an_end(position.equal, words.larger, words.largest, among)
    if not position.below:
        return _at_an_end(position.equal, words.smaller, words.smallest, among)
    return f"{ordinal(position.percent)} percentile of {among}"


def _span(since: datetime, until: datetime | None) -> str:
    if until is None:
        return f"since {since:%Y}"
    if since.year == until.year:
        return f"stored of {since:%Y}"
    return f"stored between {since:%Y} and {until:%Y}"


def _at_an_end(equal: int, comparative: str, superlative: str, among: str) -> str:
    """Beyond all members, the one at the end, or one of several there."""
    if not equal:
        return f"{comparative} than all {among}"
    if equal == 1:
        return f"the {superlative} of {among}"
    return f"equals the {superlative} of {among}, one of {equal:,} such"


def _beside_one(position: Percentile, words: SampleWords) -> str:
    if position.equal:
        return f"the only one of its kind: 1 {words.one} is stored"
    return f"{words.larger if position.below else words.smaller} than the only {words.one} that is stored"


def ordinal(percent: float) -> str:
    """A percentile as a word: ``99.2th``; with more decimals near the ends, and never rounded up to 100."""
    for decimals in (1, 2, 3, 4):
        text = f"{percent:.{decimals}f}"
        if 0.0 < float(text) < 100.0 and min(percent, 100 - percent) >= 0.5 * 10.0 ** (1 - decimals):
            return f"{text}th"
    return f"{min(max(percent, 0.0001), 99.9999):.4f}th"
