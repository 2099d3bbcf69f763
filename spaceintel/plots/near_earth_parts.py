"""What the near-Earth plots share: sizes in words and markers, the key, and what stands where there is nothing."""

from __future__ import annotations

import textwrap
from typing import Final

from matplotlib.axes import Axes

from deepspace.plotting import theme

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
_LINE: Final = 58  # characters of a sentence in the middle of a picture


def metres(low_km: float, high_km: float) -> str:
    """A range of diameters in as few digits as it deserves: ``25–57 m``, ``0.8–1.8 km``."""
    if high_km < 1.0:
        return f"{_two_digits(low_km * 1_000)}–{_two_digits(high_km * 1_000)} m"
    return f"{_two_digits(low_km)}–{_two_digits(high_km)} km"


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def legend_above(axes: Axes, columns: int, last: str = "") -> None:
    """The key above the axes, where it hides nothing; ``last`` names what is listed last."""
    named = list(zip(*axes.get_legend_handles_labels(), strict=True))
    if named:
        named.sort(key=lambda one: one[1] == last)
        axes.legend(
            *zip(*named, strict=True),
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=columns,
            columnspacing=1.1,
            handletextpad=0.3,
            fontsize=theme.FOOTER_PT + 1,
        )


def absence(axes: Axes, statement: str) -> None:
    """In the middle of an empty picture: why it is empty."""
    axes.text(
        0.5,
        0.5,
        "\n".join(textwrap.wrap(statement, _LINE)),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=theme.TEXT,
        fontsize=theme.LABEL_PT,
        linespacing=1.5,
        bbox={"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 10},
        zorder=6,
    )
