"""What the arrays hold: numbers, instants of UTC, texts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]  # [us]
Texts = NDArray[Any]  # of object: str
