"""Products of the Voyager suite: what is asked of whom, and how bytes become rows. One module per data set."""

from voyager.products.electron_density import ElectronDensityProduct
from voyager.products.events import EventsProduct
from voyager.products.magnetometer import HourlyMagneticFieldProduct, VimMagneticFieldProduct
from voyager.products.plasma_wave import PlasmaWaveProduct
from voyager.products.trajectory import TrajectoryProduct
from voyager.products.waveform import RidgeDensityProduct, WaveformProduct

__all__ = [
    "ElectronDensityProduct",
    "EventsProduct",
    "HourlyMagneticFieldProduct",
    "PlasmaWaveProduct",
    "RidgeDensityProduct",
    "TrajectoryProduct",
    "VimMagneticFieldProduct",
    "WaveformProduct",
]
