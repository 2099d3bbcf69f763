"""Taking secrets out of an answer that echoes them, before it is archived.

Some services write the caller's key into their links (NeoWs: ``"self": "…?api_key=KEY"``). The archive is kept for
good and may be handed on, so each known form of each secret is replaced by one fixed word. The word does not depend
on the secret: the same answer gives the same bytes with another key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, quote_plus

REDACTED: Final = "REDACTED"
_UNMISTAKABLE: Final = (
    8  # characters: shorter secrets may be ordinary words, and are replaced as parameters only
)


def redacted(text: bytes, secrets: Mapping[str, str]) -> tuple[bytes, int]:
    """``text`` without the values of ``secrets``, and how many echoes of them were replaced.

    Parameters
    ----------
    text
        A body, or the value of a header.
    secrets
        Name of the query parameter -> its value, as in ``Request.secret_params``.
    """
    replaced = 0
    for name, value in secrets.items():
        if not value:
            continue
        text, found = _pattern(name, value).subn(lambda echo: echo[1] + REDACTED.encode(), text)
        replaced += found
    return text, replaced


def _pattern(name: str, value: str) -> re.Pattern[bytes]:
    forms = {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
    forms |= {form.replace("/", "\\/") for form in forms}
    echo = b"|".join(re.escape(form.encode()) for form in sorted(forms, key=len, reverse=True))
    if len(value) >= _UNMISTAKABLE:
        return re.compile(b"()(?:" + echo + b")")
    return re.compile(b"(" + re.escape(name.encode()) + rb"=)(?:" + echo + rb")(?![\w.~%-])")
