"""One run over the archive's directories: list them, take what is wanted and not stored yet.

``dated_files`` does the same for archives of one file per day or hour. They are two because they decide differently:
there the newest file tells how far back the years are listed, and each file is a batch; here several directories offer
the same year in different forms, one of them supplies it, and the files of a year may be one batch. What decides when
to go on after a failure is one, in ``troubles``.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from datetime import timedelta

from deepspace.ingestion.known import SLOT, Known, known_batches
from deepspace.ingestion.product import ArchivedPayload, Batch, Conversation, Product, Steps, Window
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.errors import NoData, UpstreamError
from deepspace.upstream.listing import Entry, parse_listing
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import directory_request
from voyager.products.shelves import Bundle, Route
from voyager.products.survey import Survey
from voyager.products.troubles import Troubles

logger = logging.getLogger("deepspace.ingestion")

_FAILURES_IN_A_ROW = 2  # so many unanswered requests mean that the host is down, not that a file is bad

_Item = Request | Batch | Steps


class Harvest:
    """The conversation of one run with the pipeline.

    A file that cannot be had or stored fails alone; the run goes on with the others, and has failed in the end.
    """

    def __init__(self, product: Product, routes: Sequence[Route], recent: timedelta) -> None:
        self._product, self._routes, self._recent = product, routes, recent
        self._known = known_batches(product)
        self._survey = Survey(product.key, routes, self._known)
        self._troubles = Troubles(_FAILURES_IN_A_ROW)

    def converse(self, window: Window) -> Conversation:
        """List the directories, decide by year who supplies it, and take the files."""
        yield Steps(len(self._routes))
        for route in self._routes:
            entries = yield from self._list(route.directory)
            if entries is not None:
                self._add(route, entries)
        wanted: list[Bundle] = []
        for year in self._survey.wanted_years(window, self._survey.since(self._recent)):
            supplier = self._survey.reader_of(year)
            if supplier is not None:
                bundles = yield from self._bundles(supplier, year)
                wanted += self._selected(bundles, supplier, year, window)
        yield Steps(sum(len(bundle.files) for bundle in wanted))
        for bundle in wanted:
            yield from self._take(bundle)
        self._troubles.speak()
        if window.is_explicit and not wanted and not self._troubles.any:
            raise NoData(f"no file of {self._product.key} is for the window asked")

    def _list(self, directory: str) -> Generator[_Item, ArchivedPayload | None, Sequence[Entry] | None]:
        payload = yield from self._ask(directory_request(directory))
        if payload is None:
            return None
        try:
            return parse_listing(payload.body)
        except UpstreamError as error:
            self._remember(error, directory)
            return None

    def _add(self, route: Route, entries: Sequence[Entry]) -> None:
        try:
            self._survey.add(route, entries)
        except UpstreamError as error:
            self._remember(error, route.directory)

    def _bundles(self, route: Route, year: int) -> Generator[_Item, ArchivedPayload | None, list[Bundle]]:
        """What a route offers of one year."""
        if not route.by_year:
            return [bundle for bundle in self._survey.bundles(route) if bundle.year == year]
        directory = f"{route.directory}/{year}"
        entries = yield from self._list(directory)
        return [bundle for bundle in route.bundles(entries or (), directory) if bundle.year == year]

    def _selected(self, bundles: list[Bundle], route: Route, year: int, window: Window) -> list[Bundle]:
        if self._survey.stored_reader(year) not in {None, route.reader}:
            return bundles  # another reader takes over: all of the year
        if window.is_explicit:
            return [bundle for bundle in bundles if bundle.overlaps(window.start, window.end)]
        since = self._survey.since(self._recent)
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
            payload = yield from self._ask(bundle.request(file))
            if payload is None:
                return
            payloads[file.entry.name] = payload
        if known is None or not _is_stored(known, bundle, payloads):
            yield from self._give(self._batch(bundle, payloads))

    def _batch(self, bundle: Bundle, payloads: dict[str, ArchivedPayload]) -> Batch:
        inside = stored_rows(self._product).filter(timestamp_utc__range=(bundle.start, bundle.end))
        parameters = {
            SLOT: bundle.slot,
            "reader": bundle.reader,
            "year": bundle.year,
            "versions": {base: list(version) for base, version in bundle.versions.items()},
            "listed": bundle.listed,
            "stored": inside.count(),
        }
        names = next(iter(payloads)) if len(payloads) == 1 else f"{len(payloads)} files of {bundle.slot}"
        return Batch(payloads, bundle.start, bundle.end, parameters, upstream_version=names)

    def _ask(self, request: Request) -> Generator[_Item, ArchivedPayload | None, ArchivedPayload | None]:
        """The answer to a request; None when there is none and the run goes on (the pipeline has written it down)."""
        try:
            payload = yield request
        except UpstreamError as error:
            self._troubles.bear(error)
            return None
        self._troubles.relax()
        return payload

    @staticmethod
    def _give(batch: Batch) -> Conversation:
        """Have a batch stored; when it cannot be, the run goes on (the pipeline has written it down)."""
        try:
            yield batch
        except UpstreamError:
            return

    def _remember(self, error: UpstreamError, directory: str) -> None:
        """Keep an error of our own for the end of the run."""
        told = type(error)(f"{directory}/: {error}")
        logger.warning("%s: %s; going on", self._product.key, told)
        self._troubles.remember(told)


def _is_stored(known: Known, bundle: Bundle, payloads: dict[str, ArchivedPayload]) -> bool:
    """Whether exactly these bytes are what the table has for the bundle."""
    sums = {name: payload.sha256 for name, payload in payloads.items()}
    same = (known.start, known.end) == (bundle.start, bundle.end) and known.sha256 == sums
    return same and not known.superseded


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
