"""Management commands on another database than the configured one, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from deepspace.backup.errors import BackupError

_OURS = ("DATABASE_URL", "ARCHIVE_DIR", "VAR_DIR", "CACHE_URL")


def run(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with some settings changed."""
    base = {name: text for name, text in os.environ.items() if name not in {f"{one}_FILE" for one in _OURS}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=Path(settings.BASE_DIR),
        env={**base, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def migrate(database_url: str) -> None:
    """Bring a copy to the schema of this release.

    Raises
    ------
    BackupError
        It failed; the copy is of no use.
    """
    done = run("migrate", "--noinput", "--verbosity", "0", env={"DATABASE_URL": database_url})
    if done.returncode:
        raise BackupError(f"the copy could not be migrated: {last_line(done)}; nothing was replaced")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said last."""
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"exit code {done.returncode}"
