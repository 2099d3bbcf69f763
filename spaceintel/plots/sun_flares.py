"""The panel of flares: stems up to the peak of their X-ray flux, the strongest named."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days_of
from deepspace.plotting.words import name_peaks, panel_name
from spaceintel.plots.drawing import draw_stems
from spaceintel.plots.flare_axis import CEILING_W_M2, flare_axis
from spaceintel.plots.sun_parts import NAME_PX, NAMED, nothing
from spaceintel.states import SpaceWeather

_COLOR: Final = theme.JUPITER
_FLOOR_W_M2: Final = 3e-7
_ROOM: Final = 20.0  # above the largest one, as a factor


def draw_flares(axes: Axes, data: SpaceWeather) -> None:
    """Each flare of which the peak is known."""
    panel_name(axes, "flares (W/m²)", _COLOR)
    known = [one for one in data.flares if one.peak_flux_w_m2 is not None]
    if not known:
        nothing(axes, data.statements.get("flares", ""))
        return
    x = days_of(one.peak_at or one.begin_at for one in known)
    flux = np.array([one.peak_flux_w_m2 for one in known], np.float64)
    flare_axis(axes, _FLOOR_W_M2, max(CEILING_W_M2, _ROOM * float(flux.max())))
    draw_stems(axes, x, _FLOOR_W_M2, flux, color=_COLOR, linewidth=1.6, zorder=3, clip_on=False)
    axes.plot(x, flux, linestyle="none", marker="o", markersize=5, color=_COLOR, zorder=4, clip_on=False)
    name_peaks(axes, x, flux, [one.flare_class for one in known], apart_px=NAME_PX, most=NAMED)
