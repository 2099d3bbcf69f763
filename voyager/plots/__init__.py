"""Plots of the voyager app, one module per figure; importing them is what registers them."""

from voyager.plots.distance import DistancePlot
from voyager.plots.earth_distance import EarthDistancePlot
from voyager.plots.ecliptic import EclipticPlot
from voyager.plots.magnetometer import MagnetometerPlot
from voyager.plots.magnetometer_direction import MagnetometerDirectionPlot
from voyager.plots.magnetometer_mission import MagnetometerMissionPlot
from voyager.plots.position import PositionPlot
from voyager.plots.side import SidePlot
from voyager.plots.timeline import TimelinePlot
from voyager.plots.view3d import View3DPlot

__all__ = [
    "DistancePlot",
    "EarthDistancePlot",
    "EclipticPlot",
    "MagnetometerDirectionPlot",
    "MagnetometerMissionPlot",
    "MagnetometerPlot",
    "PositionPlot",
    "SidePlot",
    "TimelinePlot",
    "View3DPlot",
]
