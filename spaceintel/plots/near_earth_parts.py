"""What the near-Earth plots share: sizes in words and markers, a key above the axes, names, and columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.words import SMALL_PT

METRES: Final = {
    "unknown": 5.0,
    "small": 6.0,
    "medium": 9.5,
    "large": 14.0,
    "very large": 20.0,
}  # marker sizes, pt
SIZE_NAMES: Final = {
    "unknown": "size unknown",
    "small": "below 25 m",
    "medium": "25 to 140 m",
    "large": "140 m to 1 km",
    "very large": "above 1 km",
}
KEY_ROW_PX: Final = 30
_LEFT_PX: Final = 12
_IN_A_ROW: Final = 5
_LONGEST_NAME: Final = 24


def metres(low_km: float, high_km: float) -> str:
    """A range of diameters in as few digits as it deserves: ``25–57 m``, ``0.8–1.8 km``."""
    if high_km < 1.0:
        return f"{_two_digits(low_km * 1_000)}–{_two_digits(high_km * 1_000)} m"
    return f"{_two_digits(low_km)}–{_two_digits(high_km)} km"


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def short_name(name: str) -> str:
    """A name without the brackets of provisional designations; a very long one is cut."""
    name = name.strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def key_rows(handles: Sequence[Line2D | Patch]) -> int:
    """How many rows a key takes."""
    return ceil(len(handles) / _IN_A_ROW)


def draw_key(figure: Figure, handles: Sequence[Line2D | Patch], top_px: float) -> None:
    """The key above the axes, where it hides nothing, row by row."""
    if not handles:
        return
    width, height = figure.get_size_inches() * theme.DPI
    rows = key_rows(handles)
    columns = ceil(len(handles) / rows)
    # matplotlib fills columns first
    by_column = [one for column in range(columns) for one in handles[column::columns]]
    figure.legend(
        handles=by_column,
        loc="upper left",
        bbox_to_anchor=(_LEFT_PX / width, 1 - top_px / height),
        ncols=columns,
        columnspacing=1.1,
        handletextpad=0.3,
        fontsize=SMALL_PT,
    )


def instants(moments: Sequence[datetime]) -> NDArray[np.datetime64]:
    """Aware instants as a numpy column in UTC."""
    return np.array([moment.replace(tzinfo=None) for moment in moments], dtype="datetime64[us]")


def numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Numbers as a column, NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def objects(values: Sequence[str]) -> NDArray[Any]:
    """Texts as a column."""
    return np.fromiter(values, dtype=object, count=len(values))
