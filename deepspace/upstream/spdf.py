"""NASA's Space Physics Data Facility: the Voyager 1 directories, and the same tree on CDAWeb as second route.

References
----------
https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from deepspace.upstream.listing import Entry
from deepspace.upstream.request import Request

HOSTS = ("spdf.gsfc.nasa.gov", "cdaweb.gsfc.nasa.gov")
VOYAGER_1 = "pub/data/voyager/voyager1"

_LISTING_MAX_BYTES = 8 * 2**20  # the longest directory (13,000 daily files) would be 3 MB
_MAX_BYTES = 64 * 2**20  # the largest files of the magnetometer are 10 to 20 MB

Version = tuple[int, ...]
"""Version numbers compare as numbers: v10 is above v9, v5.30 above v5.4."""


@dataclass(frozen=True, slots=True)
class VersionedFile:
    """A file of a directory, with the groups of its name and its version."""

    entry: Entry
    groups: dict[str, str]
    version: Version


def directory_request(path: str) -> Request:
    """Ask for the listing of a directory below ``voyager1/``, on the first host that answers."""
    return _request(f"{path.strip('/')}/", "html", _LISTING_MAX_BYTES)


def file_request(path: str, *, expects: str, max_bytes: int = _MAX_BYTES) -> Request:
    """Ask for a file below ``voyager1/``, on the first host that answers."""
    return _request(path, expects, max_bytes)


def version_of(text: str) -> Version:
    """``"01"`` or ``"5.30"`` as numbers; nothing where there is none."""
    return tuple(int(part) for part in text.split(".")) if text else ()


def newest_versions(entries: Iterable[Entry], pattern: re.Pattern[str]) -> list[VersionedFile]:
    """Files whose whole name fits ``pattern``, of each only the highest version, in the order of the listing.

    The group ``version`` of the pattern is the version; files that agree in all other groups are versions of
    one file.
    """
    best: dict[Hashable, VersionedFile] = {}
    for entry in entries:
        match = None if entry.is_directory else pattern.fullmatch(entry.name)
        if match is None:
            continue
        groups = {name: value or "" for name, value in match.groupdict().items()}
        file = VersionedFile(entry, groups, version_of(groups.pop("version", "")))
        key = tuple(groups.items())
        if key not in best or best[key].version < file.version:
            best[key] = file
    return list(best.values())


def _request(path: str, expects: str, max_bytes: int) -> Request:
    url, *others = (f"https://{host}/{VOYAGER_1}/{path}" for host in HOSTS)
    return Request(url=url, expects=expects, max_bytes=max_bytes, alternatives=tuple(others))
