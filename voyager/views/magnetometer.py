"""``/magnetometer``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.panels import panel
from deepspace.templatetags.deepspace import MINUS
from deepspace.versions import public
from voyager import services
from voyager.constants import (
    DIRECTION_FROM_NT,
    LONGEST_48S_WINDOW_DAYS,
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
from voyager.parameters import LAST_UTC, LAUNCH_UTC, FieldParameters
from voyager.plots.field_base import cadence_name
from voyager.views.forms import Link, link, read_form, tier_shown

PATH: Final = "/magnetometer"
FIELD_PLOTS: Final = ("magnetometer", "magnetometer-mission", "magnetometer-direction")
_WHOLE_DAYS: Final = 20_000
_CHOICES: Final = (
    ("last 30 days", 30, None),
    ("last 400 days", 400, None),
    ("heliopause", 60, "2012-09-24"),
    ("first interstellar shock", 60, "2012-12-31"),
    ("all of 2012", 366, "2013-01-01"),
    ("second interstellar shock", 60, "2014-09-24"),
    ("pressure front pf2", 120, "2020-07-25"),
    ("whole mission", _WHOLE_DAYS, None),
)


@require_safe
@public(products=(services.VIM, services.HOURLY, services.EVENTS))
def magnetometer(request: HttpRequest) -> HttpResponse:
    """``/magnetometer``: strength, components and direction in a window, and the window in the mission."""
    parameters = read_form(FieldParameters, request.GET)
    data = services.magnetometer(parameters)
    response = render(request, "voyager/magnetometer.html", magnetometer_context(parameters, data))
    response.headers["X-Data-Tier"] = tier_shown([*data.provenances, data.marks_provenance])
    return response


def magnetometer_context(parameters: FieldParameters, data: FieldWindow) -> dict[str, Any]:
    """What the page prints."""
    own, whole = services.published_intervals()
    return {
        "data": data,
        "statistics": data.statistics,
        "direction": _direction(data),
        "averages": cadence_name(data.cadence_s),
        "is_modelled": not data.provenance.is_real,
        "parameters": parameters,
        "end": "" if parameters.end is None else f"{parameters.end:%Y-%m-%d}",
        "first_day": f"{LAUNCH_UTC + timedelta(days=1):%Y-%m-%d}",
        "last_day": f"{LAST_UTC:%Y-%m-%d}",
        "choices": [_choice(parameters, *one) for one in _CHOICES],
        "panels": [panel(name, parameters) for name in FIELD_PLOTS],
        "published_nt": f"{VLISM_FIELD_NT:g} ± {VLISM_FIELD_SIGMA_NT:g} nT",
        "published_lambda": f"{VLISM_LAMBDA_DEG:g}° ± {VLISM_LAMBDA_SIGMA_DEG:g}°",
        "published_delta": f"{VLISM_DELTA_DEG:g}° ± {VLISM_DELTA_SIGMA_DEG:g}°",
        "own_mean": own,
        "own_days": _days_of_year(*VLISM_FIELD_UTC),
        "whole_mean": whole,
        "whole_years": " to ".join(_decimal_year(text) for text in VLISM_INTERVAL_UTC),
        "direction_from_nt": DIRECTION_FROM_NT,
        "longest_days": LONGEST_48S_WINDOW_DAYS,
    }


def _choice(parameters: FieldParameters, title: str, days: int, end: str | None) -> Link:
    return link(PATH, parameters, title, days=days, end=end)


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
