"""``/space-intelligence/feed.atom``: significant events for feed readers."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from deepspace.pages.metadata import SITE_NAME, absolute
from deepspace.versions import public
from spaceintel import services
from spaceintel.addresses import FEED_PATH, FEED_TITLE, PATH, event_path, event_tag
from spaceintel.tables.briefing import EVERY_PRODUCT

_TITLE: Final = f"{FEED_TITLE} · {SITE_NAME}"
_SUBTITLE: Final = (
    "Strong flares, storms, mass ejections that a model sees at the Earth, near approaches: the last 30 days, by the "
    "rules that /api/events states."
)
_NAMES: Final = {
    "nasa_donki": "NASA DONKI",
    "noaa_swpc": "NOAA SWPC",
    "gfz": "GFZ Potsdam",
    "cneos": "JPL CNEOS",
}


@require_safe
@public(products=EVERY_PRODUCT, live=True)
def feed(request: HttpRequest) -> HttpResponse:
    """The newest significant events, each with an id that does not change."""
    atom = Atom1Feed(
        title=_TITLE,
        subtitle=_SUBTITLE,
        description=_SUBTITLE,
        link=absolute(PATH),
        feed_url=absolute(FEED_PATH),
        author_name=SITE_NAME,
        language="en",
    )
    for one in services.significant_events():
        atom.add_item(
            title=one.title,
            link=absolute(event_path(one)),
            description=f"{one.summary} Listed by the rule: {one.rule}. Source: {_NAMES.get(one.source, one.source)}.",
            unique_id=event_tag(one),
            pubdate=one.at if one.at <= one.updated_at else None,  # what is foretold has no such date yet
            updateddate=one.updated_at,
            categories=(one.kind,),
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
