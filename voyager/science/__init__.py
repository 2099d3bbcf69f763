"""Pure numerics of the voyager app: frames, time scales, interpolation, distances, conics,
plasma waves.

Nothing here imports Django, requests or astroquery, and only numpy is imported when the package is:
the web process stays lean. `deepspace.timescales` imports astropy.time when it first converts, `waveform` and
`plasma_line` import scipy when they compute, which is at ingest.

States are heliocentric, geometric, ecliptic and mean equinox J2000, in au and au/d, as JPL
Horizons gives them, unless a name says otherwise. Instants are TDB seconds past J2000 (`*_s`),
TDB Julian dates (`jd_tdb`) or UTC ``datetime64[us]`` (`*_utc`).
"""

from deepspace.timescales import (
    jd_tdb_to_tdb_seconds,
    tdb_seconds_to_jd_tdb,
    tdb_seconds_to_utc,
    tdb_to_tdb_seconds,
    tdb_to_utc,
    utc_to_jd_tdb,
    utc_to_tdb_seconds,
)
from voyager.science.distances import (
    format_light_time,
    geocentric_distance_au,
    heliocentric_distance_au,
    light_time_s,
    norm,
    speed_km_s,
)
from voyager.science.frames import (
    ecliptic_to_icrs,
    equatorial_coordinates,
    galactic_coordinates,
    icrs_to_ecliptic,
    icrs_to_galactic,
    spherical,
)
from voyager.science.geocentric import Extrema, geocentric_extrema, light_day_crossing
from voyager.science.interpolation import EXACT_EPOCH_TOLERANCE_S, hermite_state
from voyager.science.planets import planet_position, planet_state
from voyager.science.plasma import (
    cyclotron_frequency_hz,
    electron_density_cm3,
    electron_density_sigma_cm3,
    plasma_frequency_hz,
)
from voyager.science.twobody import lambert, propagate
from voyager.science.waveform import bin_frequencies_hz, interference_bands_hz

__all__ = [
    "EXACT_EPOCH_TOLERANCE_S",
    "Extrema",
    "bin_frequencies_hz",
    "cyclotron_frequency_hz",
    "ecliptic_to_icrs",
    "electron_density_cm3",
    "electron_density_sigma_cm3",
    "equatorial_coordinates",
    "format_light_time",
    "galactic_coordinates",
    "geocentric_distance_au",
    "geocentric_extrema",
    "heliocentric_distance_au",
    "hermite_state",
    "icrs_to_ecliptic",
    "icrs_to_galactic",
    "interference_bands_hz",
    "jd_tdb_to_tdb_seconds",
    "lambert",
    "light_day_crossing",
    "light_time_s",
    "norm",
    "planet_position",
    "planet_state",
    "plasma_frequency_hz",
    "propagate",
    "speed_km_s",
    "spherical",
    "tdb_seconds_to_jd_tdb",
    "tdb_seconds_to_utc",
    "tdb_to_tdb_seconds",
    "tdb_to_utc",
    "utc_to_jd_tdb",
    "utc_to_tdb_seconds",
]
