"""``/space-intelligence``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.forms import Link, link, read_form, tier_shown
from deepspace.pages.panels import panel
from deepspace.versions import public
from spaceintel import services
from spaceintel.addresses import PATH, PLOTS_OF_NOW, PLOTS_OF_WINDOW, TABLES_PATH
from spaceintel.parameters import FIRST_UTC, SpaceParameters
from spaceintel.services.keys import ALERTS, FLARE_LIST, SCALES, SOLAR_EVENTS
from spaceintel.states import Approach
from spaceintel.tables.briefing import EVERY_PRODUCT, Briefing
from spaceintel.tables.columns import Cell, Table
from spaceintel.tables.near_earth import APPROACHES
from spaceintel.tables.sheets import SHEETS, Sheet
from spaceintel.views.facts import (
    forecast_statement,
    kp_now,
    scales_now,
    scales_statement,
    to_come,
    wind_now,
    xray,
)

_SPANS: Final = ((1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (366, "A year"))
_ROWS_SHOWN: Final = 12


@require_safe
@public(products=EVERY_PRODUCT, live=True)
def space_intelligence(request: HttpRequest) -> HttpResponse:
    """``/space-intelligence``: the verdict, what the Sun did, what passes near the Earth."""
    parameters = read_form(SpaceParameters, request.GET)
    briefing = Briefing(parameters)
    response = render(request, "spaceintel/space_intelligence.html", _context(briefing))
    response.headers["X-Data-Tier"] = tier_shown(briefing.provenances)
    return response


def _context(briefing: Briefing) -> dict[str, Any]:
    parameters, weather = briefing.parameters, briefing.weather
    return {
        "parameters": parameters,
        "end": "" if parameters.end is None else _short(parameters.end),
        "spans": [link(PATH, parameters, title, days=days) for days, title in _SPANS],
        "earlier": _earlier(parameters, weather.start),
        "newest": link(PATH, parameters, "Now", end=None) if parameters.end else None,
        "weather": weather,
        "something_else_is_on": any(one.is_known for one in weather.verdict.also),
        "shows_older": any(one.is_moved for one in briefing.feeds.values()),
        "rules": services.VERDICT_RULES,
        "kp_rule": services.KP_RULE,
        "kp": kp_now(weather.kp_now),
        "scales_now": scales_now(weather.scales),
        "xray": xray(weather.xray),
        "wind": wind_now(weather.wind),
        "panels": {
            name.replace("-", "_"): panel(name, None if name in PLOTS_OF_NOW else parameters)
            for name in (*PLOTS_OF_NOW, *PLOTS_OF_WINDOW)
        },
        "highlights": briefing.highlights,
        "near": briefing.near,
        "near_facts": to_come(briefing.near),
        "sentry": briefing.sentry,
        "sheets": {one.key: _sheet(one, briefing) for one in SHEETS},
        "scales_feed": weather.feeds[SCALES],
        "scales_statement": scales_statement(weather.scales),
        "forecast_statement": forecast_statement(weather.forecast),
        "events_feed": weather.feeds[SOLAR_EVENTS],
        "flare_list_feed": weather.feeds[FLARE_LIST],
        "alerts_feed": weather.feeds[ALERTS],
        "alerts_in_force": [one for one in weather.alerts if one.is_in_force],
        "kp_feed": weather.kp.feeds[0],
    }


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A table as the page prints it."""

    table: Table[Any]
    rows: list[list[Cell]]
    total: int
    csv: str

    @property
    def hidden(self) -> int:
        """Rows that are in the file alone."""
        return self.total - len(self.rows)


def _sheet(sheet: Sheet, briefing: Briefing) -> ShownSheet:
    rows = sheet.rows(briefing)
    shown = _nearest(rows) if sheet.table is APPROACHES else rows[:_ROWS_SHOWN]
    address = link(f"{TABLES_PATH}{sheet.table.name}.csv", briefing.parameters, "").url
    return ShownSheet(sheet.table, sheet.table.cells(shown), len(rows), address)


def _nearest(approaches: Sequence[Approach]) -> list[Approach]:
    """The nearest of the window, in the order of time."""
    nearest = sorted(approaches, key=lambda one: (one.distance_ld, one.at))[:_ROWS_SHOWN]
    return sorted(nearest, key=lambda one: one.at)


def _earlier(parameters: SpaceParameters, start: datetime) -> Link | None:
    """The window before this one; None where no record reaches further back."""
    end = start.replace(second=0, microsecond=0)
    return link(PATH, parameters, "Earlier", end=end) if end >= FIRST_UTC else None


def _short(moment: datetime) -> str:
    """An instant as one would type it: the day alone where that is all of it."""
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%dT%H:%M:%S}"
