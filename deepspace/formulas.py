"""CSV cells that a spreadsheet would compute instead of showing them."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "'"
_CONTROLS: Final = ("\t", "\r", "\n")  # what follows one of them may become a cell of its own
_BEGINS: Final = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
_BLANKS: Final = re.compile(r"[\s\u200b\ufeff]*")  # zero-width spaces are no white space to Python
_NEGATIVE_NUMBER: Final = re.compile(r"-(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute the cell. A plain negative number is none: ``-0.93`` stays a number.

    References
    ----------
    OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection
    """
    if not text.startswith(_CONTROLS):
        text = _BLANKS.sub("", text, count=1)
        if _NEGATIVE_NUMBER.fullmatch(text.rstrip()):
            return False
    return text.startswith((*_CONTROLS, *_BEGINS))


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what could be one."""
    return f"{_MARK}{text}" if _is_marked(text) else text


def unescaped(text: str) -> str:
    """The cell as it was before :func:`escaped`."""
    return text[1:] if text.startswith(_MARK) and _is_marked(text) else text


def _is_marked(text: str) -> bool:
    # A formula behind apostrophes of its own gets one more, so that taking one away gives back what was there.
    return is_formula(text.lstrip(_MARK))
