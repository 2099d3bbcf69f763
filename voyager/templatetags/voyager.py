"""How the Voyager pages print distances."""

from __future__ import annotations

from django import template

from voyager.constants import AU_KM

register = template.Library()


@register.filter
def au_to_km(value_au: float | None, step_km: int = 1) -> float | None:
    """A distance in kilometres, rounded to ``step_km`` (what the printed instant can carry)."""
    return None if value_au is None else round(value_au * AU_KM / step_km) * float(step_km)
