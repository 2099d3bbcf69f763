"""A site of its own on disk, driven through `manage.py` in other processes: for WAL, locks, signals and kills."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Nothing listens there. The socket guard ends at the process: a child has no upstream unless it is given one.
NO_UPSTREAM = "http://127.0.0.1:9"
COMMAND_LIMIT_S = 120


class Instance:
    """A SQLite database, an archive and a var directory below one place, and the commands that work on them.

    ``env`` may be changed before a command is run: ``instance.env["UPSTREAM_MIRROR"] = mirror.url``.
    """

    def __init__(self, place: Path) -> None:
        self.directory = place
        self.var = place / "var"
        self.archive = place / "archive"
        self.database = place / "site.sqlite3"
        self.env: dict[str, str] = {
            **{
                name: os.environ[name]
                for name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
                if name in os.environ
            },
            "PYTHONDONTWRITEBYTECODE": "1",
            "DEBUG": "false",
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
            "SITE_URL": "http://127.0.0.1:8000",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "CSRF_TRUSTED_ORIGINS": "",
            "TRUSTED_PROXIES": "",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "CACHE_URL": "",
            "VAR_DIR": str(self.var),
            "ARCHIVE_DIR": str(self.archive),
            "BACKUP_URL": f"file://{place / 'backups'}",
            "S3_BACKUP_BUCKET": "",
            "NASA_API_KEY": "DEMO_KEY",
            "UPSTREAM_MIRROR": NO_UPSTREAM,
            "CONTACT_EMAIL": "tests@example.org",
        }
        self._children: list[subprocess.Popen[str]] = []
        self._connections: list[sqlite3.Connection] = []

    def manage(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end; with ``check`` a failure fails the test and shows the output."""
        done = subprocess.run(
            self._command(arguments),
            cwd=ROOT,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"manage.py {' '.join(arguments)} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done

    def popen(
        self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Start a management command and leave it running; what still runs at the test's end is killed.

        Output goes to a file unless ``options`` say otherwise: an unread pipe stops its writer.
        """
        if "stdout" not in options:
            options["stdout"] = (self.directory / f"output-{len(self._children)}.txt").open("wb")
        output = options["stdout"]
        child = subprocess.Popen(
            self._command(arguments),
            cwd=ROOT,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            text=True,
            **{"stderr": subprocess.STDOUT, **options},
        )
        if hasattr(output, "close"):
            output.close()
        self._children.append(child)
        return child

    def connect(self) -> sqlite3.Connection:
        """Open the database file beside the commands; closed at the test's end."""
        connection = sqlite3.connect(self.database, timeout=20)
        self._connections.append(connection)
        return connection

    def close(self) -> None:
        """Kill and close what is left."""
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.wait()
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
        for connection in self._connections:
            connection.close()

    @staticmethod
    def _command(arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "manage.py", *arguments]
