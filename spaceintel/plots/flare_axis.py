"""The axis of X-ray flux: powers of ten at the left, flare classes at the right, each in the middle of its decade."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator

from spaceintel.constants import FLARE_CLASS_EXPONENTS
from spaceintel.writing import power_of_ten

CEILING_W_M2: Final = 1e-3  # as operational plots show it; more where a flare is larger
_BESIDE: Final = 1.014  # from the axes to the letters, as a share of their width
_ROOM: Final = 10.0**0.2  # least distance of a letter from the ends of the axis, as a factor


def flare_axis(axes: Axes, floor_w_m2: float, ceiling_w_m2: float) -> None:
    """A logarithmic axis of flux with the classes A to X that it holds."""
    axes.set_yscale("log")
    axes.set_ylim(floor_w_m2, ceiling_w_m2)
    lowest, highest = (float(np.log10(one)) for one in (floor_w_m2, ceiling_w_m2))
    powers = range(int(np.ceil(lowest - 1e-9)), int(np.floor(highest + 1e-9)) + 1)
    axes.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    axes.yaxis.set_major_formatter(FixedFormatter([power_of_ten(power) for power in powers]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    for letter, exponent in FLARE_CLASS_EXPONENTS.items():
        middle = 10.0 ** (exponent + 0.5)
        if floor_w_m2 * _ROOM < middle < ceiling_w_m2 / _ROOM:
            axes.text(
                _BESIDE,
                middle,
                letter,
                transform=axes.get_yaxis_transform(),
                fontweight="bold",
                va="center",
            )
