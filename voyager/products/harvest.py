"""One run over the archive directories of a product: what is there, what is wanted, what is not stored yet."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta

from deepspace.ingestion.known import SLOT, Known, known_batches
from deepspace.ingestion.product import ArchivedPayload, Batch, Conversation, Product, Steps, Window
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.errors import NoData, UpstreamError
from deepspace.upstream.listing import Entry, parse_listing
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import directory_request
from voyager.products.choices import Choice, choice
from voyager.products.shelves import Bundle, Route

logger = logging.getLogger("deepspace.ingestion")

_FAILURES_IN_A_ROW = 2  # so many unanswered requests mean that the host is down, not that a file is bad

Asking = Generator[Request | Batch | Steps, ArchivedPayload | None, ArchivedPayload | None]


class Harvest:
    """Asks for the directories, decides by year which reader supplies it, and takes the files that are new.

    A file that cannot be had or stored fails alone; the run goes on with the others, and has failed in the end.
    """

    def __init__(self, product: Product, routes: Sequence[Route], recent: timedelta) -> None:
        self._product, self._recent = product, recent
        self._routes = {route.reader: route for route in routes}
        self._choice: Choice = choice(product.key, list(self._routes))
        self._known = known_batches(product)
        self._listed: dict[str, Sequence[Entry]] = {}
        self._years: dict[str, set[int]] = {}
        self._unanswered = 0
        self._trouble: UpstreamError | None = None

    def converse(self, window: Window) -> Conversation:
        """The conversation with the pipeline."""
        yield Steps(len(self._routes))
        for route in self._routes.values():
            yield from self._list(route)
        wanted: list[Bundle] = []
        for year in self._wanted_years(window):
            reader = self._reader_of(year)
            if reader is not None:
                wanted += yield from self._bundles(self._routes[reader], year, window)
        yield Steps(sum(len(bundle.files) for bundle in wanted))
        for bundle in wanted:
            yield from self._take(bundle)
        if self._trouble is not None:
            raise self._trouble
        if window.is_explicit and not wanted:
            raise NoData(f"no file of {self._product.key} is for the window asked")

    def _list(self, route: Route) -> Conversation:
        payload = yield from self._ask(directory_request(route.directory))
        if payload is not None:
            try:
                entries = parse_listing(payload.body)
                self._years[route.reader] = route.years(entries)
                self._listed[route.reader] = entries
            except UpstreamError as error:
                self._remember(error, route.directory)

    def _wanted_years(self, window: Window) -> list[int]:
        """Years of an explicit window; else the recent ones of the archive, and all that are stored."""
        offered = set().union(*self._years.values())
        if window.is_explicit:
            first = window.start.year if window.start else min(offered, default=0)
            last = window.end.year if window.end else max(offered, default=0)
            return sorted(year for year in offered if first <= year <= last)
        recent = self._since(offered)
        return sorted(offered & self._stored_years | {year for year in offered if year >= recent.year})

    def _since(self, offered: set[int]) -> datetime:
        """Where the recent past begins, counted back from the newest file."""
        newest = max(offered, default=1977)
        end = max((bundle.end for bundle in self._all_listed(newest)), default=_end_of(newest))
        return end - self._recent

    def _all_listed(self, year: int) -> list[Bundle]:
        shelves = [(self._routes[reader], entries) for reader, entries in self._listed.items()]
        return [
            bundle
            for route, entries in shelves
            if not route.by_year
            for bundle in route.bundles(entries, route.directory)
            if bundle.year == year
        ]

    @property
    def _stored_years(self) -> set[int]:
        return {int(known.parameters["year"]) for known in self._known.values()}

    def _stored_reader(self, year: int) -> str | None:
        """Who supplied a year the last time."""
        of_year = [known for known in self._known.values() if known.parameters["year"] == year]
        newest = max(of_year, key=lambda known: known.log_id, default=None)
        return None if newest is None else str(newest.parameters["reader"])

    def _reader_of(self, year: int) -> str | None:
        """Who supplies a year; None to leave it as it is."""
        chosen = self._choice.years.get(year)
        if chosen is not None:
            if year in self._years.get(chosen, ()):
                return chosen
            logger.warning("%s: %s is chosen for %d and does not offer it", self._product.key, chosen, year)
            return None
        stored = self._stored_reader(year)
        for reader in self._choice.prefer:
            if reader not in self._years:
                return None  # its directory could not be read: nothing is decided on that
            if year in self._years[reader]:
                return reader
            if reader == stored:
                logger.warning("%s: %s no longer offers %d; its rows stay", self._product.key, reader, year)
                return None
        return None

    def _bundles(
        self, route: Route, year: int, window: Window
    ) -> Generator[Request | Batch | Steps, ArchivedPayload | None, list[Bundle]]:
        """The wanted bundles of one year."""
        entries, directory = self._listed[route.reader], route.directory
        if route.by_year:
            directory = f"{directory}/{year}"
            payload = yield from self._ask(directory_request(directory))
            try:
                entries = () if payload is None else parse_listing(payload.body)
            except UpstreamError as error:
                self._remember(error, directory)
                entries = ()
        bundles = [bundle for bundle in route.bundles(entries, directory) if bundle.year == year]
        if self._stored_reader(year) not in {None, route.reader}:
            return bundles  # another reader takes over: all of the year
        if window.is_explicit:
            return [bundle for bundle in bundles if bundle.overlaps(window.start, window.end)]
        since = self._since(set().union(*self._years.values()))
        return [bundle for bundle in bundles if bundle.overlaps(since, None) or self._has_changed(bundle)]

    def _has_changed(self, bundle: Bundle) -> bool:
        """Whether the listing shows something else than what is stored."""
        known = self._known.get(bundle.slot)
        return known is None or known.superseded or known.parameters["listed"] != bundle.listed

    def _take(self, bundle: Bundle) -> Conversation:
        known = self._known.get(bundle.slot)
        if known is not None and (lower := _gone_down(known, bundle)):
            logger.warning("%s: %s: a lower version than stored is ignored", self._product.key, lower)
            return
        payloads: dict[str, ArchivedPayload] = {}
        for file in bundle.files:
            payload = yield from self._ask(self._routes[bundle.reader].request(bundle, file))
            if payload is None:
                return
            payloads[file.entry.name] = payload
        sums = {name: payload.sha256 for name, payload in payloads.items()}
        window = (bundle.start, bundle.end)
        if (
            known is not None
            and not known.superseded
            and known.sha256 == sums
            and (known.start, known.end) == window
        ):
            return
        inside = stored_rows(self._product).filter(timestamp_utc__range=window)
        parameters = {
            SLOT: bundle.slot,
            "reader": bundle.reader,
            "year": bundle.year,
            "versions": {base: list(version) for base, version in bundle.versions.items()},
            "listed": bundle.listed,
            "stored": inside.count(),
        }
        names = ", ".join(sums) if len(sums) == 1 else f"{len(sums)} files of {bundle.slot}"
        yield from self._give(Batch(payloads, *window, parameters, upstream_version=names))

    def _ask(self, request: Request) -> Asking:
        """The answer to a request; None when there is none and the run goes on (the pipeline has written it down)."""
        try:
            payload = yield request
        except UpstreamError as error:
            self._unanswered = 0 if error.permanent else self._unanswered + 1
            if self._unanswered >= _FAILURES_IN_A_ROW:
                raise
            return None
        self._unanswered = 0
        return payload

    @staticmethod
    def _give(batch: Batch) -> Conversation:
        """Have a batch stored; when it cannot be, the run goes on (the pipeline has written it down)."""
        try:
            yield batch
        except UpstreamError:
            return

    def _remember(self, error: UpstreamError, where: str) -> None:
        """Keep an error of our own for the end of the run."""
        told = type(error)(f"{where}/: {error}")
        logger.warning("%s: %s; going on", self._product.key, told)
        self._trouble = self._trouble or told


def _gone_down(known: Known, bundle: Bundle) -> str:
    """The file of a bundle whose version is lower than the stored one's, if there is one."""
    stored = known.parameters["versions"]
    return next(
        (
            base
            for base, version in bundle.versions.items()
            if base in stored and version < tuple(stored[base])
        ),
        "",
    )


def _end_of(year: int) -> datetime:
    return datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
