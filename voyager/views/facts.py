"""``/facts``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.constants import AU_KM, SECONDS_PER_DAY
from deepspace.pages.forms import tier_shown
from deepspace.templatetags.deepspace import au, day, km, km_s, light_time, number, utc
from deepspace.versions import public
from voyager import services
from voyager.services.facts import HELIOPAUSE, LAUNCH, Facts, ReviewedFact
from voyager.states import Milestone
from voyager.templatetags.voyager import au_to_km, nt

PRODUCTS: Final = (services.TRAJECTORY, services.EVENTS, services.VIM, services.HOURLY)
_YEAR_D: Final = 365.25
_CROSSINGS: Final = ("Jupiter", "Saturn", "Pale Blue Dot", "Termination shock", HELIOPAUSE)
_HORIZONS: Final = ("JPL Horizons, interpolated here", "/trajectory")
_MODEL: Final = ("modelled: no ephemeris is stored yet", "/trajectory")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as it is printed."""

    label: str
    value: str
    detail: str
    source: str
    url: str
    as_of: str  # a ``<time>`` or nothing
    remark: str = ""


@require_safe
@public(products=PRODUCTS, live=True)
def facts(request: HttpRequest) -> HttpResponse:
    """``/facts``: what is known of Voyager 1, in one page."""
    found = services.facts()
    response = render(request, "voyager/facts.html", facts_context(found))
    response.headers["X-Data-Tier"] = tier_shown(found.provenances)
    return response


def facts_context(found: Facts) -> dict[str, Any]:
    """What the page prints."""
    return {
        "position": found.path.now,
        "groups": [
            ("Now", [*_now(found), *_since(found)]),
            ("On the way", [_crossing(found, one) for name in _CROSSINGS if (one := found.event(name))]),
            ("Around it", _field(found)),
            ("The machine", [_reviewed(one) for one in found.reviewed]),
        ],
        "carried": len(found.instruments),
        "working": [one for one in found.instruments if one.is_on],
        "silent": [one for one in found.instruments if not one.is_on],
        "provenances": found.provenances,
    }


def _now(found: Facts) -> list[Line]:
    """Computed from the state of now."""
    position, path = found.path.now, found.path
    source = _HORIZONS if position.provenance.is_real else _MODEL
    at = utc(position.at_utc)
    rate = position.earth_range_rate_km_s
    lines = [
        ("Distance from the Sun", au(position.distance_au), km(au_to_km(position.distance_au, 1000))),
        (
            "Distance from the Earth",
            au(position.earth_distance_au),
            km(au_to_km(position.earth_distance_au, 1000)),
        ),
        ("Light takes, one way", light_time(position.light_time_s), "from the Earth, geometric"),
        ("Light takes, there and back", light_time(2 * position.light_time_s), "question and answer"),
        (
            "Speed relative to the Sun",
            km_s(position.speed_km_s),
            f"{au(position.speed_km_s * SECONDS_PER_DAY * _YEAR_D / AU_KM, 3)} a year",
        ),
        (
            "Seen from the Earth",
            km_s(abs(rate)),
            "receding" if rate >= 0 else "coming nearer, as the Earth catches up",
        ),
    ]
    computed = [Line(label, value, detail, *source, at) for label, value, detail in lines]
    if path.light_day_at is not None:
        is_past = path.light_day_at <= position.at_utc
        label = "Farther than one light-day since" if is_past else "Farther than one light-day from"
        computed.append(
            Line(label, f"{path.light_day_at:%Y-%m-%d}", f"at {path.light_day_at:%H:%M:%S} UTC", *source, at)
        )
    return computed


def _since(found: Facts) -> list[Line]:
    """Spans of time since two events."""
    lines = []
    for name, label in ((LAUNCH, "In flight for"), (HELIOPAUSE, "In interstellar space for")):
        event = found.event(name)
        if event is not None:
            days = found.days_since(event)
            value = f"{number(days / _YEAR_D, 1)} years"
            detail = f"{number(int(days))} days since {event.event_date}"
            lines.append(Line(label, value, detail, event.citation, event.citation_url, _date(found.now)))
    return lines


def _crossing(found: Facts, event: Milestone) -> Line:
    """A dated event, with its distance where that comes from a real ephemeris."""
    is_placed = event.distance_au is not None and found.path.provenance.is_real
    where = f"{au(event.distance_au, 1)} from the Sun" if is_placed else ""
    return Line(event.name, f"{event.event_date}", where, event.citation, event.citation_url, "")


def _field(found: Facts) -> list[Line]:
    """The newest public value of the field; nothing where only a model is there."""
    if not found.field.provenance.is_real:
        return []
    statistics = found.field.statistics
    return [
        Line(
            "Magnetic field",
            nt(statistics.latest_nt),
            f"the newest public value; mean of the {found.field.days} days before it {nt(statistics.mean_nt)}",
            "NASA SPDF, Voyager 1 magnetometer",
            "/magnetometer",
            utc(statistics.latest_at),
        )
    ]


def _reviewed(fact: ReviewedFact) -> Line:
    remark = "" if fact.was_read else "read in texts that repeat the source"
    return Line(
        fact.label,
        fact.value,
        fact.detail,
        fact.source,
        fact.url,
        "" if fact.as_of is None else day(fact.as_of),
        remark,
    )


def _date(moment: datetime | date) -> str:
    return day(moment if not isinstance(moment, datetime) else moment.date())
