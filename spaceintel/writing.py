"""How small numbers are written: ``7.6 × 10⁻⁷``."""

from __future__ import annotations

from typing import Final

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NO_BREAK: Final = "\u00a0"  # a space at which no line ends


def power_of_ten(power: int) -> str:
    """``10⁻⁷``."""
    return f"10{str(power).translate(_RAISED)}"


def scientific(value: float, decimals: int = 1) -> str:
    """A positive number as a factor and a power of ten, with no-break spaces: ``7.6 × 10⁻⁷``."""
    factor, _, power = f"{value:.{decimals}e}".partition("e")
    return f"{factor}{NO_BREAK}×{NO_BREAK}{power_of_ten(int(power))}"
