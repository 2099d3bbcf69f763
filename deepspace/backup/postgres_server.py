"""A PostgreSQL server as backup and restore need it: sessions, databases by name, and the client programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from deepspace.backup.errors import BackupError

MAINTENANCE: Final = "postgres"  # the database to stand in while others are renamed
PLACES: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_OURS: Final = {"dbname", "client_encoding"}  # said anew for each session
_SECRET: Final = {
    "password",
    "sslpassword",
}  # not for a command line, which every user of the machine could read
_IN_URL: Final = {"user", "password"}  # beside the query, where a number would not stay as it is spelled
_END_SESSIONS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
)


class Server:
    """The server of the configured database."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        from psycopg.pq import Conninfo

        known = {one.keyword.decode() for one in Conninfo.get_defaults()} - _OURS
        self._parameters = {name: text for name, text in parameters.items() if name in known and text != ""}

    @contextmanager
    def session(self, name: str, *, autocommit: bool = True) -> Iterator[Any]:
        """A connection of one's own to a database; what the server refuses becomes one line."""
        import psycopg

        try:
            with closing(
                psycopg.connect(**{**self._parameters, "dbname": name}, autocommit=autocommit)
            ) as session:
                yield session
        except psycopg.Error as error:
            raise BackupError(f"PostgreSQL says: {last_line(str(error))}; nothing was replaced") from error

    def client(self, program_name: str, *arguments: str) -> None:
        """Run one of the client programs."""
        if "sslpassword" in self._parameters:
            raise BackupError(
                f"{program_name} cannot be given an sslpassword in secret;"
                " take it out of DATABASE_URL, and use a key file without one that only its owner can read"
            )
        done = subprocess.run(
            [str(program(program_name)), *arguments],
            env={**os.environ, "PGPASSWORD": str(self._parameters.get("password", "")), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupError(f"{program_name} failed: {last_line(done.stderr)}")

    def place(self, name: str) -> str:
        """A connection string without what is secret."""
        from psycopg.conninfo import make_conninfo

        parameters = {key: text for key, text in self._parameters.items() if key not in _SECRET}
        return str(make_conninfo("", **{**parameters, "dbname": name}))

    def url(self, name: str) -> str:
        """As DATABASE_URL, with every parameter of the connection."""
        user, password = (quote(str(self._parameters.get(one, "")), safe="") for one in ("user", "password"))
        who = f"{user}:{password}@" if password else f"{user}@" if user else ""
        rest = {one: text for one, text in self._parameters.items() if one not in _IN_URL}
        return f"postgres://{who}/{quote(name, safe='')}?{urlencode(rest, quote_via=quote)}"

    def databases(self, prefix: str) -> list[str]:
        """Names that begin so."""
        with self.session(MAINTENANCE) as session:
            question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1"
            return [str(name) for (name,) in session.execute(question, [prefix]).fetchall()]

    def create(self, name: str) -> None:
        """An empty database."""
        import psycopg
        from psycopg import sql

        role = self._parameters.get("user", "")
        made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        with self.session(MAINTENANCE) as session:
            try:
                session.execute(made)
            except psycopg.errors.InsufficientPrivilege as error:
                raise BackupError(
                    f"the role {role} may not create a database: as a superuser run"
                    f" ALTER ROLE {role} CREATEDB, then run this again"
                ) from error

    def drop(self, name: str) -> None:
        """Remove a database; no error when there is none."""
        from psycopg import sql

        with self.session(MAINTENANCE) as session:
            session.execute(_END_SESSIONS, [name])
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

    @contextmanager
    def ended_sessions(self, *names: str) -> Iterator[None]:
        """End the sessions of some databases as soon as they show: a rename waits 5 s for that."""
        over = threading.Event()

        def end() -> None:
            with self.session(MAINTENANCE) as session:
                while not over.is_set():
                    for name in names:
                        session.execute(_END_SESSIONS, [name])
                    over.wait(0.1)

        thread = threading.Thread(target=end, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def rename(session: Any, name: str, new: str) -> None:
    """Rename a database; in a transaction it is undone with it."""
    from psycopg import sql

    order = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    session.execute(order.format(sql.Identifier(name), sql.Identifier(new)))


def counted(session: Any) -> dict[str, int]:
    """Rows of each table."""
    from psycopg import sql

    names = session.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    found: dict[str, int] = {}
    for (name,) in names:
        question = sql.SQL("SELECT COUNT(*) FROM public.{}").format(sql.Identifier(name))
        found[str(name)] = int(session.execute(question).fetchone()[0])
    return found


def program(name: str) -> Path:
    """A client program of PostgreSQL: on PATH, or where packages put it (the newest)."""
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    for pattern in PLACES:
        candidates = sorted(Path("/").glob(f"{pattern.lstrip('/')}/{name}"))
        if candidates:
            return candidates[-1]
    raise BackupError(
        f"there is no {name} here; install PostgreSQL's client (apt-get install postgresql-client)"
    )


def last_line(text: str) -> str:
    """What a program said last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
