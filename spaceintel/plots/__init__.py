"""Plots of the space intelligence app, one module per figure; importing them is what registers them."""

from spaceintel.plots.kp import KpPlot
from spaceintel.plots.kp_window import KpWindowPlot
from spaceintel.plots.near_earth import NearEarthApproachesPlot
from spaceintel.plots.sentry import SentryObjectsPlot
from spaceintel.plots.solar_events import SolarEventsPlot
from spaceintel.plots.solar_wind import SolarWindPlot
from spaceintel.plots.xray import XrayPlot

__all__ = [
    "KpPlot",
    "KpWindowPlot",
    "NearEarthApproachesPlot",
    "SentryObjectsPlot",
    "SolarEventsPlot",
    "SolarWindPlot",
    "XrayPlot",
]
