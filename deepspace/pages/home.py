"""``/``: where Voyager 1 is now, space weather now, what is fresh here, and what there is to read."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.navigation import menu_pages
from deepspace.pages.panels import panel
from deepspace.pages.standings import known_standings
from deepspace.versions import public
from spaceintel import services as spaceintel
from voyager import services
from voyager.states import Position

_log = logging.getLogger(__name__)


@require_safe
@public(products=("voyager.trajectory",), live=True, every_product=True)
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    context = {
        "position": _position(),
        "verdict": spaceintel.verdict_now(),
        "panel": panel("trajectory-distance"),
        "rows": known_standings(),
        "cards": menu_pages(),
    }
    return render(request, "pages/home.html", context)


def _position() -> Position | None:
    try:
        return services.position()
    except DatabaseFailure:
        _log.exception("no position: the database does not answer")
        return None
