"""Observed Kp in a window of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.envelope import envelope
from deepspace.plotting import theme
from deepspace.plotting.steps import steps
from deepspace.plotting.words import say, subtitle
from spaceintel.constants import KP_INTERVAL_S
from spaceintel.plots.base import SpacePlot
from spaceintel.plots.drawing import time_axis
from spaceintel.plots.kp_base import SOURCES, draw_bars, kp_axis, kp_name, levels, name_storms, right_px
from spaceintel.plots.naming import as_known, shown_name, window_name
from spaceintel.states import Feed, KpClimatology, KpSeries, SpaceWeather

_BARS: Final = 260  # intervals that have room; of longer windows each bar is a day
_DAY: Final = np.timedelta64(1, "D").astype("timedelta64[us]")


class KpWindowPlot(SpacePlot):
    """Bars while there is room, else steps that keep every value."""

    name = "space-kp-window"
    title = "Planetary K index: observed"
    caption = (
        "Three-hour values, observed, coloured and named by NOAA's G scale; in long windows the largest of each day, "
        "and the daily mean as a line. Dashed lines are the levels G1 to G5; beside them stands the share of all "
        "stored three-hour values that reach each (climatology), where decades of them are stored."
    )
    caveat = "Of the last 30 days NOAA's estimates are shown where there are some, before that GFZ's definitive index."
    products = ("spaceintel.kp", "spaceintel.kp_gfz", "spaceintel.kp_history")

    def feeds(self, data: SpaceWeather) -> Sequence[Feed]:
        """Of each source."""
        return data.kp.feeds

    def draw(self, figure: Figure, data: SpaceWeather) -> None:
        """The window."""
        from spaceintel import services

        series, feed = data.kp, data.kp.feeds[0]
        climatology: KpClimatology | None = services.climatology()
        subtitle(figure, f"{shown_name(feed)} · {_sources(series)}")
        axes = theme.add_axes(
            figure, 74, theme.FOOTER_PX + theme.XAXIS_PX, right_px(climatology), theme.TITLE_PX + 30
        )
        theme.style_axes(axes, ylabel="Kp", xlabel="UTC")
        time_axis(axes, feed.start, feed.end)
        kp_axis(axes, climatology)
        if not len(series):
            say(axes, as_known(feed))
            return
        if len(series) <= _BARS:
            draw_bars(axes, series.utc, series.kp)
            name_storms(axes, series.utc, series.kp)
        else:
            _draw_days(axes, series)

    def alt(self, data: SpaceWeather) -> str:
        """The highest value, and how many intervals had a storm."""
        series, feed = data.kp, data.kp.feeds[0]
        if not len(series):
            return as_known(feed)
        place = int(np.argmax(series.kp))
        stormy = sum(level > 0 for level in levels(series.kp))
        reach = "reaches" if stormy == 1 else "reach"
        storms = (
            f"{stormy} of {len(series):,} intervals {reach} G1 or more"
            if stormy
            else "no interval reaches G1"
        )
        highest = f"the highest observed Kp is {kp_name(float(series.kp[place]), series.utc[place])}"
        return f"From {window_name(feed.start, feed.end)} {highest}; {storms}. {as_known(feed)}"

    def columns(self, data: SpaceWeather) -> Mapping[str, NDArray[Any]]:
        """Each value with its source."""
        return {
            "utc": data.kp.utc,
            "kp": data.kp.kp,
            "g_scale": np.array(levels(data.kp.kp), dtype=np.int64),
            "source": data.kp.source,
            "cadence_s": np.full(len(data.kp), KP_INTERVAL_S, dtype=np.int64),
        }


def _sources(series: KpSeries) -> str:
    found = " and ".join(SOURCES[one] for one in sorted(set(series.source.tolist()), reverse=True))
    if len(series) > _BARS:
        return f"{found} · largest of each day, mean as a line"
    return found or "no value is known"


def _draw_days(axes: Axes, series: KpSeries) -> None:
    """The largest value of each day as a bar, so that no storm is averaged away; the mean as a line."""
    first = series.utc[0].astype("datetime64[D]").astype("datetime64[us]")
    found = envelope(series.utc, series.kp[:, None], first, _DAY)
    draw_bars(axes, found.utc, found.high[:, 0], length_days=1.0)
    time, mean = steps(found.utc, 86_400.0, found.mean[:, 0])
    axes.plot(time, mean, color=theme.TEXT, linewidth=1.2, zorder=4)
    name_storms(axes, found.utc, found.high[:, 0], length_days=1.0)
