"""The versions of curated content go on counting over a restore, on either database.

What is restored differs from what was shown under the last number, so it gets a later one: a browser that kept a page
from before must not be told that nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from deepspace.versions import content_counters

Ask = Callable[[str], Any]
"""Carries out one statement; its rows can be fetched where it has some."""

_UNKNOWN: Final = 1_000_000  # more than a lost database can have given away since its last backup


def given_away(ask: Ask, has_table: Callable[[str], bool]) -> dict[str, int]:
    """The last number of each counter that the database has."""
    found = {}
    for table in content_counters:
        if has_table(table):
            row = ask(f'SELECT value FROM "{table}" WHERE id = 1').fetchone()  # noqa: S608 - a table of ours
            found[table] = 0 if row is None else int(row[0])
    return found


def go_on_after(live: dict[str, int], ask: Ask, has_table: Callable[[str], bool]) -> None:
    """Set each counter of the copy past its own number and past the live one."""
    for table, own in given_away(ask, has_table).items():
        value = max(own, live[table]) + 1 if table in live else own + _UNKNOWN
        ask(
            f'INSERT INTO "{table}" (id, value) VALUES (1, {value})'  # noqa: S608 - a table and an int of ours
            " ON CONFLICT (id) DO UPDATE SET value = excluded.value"
        )
