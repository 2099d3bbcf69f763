"""Archive directories as shelves of bundles: which files are stored together, and what time they are for."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from deepspace.ingestion.product import Columns, Unusable
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.listing import Entry
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import Version, VersionedFile, file_request, newest_versions

_TICK = timedelta(microseconds=1)
_YEAR_RE = re.compile(r"(19|20)\d\d")

Read = Callable[[Mapping[str, bytes]], Iterable[Columns | Unusable]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files of one reader that are stored together, as one batch over ``start`` to ``end`` (inclusive)."""

    reader: str
    slot: str  # what it is about, whatever the versions
    year: int
    start: datetime
    end: datetime
    files: tuple[VersionedFile, ...]
    request: Callable[[VersionedFile], Request]  # asks for one of them

    @property
    def versions(self) -> dict[str, Version]:
        """Version of each file, by what its name says beside the version."""
        return {"-".join(file.groups.values()): file.version for file in self.files}

    @property
    def listed(self) -> dict[str, list[str]]:
        """Date and size of each file as the listing shows them: what tells that a file has changed."""
        return {file.entry.name: [file.entry.modified, file.entry.size] for file in self.files}

    def overlaps(self, start: datetime | None, end: datetime | None) -> bool:
        """Whether something of it lies in an interval that may be open."""
        return (end is None or self.start <= end) and (start is None or self.end >= start)


@dataclass(frozen=True, slots=True)
class Route:
    """One directory of the archive and the reader of its files.

    ``pattern`` is how its files are called: with a group ``year``, perhaps ``month`` and ``version``. ``by_year``:
    the files are in directories of their own, one per year.
    """

    reader: str
    directory: str
    pattern: re.Pattern[str]
    read: Read
    expects: str
    max_bytes: int
    by_year: bool = False

    def years(self, entries: Sequence[Entry]) -> set[int]:
        """Years that the listing of the directory offers.

        Raises
        ------
        SchemaDrift
            None at all: the directory is no longer what it was.
        """
        if self.by_year:
            years = {int(one.name) for one in entries if _YEAR_RE.fullmatch(one.name)}
        else:
            years = {bundle.year for bundle in self.bundles(entries, self.directory)}
        if not years:
            raise SchemaDrift(f"{len(entries)} entries are listed, none of them as expected")
        return years

    def bundles(self, entries: Iterable[Entry], directory: str) -> list[Bundle]:
        """What a listing offers, in order of time."""
        grouped: dict[str, list[VersionedFile]] = {}
        for file in newest_versions(entries, self.pattern):
            about = "-".join(file.groups[name] for name in ("year", "month") if name in file.groups)
            grouped.setdefault(f"{self.reader}/{about}", []).append(file)
        request = partial(self._request, directory)
        found = []
        for slot, files in sorted(grouped.items()):
            year, month = int(files[0].groups["year"]), int(files[0].groups.get("month", "0"))
            in_order = tuple(sorted(files, key=lambda file: file.entry.name))
            found.append(Bundle(self.reader, slot, year, *_span(year, month), in_order, request))
        return found

    def _request(self, directory: str, file: VersionedFile) -> Request:
        return file_request(f"{directory}/{file.entry.name}", expects=self.expects, max_bytes=self.max_bytes)


def _span(year: int, month: int) -> tuple[datetime, datetime]:
    """First and last microsecond of a month, or of a year (month 0)."""
    first, last = (month, month) if month else (1, 12)
    end = datetime(year, last, monthrange(year, last)[1], tzinfo=UTC) + timedelta(days=1) - _TICK
    return datetime(year, first, 1, tzinfo=UTC), end
