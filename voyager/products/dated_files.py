"""Archives of dated files, a directory per year: which files a run needs, and bringing them one by one.

A refresh asks for the recent files conditionally. A backfill passes over those that are stored and listed as they
were, so that one that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from deepspace.ingestion.known import SLOT, Known, known_batches
from deepspace.ingestion.product import ArchivedPayload, Batch, Conversation, Product, Steps, Window
from deepspace.upstream.errors import NoData, SchemaDrift, UpstreamError
from deepspace.upstream.listing import parse_listing
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import Version, newest_versions
from voyager.products.troubles import Troubles

logger = logging.getLogger("deepspace.ingestion")

ROLE = "file"
_YEAR_RE = re.compile(r"(19|20)\d\d", re.ASCII)
_MICROSECOND = timedelta(microseconds=1)
_PATIENCE = 3  # failures in a row of the kind that passes; then the archive is down, and the run ends


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the files are and how they are called.

    ``pattern`` has the groups ``start`` (date, hour where files are hourly) and ``version``; ``longest`` is the
    time that a file covers at most: less where the next file begins before.
    """

    directory: Callable[[str], Request]  # "" for the years, "2014" for the files of one
    file: Callable[[str, str], Request]  # year, name
    pattern: re.Pattern[str]
    start_format: str
    longest: timedelta
    canonical: Callable[[str], str] = str  # one name for a file that another host calls differently


@dataclass(frozen=True, slots=True)
class DatedFile:
    """A file of the listing, and the time it speaks for."""

    slot: str  # what it is about, whatever the version
    name: str
    version: Version
    listed: str  # date and size as the listing shows them
    start: datetime
    end: datetime


def take_files(
    product: Product,
    window: Window,
    archive: Archive,
    parameters: Callable[[DatedFile, DatedFile, Known | None], Mapping[str, Any]],
) -> Conversation:
    """A batch for each file of a run that is new, changed, or to be stored in another way.

    A file or a listing that cannot be had, read or stored fails alone, and the run with it when all others are done.
    One that is listed in a lower version than stored is ignored.

    Parameters
    ----------
    parameters
        What ``parse`` must know of a file, told from the file, the newest one of the run, and what is stored of it.

    Raises
    ------
    deepspace.upstream.errors.SchemaDrift
        The listings name no such file at all, or one of them could not be read.
    deepspace.upstream.errors.NoData
        They name none for the window asked.
    """
    known_files, troubles = known_batches(product), Troubles(_PATIENCE)
    files = yield from _listed_files(product, window, archive, known_files, troubles)
    troubles.relax()
    for place, file in enumerate(files):
        yield Steps(len(files) - place)
        known = known_files.get(file.slot)
        wanted = {
            SLOT: file.slot,
            "version": list(file.version),
            "listed": file.listed,
            **parameters(file, files[-1], known),
        }
        if known is not None and tuple(known.parameters["version"]) > file.version:
            logger.warning("%s: %s: a lower version than stored is ignored", product.key, file.name)
            continue
        is_stored = known is not None and _is_stored(file, known, wanted)
        if is_stored and file.listed and window.is_explicit:
            continue
        try:
            payload = yield archive.file(f"{file.start:%Y}", file.name)
            assert payload is not None  # noqa: S101 (the pipeline answers each request)
            troubles.relax()
            if known is None or not is_stored or known.sha256[ROLE] != payload.sha256:
                yield Batch({ROLE: payload}, file.start, file.end, wanted, upstream_version=file.name)
        except UpstreamError as error:
            troubles.bear(error)
    troubles.speak()


def _listed_files(
    product: Product, window: Window, archive: Archive, known_files: Mapping[str, Known], troubles: Troubles
) -> Generator[Request | Steps, ArchivedPayload | None, list[DatedFile]]:
    """The files that a run is about, oldest first; none where the listings that would tell cannot be had.

    Without a start the product's first window is counted back from the newest file (before ``window.end``); a
    refresh reaches back to the newest stored file where that is further.
    """
    years = yield from _listed_years(window, archive)
    stored = [known.start for known in known_files.values() if known.start is not None]
    low, high = window.start, window.end
    files: list[DatedFile] = []
    for place, year in enumerate(reversed(years)):
        yield Steps(len(years) - place)
        try:
            payload = yield archive.directory(year)
        except UpstreamError as error:
            troubles.bear(error)
            continue
        troubles.relax()
        assert payload is not None  # noqa: S101
        try:
            files = _in_listing(payload.body, archive) + files
        except SchemaDrift as error:
            troubles.remember(SchemaDrift(f"{payload.url}: {error}"))
        newest = max((file.start for file in files if high is None or file.start <= high), default=None)
        if window.start is None and newest is not None:
            low = newest - (product.first_window or timedelta(0))
            low = low if window.is_explicit else min(low, max(stored, default=low))
            if files[0].start < low:
                break
    inside = [
        file
        for file in _without_overlap(files, stored)
        if (low is None or file.end >= low) and (high is None or file.start <= high)
    ]
    if not inside and troubles.any:
        return []
    if not files and not window.is_explicit:
        raise SchemaDrift(f"no file in the listings has a name like {archive.pattern.pattern}")
    if not inside:
        raise NoData("the archive lists no file for the window asked")
    return inside


def _listed_years(
    window: Window, archive: Archive
) -> Generator[Request | Steps, ArchivedPayload | None, list[str]]:
    """Years of the window that the archive has a directory of, oldest first."""
    yield Steps(1)
    payload = yield archive.directory("")
    assert payload is not None  # noqa: S101
    years = sorted(
        entry.name
        for entry in parse_listing(payload.body)
        if entry.is_directory and _YEAR_RE.fullmatch(entry.name)
    )
    if not years:
        raise SchemaDrift(f"{payload.url}: no directory of a year in the listing")
    first = years[0] if window.start is None else f"{window.start:%Y}"
    last = years[-1] if window.end is None else f"{window.end:%Y}"
    return [year for year in years if first <= year <= last]


def _is_stored(file: DatedFile, known: Known, wanted: Mapping[str, Any]) -> bool:
    """Whether the newest stored batch of a file is this one, in this form, and nothing has replaced it since."""
    is_in_force = not known.superseded and (known.start, known.end) == (file.start, file.end)
    return is_in_force and dict(known.parameters) == dict(wanted)


def _in_listing(body: bytes, archive: Archive) -> list[DatedFile]:
    """Files of a listing, oldest first."""
    files = []
    for found in newest_versions(parse_listing(body), archive.pattern):
        try:
            slot = found.groups["start"]
            start = datetime.strptime(slot, archive.start_format).replace(tzinfo=UTC)
        except ValueError:  # a 31st of February is no file of ours
            continue
        end = min(start + archive.longest, datetime(start.year + 1, 1, 1, tzinfo=UTC)) - _MICROSECOND
        listed = f"{found.entry.modified} {found.entry.size}".strip()
        files.append(DatedFile(slot, archive.canonical(found.entry.name), found.version, listed, start, end))
    return sorted(files, key=lambda file: file.start)


def _without_overlap(files: list[DatedFile], stored: Iterable[datetime]) -> list[DatedFile]:
    """Files end where the next one begins, listed or stored: none may replace the rows of another."""
    starts = sorted({*stored, *(file.start for file in files)})
    following = dict(pairwise(starts))
    return [
        replace(file, end=min(file.end, following[file.start] - _MICROSECOND))
        if file.start in following
        else file
        for file in files
    ]
