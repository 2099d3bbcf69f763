"""Figure -> SVG that is deterministic, accessible, and free of inline CSS (which the site's CSP would block)."""

from __future__ import annotations

import io
import re
from html import escape, unescape
from typing import Final

from matplotlib.figure import Figure

from deepspace.plotting.render import discard

_STYLE: Final = re.compile(r' style="([^"]*)"')
_STYLE_ELEMENT: Final = re.compile(r" *<defs>\s*<style[^>]*>.*?</style>\s*</defs>\n?", re.DOTALL)
_ROOT: Final = re.compile(r"<svg ([^>]*)>")
_METADATA: Final = re.compile(r" *<metadata>.*?</metadata>\n?", re.DOTALL)


def svg(figure: Figure, title: str, description: str) -> bytes:
    """An SVG with ``<title>`` and ``<desc>`` for screen readers; the figure cannot be used again."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    discard(figure)
    return _plain(text.getvalue(), title, description).encode()


def _plain(text: str, title: str, description: str) -> str:
    text = _METADATA.sub("", _STYLE_ELEMENT.sub("", text, count=1), count=1)
    text = _STYLE.sub(lambda found: _attributes(found[1]), text)
    head = (
        r'<svg \1 role="img" aria-labelledby="plot-title plot-description"'
        r' stroke-linejoin="round" stroke-linecap="butt">'
        f'\n <title id="plot-title">{_safe(title)}</title>'
        f'\n <desc id="plot-description">{_safe(description)}</desc>'
    )
    return _ROOT.sub(head, text, count=1)


def _attributes(style: str) -> str:
    """``fill: red; stroke: blue`` as presentation attributes, which mean the same."""
    pairs = (declaration.partition(":") for declaration in unescape(style).split(";") if ":" in declaration)
    return "".join(f' {name.strip()}="{escape(value.strip())}"' for name, _, value in pairs)


def _safe(text: str) -> str:
    return escape(text).replace("\\", "&#92;")  # the text goes through a regular-expression template
