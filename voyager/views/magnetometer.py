"""``/magnetometer``."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.forms import link, read_form, tier_shown
from deepspace.pages.panels import panel
from deepspace.templatetags.deepspace import MINUS, number
from deepspace.versions import public
from voyager import services
from voyager.constants import (
    DIRECTION_FROM_NT,
    HELIOPAUSE_CROSSING_UTC,
    LONGEST_48S_WINDOW_DAYS,
    MAG_BOOM_M,
    VIM_CADENCE_S,
    VLISM_DELTA_DEG,
    VLISM_DELTA_SIGMA_DEG,
    VLISM_FIELD_NT,
    VLISM_FIELD_SIGMA_NT,
    VLISM_FIELD_UTC,
    VLISM_INTERVAL_UTC,
    VLISM_LAMBDA_DEG,
    VLISM_LAMBDA_SIGMA_DEG,
)
from voyager.field import FieldWindow
from voyager.parameters import FieldParameters
from voyager.plots.field_base import cadence_name
from voyager.templatetags.voyager import nt
from voyager.views.forms import Controls, Views, controls

PATH: Final = "/magnetometer"
_CROSSED: Final = datetime.fromisoformat(HELIOPAUSE_CROSSING_UTC).replace(tzinfo=UTC)
FIELD_PLOTS: Final = ("magnetometer", "magnetometer-mission", "magnetometer-direction")
_SPANS: Final = (
    (1, "1 day"),
    (30, "30 days"),
    (LONGEST_48S_WINDOW_DAYS, f"{LONGEST_48S_WINDOW_DAYS} days"),
    (3_653, "10 years"),
    (20_000, "Whole mission"),
)
# Events, with the days around them: those that the stored list has are offered.
_SIGHTS: Final = (
    ("Heliopause", 60),
    ("First interstellar shock", 60),
    ("Second interstellar shock", 60),
    ("Pressure front pf2", 120),
)


@require_safe
@public(products=(services.VIM, services.HOURLY, services.EVENTS))
def magnetometer(request: HttpRequest) -> HttpResponse:
    """``/magnetometer``: strength, components and direction in a window, and the window in the mission."""
    parameters = read_form(FieldParameters, request.GET)
    data = services.magnetometer(parameters)
    response = render(request, "voyager/magnetometer.html", magnetometer_context(parameters, data))
    response.headers["X-Data-Tier"] = tier_shown(data.shown)
    return response


def magnetometer_context(parameters: FieldParameters, data: FieldWindow) -> dict[str, Any]:
    """What the page prints."""
    own, whole = services.published_intervals()
    return {
        "data": data,
        "statistics": data.statistics,
        "direction": _direction(data),
        "averages": cadence_name(data.cadence_s),
        "controls": _controls(parameters, data),
        "latest_label": "Last value of the model"
        if not data.provenance.is_real
        else "Last average of the window",
        "range": f"{number(data.statistics.min_nt, 3)} to {nt(data.statistics.max_nt)}",
        "panels": [panel(name, parameters) for name in FIELD_PLOTS],
        "published_nt": f"{VLISM_FIELD_NT:g} ± {VLISM_FIELD_SIGMA_NT:g} nT",
        "published_lambda": f"{VLISM_LAMBDA_DEG:g}° ± {VLISM_LAMBDA_SIGMA_DEG:g}°",
        "published_delta": f"{VLISM_DELTA_DEG:g}° ± {VLISM_DELTA_SIGMA_DEG:g}°",
        "own_mean": own,
        "own_days": _days_of_year(*VLISM_FIELD_UTC),
        "whole_mean": whole,
        "whole_years": " to ".join(_decimal_year(text) for text in VLISM_INTERVAL_UTC),
        "boom_m": MAG_BOOM_M,
        "crossed": _CROSSED,
        "vim_cadence_s": VIM_CADENCE_S,
        "direction_from_nt": DIRECTION_FROM_NT,
        "longest_days": LONGEST_48S_WINDOW_DAYS,
    }


def _controls(parameters: FieldParameters, data: FieldWindow) -> Controls:
    spans = [link(PATH, parameters, title, days=days) for days, title in _SPANS]
    sights = [link(PATH, parameters, title, days=days, end=end) for title, days, end in _sights()]
    return controls(
        PATH,
        parameters,
        {"days": "Days"},
        example="2012-09-24",
        views=[Views("Length of the window", spans), Views("Windows worth looking at", sights)],
        start=data.start,
    )


def _sights() -> list[tuple[str, int, datetime]]:
    """Title, length and end of the windows around the events, and of the year of the heliopause."""
    at = {one.name: one.at for one in services.marks()[0]}
    found = [
        (name, days, datetime.combine(at[name], time(), UTC) + timedelta(days=days // 2))
        for name, days in _SIGHTS
        if name in at
    ]
    end = datetime(_CROSSED.year + 1, 1, 1, tzinfo=UTC)
    days = (end - end.replace(year=_CROSSED.year)).days
    return [*found[:1], (f"All of {_CROSSED.year}", days, end), *found[1:]]


def _direction(data: FieldWindow) -> str:
    found = data.statistics
    if found.lambda_deg is None or found.delta_deg is None:
        return "none"
    return f"λ {found.lambda_deg:.1f}°, δ {found.delta_deg:.1f}°".replace("-", MINUS)


def _days_of_year(first: str, last: str) -> str:
    """An interval of one year as papers write it: ``2013, days 130.6 to 365.3``."""
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    new_year = datetime(start.year, 1, 1, tzinfo=UTC)
    numbers = [1 + (one - new_year) / timedelta(days=1) for one in (start, end)]
    return f"{start.year}, days {numbers[0]:.1f} to {numbers[1]:.1f}"


def _decimal_year(text: str) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (moment.year, moment.year + 1))
    return f"{moment.year + (moment - first) / (last - first):.1f}"
