"""Directory listings as web servers write them (Apache's ``mod_autoindex``, as a table or as plain text).

Only what every form of it has is relied on: a link per entry, and behind it a date and a size before the next link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from deepspace.upstream.errors import SchemaDrift

_HEADING_RE = re.compile(r"\s*(index of|directory listing)\b", re.IGNORECASE)
_DATE_RE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d(?::\d\d)?")
_SIZE_RE = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]?)B?\s*$", re.IGNORECASE)
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing. Date and size are kept as the server shows them: they tell whether a file changed."""

    name: str
    is_directory: bool = False
    modified: str = ""
    size: str = ""


def parse_listing(body: bytes) -> tuple[Entry, ...]:
    """Entries of a directory, in the order of the page.

    Raises
    ------
    SchemaDrift
        The page is no directory listing.
    """
    reader = _Reader()
    reader.feed(body.decode("utf-8", errors="replace"))
    reader.close()
    entries = tuple(_entries(reader.links))
    if not reader.is_listing and not any(entry.modified for entry in entries):
        raise SchemaDrift(
            "a page came where a directory listing was expected: no heading 'Index of', no dated entry"
        )
    return entries


def is_plausible(length: int, size: str) -> bool:
    """Whether a body of ``length`` bytes can be the file that a listing shows with ``size`` ("495K", "2.4M", "-")."""
    match = _SIZE_RE.match(size)
    if match is None:
        return True  # the listing does not say
    number, unit = match["number"], _UNITS[match["unit"].upper()]
    last_digit = 0.1 if "." in number else 1.0
    slack = 0 if unit == 1 else last_digit * unit
    return bool(abs(length - float(number) * unit) <= slack)


class _Reader(HTMLParser):
    """Collects links with the text that follows each of them, up to the next link."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[list[str]] = []  # address, text behind it
        self.is_listing = False
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag == "a":
            self.links.append([dict(attrs).get("href") or "", ""])

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside in {"title", "h1"} and _HEADING_RE.match(data):
            self.is_listing = True
        elif self.links and self._inside != "a":
            self.links[-1][1] += f" {data}"


def _entries(links: list[list[str]]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for address, behind in links:
        name = _name(address)
        if name is None:
            continue
        date = _DATE_RE.search(behind)
        size = behind[date.end() :].split() if date else []
        shown = size[0] if size and _SIZE_RE.match(size[0]) else ""
        entry = Entry(name.rstrip("/"), name.endswith("/"), date.group() if date else "", shown)
        found.setdefault(entry.name, entry)
    return list(found.values())


def _name(address: str) -> str | None:
    """The name that a link gives to an entry of this directory; None when it leads elsewhere (parent, sorting)."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.query or parts.fragment or not parts.path:
        return None
    name = unquote(parts.path).removeprefix("./")
    stem = name.removesuffix("/")
    if not stem or "/" in stem or stem in {".", ".."} or not stem.isprintable():
        return None
    return name
