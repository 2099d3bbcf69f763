"""Names of small bodies, for readers and for ids."""

from __future__ import annotations

import pytest

from spaceintel.names import bare, lasting


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("       (2026 AB1)", "2026 AB1"),
        (" 99942 Apophis (2004 MN4)", "99942 Apophis (2004 MN4)"),
        ("1P/Halley", "1P/Halley"),
        ("", ""),
    ],
)
def test_brackets_go_where_they_hold_all_there_is(name: str, expected: str):
    assert bare(name) == expected


@pytest.mark.parametrize(
    ("designation", "fullname", "expected"),
    [
        ("2004 MN4", "       (2004 MN4)", "2004 MN4"),
        ("99942", " 99942 Apophis (2004 MN4)", "2004 MN4"),
        ("2015 FQ117", "(2015 FQ117)", "2015 FQ117"),
        ("6344", "  6344 P-L (6344 P-L)", "6344 P-L"),
        ("433", "   433 Eros (A898 PA)", "433"),  # a designation of the old style stays what it is: a number
        ("C/2020 F3", "C/2020 F3 (NEOWISE)", "C/2020 F3"),
        ("1P", "1P/Halley", "1P"),
        ("2026 AB1", "", "2026 AB1"),
        ("2026 AB1", "(2026 AB1)<script>", "2026 AB1"),
    ],
)
def test_what_lasts_is_the_provisional_designation(designation: str, fullname: str, expected: str):
    assert lasting(designation, fullname) == expected
