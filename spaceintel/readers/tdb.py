"""Calendar texts on the TDB scale as CNEOS and NeoWs print them: ``2026-Nov-20 13:05``."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_TEXT: Final = re.compile(r"(\d{4})-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d)")


def tdb_calendar(text: object) -> datetime:
    """The calendar date, without a zone because it is no UTC.

    Raises
    ------
    ValueError
        The text is none. Month names are English whatever the machine speaks.
    """
    found = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[2] not in _MONTHS:
        raise ValueError("is not a date such as 2026-Nov-20 13:05")
    year, _, day, hour, minute = found.groups()
    return datetime(int(year), _MONTHS[found[2]], int(day), int(hour), int(minute))  # noqa: DTZ001 - TDB
