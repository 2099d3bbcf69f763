"""Which SQLite this process runs on, and whether write-ahead logging is safe with it.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at the
same instant (https://www.sqlite.org/wal.html#walresetbug). `pysqlite3` bundles a fixed SQLite; it takes the
place of the standard library's module before Django imports it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

_FIRST_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}  # fixed patch releases of older lines, same source


def use_safe_sqlite() -> bool:
    """Put ``pysqlite3`` in the place of ``sqlite3``; False where no wheel exists for this platform."""
    if find_spec("pysqlite3") is None:
        return False
    sys.modules["sqlite3"] = import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")
    return True


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether a SQLite of this version is free of the WAL-reset bug."""
    if version >= _FIRST_FIXED:
        return True
    backport = _BACKPORTS.get((version[0], version[1]))
    return backport is not None and version[2] >= backport


def library_version() -> tuple[int, int, int]:
    """Version of the SQLite library in use, as three integers."""
    return import_module("sqlite3").sqlite_version_info  # type: ignore[no-any-return]
