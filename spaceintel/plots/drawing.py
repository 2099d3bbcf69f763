"""Drawing that the plots of space weather share: an axis of time, curves, stems, what is not known, and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from deepspace.plotting import theme
from deepspace.plotting.steps import runs, steps
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.plotting.words import SMALL_PT
from spaceintel.states import Floats, Interval, Reduced

SCALE_COLORS: Final = (
    theme.SPACECRAFT,
    theme.SUN,
    theme.JUPITER,
    theme.BOUNDARY,
    theme.ALERT,
    theme.NOW,
)  # levels 0 to 5
_UNKNOWN: Final[dict[str, Any]] = {
    "facecolor": "none",
    "edgecolor": theme.MUTED,
    "alpha": 0.35,
    "hatch": "//",
    "linewidth": 0,
}
_SEEN_PX: Final = 2.5
_FEW: Final = 5
_ROOM_BESIDE: Final = 0.03  # share of the axis beside a window that belongs to it


def time_axis(axes: Axes, start: datetime, end: datetime, *, labelled: bool = True) -> None:
    """The window, edge to edge."""
    first, last = (float(days(one)) for one in (start, end))
    utc_axis(axes, [first, max(last, first + 1e-3)], labelled=labelled, room=0.0)


def draw_series(
    axes: Axes, found: Reduced, column: int | None, color: str, *, linewidth: float = 1.8, alpha: float = 0.34
) -> None:
    """Mean as a line, range of each column as a band; gaps stay gaps."""
    low, mean, high = (_column(one, column) for one in (found.low, found.mean, found.high))
    time, line, bottom, top = steps(found.utc, found.step_s, mean, low, high)
    if found.is_envelope:
        axes.fill_between(
            time, bottom, top, color=color, alpha=alpha, linewidth=0, antialiased=False, zorder=2
        )
    axes.plot(time, line, color=color, linewidth=linewidth, solid_joinstyle="round", zorder=3)
    _draw_points(axes, found, mean, color)


def _draw_points(axes: Axes, found: Reduced, values: Floats, color: str) -> None:
    """Dots for stretches that are too short to be seen as a line; many of them are seen as they are."""
    first, last = axes.get_xlim()
    least_s = _SEEN_PX * 86_400.0 * (last - first) / float(axes.get_window_extent().width)
    short = [run for run in runs(found.utc, found.step_s) if (run.stop - run.start) * found.step_s < least_s]
    if 0 < len(short) <= _FEW:
        chosen = np.concatenate([np.arange(run.start, run.stop) for run in short])
        axes.plot(
            days(found.utc[chosen]) + found.step_s / 86_400.0 / 2,
            values[chosen],
            linestyle="none",
            marker="o",
            markersize=6,
            color=color,
            zorder=3,
            clip_on=False,
        )


def _column(values: Floats, column: int | None) -> Floats:
    return values if column is None else values[:, column]


def draw_stems(axes: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, **style: Any) -> None:
    """Upright lines, one for each place: a single line with breaks, which is drawn ten times as fast as many."""
    places, feet, heads = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (x, low, high)))
    gap = np.full(places.shape, np.nan)
    # Snapped to pixels, or many of them together would be drawn blurred.
    axes.plot(
        np.column_stack([places, places, gap]).ravel(),
        np.column_stack([feet, heads, gap]).ravel(),
        solid_capstyle="butt",
        snap=True,
        **style,
    )


def meet(one: Iterable[Interval], other: Sequence[Interval]) -> list[Interval]:
    """Where the gaps of two feeds meet: what neither knows."""
    pairs = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return sorted((a, b) for a, b in pairs if a < b)


def shade_unknown(axes: Axes, gaps: Sequence[Interval]) -> None:
    """Hatch what is not known: nothing drawn there does not mean that nothing happened."""
    first, last = axes.get_xlim()
    ends = [float(days(one)) for one in (gaps[0][0], gaps[-1][1])] if gaps else []
    margin = _ROOM_BESIDE * (last - first)
    for start, end in gaps:
        left, right = float(days(start)), float(days(end))
        left = first if left == ends[0] and left - first < margin else left
        right = last if right == ends[1] and last - right < margin else right
        axes.axvspan(left, right, zorder=0.3, **_UNKNOWN)


def key_of_unknown() -> Patch:
    """What the hatching means."""
    return Patch(**_UNKNOWN, label="not retrieved")


def draw_now(panels: Sequence[Axes], now: datetime) -> None:
    """A line through all panels, named above the first."""
    x = float(days(now))
    for axes in panels:
        axes.axvline(x, color=theme.NOW, linewidth=1.6, zorder=4.5)
    top = panels[0]
    across = float(top.transAxes.inverted().transform(top.transData.transform((x, top.get_ylim()[0])))[0])
    top.text(
        across,
        1.0,
        f"now, {now:%H:%M} UTC",
        transform=top.transAxes,
        color=theme.NOW,
        fontsize=SMALL_PT,
        ha="center" if across < 0.9 else "right",
        va="bottom",
        zorder=6,
    )


def room(low: float, high: float, share: float = 0.08) -> tuple[float, float]:
    """Limits with some room around the values."""
    span = high - low or abs(high) or 1.0
    return low - share * span, high + share * span


def finite(values: Floats) -> Floats:
    """Those that are numbers."""
    return values[np.isfinite(values)]
