"""What the archive's directories offer year by year, and which reader supplies which year."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from deepspace.ingestion.known import Known
from deepspace.ingestion.product import Window
from deepspace.upstream.listing import Entry
from voyager.products.choices import choice
from voyager.products.shelves import Bundle, Route

logger = logging.getLogger("deepspace.ingestion")


class Survey:
    """The listings of one run, beside what is stored and what was chosen.

    A directory that could not be read is not in the survey: no year goes to a less preferred reader on its account.
    """

    def __init__(self, product: str, routes: Sequence[Route], known: Mapping[str, Known]) -> None:
        self._product, self._known = product, known
        self._routes = {route.reader: route for route in routes}
        self._choice = choice(product, list(self._routes))
        self._listed: dict[str, Sequence[Entry]] = {}
        self._years: dict[str, set[int]] = {}

    def add(self, route: Route, entries: Sequence[Entry]) -> None:
        """Take in the listing of a route's directory.

        Raises
        ------
        deepspace.upstream.errors.SchemaDrift
            It offers nothing that the route knows.
        """
        self._years[route.reader] = route.years(entries)
        self._listed[route.reader] = entries

    def bundles(self, route: Route) -> list[Bundle]:
        """What the directory of a route offers itself (not in directories of years)."""
        return route.bundles(self._listed.get(route.reader, ()), route.directory)

    def wanted_years(self, window: Window, since: datetime) -> list[int]:
        """Years of an explicit window; else those from ``since`` on, and all that are stored."""
        offered = self._offered
        if window.is_explicit:
            first = window.start.year if window.start else min(offered, default=0)
            last = window.end.year if window.end else max(offered, default=0)
            return sorted(year for year in offered if first <= year <= last)
        stored = {int(known.parameters["year"]) for known in self._known.values()}
        return sorted(year for year in offered if year in stored or year >= since.year)

    def since(self, recent: timedelta) -> datetime:
        """Where the recent past begins, counted back from the end of the newest file."""
        newest = max(self._offered, default=1977)
        end = datetime(newest, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        return end - recent

    def reader_of(self, year: int) -> Route | None:
        """Who supplies a year; None to leave it as it is."""
        chosen = self._choice.years.get(year)
        if chosen is not None:
            if year in self._years.get(chosen, ()):
                return self._routes[chosen]
            logger.warning("%s: %s is chosen for %d and does not offer it", self._product, chosen, year)
            return None
        stored = self.stored_reader(year)
        for reader in self._choice.prefer:
            if reader not in self._years:
                return None
            if year in self._years[reader]:
                return self._routes[reader]
            if reader == stored:
                logger.warning("%s: %s no longer offers %d; its rows stay", self._product, reader, year)
                return None
        return None

    def stored_reader(self, year: int) -> str | None:
        """Who supplied a year the last time."""
        of_year = [known for known in self._known.values() if known.parameters["year"] == year]
        newest = max(of_year, key=lambda known: known.log_id, default=None)
        return None if newest is None else str(newest.parameters["reader"])

    @property
    def _offered(self) -> set[int]:
        return set().union(*self._years.values())
