"""A site whose Horizons is made up, watched from outside while `manage.py ingest` runs in another process."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from typing import Any

from tests.support.horizons import HorizonsServer
from tests.support.instance import Instance

KEY = "voyager.trajectory"
DAYS = 60


class Watched:
    """An instance with its Horizons; asks the database file and the archive what an ingest has done so far."""

    def __init__(self, site: Instance, server: HorizonsServer) -> None:
        self.site, self.server = site, server
        site.manage("migrate", "--verbosity", "0")
        site.env["UPSTREAM_MIRROR"] = server.url

    @staticmethod
    def arguments(window: int, windows: int = 1) -> tuple[str, ...]:
        """An ingest of 60 days; the windows follow each other."""
        first = date(2000, 1, 1) + timedelta(days=DAYS * window)
        last = first + timedelta(days=DAYS * windows)
        return ("ingest", KEY, "--since", f"{first}T12:00", "--until", f"{last}T12:00")

    @contextmanager
    def database(self) -> Iterator[Any]:
        """A connection of one's own, closed at once: nobody keeps the WAL alive for the next process."""
        import sqlite3

        with closing(sqlite3.connect(self.site.database, timeout=20)) as connection:
            yield connection

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a question to the database file."""
        with self.database() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
            return rows

    def number(self, sql: str) -> int:
        """A number from the database file; 0 for none."""
        return int(self.query(sql)[0][0] or 0)

    def rows(self, window: int) -> tuple[int, int]:
        """Rows of a window, and how many solutions they come from."""
        first = date(2000, 1, 1) + timedelta(days=DAYS * window)
        found = self.query(
            "SELECT COUNT(*), COUNT(DISTINCT solution) FROM voyager1_trajectory"
            f" WHERE timestamp_utc BETWEEN '{first} 12:00:00' AND '{first + timedelta(days=DAYS)} 12:00:00'"
        )
        return int(found[0][0]), int(found[0][1])

    def statuses(self) -> list[str]:
        """Of the log rows, oldest first."""
        return [status for (status,) in self.query("SELECT status FROM ingestion_log ORDER BY id")]

    def archived(self) -> list[Any]:
        """Files of the archive under their final names."""
        return [path for path in self.site.archive.rglob("*") if path.is_file() and len(path.name) == 64]

    def wait(self, happened: Callable[[], bool], child: Any, limit_s: float = 30.0) -> bool:
        """Look until something has happened or the process has ended; tells which."""
        ends = time.monotonic() + limit_s
        while time.monotonic() < ends:
            if happened():
                return True
            if child.poll() is not None:
                return False
            time.sleep(0.001)
        raise AssertionError("neither happened nor ended")

    def wait_for_more(self, sql: str, child: Any) -> None:
        """Look until a number from the database has grown."""
        before = self.number(sql)
        self.wait(lambda: self.number(sql) > before, child)

    def assert_consistent(self) -> None:
        """What must hold at any moment, whatever was killed."""
        assert self.query("PRAGMA integrity_check") == [("ok",)]
        assert self.query("PRAGMA foreign_key_check") == []
        for path in self.archived():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        named = {sha256 for (sha256,) in self.query("SELECT sha256 FROM upstream_payloads")}
        assert named <= {path.name for path in self.archived()}
        orphans = (
            "SELECT COUNT(*) FROM voyager1_trajectory t JOIN ingestion_log l ON l.id = t.ingestion_id"
            " WHERE l.status != 'success'"
        )
        assert self.number(orphans) == 0
        stored = "SELECT SUM(rows_created) - SUM(rows_removed) FROM ingestion_log WHERE status = 'success'"
        assert self.number(f"SELECT COALESCE(({stored}), 0)") == self.number(
            "SELECT COUNT(*) FROM voyager1_trajectory"
        )
