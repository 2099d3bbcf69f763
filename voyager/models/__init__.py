"""Tables of the Voyager 1 suite."""

from voyager.models.magnetic_field import FieldHour, MagneticField
from voyager.models.plasma import ElectronDensity, PlasmaWave, WaveformSpectrum
from voyager.models.trajectory import Event, Trajectory

__all__ = [
    "ElectronDensity",
    "Event",
    "FieldHour",
    "MagneticField",
    "PlasmaWave",
    "Trajectory",
    "WaveformSpectrum",
]
