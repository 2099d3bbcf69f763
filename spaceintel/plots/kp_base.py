"""What the plots of Kp share: bars by NOAA's G scale with its levels in words, and the climatology beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from deepspace.plotting import theme, words
from deepspace.plotting.timeaxis import days
from deepspace.plotting.words import SMALL_PT
from spaceintel.constants import GEOMAGNETIC_STORM_KP_THIRDS, KP_INTERVAL_S, KP_TOLERANCE
from spaceintel.plots.drawing import SCALE_COLORS
from spaceintel.science.space_weather import geomagnetic_scale, kp_text
from spaceintel.states import Floats, KpClimatology, Times

SOURCES: Final = {"noaa_swpc": "NOAA SWPC", "gfz": "GFZ Potsdam"}
_LEVELS_PX: Final = 56  # levels beside the axes
_SHARES_PX: Final = 152  # levels and shares
INTERVAL_DAYS: Final = KP_INTERVAL_S / 86_400.0
_TOP_KP: Final = 9.9
_GAP: Final = 0.06  # between bars, on each side, as a share of their length
_GAPS: Final = 130  # more bars than this stand side by side
_NAME_PX: Final = 40.0  # the name of a level, with room
_MOST_NAMES: Final = 14
_LEAST_BAR: Final = 0.06  # Kp 0 is a value as well, and is seen
_THRESHOLDS: Final = tuple(thirds / 3 for thirds in GEOMAGNETIC_STORM_KP_THIRDS)


def levels(kp: Floats) -> list[int]:
    """G level of each value."""
    return [geomagnetic_scale(min(float(one), 9.0)) for one in kp]


def draw_bars(
    axes: Axes,
    utc: Times,
    kp: Floats,
    *,
    is_predicted: Sequence[bool] | None = None,
    length_days: float = INTERVAL_DAYS,
) -> None:
    """One bar per value, coloured by level; predictions are hatched outlines."""
    predicted = np.zeros(len(kp), np.bool_) if is_predicted is None else np.array(is_predicted, np.bool_)
    left, gap = days(utc), (_GAP if len(kp) <= _GAPS else 0.0) * length_days
    for is_hatched in (False, True):
        chosen = np.flatnonzero(predicted == is_hatched)
        if not len(chosen):
            continue
        patches = [
            Rectangle((x + gap, 0.0), length_days - 2 * gap, max(value, _LEAST_BAR))
            for x, value in zip(left[chosen].tolist(), kp[chosen].tolist(), strict=True)
        ]
        colors = [SCALE_COLORS[level] for level in levels(kp[chosen])]
        bars = PatchCollection(patches, zorder=3)
        if is_hatched:
            bars.set(facecolor=theme.BACKGROUND, edgecolor=colors, hatch="///", linewidth=1.4)
        else:
            bars.set(facecolor=colors, edgecolor="none")
        axes.add_collection(bars, autolim=False)


def name_storms(
    axes: Axes, utc: Times, kp: Floats, length_days: float = INTERVAL_DAYS, *, now: float | None = None
) -> None:
    """The level over the highest bar of each storm, as text: colour alone does not tell.

    A bar beside a higher one is not named, because its name would lie on that one.
    """
    middle = days(utc) + length_days / 2
    left, right = axes.transData.transform([(0.0, 0.0), (length_days, 0.0)])[:, 0].tolist()
    near = (_NAME_PX / 2 + (right - left) / 2) / (right - left) * length_days
    is_hidden = [
        bool(((kp > value + KP_TOLERANCE) & (np.abs(middle - at) < near)).any())
        for at, value in zip(middle.tolist(), kp.tolist(), strict=True)
    ]
    words.name_peaks(
        axes,
        middle,
        kp,
        [
            f"G{level}" if level and not hidden else ""
            for level, hidden in zip(levels(kp), is_hidden, strict=True)
        ],
        apart_px=_NAME_PX,
        most=_MOST_NAMES,
        beside_x=now,
        fontsize=theme.LABEL_PT,
        fontweight="bold",
    )


def right_px(climatology: KpClimatology | None) -> int:
    """Right margin for what stands beside the axes."""
    return _LEVELS_PX if climatology is None else _SHARES_PX


def kp_axis(axes: Axes, climatology: KpClimatology | None) -> None:
    """0 to 9, with NOAA's levels at the right, and how often each is reached."""
    axes.set_ylim(0.0, _TOP_KP)
    axes.set_yticks(range(10))
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    for level, threshold in enumerate(_THRESHOLDS, start=1):
        # without alpha, or the palette of the picture makes one colour of the mixed ones
        axes.axhline(threshold, color=SCALE_COLORS[level], linewidth=1.2, linestyle=(0, (2, 3)), zorder=1)
        share = "" if climatology is None else f"  {share_name(share_at(climatology, threshold))}"
        axes.text(
            1.012,
            threshold,
            f"G{level}{share}",
            transform=axes.get_yaxis_transform(),
            color=SCALE_COLORS[level],
            fontsize=SMALL_PT,
            va="center",
        )
    if climatology is not None:
        axes.text(
            1.012,
            3.9,
            f"share of all\nvalues since\n{climatology.since:%Y} that\nreach it\n(climatology)",
            transform=axes.get_yaxis_transform(),
            color=theme.MUTED,
            fontsize=theme.FOOTER_PT,
            va="top",
            linespacing=1.3,
        )


def share_at(climatology: KpClimatology, kp: float) -> float:
    """Share of all intervals at or above a value."""
    place = int(np.searchsorted(climatology.kp, kp - KP_TOLERANCE))
    return float(climatology.share[place])


def share_name(share: float) -> str:
    """In percent, to two digits."""
    return f"{100 * share:.2g} %"


def kp_name(kp: float, utc: np.datetime64) -> str:
    """A value in letters with its level, and the three hours that it is of."""
    level = levels(np.array([kp]))[0]
    at = np.datetime_as_string(utc, unit="m").replace("T", " ")
    return f"{kp_text(kp)}{f' (G{level})' if level else ''} in the three hours from {at} UTC"
