"""``/api/space-intelligence``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from deepspace.api import ErrorBody, endpoint, envelope
from deepspace.pages.metadata import absolute
from deepspace.pages.panels import plot_url
from deepspace.parameters import NoParameters
from spaceintel.addresses import PLOTS_OF_NOW, PLOTS_OF_WINDOW
from spaceintel.api.bodies import SpaceIntelligenceBody
from spaceintel.api.lists import Shown, first, nearest, newest
from spaceintel.api.router import router
from spaceintel.api.series import series
from spaceintel.parameters import SpaceParameters
from spaceintel.tables import near_earth, sun
from spaceintel.tables.briefing import EVERY_PRODUCT, Briefing


@router.get(
    "/space-intelligence",
    response={200: SpaceIntelligenceBody, 422: ErrorBody},
    summary="Space weather and near-Earth objects",
)
@endpoint(parameters=SpaceParameters, shown=EVERY_PRODUCT, live=True)
def space_intelligence(
    request: HttpRequest, response: HttpResponse, query: Query[SpaceParameters]
) -> dict[str, Any]:
    """Some days of events and approaches, each list with how much of the window is known; verdict and Kp of now.

    A long list is cut, the series of minutes are reduced as in the pictures: ``lists`` and ``series`` say how, and
    name the files that hold every row.
    """
    briefing = Briefing(query)
    weather, lists, sentry = briefing.weather, _lists(briefing), briefing.sentry
    impacts = first(sentry.objects, sentry.count, near_earth.POSSIBLE_IMPACTS, query)
    common = envelope(weather.kp_now.provenance, briefing.provenances)
    response.headers["X-Data-Tier"] = common["provenance"]["tier"]
    return {
        "verdict": weather.verdict,
        "kp_index": weather.kp_now,
        "forecast": sun.predicted(weather.forecast),
        **{key: one.rows for key, one in lists.items()},
        "lists": {**lists, "sentry": impacts},
        "series": series(weather, query),
        "scales": weather.scales,
        "solar_wind": weather.wind.latest,
        "xray": weather.xray,
        "sentry": sentry,
        "highlights": briefing.highlights,
        "plots": _plots(query),
        "start": weather.start,
        "end": weather.end,
        "feeds": briefing.feeds,
        **common,
    }


def _lists(briefing: Briefing) -> dict[str, Shown]:
    weather, near, asked = briefing.weather, briefing.near, briefing.parameters
    return {
        "flares": newest(weather.donki_flares, sun.FLARES, asked),
        "cmes": newest(weather.cmes, sun.CMES, asked),
        "storms": newest(weather.storms, sun.STORMS, asked),
        "other_events": newest(weather.others, sun.OTHERS, asked),
        "alerts": newest(weather.alerts, sun.ALERTS, asked),
        "neos": nearest(near.listed_by_neows, near_earth.APPROACHES, asked),
        "approaches": nearest(near.approaches, near_earth.APPROACHES, asked),
    }


def _plots(query: SpaceParameters) -> dict[str, str]:
    of_now = {name: plot_url(name, "png", NoParameters()) for name in PLOTS_OF_NOW}
    of_window = {name: plot_url(name, "png", query) for name in PLOTS_OF_WINDOW}
    return {name: absolute(path) for name, path in (of_now | of_window).items()}
