"""How the Voyager pages print distances."""

from __future__ import annotations

from django import template

from deepspace.constants import AU_KM
from deepspace.templatetags.deepspace import UNIT_SPACE, UNKNOWN, number

register = template.Library()


@register.filter
def au_to_km(value_au: float | None, step_km: int = 1) -> float | None:
    """A distance in kilometres, rounded to ``step_km`` (what the printed instant can carry)."""
    return None if value_au is None else round(value_au * AU_KM / step_km) * float(step_km)


@register.filter
def nt(value_nt: float | None, decimals: int = 3) -> str:
    """A field strength in nanotesla."""
    text = number(value_nt, decimals)
    return text if text == UNKNOWN else f"{text}{UNIT_SPACE}nT"


@register.filter
def share(value: float | None) -> str:
    """A part of a whole in per cent."""
    text = number(None if value is None else 100.0 * value, 0)
    return text if text == UNKNOWN else f"{text}{UNIT_SPACE}%"
