"""What the panels of the Sun's events share."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes

from deepspace.plotting.words import say

NAME_PX: Final = 62.0  # a flare class, with room
NAMED: Final = 7  # names in a panel


def nothing(axes: Axes, text: str) -> None:
    """A panel without events says why."""
    axes.set_yticks([])
    say(axes, text)
