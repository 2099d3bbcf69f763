"""How values, instants and provenance are printed. Built into every template, so nothing is loaded."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deepspace import versions
from deepspace.ingestion import registry
from deepspace.pages.metadata import data_path
from deepspace.provenance import Provenance, Tier

register = template.Library()

GROUP_SPACE = "\u202f"  # narrow no-break space between groups of three digits
UNIT_SPACE = "\u00a0"  # no-break space between a number and its unit
MINUS = "\u2212"
UNKNOWN = "unknown"

_TIER_WORDS = {
    Tier.REAL: ("Real", "●"),
    Tier.CACHED: ("Cached", "◐"),
    Tier.STALE: ("Stale", "◔"),
    Tier.SYNTHETIC: ("Modelled", "◇"),
    Tier.EMPTY: ("No data", "○"),
}


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """A number with grouped digits and a true minus: ``25902068371`` -> ``25 902 068 371``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.{decimals}f}".replace(",", GROUP_SPACE)
    is_zero = not any(digit in text for digit in "123456789")
    return text.lstrip("-") if is_zero else text.replace("-", MINUS)


def _with_unit(value: float | None, decimals: int, unit: str) -> str:
    text = number(value, decimals)
    return text if text == UNKNOWN else f"{text}{UNIT_SPACE}{unit}"


@register.filter
def au(value: float | None, decimals: int = 4) -> str:
    """A distance in astronomical units."""
    return _with_unit(value, decimals, "au")


@register.filter
def km(value: float | None, decimals: int = 0) -> str:
    """A distance in kilometres."""
    return _with_unit(value, decimals, "km")


@register.filter
def km_s(value: float | None, decimals: int = 3) -> str:
    """A speed in kilometres per second."""
    return _with_unit(value, decimals, "km/s")


@register.filter
def degrees(value: float | None, decimals: int = 2) -> str:
    """An angle in degrees."""
    text = number(value, decimals)
    return text if text == UNKNOWN else f"{text}°"


def _sexagesimal(value: float, subdivisions: int) -> tuple[int, int, int]:
    """Whole units, minutes and seconds of a non-negative value, rounded to 1/``subdivisions`` of a unit."""
    total = round(value * subdivisions)
    return total // 3600, total // 60 % 60, total % 60


@register.filter
def right_ascension(value_deg: float | None) -> str:
    """Right ascension in hours, minutes and seconds of time."""
    if value_deg is None or not math.isfinite(value_deg):
        return UNKNOWN
    hours, minutes, seconds = _sexagesimal(value_deg % 360 / 15, 3600)
    return f"{hours % 24:02d}h{UNIT_SPACE}{minutes:02d}m{UNIT_SPACE}{seconds:02d}s"


@register.filter
def declination(value_deg: float | None) -> str:
    """Declination in degrees, minutes and seconds of arc, always signed."""
    if value_deg is None or not math.isfinite(value_deg):
        return UNKNOWN
    whole, minutes, seconds = _sexagesimal(abs(value_deg), 3600)
    sign = MINUS if value_deg < 0 else "+"
    return f"{sign}{whole:02d}°{UNIT_SPACE}{minutes:02d}′{UNIT_SPACE}{seconds:02d}″"


@register.filter
def light_time(seconds: float | None) -> str:
    """A light time: ``24 h 00 min 08 s``."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    hours, minutes, rest = _sexagesimal(seconds, 1)
    return f"{hours}{UNIT_SPACE}h {minutes:02d}{UNIT_SPACE}min {rest:02d}{UNIT_SPACE}s"


@register.filter
def utc(value: datetime | None, precision: str = "minute") -> str:
    """An instant as ``<time>``: ``2026-11-20 14:03 UTC``; ``"second"`` and ``"day"`` change the precision."""
    if not value:  # None, or the empty text that a template makes of what it does not know
        return "never" if precision == "minute" else UNKNOWN
    moment = value.astimezone(UTC)
    pattern = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M UTC", "second": "%Y-%m-%d %H:%M:%S UTC"}[
        precision
    ]
    shown = moment.strftime(pattern).replace(" ", UNIT_SPACE)
    return format_html('<time datetime="{}">{}</time>', moment.strftime("%Y-%m-%dT%H:%M:%SZ"), shown)


@register.filter
def day(value: date | None) -> str:
    """A calendar date as ``<time>``."""
    return UNKNOWN if value is None else format_html('<time datetime="{0}">{0}</time>', f"{value:%Y-%m-%d}")


@register.filter
def span(value: timedelta | None) -> str:
    """A length of time in the largest unit that leaves no rest: ``24 hours``, ``7 days``."""
    if value is None:
        return UNKNOWN
    seconds = round(value.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0 and seconds >= size and (unit != "day" or seconds > size):
            count = seconds // size
            return f"{count}{UNIT_SPACE}{unit}{'' if count == 1 else 's'}"
    return f"{seconds}{UNIT_SPACE}s"


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file; before ``collectstatic`` has run, its plain address."""
    try:
        return static(path)
    except ValueError:  # the manifest does not list the file
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def tier(value: Tier | str) -> SafeString:
    """A tier as a word and a mark, coloured by the stylesheet."""
    known = Tier(value)
    word, mark = _TIER_WORDS[known]
    markup = '<span class="tier tier--{}" title="{}"><span class="tier__mark" aria-hidden="true">{}</span>{}</span>'
    return format_html(markup, known.value, known.meaning, mark, word)


@register.inclusion_tag("includes/chip.html")
def chip(provenance: Provenance, *, with_note: bool = True) -> dict[str, Any]:
    """The provenance chip: tier, source, when it was retrieved, and where to read more."""
    product = next((one for one in registry.products() if one.key == provenance.product), None)
    return {
        "provenance": versions.current(provenance),
        "with_note": with_note,
        "product": product,
        "is_modelled": provenance.tier is Tier.SYNTHETIC,
        "is_unknown": versions.database_is_away(),
        "href": data_path(product.key) if product else "",
    }
