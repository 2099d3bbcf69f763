"""Archives of dated files, a directory per year: which files a run needs, and bringing them one by one.

What is stored is told by the log: the newest successful batch of a file names the file, its version and what the
listing showed for it. A file that is listed as it was is asked again conditionally by a refresh, and not at all by a
backfill, which so goes on where it was interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from deepspace.ingestion.product import ArchivedPayload, Batch, Conversation, Product, Steps, Window
from deepspace.models import IngestionLog
from deepspace.upstream.errors import NoData, SchemaDrift, UpstreamError
from deepspace.upstream.listing import parse_listing
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import Version, newest_versions, version_of

ROLE = "file"
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


@dataclass(frozen=True, slots=True)
class DatedFile:
    """A file of the listing, and the time it speaks for."""

    name: str
    version: Version
    listed: str  # date and size as the listing shows them
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What the newest successful batch of a file says of itself."""

    name: str
    parameters: Mapping[str, Any]

    def version(self, pattern: re.Pattern[str]) -> Version:
        """The version in its name."""
        match = pattern.fullmatch(self.name)
        return version_of(match["version"]) if match else ()


class Patience:
    """Goes on after a file that failed, until the archive as a whole seems to be down."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def bear(self, error: UpstreamError) -> None:
        """Take note of a failure; raise it when it is one too many."""
        self._in_a_row = 0 if error.permanent else self._in_a_row + 1
        if self._in_a_row >= _PATIENCE:
            raise error

    def relax(self) -> None:
        """Something went well."""
        self._in_a_row = 0


def stored_files(product: Product) -> dict[datetime, Stored]:
    """The newest successful batch of each file, by the start of its window."""
    rows = IngestionLog.objects.filter(
        product=product.key, status=IngestionLog.Status.SUCCESS, window_start__isnull=False
    ).exclude(kind=IngestionLog.Kind.REPLAY)
    found = rows.order_by("pk").values_list("window_start", "upstream_version", "parameters")
    return {start: Stored(name, parameters) for start, name, parameters in found if start is not None}


def listed_files(
    product: Product, window: Window, archive: Archive
) -> Generator[Request | Steps, ArchivedPayload | None, list[DatedFile]]:
    """The files that a run is about, oldest first.

    Without a start the product's first window is counted back from the newest file (before ``window.end``); a
    refresh reaches back to the newest stored file where that is further.

    Raises
    ------
    deepspace.upstream.errors.SchemaDrift
        The listings name no such file at all.
    deepspace.upstream.errors.NoData
        They name none for the window asked.
    """
    payload = yield archive.directory("")
    assert payload is not None  # noqa: S101 (the pipeline answers each request)
    years = sorted(e.name for e in parse_listing(payload.body) if e.is_directory and re.fullmatch(r"\d{4}", e.name))
    if not years:
        raise SchemaDrift(f"{payload.url}: no directory of a year in the listing")
    low, high = window.start, window.end
    wanted = [y for y in years if (low is None or int(y) >= low.year) and (high is None or int(y) <= high.year)]
    newest_stored = max(stored_files(product), default=None) if not window.is_explicit else None
    files: list[DatedFile] = []
    patience = Patience()
    for place, year in enumerate(reversed(wanted)):
        yield Steps(len(wanted) - place)
        try:
            payload = yield archive.directory(year)
            assert payload is not None  # noqa: S101
            files = _in_listing(payload.body, archive) + files
        except UpstreamError as error:
            patience.bear(error)
            continue
        patience.relax()
        if window.start is None and files:
            last = max(file.start for file in files if high is None or file.start <= high)
            low = last - (product.first_window or timedelta(0))
            low = low if newest_stored is None else min(low, newest_stored)
            if files[0].start < low:
                break
    files = _without_overlap(files)
    if not files and not window.is_explicit:
        raise SchemaDrift(f"no file in the listings has a name like {archive.pattern.pattern}")
    inside = [f for f in files if (low is None or f.end >= low) and (high is None or f.start <= high)]
    if not inside:
        raise NoData("the archive has no file for the window asked")
    return inside


def bring(
    product: Product,
    archive: Archive,
    files: Iterable[DatedFile],
    parameters: Callable[[DatedFile], Mapping[str, Any]],
    *,
    ask_again: bool,
) -> Conversation:
    """A batch for each file that is new, changed, or stored with other parameters; the others are passed over.

    Raises
    ------
    deepspace.upstream.errors.SchemaDrift
        After all others: a file is listed in a lower version than the one that is stored, which stays.
    """
    stored, patience = stored_files(product), Patience()
    lower: list[str] = []
    queue = list(files)
    for place, file in enumerate(queue):
        yield Steps(len(queue) - place)
        known, wanted = stored.get(file.start), {"listed": file.listed, **parameters(file)}
        if known is not None and known.version(archive.pattern) > file.version:
            lower.append(f"{known.name} is stored, the listing has {file.name} only")
            continue
        is_as_stored = known is not None and known.name == file.name and known.parameters == wanted
        if is_as_stored and file.listed and not ask_again:
            continue
        try:
            payload = yield archive.file(f"{file.start:%Y}", file.name)
            assert payload is not None  # noqa: S101
            patience.relax()
            if not (is_as_stored and payload.not_modified):
                yield Batch({ROLE: payload}, file.start, file.end, wanted, upstream_version=file.name)
        except UpstreamError as error:
            patience.bear(error)
    if lower:
        raise SchemaDrift(f"{len(lower)} files went back to a lower version: {'; '.join(lower[:3])}")


def _in_listing(body: bytes, archive: Archive) -> list[DatedFile]:
    files = []
    for found in newest_versions(parse_listing(body), archive.pattern):
        try:
            start = datetime.strptime(found.groups["start"], archive.start_format).replace(tzinfo=UTC)
        except ValueError:  # a 31st of February is no file of ours
            continue
        listed = f"{found.entry.modified} {found.entry.size}".strip()
        files.append(DatedFile(found.entry.name, found.version, listed, start, start + archive.longest - _MICROSECOND))
    return sorted(files, key=lambda file: file.start)


def _without_overlap(files: list[DatedFile]) -> list[DatedFile]:
    """Files end where the next one begins."""
    ends = [min(file.end, after.start - _MICROSECOND) for file, after in pairwise(files)]
    ends += [file.end for file in files[-1:]]
    return [
        DatedFile(file.name, file.version, file.listed, file.start, end)
        for file, end in zip(files, ends, strict=True)
    ]
