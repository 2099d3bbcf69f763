"""Approaches of a window: NeoWs's list joined with CNEOS's uncertainties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.coverage import Coverage, covered
from deepspace.fallback import real_provenance
from deepspace.memo import per_window
from deepspace.provenance import Provenance
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.models import CloseApproach, NearEarthObject
from spaceintel.parameters import SpaceParameters
from spaceintel.services.approach_join import joined
from spaceintel.services.feeds import nothing
from spaceintel.services.windows import Span, Window, newest, told
from spaceintel.services.windows import window as window_of
from spaceintel.states import Feed
from spaceintel.states_near_earth import CNEOS, NEOWS, Approach, NearEarth

NEOS: Final = "spaceintel.neos"
APPROACHES: Final = "spaceintel.close_approaches"
HISTORY: Final = "spaceintel.close_approach_history"
NEAR_EARTH: Final = (NEOS, APPROACHES, HISTORY)

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
_NEGLIGIBLE: Final = timedelta(days=1, minutes=1)  # NeoWs and CNEOS are asked by whole days


def near_earth(parameters: SpaceParameters | None = None, now: datetime | None = None) -> NearEarth:
    """Approaches of some days; without an end also those of the week to come.

    Where nothing of the window is known, the newest days before its end of which something is stored are shown.
    """
    asked, now = parameters or SpaceParameters(), now or datetime.now(UTC)
    window = _with_what_comes(window_of(asked, now))
    found = _read(window.span)
    if (
        not found[0]
        and _known(NEOS, window).known_until is None
        and _known(APPROACHES, window).known_until is None
    ):
        last = _newest(window.until)
        if last is not None:
            window = window.ending(last)
            found = _read(window.span)
    approaches, provenances = found
    return NearEarth(
        days=asked.days,
        start=window.start,
        end=window.end,
        now=now,
        is_live=window.is_live,
        approaches=approaches,
        neos=_feed(NEOS, NEOWS, window, approaches, provenances),
        cneos=_feed(_cneos_product(window), CNEOS, window, approaches, provenances),
        is_moved=window.is_moved,
    )


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


Found = tuple[tuple[Approach, ...], dict[str, Provenance]]


def _while_away(_asked: Span) -> Found:
    return (), {}


@per_window(*NEAR_EARTH, capacity=_KEPT, otherwise=_while_away)
def _read(span: Span) -> Found:
    """Approaches of a window, oldest first, and where those of each product come from."""
    listed = span.rows(NearEarthObject._default_manager.filter(source=NEOWS))
    neos = list(listed.order_by("timestamp_utc", "neo_id").values_list(*_NEOS_READ, named=True))
    wide = Span(span.start - _JOINED_WITHIN, span.until + _JOINED_WITHIN)
    nominal = wide.rows(CloseApproach._default_manager.filter(source=CNEOS))
    cneos = list(nominal.order_by("timestamp_utc", "designation").values_list(*_CNEOS_READ, named=True))
    approaches = joined(neos, cneos, span.start, span.until)
    provenances = {}
    if neos:
        provenances[NEOS] = _provenance(NEOS, neos[0].timestamp_utc, neos[-1].timestamp_utc)
    times = [one.timestamp_utc for one in cneos]
    for key in (APPROACHES, HISTORY) if times else ():
        if versions.held_standing(key).has_rows:
            provenances[key] = _provenance(key, times[0], times[-1])
    return tuple(approaches), provenances


def _provenance(key: str, first: datetime, last: datetime) -> Provenance:
    return real_provenance(key, observed_from=first, observed_until=last)


def _cneos_product(window: Window) -> str:
    """Which of the two products of the table speaks for a window: the history where all of it is of before 2026."""
    return HISTORY if window.end.date() < RECENT_APPROACHES_FROM else APPROACHES


def _known(key: str, window: Window) -> Coverage:
    """What ingests cover of a window; predictions reach into the future."""
    return covered(key, window.start, window.end, foretells=True)


def _feed(
    key: str,
    source: str,
    window: Window,
    approaches: tuple[Approach, ...],
    provenances: dict[str, Provenance],
) -> Feed:
    count = sum(source in one.sources for one in approaches)
    known = _known(key, window)
    since = known.unknown_since
    if since is not None and known.known_until is not None and window.end - since <= _NEGLIGIBLE:
        since = None  # the list was asked for by whole days, the last one before the window's end
    gaps = tuple((a, b) for a, b in known.gaps if b < window.end or since is not None)
    return Feed(
        product=key,
        provenance=versions.current(provenances[key]) if key in provenances else nothing(key),
        start=window.start,
        end=window.end,
        known_until=known.known_until,
        unknown_since=since,
        gaps=gaps,
        count=count,
        statement=_moved(window) + _statement(key, window, count, known, since, gaps),
        is_moved=window.is_moved,
    )


def _statement(
    key: str,
    window: Window,
    count: int,
    known: Coverage,
    since: datetime | None,
    gaps: tuple[tuple[datetime, datetime], ...],
) -> str:
    """How many, "none", or what is unknown."""
    span = f"from {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
    if known.known_until is None and not count:
        return _unknown(key, window, span)
    if known.known_until is None:
        return f"{_counted(count)} known {span}; whether there were more is unknown."
    if not count and not gaps:
        return f"No approach {span}."
    parts = [f"{_counted(count)} {span}." if count else f"No approach is known {span}."]
    parts += [f"Unknown from {a:%Y-%m-%d} to {b:%Y-%m-%d}." for a, b in gaps if b < window.end]
    if since is not None:
        parts.append(f"Unknown since {told(since)}.")
    return " ".join(parts)


def _moved(window: Window) -> str:
    if not window.is_moved:
        return ""
    return f"Nothing is known of the days asked for; shown are {window.name} up to {window.end:%Y-%m-%d}. "


def _unknown(key: str, window: Window, span: str) -> str:
    """No row, and nobody could look."""
    last = versions.held_standing(key).last_success_at
    if versions.database_is_away() or last is None:
        return nothing(key).note
    return f"Unknown since {told(last)}." if window.is_live else f"Unknown: never retrieved {span}."


def _counted(count: int) -> str:
    return f"{count:,} approach{'' if count == 1 else 'es'}"
