"""Sentry's list of possible impacts, as plainly as it can be said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from django.db.models import Max

from deepspace import versions
from deepspace.coverage import covered
from deepspace.fallback import real_provenance
from deepspace.ingestion.registry import product
from deepspace.memo import per_version
from deepspace.provenance import Provenance
from spaceintel.models import SentryObject
from spaceintel.science.near_earth import impact_velocity_km_s, kinetic_energy_mt
from spaceintel.services.feeds import nothing
from spaceintel.services.keys import SENTRY
from spaceintel.services.windows import told
from spaceintel.states import Feed, PossibleImpacts, Sentry

SHOWN: Final = 20  # objects, by cumulative Palermo value

EXPLANATIONS: Final = {
    "list": (
        "Sentry lists objects whose orbits are not known well enough to rule out every impact in the next hundred "
        "years or so. Being on the list is no forecast of an impact: almost all objects leave it when more "
        "observations come in."
    ),
    "palermo": (
        "The Palermo scale compares a possible impact with the background: the chance that something at least as large "
        "hits by then anyway. It is logarithmic: 0 is as likely as the background, −2 a hundredth of it. The chances "
        "of all possible impacts of an object add up to its cumulative value. Below −2 no consequences are likely; "
        "from −2 to 0 an object merits careful monitoring."
    ),
    "torino": (
        "The Torino scale is for the public: whole numbers from 0 (no hazard) to 10 (certain, global). It is defined "
        "for impacts within a hundred years; where none is possible by then, it is empty. Nearly everything is 0."
    ),
    "rising": (
        "The probability of a newly found object often rises before it drops to zero. More observations shrink the "
        "region where it can be; as long as the Earth lies in that region, it takes up a growing share of it, until "
        "the region has become so small that it no longer contains the Earth."
    ),
    "energy": (
        "Size is estimated from brightness, with albedo 0.154, unless it was measured; the energy computed here "
        "assumes 2600 kg/m³ and goes with the cube of the size. Both can be off by a factor of several."
    ),
}


def sentry(now: datetime | None = None) -> Sentry:
    """The newest state of the list that is stored."""
    now = now or datetime.now(UTC)
    found = _newest()
    state, provenance = found
    return Sentry(**state, feed=_feed(state, provenance, now), explanations=EXPLANATIONS)


Found = tuple[dict[str, Any], Provenance | None]


def _nothing() -> Found:
    state: dict[str, Any] = dict.fromkeys(("issued_at", "before", "highest_torino"))
    return state | {"count": 0, "objects": (), "listed": (), "new": (), "removed": ()}, None


@per_version(SENTRY, otherwise=_nothing)
def _newest() -> Found:
    rows = SentryObject._default_manager.filter(source=product(SENTRY).source)
    issued_at: datetime | None = rows.aggregate(at=Max("issued_at"))["at"]
    if issued_at is None:
        return _nothing()
    before: datetime | None = rows.filter(issued_at__lt=issued_at).aggregate(at=Max("issued_at"))["at"]
    current = list(rows.filter(issued_at=issued_at).order_by("-palermo_cumulative", "designation"))
    earlier = {row.designation: row for row in rows.filter(issued_at=before)} if before is not None else {}
    torino = [row.torino_max for row in current if row.torino_max is not None]
    designations = {row.designation for row in current}
    listed = tuple(_objects(current, earlier))
    state = {
        "issued_at": issued_at,
        "before": before,
        "count": len(current),
        "objects": listed[:SHOWN],
        "listed": listed,
        "new": tuple(row.designation for row in current if earlier and row.designation not in earlier),
        "removed": tuple(sorted(set(earlier) - designations)),
        "highest_torino": max(torino, default=None),
    }
    return state, real_provenance(SENTRY, observed_from=issued_at, observed_until=None)


def _objects(rows: list[SentryObject], earlier: dict[str, SentryObject]) -> Iterator[PossibleImpacts]:
    for row in rows:
        v_impact, energy = _impact(row)
        before = earlier.get(row.designation)
        yield PossibleImpacts(
            designation=row.designation,
            fullname=row.fullname,
            probability=row.impact_probability,
            palermo_cumulative=row.palermo_cumulative,
            palermo_max=row.palermo_max,
            torino_max=row.torino_max,
            possible_impacts=row.possible_impacts,
            year_from=row.year_from,
            year_until=row.year_until,
            absolute_magnitude_h=row.absolute_magnitude_h,
            diameter_km=row.diameter_km,
            infinity_velocity_km_s=row.infinity_velocity_km_s,
            impact_velocity_km_s=v_impact,
            energy_mt=energy,
            last_observed_on=row.last_observed_on,
            probability_before=None if before is None else before.impact_probability,
            palermo_before=None if before is None else before.palermo_cumulative,
            is_new=bool(earlier) and before is None,
        )


def _impact(row: SentryObject) -> tuple[float | None, float | None]:
    """Speed and energy of an impact, where speed and size are known."""
    if row.infinity_velocity_km_s is None:
        return None, None
    speed = float(impact_velocity_km_s(row.infinity_velocity_km_s))
    if row.diameter_km is None:
        return speed, None
    energy = float(kinetic_energy_mt(row.diameter_km, speed))
    return speed, energy if np.isfinite(energy) else None


def _feed(state: dict[str, Any], provenance: Provenance | None, now: datetime) -> Feed:
    """A list has no window: it is known as of the last look at it, and until it would be stale."""
    held = versions.held_standing(SENTRY)
    issued_at: datetime | None = state["issued_at"]
    start = issued_at or now
    known_until = covered(SENTRY, start, max(now, start)).known_until if issued_at else None
    is_old = known_until is None or now - known_until > product(SENTRY).stale_after
    since = (known_until or issued_at or held.last_success_at or now) if is_old else None
    if issued_at is None:
        statement = nothing(SENTRY).note
    else:
        statement = f"{state['count']:,} objects, list as of {told(known_until or issued_at)}."
        statement += f" Changes since {told(since)} are unknown." if since is not None else ""
    return Feed(
        product=SENTRY,
        provenance=versions.current(provenance) if provenance is not None else nothing(SENTRY),
        start=start,
        end=now,
        known_until=known_until,
        unknown_since=since,
        gaps=() if since is None or since >= now else ((since, now),),
        count=state["count"],
        statement=statement,
    )
