"""What can go wrong with a backup. Each text is one line that says what to do."""

from __future__ import annotations

import errno

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class BackupError(Exception):
    """The backup or the restore did not happen, and nothing that was there before is changed."""


class StoreError(BackupError):
    """The store cannot do what was asked."""


class NotThere(StoreError):
    """The store has no object of that name."""


class Oversized(StoreError):
    """An object is far larger than what was kept under its name."""


class NoBucket(StoreError):
    """The place of the store itself is missing."""


class AlreadyThere(StoreError):
    """The store has an object of that name, and never writes over one."""


class Forbidden(StoreError):
    """The identity that is used may not do this."""


class Damaged(BackupError):
    """What came back is not what was kept."""


def file_error(what: str, error: OSError) -> BackupError:
    """A failure of the file system, in one line."""
    reason = error.strerror or type(error).__name__
    if error.errno in _NO_SPACE:
        return BackupError(f"{what}: the disk is full; free some space, then run it again")
    return BackupError(f"{what}: {reason}")
