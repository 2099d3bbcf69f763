"""The text of one of SWPC's messages: what kind it is, for how long it holds, what it cancels.

The text is untrusted. Only what matches a narrow pattern is taken out of it; the text itself is kept as sent. Each line
is ``Name: value``; the headline is the first line that begins with the kind of message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_READ: Final = 20_000  # characters of a message that are looked at; real ones have below 2,000
_HEADLINE_MAX: Final = 255

_HEADLINE_RE = re.compile(
    r"(?P<cancel>CANCEL(?:LED|LATION OF)?)? ?(?:EXTENDED|CONTINUED)? ?(?P<kind>ALERT|WARNING|WATCH|SUMMARY):"
)
_LINE_RE = re.compile(r"([A-Za-z][A-Za-z ]{2,40}):\s*(.*)")
_CODE_RE = re.compile(r"[A-Z0-9]{3,16}")
_SERIAL_RE = re.compile(r"\d{1,16}")
_TIME_RE = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):?(\d{2}) UTC")
_SCALE_RE = re.compile(r"\b([RSG][1-5])\b")
_CATEGORY_RE = re.compile(r"\bCategory ([RSG][1-5])\b", re.IGNORECASE)
_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)  # noqa: SIM905
}

_FROM: Final = ("Valid From", "Begin Time")  # the second in summaries and alerts of what went on for a while
_UNTIL: Final = ("Now Valid Until", "Valid To", "Valid Until", "End Time")
_EARLIER: Final = ("Cancel Serial Number", "Extension to Serial Number", "Continuation of Serial Number")
_SCALE_LINES: Final = ("NOAA Scale", "Predicted NOAA Scale", "Observed NOAA Scale")


@dataclass(frozen=True, slots=True)
class AlertText:
    """What a message says in its set phrases; empty or None where it does not."""

    kind: str  # of spaceintel.models.Alert.Kind
    message_code: str = ""
    serial_number: str = ""
    headline: str = ""
    noaa_scale: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    cancels_serial: str = ""


def read_alert(message: str) -> AlertText:
    """Take the set phrases out of a message; never fails.

    The scale is read from the text: in the message's code the number is the threshold of the product. Serial
    numbers count per message code, so ``cancels_serial`` is one of the same code.
    """
    told: dict[str, str] = {}
    headline, kind = "", "other"
    for line in message[:_READ].splitlines():
        text = line.strip()
        found = _HEADLINE_RE.match(text)
        if found and not headline:
            headline, kind = text, "cancel" if found["cancel"] else found["kind"].lower()
        elif pair := _LINE_RE.match(text):
            told.setdefault(pair[1].strip(), pair[2].strip())
    return AlertText(
        kind=kind,
        message_code=_whole(_CODE_RE, told.get("Space Weather Message Code", "")),
        serial_number=_whole(_SERIAL_RE, told.get("Serial Number", "")),
        headline=headline[:_HEADLINE_MAX],
        noaa_scale=_scale(told, headline),
        valid_from=_time(told, _FROM),
        valid_until=_time(told, _UNTIL),
        cancels_serial=_whole(_SERIAL_RE, _first(told, _EARLIER)),
    )


def _first(told: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _whole(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def _scale(told: Mapping[str, str], headline: str) -> str:
    """Of the line about it; watches name it in their headline alone."""
    found = _SCALE_RE.search(_first(told, _SCALE_LINES)) or _CATEGORY_RE.search(headline)
    return found[1] if found else ""


def _time(told: Mapping[str, str], names: tuple[str, ...]) -> datetime | None:
    """``2026 Sep 27 0502 UTC``."""
    found = _TIME_RE.fullmatch(_first(told, names))
    if not found or found[2] not in _MONTHS:
        return None
    year, day, hour, minute = (int(found[i]) for i in (1, 3, 4, 5))
    try:
        return datetime(year, _MONTHS[found[2]], day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
