"""The panel of coronal mass ejections: their speeds, and lines to the modelled arrivals at the Earth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days_of
from deepspace.plotting.words import panel_name
from spaceintel.plots.sun_parts import nothing
from spaceintel.states import Cme, SpaceWeather

_COLOR: Final = theme.EARTH
_ARRIVAL: Final = theme.ALERT
_OTHER: Final[dict[str, Any]] = {
    "marker": "o",
    "markersize": 6,
    "markerfacecolor": "none",
    "markeredgecolor": _COLOR,
    "markeredgewidth": 1.5,
}
_DIRECTED: Final[dict[str, Any]] = {"marker": "o", "markersize": 9, "color": _ARRIVAL}
_AT_EARTH: Final[dict[str, Any]] = {"marker": "D", "markersize": 8, "color": _ARRIVAL}
_LEAST_TOP_KM_S: Final = 700.0
_ROOM: Final = 1.45  # above the fastest one, as a factor


def key_of_ejections(cmes: Sequence[Cme]) -> list[Line2D]:
    """What the markers mean, of those that occur."""
    kinds = (
        (any(not one.is_earth_directed for one in cmes), _OTHER, "ejection"),
        (any(one.is_earth_directed for one in cmes), _DIRECTED, "towards the Earth"),
        (any(one.is_earth_directed for one in cmes), _AT_EARTH, "modelled arrival"),
    )
    return [Line2D([], [], linestyle="none", label=name, **style) for occurs, style, name in kinds if occurs]


def draw_ejections(axes: Axes, data: SpaceWeather) -> None:
    """Each ejection at its begin."""
    panel_name(axes, "ejections (km/s)", _COLOR)
    if not data.cmes:
        nothing(axes, data.statements.get("cmes", ""))
        return
    axes.set_ylim(0.0, _ROOM * max(_LEAST_TOP_KM_S, *(one.speed_km_s or 0.0 for one in data.cmes)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    directed = [one for one in data.cmes if one.is_earth_directed]
    others = [one for one in data.cmes if not one.is_earth_directed]
    for chosen, style, zorder in ((others, _OTHER, 3), (directed, _DIRECTED, 4)):
        axes.plot(
            days_of(one.begin_at for one in chosen),
            [one.speed_km_s or 0.0 for one in chosen],
            linestyle="none",
            zorder=zorder,
            clip_on=False,
            **style,
        )
    _draw_arrivals(axes, directed)


def _draw_arrivals(axes: Axes, cmes: Sequence[Cme]) -> None:
    """Lines from the ejections down to the instants of their modelled arrivals."""
    begin = days_of(one.begin_at for one in cmes)
    arrival = days_of(one.arrival_at for one in cmes if one.arrival_at is not None)
    speed, none = np.array([one.speed_km_s or 0.0 for one in cmes], np.float64), np.zeros(len(cmes))
    gap = np.full(len(cmes), np.nan)
    axes.plot(
        np.column_stack([begin, arrival, gap]).ravel(),
        np.column_stack([speed, none, gap]).ravel(),
        color=_ARRIVAL,
        linewidth=1.2,
        alpha=0.8,
        zorder=3,
    )
    inside = arrival <= axes.get_xlim()[1]  # beyond the axis it would stand in the margin
    axes.plot(arrival[inside], none[inside], linestyle="none", zorder=5, clip_on=False, **_AT_EARTH)
