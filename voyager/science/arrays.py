"""Array types shared by the numerics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
DatetimeArray = NDArray[np.datetime64]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.intp]
