"""Near-Earth objects that pass these days: NASA's NeoWs feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar, Final

from django.conf import settings

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Steps, Unusable, Window
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.request import Request
from spaceintel.models import NearEarthObject
from spaceintel.products.windows import DAY, Days, asked, today
from spaceintel.readers import neows

_BACK: Final = 1  # days before today
_AHEAD: Final = 7
_AT_ONCE: Final = 7  # days in one request: more is HTTP 400
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)  # span of the close-approach data behind NeoWs
_MIB: Final = 2**20
_SURELY_SOME: Final = 10  # stored rows that cannot all have moved away


class NearEarthObjectsProduct(Product):
    """The feed of https://api.nasa.gov, in windows of at most seven days.

    Links in the answers echo the caller's API key; it is replaced before archiving
    (``deepspace/upstream/redaction.py``).
    """

    key: ClassVar[str] = "spaceintel.neos"
    title: ClassVar[str] = "Near-Earth objects (NeoWs)"
    summary: ClassVar[str] = (
        "Asteroids and comets that pass the Earth from yesterday to a week ahead: when, how near, how fast, how large."
    )
    model: ClassVar = NearEarthObject
    source: ClassVar[str] = "nasa_neows"
    upstream: ClassVar[str] = "NASA Near Earth Object Web Service (NeoWs)"
    info_url: ClassVar[str] = "https://api.nasa.gov/"
    citation: ClassVar[str] = "NASA NeoWs, from close-approach data of NASA/JPL CNEOS"
    licence: ClassVar[str] = "Public domain (NASA/JPL-Caltech)"
    refresh_every: ClassVar[timedelta] = timedelta(hours=6)
    stale_after: ClassVar[timedelta] = timedelta(hours=24)
    replaces: ClassVar = "window"
    first_window: ClassVar[timedelta] = timedelta(days=_BACK)
    time_column: ClassVar[str] = "close_approach_date"
    may_be_empty: ClassVar[bool] = True
    bounds: ClassVar = {
        "absolute_magnitude_h": (-5.0, 40.0),
        "diameter_min_km": (0.0, 100.0),
        "diameter_max_km": (0.0, 200.0),
        "relative_velocity_km_s": (0.0, 100.0),
        "miss_distance_au": (0.0, 1.0),
        "miss_distance_km": (0.0, 1.5e8),
        "miss_distance_ld": (0.0, 390.0),
    }

    def requests(self, window: Window) -> Conversation:
        """Ask for yesterday to a week ahead, or for the window asked."""
        now = today()
        days = (
            asked(window, _AT_ONCE - 1, _AHEAD, _FIRST, _LAST)
            if window.is_explicit
            else Days(now - _BACK * DAY, now + _AHEAD * DAY)
        )
        steps = list(days.steps(_AT_ONCE))
        for done, step in enumerate(steps):
            yield Steps(len(steps) - done)
            payload = yield _request(step)
            assert payload is not None  # noqa: S101 (the pipeline answers each request)
            rows = stored_rows(self).filter(close_approach_date__range=(step.first, step.last))
            yield Batch({"feed": payload}, step.start, step.end, {"stored": rows.count()})

    def parse(self, batch: Batch) -> Iterable[Columns | Unusable]:
        """Rows of one answer."""
        found = list(neows.read(batch.body("feed")))
        if not found and batch.parameters["stored"] >= _SURELY_SOME:
            raise SchemaDrift(
                f"NeoWs lists no object, and {batch.parameters['stored']} are stored for these days"
            )
        return found


def _request(days: Days) -> Request:
    return Request(
        "https://api.nasa.gov/neo/rest/v1/feed",
        params={"start_date": f"{days.first}", "end_date": f"{days.last}"},
        secret_params={"api_key": settings.NASA_API_KEY},
        expects="json",
        max_bytes=8 * _MIB,
    )
