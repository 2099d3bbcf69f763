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

    Two of different lists are one flare when they begin within ten minutes of each other. Each is matched at most
    once, the nearest pairs first. Entries of one flare in SWPC's list are one as well.
    """
    own = one_each(swpc)
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


def one_each(swpc: Sequence[Flare]) -> list[Flare]:
    """SWPC's flares, each once, in the order of their first entries.

    Another satellite, or a begin that was revised, makes a second entry of a flare: it begins within ten minutes of the
    first, its peak is within ten minutes of the other's where both are known, and it begins before the other ends (a
    flare can follow another within minutes). What the newest entry says counts.
    """
    groups: list[list[Flare]] = []
    for one in sorted(swpc, key=lambda flare: (flare.begin_at, flare.ids)):
        if groups and _are_same(groups[-1][0], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [group[0] if len(group) == 1 else _as_one(group) for group in groups]


def _as_one(entries: Sequence[Flare]) -> Flare:
    newest = max(entries, key=lambda flare: (flare.row, flare.ids))
    return replace(newest, ids=tuple(name for flare in entries for name in flare.ids))


def _are_same(one: Flare, later: Flare) -> bool:
    if later.begin_at - one.begin_at > SAME_BEGIN or (
        one.end_at is not None and one.end_at <= later.begin_at
    ):
        return False
    return one.peak_at is None or later.peak_at is None or abs(one.peak_at - later.peak_at) <= SAME_BEGIN


def _near(ascending: list[Flare], begin: datetime) -> list[Flare]:
    low = bisect_left(ascending, begin - SAME_BEGIN, key=lambda one: one.begin_at)
    high = bisect_right(ascending, begin + SAME_BEGIN, key=lambda one: one.begin_at)
    return ascending[low:high]
