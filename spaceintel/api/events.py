"""``/api/events``: significant events with ids that do not change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from deepspace.api import ErrorBody, endpoint, envelope
from spaceintel import services
from spaceintel.api.bodies import EventsBody
from spaceintel.api.router import router
from spaceintel.parameters import SpaceParameters
from spaceintel.tables.briefing import EVERY_PRODUCT, Briefing


@router.get(
    "/events", response={200: EventsBody, 422: ErrorBody}, summary="Significant events, by stated rules"
)
@endpoint(parameters=SpaceParameters, shown=EVERY_PRODUCT, live=True)
def events(request: HttpRequest, response: HttpResponse, query: Query[SpaceParameters]) -> dict[str, Any]:
    """Newest first. An empty list means "none" only for the feeds that know the whole window."""
    briefing = Briefing(query)
    common = envelope(briefing.weather.kp_now.provenance, briefing.provenances)
    response.headers["X-Data-Tier"] = common["provenance"]["tier"]
    return {
        "events": services.significant_events(query, briefing.now),
        "rules": [{"kind": one.level, "condition": one.condition} for one in services.EVENT_RULES],
        "start": briefing.weather.start,
        "end": briefing.weather.end,
        "feeds": briefing.feeds,
        **common,
    }
