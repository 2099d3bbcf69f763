"""Names of small bodies as the upstreams write them, for readers and for ids."""

from __future__ import annotations

import re
from typing import Final

# The provisional designation that a name ends with: (2026 AB1), (2004 MN4), (6344 P-L)
_PROVISIONAL: Final = re.compile(r"\((\d{4} (?:[A-HJ-Y][A-HJ-Z]\d*|P-L|T-[123]))\)\s*$")


def bare(name: str) -> str:
    """A name without the brackets around a provisional designation that is all there is of it."""
    name = name.strip()
    return name[1:-1] if name.startswith("(") and name.endswith(")") else name


def lasting(designation: str, fullname: str) -> str:
    """What an object is called before and after it gets a number and a name: its provisional designation.

    ``2004 MN4`` for "(2004 MN4)" as well as for "99942 Apophis (2004 MN4)"; the designation where the name has none.
    """
    found = _PROVISIONAL.search(fullname)
    return found[1] if found else designation
