"""Instants in running text."""

from __future__ import annotations

import re
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_INSTANT: Final = re.compile(r"(?<![\w-])(\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?)(?![\w-])")


@register.filter
def instants(text: str) -> SafeString:
    """A text whose dates and instants are ``<time>`` elements, which no line breaks: ``2026-11-20 14:03 UTC``."""
    pieces = _INSTANT.split(str(text))  # text, instant, text, ...
    return format_html_join(
        "", "{}", ((_time(one) if place % 2 else one,) for place, one in enumerate(pieces))
    )


def _time(instant: str) -> SafeString:
    moment = instant.replace(" UTC", "Z").replace(" ", "T")
    return format_html('<time datetime="{}">{}</time>', moment, instant)
