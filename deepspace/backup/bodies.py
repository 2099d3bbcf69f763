"""The archive in a store: each body once, under its SHA-256. Only new ones are sent, only missing ones fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deepspace.archive import Archive, ArchiveError
from deepspace.backup.errors import AlreadyThere, BackupError, Damaged, NotThere, Oversized
from deepspace.backup.keys import BODIES, body_name
from deepspace.backup.stores import Store, read_small

_LARGEST = 32 * 2**20  # below: read at once; above: from its file, and by pieces


@dataclass(slots=True)
class Carried:
    """What was carried between the archive and the store."""

    objects: int = 0
    size_bytes: int = 0
    lost: list[str] = field(default_factory=list)  # neither here nor there


def send(store: Store, archive: Archive, wanted: Mapping[str, int]) -> Carried:
    """Send the bodies that the store does not have; each is read and checked on the way."""
    carried = Carried()
    kept = {one.name: one.size_bytes for one in store.objects(BODIES)}
    for sha256, size_bytes in sorted(wanted.items()):
        if kept.get(body_name(sha256)) == size_bytes:
            continue
        try:
            archive.read(sha256)
        except ArchiveError:
            carried.lost.append(sha256)
            continue
        _put(store, archive.path(sha256), sha256, size_bytes)
        carried.objects += 1
        carried.size_bytes += size_bytes
    return carried


def _put(store: Store, path: Path, sha256: str, size_bytes: int) -> None:
    try:
        store.put(body_name(sha256), path, sha256)
    except AlreadyThere:  # of another length in the listing, or sent by somebody else just now
        _check(store, sha256, size_bytes)


def _check(store: Store, sha256: str, size_bytes: int) -> None:
    digest, length = hashlib.sha256(), 0
    for chunk in store.chunks(body_name(sha256)):
        digest.update(chunk)
        length += len(chunk)
    if digest.hexdigest() != sha256 or length != size_bytes:
        raise Damaged(
            f"{store.url}: {body_name(sha256)} is damaged; remove it with the admin identity, and run the backup again"
        )


def missing(store: Store, wanted: Mapping[str, int]) -> list[str]:
    """Bodies that the store does not have in their full length."""
    kept = {one.name: one.size_bytes for one in store.objects(BODIES)}
    return [
        sha256 for sha256, size_bytes in sorted(wanted.items()) if kept.get(body_name(sha256)) != size_bytes
    ]


def fetch(store: Store, archive: Archive, wanted: Mapping[str, int]) -> Carried:
    """Bring back the bodies that the archive lacks, or has damaged. Adding bodies changes nothing that is there."""
    carried = Carried()
    for sha256, size_bytes in sorted(wanted.items()):
        if _is_whole(archive, sha256):
            continue
        try:
            body = read_small(store, body_name(sha256), limit=max(size_bytes, _LARGEST))
        except (NotThere, Oversized):  # a store that does not answer has lost nothing
            carried.lost.append(sha256)
            continue
        if hashlib.sha256(body).hexdigest() != sha256:
            carried.lost.append(sha256)
            continue
        try:
            archive.store(body)
        except ArchiveError as error:
            raise BackupError(f"{error}; free some space, then run the restore again") from error
        carried.objects += 1
        carried.size_bytes += len(body)
    return carried


def _is_whole(archive: Archive, sha256: str) -> bool:
    try:
        archive.read(sha256)
    except ArchiveError:
        return False
    return True
