"""Near approaches, and objects of Sentry's list with a Torino value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Min

from deepspace.constants import AU_KM
from spaceintel.constants import LUNAR_DISTANCE_KM
from spaceintel.models import CloseApproach, SentryObject
from spaceintel.names import bare, lasting
from spaceintel.services.significant.event import event, hyphened, numbered
from spaceintel.services.windows import Span, told
from spaceintel.states import Event
from spaceintel.writing import scientific

_WITHIN_AU: Final = LUNAR_DISTANCE_KM / AU_KM
_APPROACHES_READ: Final = (
    *("designation", "fullname", "close_approach_date", "timestamp_utc"),
    *("distance_au", "absolute_magnitude_h", "ingested_at", "source"),
)


def approaches(span: Span) -> Iterator[Event]:
    """Within the Moon's distance, by CNEOS's nominal distance.

    Named by the object and the year (TDB): a better orbit moves an approach by minutes or hours. Where an object comes
    more than once in a year all its approaches are numbered, also those farther away: which are near enough changes
    with the orbit. An approach that is moved over New Year gets another name.
    """
    rows = CloseApproach.objects.filter(distance_au__lt=_WITHIN_AU)
    shown = list(span.rows(rows).values_list(*_APPROACHES_READ, named=True))
    days = _days_of(shown)
    for row in shown:
        year = row.close_approach_date.year
        place = days[row.designation, year].index(row.close_approach_date)
        name = hyphened(lasting(row.designation, row.fullname))
        h = row.absolute_magnitude_h
        size = "" if h is None else f" Absolute magnitude H {h:.1f}."
        yield event(
            "approach",
            numbered(f"{name}-{year}", place),
            f"{bare(row.fullname) or row.designation} at {row.distance_au / _WITHIN_AU:.2f} lunar distances",
            f"Closest to the Earth at {told(row.timestamp_utc)} (nominal).{size}",
            row=row,
        )


def _days_of(shown: list[Any]) -> dict[tuple[str, int], list[date]]:
    """All days, also outside the window, of the approaches of some objects in those years, at any distance."""
    names = {row.designation for row in shown}
    years = sorted({row.close_approach_date.year for row in shown})
    days: dict[tuple[str, int], list[date]] = defaultdict(list)
    if years:
        of_these = CloseApproach.objects.filter(
            designation__in=names, close_approach_date__year__range=(years[0], years[-1])
        )
        for name, day in of_these.order_by("close_approach_date").values_list(
            "designation", "close_approach_date"
        ):
            days[name, day.year].append(day)
    return days


def possible_impacts(span: Span) -> Iterator[Event]:
    """The first state of Sentry's list in which an object has a Torino value above all it had before."""
    rows = SentryObject.objects.filter(torino_max__gte=1)
    firsts = rows.values_list("designation", "torino_max").annotate(first=Min("issued_at"))
    highest: dict[str, int] = {}
    for name, torino, first in firsts.order_by("first", "designation"):
        is_higher = torino > highest.get(name, 0)
        highest[name] = max(torino, highest.get(name, 0))
        if not is_higher or not span.holds(first):
            continue
        row = rows.get(designation=name, issued_at=first)
        yield event(
            "sentry",
            f"{hyphened(lasting(name, row.fullname))}-torino-{torino}",
            f"{bare(row.fullname)} is at Torino {torino}",
            f"Sentry's list first seen at {told(first)}: probability of an impact "
            f"{scientific(row.impact_probability)} over all possible ones, Palermo {row.palermo_cumulative:.2f}.",
            row=row,
        )
