"""Plots of the voyager app, one module per figure; importing them is what registers them."""

from voyager.plots.density_process import DensityProcessPlot
from voyager.plots.density_published import DensityPublishedPlot
from voyager.plots.distance import DistancePlot
from voyager.plots.earth_distance import EarthDistancePlot
from voyager.plots.ecliptic import EclipticPlot
from voyager.plots.magnetometer import MagnetometerPlot
from voyager.plots.magnetometer_direction import MagnetometerDirectionPlot
from voyager.plots.magnetometer_mission import MagnetometerMissionPlot
from voyager.plots.plasma_series import PlasmaSeriesPlot
from voyager.plots.plasma_spectrogram import PlasmaSpectrogramPlot
from voyager.plots.plasma_spectrum import PlasmaSpectrumPlot
from voyager.plots.position import PositionPlot
from voyager.plots.side import SidePlot
from voyager.plots.timeline import TimelinePlot
from voyager.plots.view3d import View3DPlot

__all__ = [
    "DensityProcessPlot",
    "DensityPublishedPlot",
    "DistancePlot",
    "EarthDistancePlot",
    "EclipticPlot",
    "MagnetometerDirectionPlot",
    "MagnetometerMissionPlot",
    "MagnetometerPlot",
    "PlasmaSeriesPlot",
    "PlasmaSpectrogramPlot",
    "PlasmaSpectrumPlot",
    "PositionPlot",
    "SidePlot",
    "TimelinePlot",
    "View3DPlot",
]
