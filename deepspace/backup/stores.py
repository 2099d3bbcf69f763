"""Where backups are kept. One interface; a directory here, S3 in ``s3.py``.

An object has a name relative to BACKUP_URL, appears complete or not at all, and is never written over.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Protocol
from urllib.parse import unquote, urlsplit

from deepspace.backup.errors import (
    AlreadyThere,
    BackupError,
    Forbidden,
    NotThere,
    Oversized,
    StoreError,
    file_error,
)

CHUNK: Final = 2**20
_TEMPORARY = ".tmp-"
_SMALL: Final = 32 * 2**20  # a manifest is some kilobytes


@dataclass(frozen=True, slots=True)
class Stored:
    """One object of a store."""

    name: str
    size_bytes: int


class Store(Protocol):
    """What a backup needs of the place where it is kept."""

    url: str
    deleted: set[str]  # names that ``chunks`` read although they were deleted, from the version before

    def check(self) -> None:
        """Whether the store can be reached and its clock agrees with ours; cheap, before anything slow is done."""

    def put(self, name: str, source: Path, sha256: str) -> None:
        """Keep a file of that SHA-256 under a name that is free (else ``AlreadyThere``)."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an object, from its beginning (``NotThere`` when there is none).

        One that was deleted may still be read, where the store keeps versions: ``deleted`` then names it.
        """

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Every object whose name begins so."""

    def behind(self, prefix: str) -> list[str]:
        """Names of objects that were deleted and can still be read, where the store keeps versions."""

    def delete(self, name: str) -> None:
        """Remove an object; no error when there is none (``Forbidden`` for an identity that may not)."""

    def retire(self, name: str) -> None:
        """Mark an object for the store's own rules to remove (``Forbidden`` when it may not, or has no rules)."""

    def ensure(self) -> list[str]:
        """Make the place with all its settings; returns what was done, in words."""


def read_small(store: Store, name: str, *, limit: int = _SMALL) -> bytes:
    """A whole object that fits into memory."""
    body = bytearray()
    for chunk in store.chunks(name):
        body += chunk
        if len(body) > limit:
            raise Oversized(f"{store.url}: {name} is far larger than it can be")
    return bytes(body)


def open_store(url: str) -> Store:
    """The store that a BACKUP_URL names."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        from deepspace.backup.s3 import S3Store

        return S3Store(parts.netloc, parts.path.strip("/"))
    return DirectoryStore(Path(unquote(parts.path)))


class DirectoryStore:
    """A directory: on this disk, so that backups work at once, or better on another one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = f"file://{root}"
        self.deleted: set[str] = set()

    def check(self) -> None:
        """Make the directory where its parent exists: that of a disk that is not mounted is not made."""
        with self._errors("cannot be used"):
            if not self.root.is_dir():
                if self.root.exists():
                    raise StoreError(f"{self.url} is a file and not a directory; correct BACKUP_URL")
                if not self.root.parent.is_dir():
                    raise StoreError(
                        f"{self.url}: there is no directory {self.root.parent}; mount the disk, make it"
                        " (backup --ensure-bucket), or correct BACKUP_URL"
                    )
                self.root.mkdir(mode=0o700)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise Forbidden(f"{self.url} is not writable for this user; correct its owner or BACKUP_URL")

    def put(self, name: str, source: Path, sha256: str) -> None:
        """Write beside the final name, flush, then link: a link never replaces a file."""
        path = self._path(name)
        temporary = path.parent / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
        with self._errors(f"{name} was not kept"):
            self._make(path.parent)
            try:
                digest = _copy(source, temporary)
                if digest != sha256:
                    raise StoreError(f"{source} changed while it was sent; run the backup again")
                _link(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
            flush_directory(path.parent)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Read a file piece by piece."""
        with self._errors(f"{name} cannot be read"):
            try:
                file = self._path(name).open("rb")
            except FileNotFoundError:
                raise NotThere(f"{self.url} has no {name}") from None
            with file:
                yield from _pieces(file)
                _forget_pages(file)

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Walk the directory; what is being written is not there yet."""
        with self._errors("cannot be listed"):
            for path in sorted((self.root / prefix.rpartition("/")[0]).rglob("*")):
                name = path.relative_to(self.root).as_posix()
                if name.startswith(prefix) and path.is_file() and not path.name.startswith(_TEMPORARY):
                    yield Stored(name, path.stat().st_size)

    def behind(self, prefix: str) -> list[str]:
        """A directory keeps no versions."""
        return []

    def delete(self, name: str) -> None:
        """Remove a file."""
        with self._errors(f"{name} was not removed"):
            self._path(name).unlink(missing_ok=True)

    def retire(self, name: str) -> None:
        """A directory has no rules of its own."""
        raise Forbidden(f"{self.url}: {name} was not removed; correct the owner of the directory")

    def ensure(self) -> list[str]:
        """Make the directory with its parents, for its owner only."""
        with self._errors("cannot be made"):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.root.chmod(0o700)
        return [f"{self.root} is there, for its owner only"]

    def _make(self, directory: Path) -> None:
        """A directory and its parents up to the root, each for its owner only (``mkdir`` minds that of the last)."""
        if directory.is_relative_to(self.root) and not directory.is_dir():
            self._make(directory.parent)
            directory.mkdir(mode=0o700, exist_ok=True)

    def _path(self, name: str) -> Path:
        return self.root / name

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except BackupError:
            raise
        except PermissionError as error:
            raise Forbidden(
                f"{self.url}: {what}: {error.strerror}; correct the owner of the directory"
            ) from error
        except OSError as error:
            raise file_error(f"{self.url}: {what}", error) from error


def flush_directory(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_file(path: Path) -> None:
    """Make the bytes of a file survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        for chunk in _pieces(reader):
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
        _forget_pages(writer)
    return digest.hexdigest()


def _forget_pages(file: IO[bytes]) -> None:
    """What is read back then comes from the disk, and memory keeps the pages that the site reads."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _pieces(reader: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: reader.read(CHUNK), b"")


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise AlreadyThere(f"{path} exists and is not written over") from None
