"""Which SQLite versions may write ahead."""

from __future__ import annotations

import sqlite3
import sys

import pytest

from deepspace import sqlite


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),  # Debian 12
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_only_fixed_versions_are_safe(version, is_safe):
    assert sqlite.wal_is_safe(version) is is_safe


def test_the_version_is_that_of_the_library_that_django_uses():
    from django.db.backends.sqlite3 import base

    assert sqlite.library_version() == base.Database.sqlite_version_info  # type: ignore[attr-defined]


def test_the_bundled_library_takes_the_place_of_the_standard_one():
    if not sqlite.use_safe_sqlite():
        pytest.skip("no pysqlite3 wheel for this platform")
    assert sys.modules["sqlite3"].__name__ == "pysqlite3"
    assert sqlite.wal_is_safe(sqlite.library_version())


def test_without_the_wheel_nothing_is_replaced(monkeypatch):
    monkeypatch.setattr(sqlite, "find_spec", lambda name: None)
    before = sys.modules["sqlite3"]
    assert sqlite.use_safe_sqlite() is False
    assert sys.modules["sqlite3"] is before
    assert sqlite3.sqlite_version
