"""Approaches to the Earth with their uncertainties: CNEOS close-approach data, recent ones and since 1900.

Two products fill one table. A fixed day parts them, so that neither ever touches the other's rows: the history ends
where the recent approaches begin (docs/decisions say why).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Steps, Unusable, Window
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.request import Request
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.models import CloseApproach
from spaceintel.products.windows import DAY, Days, asked, asked_lately, midnight, today
from spaceintel.readers import cad

FIRST_DAY: Final = date(1900, 1, 1)  # the data begin here
RECENT_FROM: Final = RECENT_APPROACHES_FROM  # before: close_approach_history; from here on: close_approaches
LAST_DAY: Final = date(2199, 12, 31)
_BACK: Final = 30  # days before today that are asked for each time: orbits of new objects improve
_AHEAD: Final = 60
_CHUNK_YEARS: Final = 10  # some 10,000 rows, 2 MB
_ALL_DISTANCES_AU: Final = "1"  # the service lists none beyond 0.5 au
_SURELY_SOME: Final = 10  # stored rows that cannot all have moved away
_ROLE: Final = "approaches"
_MONTH: Final = timedelta(days=30)
_EAGERNESS: Final = 0.8  # older parts are asked again a little before they would be too old


class _CloseApproachProduct(Product):
    """What both have in common: https://ssd-api.jpl.nasa.gov/doc/cad.html asks for one request at a time."""

    model: ClassVar = CloseApproach
    source: ClassVar[str] = "cneos"
    upstream: ClassVar[str] = "NASA/JPL Center for Near Earth Object Studies (CNEOS), close-approach data"
    info_url: ClassVar[str] = "https://ssd-api.jpl.nasa.gov/doc/cad.html"
    citation: ClassVar[str] = "NASA/JPL CNEOS, SBDB Close Approach Data API"
    licence: ClassVar[str] = "Public domain (NASA/JPL-Caltech)"
    replaces: ClassVar = "window"
    time_column: ClassVar[str] = "close_approach_date"
    bounds: ClassVar = {
        "jd_tdb": (2_415_019.0, 2_524_595.0),  # 1900 to 2200
        "distance_au": (0.0, 1.0),
        "distance_min_au": (0.0, 100.0),
        "distance_max_au": (0.0, 100.0),
        "relative_velocity_km_s": (0.0, 100.0),
        "infinity_velocity_km_s": (0.0, 100.0),
        "time_sigma_s": (0.0, 1e12),
        "absolute_magnitude_h": (-5.0, 40.0),
        "diameter_km": (0.0, 100.0),
        "diameter_sigma_km": (0.0, 100.0),
    }

    def parse(self, batch: Batch) -> Iterable[Columns | Unusable]:
        """Rows of the days of the batch."""
        if batch.start is None or batch.end is None:
            raise SchemaDrift("a batch of close approaches has no window")
        found = list(cad.read(batch.body(_ROLE), batch.start.date(), batch.end.date()))
        if not found and batch.parameters["stored"] >= _SURELY_SOME:
            raise SchemaDrift(
                f"CAD lists no approach, and {batch.parameters['stored']} are stored for these days"
            )
        return found

    def _ask(self, chunks: list[Days]) -> Conversation:
        for done, days in enumerate(chunks):
            yield Steps(len(chunks) - done)
            try:
                payload = yield _request(days)
                assert payload is not None  # noqa: S101 (the pipeline answers each request)
                rows = stored_rows(self).filter(close_approach_date__range=(days.first, days.last))
                yield Batch({_ROLE: payload}, days.start, days.end, {"stored": rows.count()})
            except SchemaDrift:  # recorded by the pipeline; the next part may be well
                continue


class CloseApproachesProduct(_CloseApproachProduct):
    """Approaches since 2026: the last month and the next two each time, older ones again once a month."""

    key: ClassVar[str] = "spaceintel.close_approaches"
    title: ClassVar[str] = "Close approaches (CNEOS)"
    summary: ClassVar[str] = (
        "Approaches to the Earth since 2026 and up to two months ahead, at all distances the service lists, with"
        " 3-sigma ranges of distance and time. Of two approaches of one object on one day the nearer is kept."
    )
    refresh_every: ClassVar[timedelta] = timedelta(hours=6)
    stale_after: ClassVar[timedelta] = timedelta(hours=24)
    first_window: ClassVar[timedelta] = timedelta(days=_BACK)
    scope: ClassVar = {"close_approach_date__gte": RECENT_FROM}
    may_be_empty: ClassVar[bool] = True

    def requests(self, window: Window) -> Conversation:
        """Ask for what is recent and to come, then for earlier months that were not asked for lately."""
        if window.is_explicit:
            days = asked(window, _BACK + _AHEAD, _AHEAD, RECENT_FROM, LAST_DAY)
            yield from self._ask(list(_chunks(days)))
            return
        now = today()
        recent = Days(max(now - _BACK * DAY, RECENT_FROM), max(now, RECENT_FROM) + _AHEAD * DAY)
        before = Days(RECENT_FROM, now).within(RECENT_FROM, recent.first - DAY) if now > RECENT_FROM else None
        older = [
            chunk
            for chunk in _years(before)
            if not asked_lately(self, chunk, _EAGERNESS * _MONTH, whole=False)
        ]
        yield from self._ask([recent, *older])


class CloseApproachHistoryProduct(_CloseApproachProduct):
    """Approaches from 1900 to 2025, a decade at a time; a run that was cut off goes on with what is missing."""

    key: ClassVar[str] = "spaceintel.close_approach_history"
    title: ClassVar[str] = "Close approaches since 1900 (CNEOS)"
    summary: ClassVar[str] = (
        "Approaches to the Earth from 1900 to 2025 as computed from today's orbits, at all distances the service lists:"
        " the sample behind “how unusual is this?”."
    )
    refresh_every: ClassVar[timedelta] = timedelta(days=30)
    stale_after: ClassVar[timedelta] = timedelta(days=180)
    scope: ClassVar = {"close_approach_date__lt": RECENT_FROM}

    def requests(self, window: Window) -> Conversation:
        """Ask for each decade that is missing or was not asked for lately, or for the window asked."""
        last = RECENT_FROM - DAY
        if window.is_explicit:
            open_ended = window if window.end is not None else Window(window.start, midnight(last))
            days = asked(open_ended, _CHUNK_YEARS * 365, 0, FIRST_DAY, last)
            yield from self._ask(list(_chunks(days)))
            return
        chunks = list(_chunks(Days(FIRST_DAY, last)))
        rest = _EAGERNESS * self.refresh_every
        yield from self._ask([days for days in chunks if not asked_lately(self, days, rest)])


def _request(days: Days) -> Request:
    """A day more on either side: the service compares instants, the table goes by the printed day."""
    params: dict[str, Any] = {
        "date-min": f"{days.first - DAY}",
        "date-max": f"{days.last + DAY}",
        "dist-max": _ALL_DISTANCES_AU,
        "diameter": "true",
        "fullname": "true",
        "sort": "date",
    }
    return Request("https://ssd-api.jpl.nasa.gov/cad.api", params=params, expects="json", read_timeout_s=60.0)


def _chunks(days: Days) -> Iterator[Days]:
    """Parts of decades, so that no body comes near the cap."""
    for year in range(days.first.year // _CHUNK_YEARS * _CHUNK_YEARS, days.last.year + 1, _CHUNK_YEARS):
        part = days.within(date(year, 1, 1), date(year + _CHUNK_YEARS - 1, 12, 31))
        if part is not None:
            yield part


def _years(days: Days | None) -> Iterator[Days]:
    for year in range(days.first.year, days.last.year + 1) if days is not None else ():
        part = days.within(date(year, 1, 1), date(year, 12, 31)) if days is not None else None
        if part is not None:
            yield part
