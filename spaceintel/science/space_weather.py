"""Kp in thirds, flare classes, and NOAA's scales for radio blackouts, radiation storms and geomagnetic storms.

Functions take and give single values, but for the two that take arrays. What is not known (NaN) has no level: it
raises ValueError, so that "unknown" can never become "none".

References
----------
NOAA Space Weather Scales, version of 2023-12-11, https://www.swpc.noaa.gov/noaa-scales-explanation.
Matzka, Stolle, Yamazaki, Bronkalla & Morschhauser 2021, The geomagnetic Kp index and derived indices of
geomagnetic activity, Space Weather 19, e2020SW002641, doi:10.1029/2020SW002641.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spaceintel.constants import (
    AP_OF_KP_THIRDS,
    FLARE_CLASS_EXPONENTS,
    GEOMAGNETIC_STORM_KP_THIRDS,
    KP_MAX_THIRDS,
    KP_TOLERANCE,
    RADIATION_STORM_FLUX_PFU,
    RADIO_BLACKOUT_FLUX_W_M2,
    SCALE_WORDS,
)

FloatArray = NDArray[np.float64]

_KP = re.compile(r"([0-9])([-oO+MZP])")  # as GFZ (5-, 5o, 5+) and as SWPC (5M, 5Z, 5P) write it
_THIRD_OF = {"-": -1, "M": -1, "o": 0, "O": 0, "Z": 0, "+": 1, "P": 1}
_FLARE = re.compile(r"([ABCMX])([0-9]{1,3}(?:\.[0-9]{1,3})?)")
_SCALES = ("R", "S", "G")


def parse_kp(text: str) -> float:
    """Kp in decimals (three of them) from its letters: ``5-``, ``5o``, ``5+``, or SWPC's ``5M``, ``5Z``, ``5P``.

    Raises
    ------
    ValueError
        Not one of the 28 values.
    """
    found = _KP.fullmatch(text.strip())
    thirds = 3 * int(found[1]) + _THIRD_OF[found[2]] if found else -1
    if not 0 <= thirds <= KP_MAX_THIRDS:
        raise ValueError(f"{text!r} is not a value of Kp")
    return kp_of_thirds(thirds)


def format_kp(kp: float) -> str:
    """Kp in letters: ``5-`` for 4.67, ``5o`` for 5, ``5+`` for 5.33.

    Raises
    ------
    ValueError
        Further than 0.01 from every third, or outside 0 to 9.
    """
    thirds = kp_thirds(kp)
    return f"{(thirds + 1) // 3}{'o+-'[thirds % 3]}"


def kp_text(kp: float) -> str:
    """Kp for readers: in letters with a true minus, ``6−``; with one decimal where it is no third.

    NOAA's running estimates are of tenths now and then.
    """
    try:
        return format_kp(kp).replace("-", "\N{MINUS SIGN}")
    except ValueError:
        return f"{kp:.1f}"


def kp_thirds(kp: float) -> int:
    """Kp as a count of thirds, 0 to 27: the nearest one to a decimal.

    Raises
    ------
    ValueError
        Further than 0.01 from it, or outside 0 to 9.
    """
    thirds = round(3 * kp) if math.isfinite(kp) else -1
    if not 0 <= thirds <= KP_MAX_THIRDS or abs(kp - thirds / 3) > KP_TOLERANCE:
        raise ValueError(f"{kp} is not a third between 0 and 9")
    return thirds


def kp_of_thirds(thirds: int) -> float:
    """Kp in decimals, to three of them, as GFZ prints it: 14 thirds are 4.667."""
    return round(thirds / 3, 3)


def nearest_third(kp: float) -> float:
    """The third that a decimal stands for, to three decimals: 4.667 for 4.67.

    Raises
    ------
    ValueError
        Further than 0.01 from it, or outside 0 to 9.
    """
    return kp_of_thirds(kp_thirds(kp))


def nearest_thirds(kp: ArrayLike) -> FloatArray:
    """``nearest_third`` of many values; NaN where a value stands for no third between 0 and 9."""
    given = np.asarray(kp, dtype=np.float64)
    thirds = np.round(3.0 * given)
    with np.errstate(invalid="ignore"):
        fits = (np.abs(given - thirds / 3.0) <= KP_TOLERANCE) & (thirds >= 0) & (thirds <= KP_MAX_THIRDS)
    return np.where(fits, np.round(thirds / 3.0, 3) + 0.0, np.nan)  # + 0.0: no negative zero


def ap_of_kp(kp: ArrayLike) -> FloatArray:
    """The three-hourly equivalent amplitude ap, in units of about 2 nT, that belongs to values of Kp by definition.

    NaN where a value stands for no third between 0 and 9.
    """
    thirds = 3.0 * nearest_thirds(kp)
    known = np.isfinite(thirds)
    ap = np.array(AP_OF_KP_THIRDS, dtype=np.float64)
    return np.where(known, ap[np.where(known, np.round(thirds), 0).astype(np.intp)], np.nan)


def geomagnetic_scale(kp: float) -> int:
    """NOAA's G level, 0 (none) to 5 (extreme), of a Kp in decimals.

    A level begins at the minus third: G1 at 5- (4.67), G2 at 6- (5.67), G3 at 7- (6.67), G4 at 8- (7.67), with 9-
    (8.67) still G4; G5 is 9o alone. Values within 0.01 below a threshold reach it, because thirds are printed rounded.

    Raises
    ------
    ValueError
        Not a number, or outside 0 to 9.
    """
    if not 0.0 <= kp <= KP_MAX_THIRDS / 3 + KP_TOLERANCE:
        raise ValueError(f"{kp} is not a value of Kp")
    return _level(kp + KP_TOLERANCE, [thirds / 3 for thirds in GEOMAGNETIC_STORM_KP_THIRDS])


def flare_flux_w_m2(flare_class: str) -> float:
    """Peak flux at 0.1-0.8 nm in W/m² that a flare class stands for: 1.2e-3 for X12, 1.5e-5 for M1.5.

    The letter is the decade (A 1e-8, B 1e-7, C 1e-6, M 1e-5, X 1e-4); X has no upper end.

    Raises
    ------
    ValueError
        Not a class with its number.
    """
    found = _FLARE.fullmatch(flare_class.strip().upper())
    if not found:
        raise ValueError(f"{flare_class!r} is not a flare class")
    return float(f"{found[2]}e{FLARE_CLASS_EXPONENTS[found[1]]}")


def flare_class(flux_w_m2: float) -> str:
    """Flare class with one decimal, as SWPC prints it, of a peak flux at 0.1-0.8 nm in W/m²: C4.7 for 4.727e-6.

    The second decimal is cut, not rounded: 9.96e-6 is C9.9, so that a class never names a threshold (and an R level)
    that the flux did not reach. SWPC's lists do not settle which of the two it does; they may differ from this by
    0.1. The flux counts to seven digits, the precision of the feed. Below 1e-8 the letter stays A.

    Raises
    ------
    ValueError
        Not a finite number above zero.
    """
    flux = _seven_digits(flux_w_m2)
    decade = min(max(flux.adjusted(), FLARE_CLASS_EXPONENTS["A"]), FLARE_CLASS_EXPONENTS["X"])
    letter = next(letter for letter, exponent in FLARE_CLASS_EXPONENTS.items() if exponent == decade)
    return f"{letter}{flux.scaleb(-decade).quantize(Decimal('0.1'), ROUND_FLOOR)}"


def radio_blackout_scale(flux_w_m2: float) -> int:
    """NOAA's R level, 0 to 5, of an X-ray peak flux at 0.1-0.8 nm in W/m²: R1 from M1, R2 M5, R3 X1, R4 X10, R5 X20.

    Raises
    ------
    ValueError
        Not a finite number above zero.
    """
    return _level(float(_seven_digits(flux_w_m2)), RADIO_BLACKOUT_FLUX_W_M2)


def radiation_storm_scale(flux_pfu: float) -> int:
    """NOAA's S level, 0 to 5, of a flux of protons of at least 10 MeV in pfu = 1/(cm² sr s): S1 from 10, S5 from 1e5.

    NOAA's levels are for five-minute means.

    Raises
    ------
    ValueError
        Negative or not a finite number.
    """
    if not 0.0 <= flux_pfu < math.inf:
        raise ValueError(f"{flux_pfu} is not a particle flux")
    return _level(flux_pfu, RADIATION_STORM_FLUX_PFU)


def scale_word(level: int) -> str:
    """NOAA's word for a level of any of its scales: none, minor, moderate, strong, severe, extreme.

    Raises
    ------
    ValueError
        Not between 0 and 5.
    """
    if not 0 <= level < len(SCALE_WORDS):
        raise ValueError(f"{level} is not a level of a NOAA scale")
    return SCALE_WORDS[level]


def scale_label(scale: str, level: int) -> str:
    """A level for people: ``G3 (strong)``; ``none`` for level 0.

    Raises
    ------
    ValueError
        Not R, S or G, or not between 0 and 5.
    """
    if scale not in _SCALES:
        raise ValueError(f"{scale!r} is not one of NOAA's scales R, S and G")
    word = scale_word(level)
    return f"{scale}{level} ({word})" if level else word


def _level(value: float, thresholds: Sequence[float]) -> int:
    return sum(value >= threshold for threshold in thresholds)


def _seven_digits(flux_w_m2: float) -> Decimal:
    """The flux as its single-precision source can know it: 9.99999975e-06 is 1e-05."""
    if not 0.0 < flux_w_m2 < math.inf:
        raise ValueError(f"{flux_w_m2} is not a flux")
    return Decimal(f"{flux_w_m2:.6e}")
