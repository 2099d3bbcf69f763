"""What curated text may not hold."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f"
    r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # marks and overrides of the direction, blanks of no width
    r"\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)

DOI: Final = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"{}|\\^`]{1,200}")
ARXIV: Final = re.compile(r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})(v[0-9]+)?")
ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s<>\"{}|\\^`]*)?")

tag_name = RegexValidator(
    r"^[^\W_][\w .,+/()’'-]*\Z",
    "A tag starts with a letter or a digit and holds words, spaces and - + / ( ).",
)


def no_control_characters(text: str) -> None:
    """Refuse what no reader sees: control characters, which XML forbids, and those that turn the order of letters."""
    found = _CONTROL.search(text)
    if found:
        raise ValidationError(
            f"The text holds an invisible control character (U+{ord(found[0]):04X}). Remove it."
        )


def one_line(text: str) -> None:
    """Refuse line ends where a heading or a table cell is made of the text."""
    if "\n" in text or "\r" in text or "\t" in text:
        raise ValidationError("This is one line: no line ends and no tabs.")
