"""Direction of the magnetic field in a window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days, share_ticks, utc_axis
from voyager.constants import DIRECTION_FROM_NT, VLISM_DELTA_DEG, VLISM_INTERVAL_UTC, VLISM_LAMBDA_DEG
from voyager.field import FieldWindow, Floats
from voyager.plots.field_base import SUBTITLE_PX, FieldPlot, draw_marks, subtitle

_GAP_PX: Final = 28
_MOST_BARS: Final = 200  # more error bars than this are a surface
_NAMED_FROM_PX: Final = 260.0  # a shorter line has no room for its name
_TICKS: Final = ((0, 90, 180, 270, 360), (-90, -45, 0, 45, 90))
_LABELS: Final = ("λ (degrees)", "δ (degrees)")
_PUBLISHED: Final = (VLISM_LAMBDA_DEG, VLISM_DELTA_DEG)


class MagnetometerDirectionPlot(FieldPlot):
    """λ and δ."""

    name = "magnetometer-direction"
    title = "Voyager 1: direction of the magnetic field"
    caption = (
        "Azimuth λ = atan2(B_T, B_R), 0° away from the Sun and 90° along its rotation, and elevation "
        "δ = asin(B_N / |B|). Where there are more averages than pixels, each dot is the direction of the mean vector "
        "of a column. In the wind of the Sun λ lies near 90° or 270°: the spiral that its rotation winds."
    )
    caveat = (
        f"Nothing is drawn where the field is not stronger than {DIRECTION_FROM_NT:g} nT: with 0.02 nT of uncertainty "
        "per component the direction is then not known to better than 24°. λ wraps around at 0° and 360°: dots at both "
        "edges can be neighbours. Beyond the heliopause the direction is that of the field draped around the "
        "heliosphere, not of the undisturbed interstellar field."
    )
    size_px = (1000, 700)

    def draw(self, figure: Figure, data: FieldWindow) -> None:
        """Two panels that share their time axis."""
        height = float(figure.get_size_inches()[1]) * theme.DPI
        top, bottom = theme.TITLE_PX + SUBTITLE_PX, theme.FOOTER_PX + theme.XAXIS_PX
        tall = (height - top - bottom - _GAP_PX) / 2
        upper = theme.add_axes(figure, theme.LEFT_PX, bottom + tall + _GAP_PX, theme.RIGHT_PX, top)
        lower = theme.add_axes(figure, theme.LEFT_PX, bottom, theme.RIGHT_PX, top + tall + _GAP_PX)
        subtitle(figure, data)
        shown = days(np.array([data.start, data.end], dtype=object)).tolist()
        utc_axis(lower, shown)
        share_ticks((upper, lower))
        angles, sigma = data.drawn.direction_deg, data.drawn.direction_sigma_deg
        for index, (axes, color) in enumerate(((upper, theme.SPACECRAFT), (lower, theme.SATURN))):
            theme.style_axes(axes, ylabel=_LABELS[index])
            ticks = _TICKS[index]
            axes.set_ylim(ticks[0], ticks[-1])
            axes.set_yticks(ticks)
            _dots(axes, data, angles[index], sigma, color)
            _published(axes, data, _PUBLISHED[index])
            draw_marks(axes, data.marks)
        lower.set_xlabel("date (UTC)")
        if not np.isfinite(angles[0]).any():
            upper.text(
                0.5,
                0.5,
                f"|B| is nowhere above {DIRECTION_FROM_NT:g} nT: no direction",
                transform=upper.transAxes,
                ha="center",
                va="center",
                color=theme.MUTED,
            )

    def alt(self, data: FieldWindow) -> str:
        """The direction of the mean vector, and how much of the window has one."""
        azimuth = data.drawn.direction_deg[0]
        share = float(np.isfinite(azimuth).mean())
        found = data.statistics
        text = f"From {data.start:%Y-%m-%d} to {data.end:%Y-%m-%d} the mean field "
        if found.lambda_deg is None or found.delta_deg is None:
            text += f"is not longer than {DIRECTION_FROM_NT:g} nT and has no direction."
        else:
            text += f"points to λ {found.lambda_deg:.0f}°, δ {found.delta_deg:.0f}°."
        text += f" {share:.0%} of what is drawn has a direction."
        return text if data.provenance.is_real else f"{text} All of this is modelled."

    def columns(self, data: FieldWindow) -> Mapping[str, NDArray[Any]]:
        """The dots; those without a direction are empty."""
        azimuth, elevation = data.drawn.direction_deg
        return {
            "utc": data.drawn.utc,
            "lambda_deg": azimuth,
            "delta_deg": elevation,
            "averages": data.drawn.count,
        }


def _dots(axes: Axes, data: FieldWindow, angle: Floats, sigma: Floats, color: str) -> None:
    """A dot in the middle of each average or column; error bars where few enough to be told apart."""
    time = days(data.drawn.utc) + data.drawn.step_s / 86_400.0 / 2
    known = np.isfinite(angle)
    if not data.drawn.is_envelope and int(known.sum()) <= _MOST_BARS and np.isfinite(sigma[known]).any():
        axes.errorbar(
            time[known],
            angle[known],
            yerr=sigma[known],
            fmt="none",
            ecolor=color,
            elinewidth=1.2,
            alpha=0.5,
            zorder=2,
        )
    size = 7.0 if int(known.sum()) <= _MOST_BARS else 4.5
    axes.plot(time[known], angle[known], linestyle="", marker=".", markersize=size, color=color, zorder=3)


def _published(axes: Axes, data: FieldWindow, value: float) -> None:
    """The published mean direction, where its interval is in the window."""
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in VLISM_INTERVAL_UTC)
    if data.end <= start or data.start >= end:
        return
    left, right = float(days(max(start, data.start))), float(days(min(end, data.end)))
    axes.plot([left, right], [value, value], color=theme.NOW, linewidth=1.6, linestyle=(0, (5, 3)), zorder=4)
    if pixels(axes, [(right, value)])[0, 0] - pixels(axes, [(left, value)])[0, 0] < _NAMED_FROM_PX:
        return
    axes.annotate(
        f"{value:g}°, Burlaga & Ness 2014",
        (right, value),
        xytext=(-2, -6),
        textcoords="offset points",
        ha="right",
        va="top",
        color=theme.NOW,
        fontsize=theme.FOOTER_PT + 1,
        annotation_clip=True,
        zorder=5,
    )
