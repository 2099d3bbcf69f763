"""The panel of geomagnetic storms: stems up to their largest Kp, with NOAA's level in colour and in text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days_of
from deepspace.plotting.words import name_peaks, panel_name
from spaceintel.plots.drawing import SCALE_COLORS, draw_stems
from spaceintel.plots.sun_parts import NAME_PX, NAMED, nothing
from spaceintel.states import SpaceWeather, Storm

_FLOOR_KP: Final = 4.0
_TOP_KP: Final = 12.2  # room for a name over Kp 9


def draw_storms(axes: Axes, data: SpaceWeather) -> None:
    """Each storm of which the largest Kp is known."""
    panel_name(axes, "storms (Kp)", theme.SUN)
    known = [one for one in data.storms if one.kp_max is not None]
    if not known:
        nothing(axes, data.statements.get("storms", ""))
        return
    axes.set_ylim(_FLOOR_KP, _TOP_KP)
    axes.set_yticks([5, 7, 9])
    _draw_levels(axes, known)
    x, kp = days_of(one.begin_at for one in known), [one.kp_max or 0.0 for one in known]
    names = [f"G{one.g_scale}" if one.g_scale else "" for one in known]
    name_peaks(axes, x, kp, names, apart_px=NAME_PX / 2, most=2 * NAMED)


def _draw_levels(axes: Axes, storms: Sequence[Storm]) -> None:
    for level in sorted({one.g_scale or 0 for one in storms}):
        own = [one for one in storms if (one.g_scale or 0) == level]
        x, kp = days_of(one.begin_at for one in own), np.array([one.kp_max or 0.0 for one in own])
        draw_stems(axes, x, _FLOOR_KP, kp, color=SCALE_COLORS[level], linewidth=3, zorder=3, clip_on=False)
        axes.plot(
            x,
            kp,
            linestyle="none",
            marker="s",
            markersize=8,
            color=SCALE_COLORS[level],
            zorder=4,
            clip_on=False,
        )
