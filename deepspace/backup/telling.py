"""What the operator reads: the steps on a terminal, and one line for whatever goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.management.base import CommandError
from django.db import Error as DatabaseFailure

from deepspace.backup import steps
from deepspace.backup.errors import BackupError, file_error
from deepspace.backup.make import LOCK
from deepspace.locks import LockBusy


@contextmanager
def told(what: str, *, when_interrupted: str) -> Iterator[None]:
    """Do the work of a command; its failures become a ``CommandError`` (exit 1, or 130 when interrupted)."""
    if sys.stderr.isatty():
        steps.listeners.append(steps.on_terminal)
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from error
    except LockBusy as error:
        raise CommandError(_busy(error)) from error
    except DatabaseFailure as error:
        raise CommandError(f"the database does not answer: {str(error).strip()}") from error
    except OSError as error:
        raise CommandError(str(file_error(str(error.filename or what), error))) from error
    except KeyboardInterrupt:
        raise CommandError(f"interrupted; {when_interrupted}", returncode=130) from None
    finally:
        with suppress(ValueError):
            steps.listeners.remove(steps.on_terminal)


def _busy(error: LockBusy) -> str:
    if error.name == LOCK:
        return "another backup or a restore is running; let it end, then run this again"
    return f"an ingest is running ({error.name}): stop it or let it end, then run this again; nothing was replaced"
