"""``/space-intelligence/feed.atom``: significant events for feed readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from deepspace.ingestion.registry import product
from deepspace.pages.metadata import SITE_NAME, absolute
from deepspace.versions import public
from spaceintel import services
from spaceintel.addresses import FEED_PATH, FEED_TITLE, PATH, event_path, event_tag
from spaceintel.parameters import SpaceParameters
from spaceintel.services.keys import FLARE_LIST
from spaceintel.services.weather import event_feeds
from spaceintel.states import Feed
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
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Events(Atom1Feed):
    """An empty feed is as old as what is known: it says "none" only up to there."""

    def latest_post_date(self) -> datetime:
        """The newest change of an entry; without entries the instant up to which every source is known."""
        if self.items:
            return super().latest_post_date()
        known_until: datetime = self.feed["known_until"]
        return known_until


@require_safe
@public(products=EVERY_PRODUCT, live=True)
def feed(request: HttpRequest) -> HttpResponse:
    """The newest significant events, each with an id that does not change; and what is unknown."""
    asked, now = SpaceParameters(), datetime.now(UTC)
    sources = event_feeds(asked, now)
    subtitle = " ".join((_SUBTITLE, *_unknown(sources)))
    atom = _Events(
        title=_TITLE,
        subtitle=subtitle,
        description=subtitle,
        link=absolute(PATH),
        feed_url=absolute(FEED_PATH),
        author_name=SITE_NAME,
        language="en",
        known_until=min(map(_known_until, sources.values()), default=_NEVER),
    )
    for one in services.significant_events(asked, now):
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


def _unknown(sources: Mapping[str, Feed]) -> list[str]:
    """What is not known, as sentences; none where every source is known."""
    lacking = [key for key, one in sources.items() if not _is_known(one)]
    if not lacking:
        return []
    told = [f"{product(key).title}: {sources[key].statement}" for key in lacking]
    return ["Events may be missing, because not everything is known.", *told]


def _is_known(source: Feed) -> bool:
    """SWPC's flares reach back a week, and DONKI's before that: of them only the end counts."""
    if source.product == FLARE_LIST:
        return source.known_until is not None and source.unknown_since is None
    return source.is_known


def _known_until(source: Feed) -> datetime:
    if source.unknown_since is None:
        return source.provenance.retrieved_at or _NEVER
    return source.known_until or _NEVER
