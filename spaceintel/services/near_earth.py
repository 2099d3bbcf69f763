"""Approaches of a window: NeoWs's list joined with CNEOS's uncertainties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.fallback import real_provenance
from deepspace.memo import per_window
from deepspace.provenance import Provenance
from deepspace.reading import read_rows
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.models import CloseApproach, NearEarthObject
from spaceintel.parameters import SpaceParameters
from spaceintel.services.approach_feeds import Part, feed, known, parts_of_cneos
from spaceintel.services.approach_join import joined
from spaceintel.services.keys import APPROACH_HISTORY as HISTORY
from spaceintel.services.keys import APPROACHES, NEAR_EARTH, NEOS
from spaceintel.services.windows import Span, Window, newest
from spaceintel.services.windows import window as window_of
from spaceintel.states import CNEOS, NEOWS, Approach, NearEarth

AHEAD: Final = timedelta(days=7)  # a live window reaches so far: what NeoWs is asked for
_JOINED_WITHIN: Final = timedelta(days=1)  # CNEOS and NeoWs may put one approach on neighbouring days
_KEPT: Final = 8  # windows held in memory
# A year has twenty thousand rows, which are read three times as fast as objects of the model.
_NEOS_READ: Final = (
    *("pk", "timestamp_utc", "close_approach_date", "designation", "name", "neo_id", "ingested_at"),
    *("miss_distance_au", "miss_distance_km", "relative_velocity_km_s", "absolute_magnitude_h"),
    *("diameter_min_km", "diameter_max_km", "is_potentially_hazardous", "is_sentry_object", "nasa_jpl_url"),
)
_CNEOS_READ: Final = (
    *("pk", "timestamp_utc", "close_approach_date", "designation", "fullname", "orbit_id", "ingested_at"),
    *(
        "distance_au",
        "distance_min_au",
        "distance_max_au",
        "relative_velocity_km_s",
        "infinity_velocity_km_s",
    ),
    *("time_sigma", "time_sigma_s", "absolute_magnitude_h", "diameter_km", "diameter_sigma_km"),
)


def near_earth(parameters: SpaceParameters | None = None, now: datetime | None = None) -> NearEarth:
    """Approaches of some days; without an end also those of the week to come.

    Where nothing of the window is known, the newest days before its end of which something is stored are shown.
    """
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    window = _with_what_comes(window_of(asked, now))
    found = _read(window.span)
    if not found.approaches and not _is_known_at_all(window):
        last = _newest(window.until)
        if last is not None:
            window = window.ending(last)
            found = _read(window.span)
    neos, cneos = (Part(NEOS, window.start, window.end),), parts_of_cneos(window)
    history = None
    if len(cneos) > 1:
        older = found.count(CNEOS, until=cneos[0].end)
        history = feed(window, cneos[:1], older, found.provenances.get(HISTORY), now)
    return NearEarth(
        days=asked.days,
        start=window.start,
        end=window.end,
        now=now,
        is_live=window.is_live,
        approaches=found.approaches,
        neos=feed(window, neos, found.count(NEOWS), found.provenances.get(NEOS), now),
        cneos=feed(window, cneos, found.count(CNEOS), found.provenances.get(cneos[-1].product), now),
        is_moved=window.is_moved,
        cneos_history=history,
    )


def _is_known_at_all(window: Window) -> bool:
    every = ((Part(NEOS, window.start, window.end),), parts_of_cneos(window))
    return any(known(parts).known_until is not None for parts in every)


def _with_what_comes(window: Window) -> Window:
    return replace(window, end=window.end + AHEAD, until=window.until + AHEAD) if window.is_live else window


def _newest(until: datetime) -> datetime | None:
    """The newest approach at or before an instant, whoever lists it."""
    tables = (NearEarthObject, CloseApproach)
    try:
        found = [newest(table._default_manager.all(), until) for table in tables]
    except DatabaseFailure:
        versions.lost_database()
        return None
    return max((one for one in found if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Found:
    """Approaches of a window, oldest first, and where those of each product come from."""

    approaches: tuple[Approach, ...] = ()
    provenances: Mapping[str, Provenance] = field(default_factory=dict)

    def count(self, source: str, until: datetime | None = None) -> int:
        """How many a source lists, of all days or of those before an instant."""
        return sum(source in one.sources and (until is None or one.at < until) for one in self.approaches)


def _while_away(_asked: Span) -> _Found:
    return _Found()


@per_window(*NEAR_EARTH, capacity=_KEPT, otherwise=_while_away)
def _read(span: Span) -> _Found:
    wide = Span(span.start - _JOINED_WITHIN, span.until + _JOINED_WITHIN)
    listed = wide.rows(NearEarthObject._default_manager.filter(source=NEOWS))
    neos = read_rows(listed.order_by("timestamp_utc", "neo_id"), _NEOS_READ)
    nominal = wide.rows(CloseApproach._default_manager.filter(source=CNEOS))
    cneos = read_rows(nominal.order_by("timestamp_utc", "designation"), _CNEOS_READ)
    inside = [row for row in cneos if span.holds(row.timestamp_utc)]
    by_product = (
        (NEOS, [row for row in neos if span.holds(row.timestamp_utc)]),
        (HISTORY, [row for row in inside if row.close_approach_date < RECENT_APPROACHES_FROM]),
        (APPROACHES, [row for row in inside if row.close_approach_date >= RECENT_APPROACHES_FROM]),
    )
    provenances = {
        key: real_provenance(key, observed_from=rows[0].timestamp_utc, observed_until=rows[-1].timestamp_utc)
        for key, rows in by_product
        if rows
    }
    return _Found(tuple(joined(neos, cneos, span.start, span.until)), provenances)
