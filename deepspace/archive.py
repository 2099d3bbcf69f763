"""The raw-payload archive: every body that an upstream sent, kept under its own SHA-256 and never changed.

A file is ``ARCHIVE_DIR/ab/cd/<sha256>`` and holds the plain bytes, so that ``sha256sum FILE`` prints its name.
It appears under that name complete or not at all: written beside it, flushed to the disk, then renamed.
The table ``upstream_payloads`` says which address sent which body, and when.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from deepspace.ingestion.product import ArchivedPayload
from deepspace.models import Payload
from deepspace.upstream.redaction import redacted
from deepspace.upstream.request import Request, Response

_TEMPORARY = ".tmp-"
_SHA256_RE = re.compile(r"[0-9a-f]{64}")
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class ArchiveError(Exception):
    """The archive cannot do what was asked; one line for the operator."""


class ArchiveMissing(ArchiveError):
    """No file of that name."""


class ArchiveCorrupt(ArchiveError):
    """The file's bytes are not those of its name."""


class ArchiveFull(ArchiveError):
    """No space left where the archive is."""


class Archive:
    """A directory of immutable bodies, named by their SHA-256."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where a body is, or would be."""
        if not _SHA256_RE.fullmatch(sha256):
            raise ArchiveMissing(f"{sha256[:80]!r} is not a SHA-256, so nothing is archived under it")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def store(self, body: bytes) -> str:
        """Keep a body and return its SHA-256; bytes that are already there are not written again.

        A file that was damaged since is replaced by the right bytes.

        Raises
        ------
        ArchiveFull
            No space. Nothing half-written is left.
        ArchiveError
            The archive cannot be written for another reason.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        try:
            if not self._holds(path, body):
                self._write(path, body)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if error.errno in _NO_SPACE:
                raise ArchiveFull(
                    f"the archive at {self.root} is full: {len(body):,} bytes not kept"
                ) from error
            raise ArchiveError(f"the archive at {self.root} cannot be written: {reason}") from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """The body with that SHA-256, checked.

        Raises
        ------
        ArchiveMissing, ArchiveCorrupt
            It is not there, or it is not what it was.
        """
        path = self.path(sha256)
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            raise ArchiveMissing(f"{path} is missing from the archive") from None
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveCorrupt(
                f"{path} is damaged: its {len(body):,} bytes have another SHA-256 than its name"
            )
        return body

    def sweep(self, *, older_than_s: float = 3600.0) -> int:
        """Remove what killed writers left behind, by age; returns how many files."""
        limit = time.time() - older_than_s
        removed = 0
        for leftover in self.root.glob(f"*/*/{_TEMPORARY}*"):
            with suppress(FileNotFoundError):  # another sweep, or its writer, was faster
                if leftover.stat().st_mtime < limit:
                    leftover.unlink()
                    removed += 1
        return removed

    @staticmethod
    def _holds(path: Path, body: bytes) -> bool:
        try:
            return path.stat().st_size == len(body) and path.read_bytes() == body
        except FileNotFoundError:
            return False

    def _write(self, path: Path, body: bytes) -> None:
        _make_directory(path.parent, self.root)
        temporary = path.parent / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(8)}"
        try:
            with temporary.open("xb") as file:
                file.write(body)
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)  # already renamed, unless something failed or SIGINT came
        _flush_directory(path.parent)


def archive() -> Archive:
    """The platform's archive, below ``ARCHIVE_DIR``."""
    return Archive(Path(settings.ARCHIVE_DIR))


def keep(request: Request, response: Response) -> ArchivedPayload:
    """Archive a body and record where it came from; the same bytes from the same address stay one row.

    Echoes of the request's secrets are replaced first (``upstream_payloads.redactions`` says how many): what is
    archived, parsed and shown never holds a key. Everything else is kept byte for byte.

    Raises
    ------
    deepspace.archive.ArchiveError
        The body could not be kept; nothing is recorded either.
    """
    body, redactions = redacted(response.body, request.secret_params)
    headers = {
        name: redacted(value.encode(), request.secret_params)[0].decode()
        for name, value in response.headers.items()
    }
    sha256 = archive().store(body)
    last_told = {
        "content_type": headers.get("content-type", "")[: _width("content_type")],
        "etag": _whole(headers.get("etag", ""), "etag"),
        "last_modified": _whole(headers.get("last-modified", ""), "last_modified"),
        "last_seen_at": response.retrieved_at,
    }
    first_told = {
        "upstream": request.host or "repository",
        "size_bytes": len(body),
        "redactions": redactions,
        "retrieved_at": response.retrieved_at,
    }
    with transaction.atomic():
        row, _ = Payload.objects.update_or_create(
            url=request.public_url, sha256=sha256, defaults=last_told, create_defaults=last_told | first_told
        )
    return _archived(row, body)


def confirm(row: Payload, seen_at: datetime) -> ArchivedPayload:
    """The archived body of ``row``, which the upstream has just confirmed (304).

    Raises
    ------
    deepspace.archive.ArchiveMissing, deepspace.archive.ArchiveCorrupt
        The archive has lost it; nothing is recorded, ask for the whole body.
    """
    body = archive().read(row.sha256)
    Payload.objects.filter(pk=row.pk).update(last_seen_at=seen_at)
    return _archived(row, body, not_modified=True)


def load(payload_id: int) -> ArchivedPayload:
    """An archived payload by its id, for replay and verify.

    Raises
    ------
    Payload.DoesNotExist
        No such row.
    deepspace.archive.ArchiveMissing, deepspace.archive.ArchiveCorrupt
        The row is there, its bytes are not.
    """
    row = Payload.objects.get(pk=payload_id)
    return _archived(row, archive().read(row.sha256))


def newest(url: str) -> Payload | None:
    """What an address last sent, if anything."""
    return Payload.objects.filter(url=url).order_by("-last_seen_at", "-pk").first()


def _make_directory(directory: Path, root: Path) -> None:
    """Make ``directory`` so that it survives a power cut: each new entry is flushed in its parent."""
    if directory.is_dir():
        return
    if directory != root:
        _make_directory(directory.parent, root)
    directory.mkdir(parents=directory == root, exist_ok=True)
    _flush_directory(directory.parent)


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _archived(row: Payload, body: bytes, *, not_modified: bool = False) -> ArchivedPayload:
    return ArchivedPayload(
        id=row.pk,
        sha256=row.sha256,
        url=row.url,
        retrieved_at=row.retrieved_at,
        body=body,
        not_modified=not_modified,
    )


def _width(field: str) -> int:
    return int(getattr(Payload._meta.get_field(field), "max_length", 0))


def _whole(value: str, field: str) -> str:
    """A validator that does not fit is not kept: half of one would never match."""
    return value if len(value) <= _width(field) else ""
