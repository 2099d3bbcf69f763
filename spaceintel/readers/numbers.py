"""Numbers that an upstream writes as text: nothing but plain decimals is taken for one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

_DECIMAL: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def number(value: object) -> float:
    """A finite number from JSON, written as a number or as text.

    Raises
    ------
    ValueError
        It is something else: text that is no decimal (NaN and Infinity too), a boolean, an overflow.
    """
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("is not a number")
    return float(value)


Number = Annotated[float, BeforeValidator(number)]


def numbers(values: Sequence[object], unfit: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A column of numbers, shape (n,); null becomes NaN, and what is no number marks its row as unfit."""
    column = np.full(len(values), np.nan)
    for i, value in enumerate(values):
        if value is None:
            continue
        try:
            column[i] = number(value)
        except ValueError:
            unfit[i] = True
    return column
