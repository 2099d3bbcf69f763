"""System checks: what must not go to production."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004
from django.db import connection

from deepspace.sqlite import library_version, wal_is_safe

# What must hold before any command works on the data. The checks of addresses and models are for the web, and load all
# of it. Not the tag `database`, which only `migrate` and `check --database` run: none of these asks a database.
DATA: Final = "data"


@register(DATA)
def sqlite_is_safe(**_: Any) -> list[CheckMessage]:
    """Refuse write-ahead logging on a SQLite that can corrupt such a database."""
    if connection.vendor != "sqlite":
        return []
    version = ".".join(str(part) for part in library_version())
    uses_wal = "journal_mode=WAL" in connection.settings_dict["OPTIONS"].get("init_command", "")
    if wal_is_safe(library_version()):
        return []
    if uses_wal and not settings.DEBUG:
        hint = "Install pysqlite3 (requirements.txt has it for Linux x86-64), or use PostgreSQL."
        return [Error(f"SQLite {version} can corrupt a WAL database", hint=hint, id="deepspace.E001")]
    return [
        Warning(
            f"SQLite {version} has the WAL-reset bug: running with journal_mode=TRUNCATE, readers wait for writers",
            id="deepspace.W001",
        )
    ]


@register(DATA)
def no_restore_is_under_way(**_: Any) -> list[CheckMessage]:
    """Refuse to work on a database that a killed restore has left half replaced."""
    if connection.vendor != "sqlite":
        return []
    journal = Path(f"{connection.settings_dict['NAME']}.restore-journal")
    if not journal.exists():
        return []
    hint = "Run `manage.py restore` or `manage.py backup`: both finish or undo it first."
    return [
        Error(f"{journal} says that a restore is under way, or was killed", hint=hint, id="deepspace.E002")
    ]
