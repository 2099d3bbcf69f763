"""Flares of two lists as one: DONKI's and SWPC's have most of them in common."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from spaceintel.states import Flare

SAME_BEGIN: Final = timedelta(minutes=10)  # the lists put the begin of one flare some minutes apart at most


def merged(donki: Sequence[Flare], swpc: Sequence[Flare]) -> tuple[Flare, ...]:
    """Every flare once, newest first; values of DONKI where both have it.

    Two are one flare when they begin within ten minutes of each other. Each is matched at most once, the nearest
    pairs first. A flare that two satellites saw is one as well.
    """
    own = _of_several_satellites(swpc)
    pairs = sorted(
        (abs(one.begin_at - other.begin_at), one.ids, other.ids)
        for one in donki
        for other in _near(own, one.begin_at)
    )
    by_donki: dict[tuple[str, ...], tuple[str, ...]] = {}
    taken: set[tuple[str, ...]] = set()
    for _, one, other in pairs:
        if one not in by_donki and other not in taken:
            by_donki[one] = other
            taken.add(other)
    by_ids = {other.ids: other for other in own}
    both = [_joined(one, by_ids[by_donki[one.ids]]) if one.ids in by_donki else one for one in donki]
    every = [*both, *(other for other in own if other.ids not in taken)]
    return tuple(sorted(sorted(every, key=lambda one: one.ids), key=lambda one: one.begin_at, reverse=True))


def _joined(one: Flare, other: Flare) -> Flare:
    return replace(
        one,
        ids=one.ids + other.ids,
        sources=one.sources + other.sources,
        swpc_class=other.flare_class,
        peak_at=one.peak_at or other.peak_at,
        end_at=one.end_at or other.end_at,
        flare_class=one.flare_class or other.flare_class,
        peak_flux_w_m2=other.peak_flux_w_m2 if one.peak_flux_w_m2 is None else one.peak_flux_w_m2,
    )


def _of_several_satellites(swpc: Sequence[Flare]) -> list[Flare]:
    """The primary satellite can change while the list is kept: then a flare is in it once for each."""
    kept: list[Flare] = []
    for one in sorted(swpc, key=lambda flare: (flare.begin_at, flare.ids)):
        last = kept[-1] if kept else None
        is_same = last is not None and last.begin_at == one.begin_at and last.instruments != one.instruments
        if last is not None and is_same:
            kept[-1] = replace(last, ids=last.ids + one.ids)
        else:
            kept.append(one)
    return kept


def _near(ascending: list[Flare], begin: datetime) -> list[Flare]:
    low = bisect_left(ascending, begin - SAME_BEGIN, key=lambda one: one.begin_at)
    high = bisect_right(ascending, begin + SAME_BEGIN, key=lambda one: one.begin_at)
    return ascending[low:high]
