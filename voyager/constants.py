"""Constants of the voyager app: value, unit in the name, citation in the comment.

"JPL Horizons" below means solution ``Voyager_1_ST+refit2022_m`` as served in 2026
(https://ssd.jpl.nasa.gov/horizons/); TDB epochs are Julian dates.
"""

from __future__ import annotations

from typing import Final

from deepspace.constants import AU_KM, SECONDS_PER_DAY

# --- units and time ---------------------------------------------------------------------------

SPEED_OF_LIGHT_KM_S: Final = 299_792.458  # SI, exact
LIGHT_TIME_S_PER_AU: Final = AU_KM / SPEED_OF_LIGHT_KM_S  # 499.004783836 s, follows from the two above
LIGHT_DAY_AU: Final = SECONDS_PER_DAY / LIGHT_TIME_S_PER_AU  # 173.14463 au = 25,902,068,371.2 km
DAYS_PER_JULIAN_CENTURY: Final = 36_525.0

# --- frames -----------------------------------------------------------------------------------

# IAU 1976 obliquity of the ecliptic at J2000; Horizons prints it in every ecliptic answer
# ("IAU76 obliquity of 84381.448 arcseconds wrt ICRF X-Y plane").
OBLIQUITY_J2000_ARCSEC: Final = 84_381.448

# Galactic frame in the ICRS: ESA (1997), The Hipparcos and Tycho Catalogues, ESA SP-1200,
# vol. 1, section 1.5.3, equations 1.5.11-1.5.12. The same values are behind ERFA's `icrs2g`.
GALACTIC_POLE_RA_DEG: Final = 192.859_48
GALACTIC_POLE_DEC_DEG: Final = 27.128_25
GALACTIC_NODE_LONGITUDE_DEG: Final = 32.931_92  # of the ascending node on the ICRS equator

# --- gravity ----------------------------------------------------------------------------------

# Gravitational parameter of the Sun as printed in Horizons headers, 2.9591220828411951E-04 au^3/d^2.
GM_SUN_AU3_D2: Final = 2.959_122_082_841_195_1e-04

# --- mission ----------------------------------------------------------------------------------

# Launch 1977-09-05 12:56:00 UTC: NSSDCA 1977-084A, https://nssdc.gsfc.nasa.gov/nmc/spacecraft/display.action?id=1977-084A
# TDB = UTC + 48.184 s in 1977 (TAI - UTC = 16 s, IERS Bulletin C; TT - TAI = 32.184 s).
LAUNCH_JD_TDB: Final = 2_443_391.5 + (12 * 3_600 + 56 * 60 + 48.184) / SECONDS_PER_DAY

# Closest approaches, from a fit to JPL Horizons made on 2026-09-25: 348,435 km from Jupiter's
# centre at 1979-03-05 12:05:25 TDB, 184,030 km from Saturn's at 1980-11-12 23:46:28 TDB.
JUPITER_CLOSEST_APPROACH_JD_TDB: Final = 2_443_937.5 + (12 * 3_600 + 5 * 60 + 25) / SECONDS_PER_DAY
SATURN_CLOSEST_APPROACH_JD_TDB: Final = 2_444_555.5 + (23 * 3_600 + 46 * 60 + 28) / SECONDS_PER_DAY

# Horizons joins a mission-design trajectory to the 2022 refit of tracking data (R. Jacobson) at
# 1981-01-01 00:00 TDB; the position jumps by 65,180 km there. Horizons object page of target -31.
EPHEMERIS_JUMP_JD_TDB: Final = 2_444_605.5

# Largest error of a position between two stored epochs: see voyager/science/interpolation.py.
INTERPOLATION_ERROR_KM: Final = 100.0

# --- positions of Voyager 1 at three epochs ---------------------------------------------------
# Heliocentric, ecliptic and equinox J2000, au. JPL Horizons, vectors of -31 from 500@10.

HORIZONS_1977_09_06_JD_TDB: Final = 2_443_392.5
HORIZONS_1977_09_06_AU: Final = (9.679318511236246e-01, -2.820995554599118e-01, 1.711150759918104e-04)
HORIZONS_1981_09_06_JD_TDB: Final = 2_444_853.5
HORIZONS_1981_09_06_AU: Final = (-1.046719345514533e01, -3.206998476579781e00, 2.444197079037500e00)
HORIZONS_2026_09_06_JD_TDB: Final = 2_461_289.5
HORIZONS_2026_09_06_AU: Final = (-3.213313396310912e01, -1.366280685490722e02, 9.885326993344566e01)

# --- planets ----------------------------------------------------------------------------------
# Keplerian elements at J2000 and their rates per Julian century, mean ecliptic and equinox J2000,
# fitted for 1800-2050: E. M. Standish, "Approximate Positions of the Planets", table 1,
# https://ssd.jpl.nasa.gov/planets/approx_pos.html
# Order: semi-major axis (au), eccentricity, inclination, mean longitude, longitude of
# perihelion, longitude of the ascending node (all deg). "earth" is the Earth-Moon barycentre.
PLANET_ELEMENTS: Final[dict[str, tuple[float, float, float, float, float, float]]] = {
    "mercury": (0.38709927, 0.20563593, 7.00497902, 252.25032350, 77.45779628, 48.33076593),
    "venus": (0.72333566, 0.00677672, 3.39467605, 181.97909950, 131.60246718, 76.67984255),
    "earth": (1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0.0),
    "mars": (1.52371034, 0.09339410, 1.84969142, -4.55343205, -23.94362959, 49.55953891),
    "jupiter": (5.20288700, 0.04838624, 1.30439695, 34.39644051, 14.72847983, 100.47390909),
    "saturn": (9.53667594, 0.05386179, 2.48599187, 49.95424423, 92.59887831, 113.66242448),
    "uranus": (19.18916464, 0.04725744, 0.77263783, 313.23810451, 170.95427630, 74.01692503),
    "neptune": (30.06992276, 0.00859048, 1.77004347, -55.12002969, 44.96476227, 131.78422574),
}
PLANET_ELEMENT_RATES_PER_CENTURY: Final[dict[str, tuple[float, float, float, float, float, float]]] = {
    "mercury": (0.00000037, 0.00001906, -0.00594749, 149472.67411175, 0.16047689, -0.12534081),
    "venus": (0.00000390, -0.00004107, -0.00078890, 58517.81538729, 0.00268329, -0.27769418),
    "earth": (0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0.0),
    "mars": (0.00001847, 0.00007882, -0.00813131, 19140.30268499, 0.44441088, -0.29257343),
    "jupiter": (-0.00011607, -0.00013253, -0.00183714, 3034.74612775, 0.21252668, 0.20469106),
    "saturn": (-0.00125060, -0.00050991, 0.00193609, 1222.49362201, -0.41897216, -0.28867794),
    "uranus": (-0.00196176, -0.00004397, -0.00242939, 428.48202785, 0.40805281, 0.04240589),
    "neptune": (0.00026291, 0.00005105, 0.00035372, 218.45945325, -0.32241464, -0.00508664),
}

# === plasma waves and electron density (PWS) ==================================================

# Electron plasma frequency f_pe = 8980 Hz sqrt(n_e / cm^-3): Gurnett et al. 2013, Science 341, 1489,
# doi:10.1126/science.1241681. CODATA gives 8978.66 Hz, which is 0.03 % in density.
PLASMA_FREQUENCY_HZ_AT_1_CM3: Final = 8_980.0
# Electron cyclotron frequency, e / (2 pi m_e) = 27.9925 Hz/nT (CODATA 2022), rounded as in the literature.
CYCLOTRON_FREQUENCY_HZ_PER_NT: Final = 27.99

# "Two 10 m whip antennas ... each perpendicular to the other": NASA Space Science Data Coordinated Archive,
# https://nssdc.gsfc.nasa.gov/nmc/spacecraft/display.action?id=1977-084A
PWS_ANTENNA_M: Final = 10.0
# Of what is asked for, the newest part that is stored spectrum by spectrum; the rest as hourly means and peaks.
PWS_FULL_DAYS: Final = 400
# Centre frequencies of the 16-channel spectrum analyser, four per decade: Scarf & Gurnett 1977,
# Space Sci. Rev. 21, 289, doi:10.1007/BF00211543; the same numbers are in each file (`frequency`).
PWS_CHANNELS_HZ: Final = (
    *(10.0, 17.8, 31.1, 56.2, 100.0, 178.0, 311.0, 562.0),
    *(1_000.0, 1_780.0, 3_110.0, 5_620.0, 10_000.0, 17_800.0, 31_100.0, 56_200.0),
)
# VALIDMIN and VALIDMAX of `electric_field`: SPASE record of VG1_PWS_LR, and each file.
PWS_VALID_V_M: Final = (1e-8, 0.15)

# Wideband waveform receiver: 4-bit samples through a 40 Hz - 12 kHz filter, frames of 1,600 samples;
# `Text_supplement` and `timeOffsets` of the files (spase://VSPO/NumericalData/Voyager1/PWS/CDF/PT0.060S).
WAVEFORM_RATE_HZ: Final = 28_800.0
WAVEFORM_FRAME_SAMPLES: Final = 1_600
WAVEFORM_BIN_HZ: Final = WAVEFORM_RATE_HZ / WAVEFORM_FRAME_SAMPLES  # 18 Hz

# The power supply switches at 2.4 kHz: its line and harmonics stand in every waveform (Gurnett et al. 2013,
# supplement, and the frames of 2023-10-24: 2,401 Hz, 20 dB above the background). The mask is wide enough that
# the sidelobes of the window stay far below the background outside of it, for lines 10 dB stronger too.
SUPPLY_LINE_HZ: Final = 2_400.0
SUPPLY_LINE_HALF_WIDTH_HZ: Final = 126.0  # seven bins; hides 0.064 to 0.079 cm^-3
# Below: edge of the filter, and what the mean of a frame leaves behind.
WAVEFORM_LOWEST_HZ: Final = 100.0
# Where a plasma line is looked for: n_e of 0.012 to 0.31 cm^-3. The VLISM along Voyager 1 has 0.05 to 0.15
# (Kurth 2024); below 1 kHz the waveforms have strong lines (200-290, 414, 468, 684 Hz on 2023-10-24) that are
# no plasma oscillation: f_pe there would be the heliosheath's, 40 au behind.
PLASMA_LINE_SEARCH_HZ: Final = (1_000.0, 5_000.0)
# A line counts from here on, after the trials factor; one-sided 3.2e-5 per recording.
PLASMA_LINE_SIGMA: Final = 4.0
# Before the heliopause (2012-08-25: Gurnett et al. 2013) lines at 1.8-3.6 kHz are heliospheric radio emissions
# from far away (Kurth et al. 1984, Nature 312, 27, doi:10.1038/312027a0), not the local plasma frequency.
HELIOPAUSE_CROSSING_UTC: Final = "2012-08-25T00:00:00"

# === magnetometer (MAG) =======================================================================

# 1970-01-01 on the CDF_EPOCH axis (milliseconds since year 0, no leap seconds): CDF User's Guide 3.9, section 2.4.
CDF_EPOCH_OF_1970_MS: Final = 62_167_219_200_000.0

# "A separate boom extending 13 m": NASA Space Science Data Coordinated Archive,
# https://nssdc.gsfc.nasa.gov/nmc/spacecraft/display.action?id=1977-084A
MAG_BOOM_M: Final = 13.0

# Nominal averaging intervals, and the column ``cadence_s`` of their rows.
VIM_CADENCE_S: Final = 48
HOURLY_CADENCE_S: Final = 3_600

# 1-sigma uncertainty of 48 s vectors where a file has none of its own: SPASE record of VOYAGER1_48S_MAG-VIM
# (spase://NASA/NumericalData/Voyager1/MAG/CDF/PT48S): "±0.02 nT per component, ±0.03 nT in F1". The headers of the
# ASCII files say 0.02 nT for two components, and 0.02 to 0.1 nT for the one that roll manoeuvres do not calibrate.
VIM_COMPONENT_SIGMA_NT: Final = 0.02
VIM_STRENGTH_SIGMA_NT: Final = 0.03

# What a fill value is, per column: format texts of the archive's files.
COHO_FIELD_FILL_NT: Final = 999.999  # vy1mgd.txt; SPASE MAGandPLS/PT1H
IP_FILL: Final = 999.0  # vy1mag_pri_1hr files: field strengths and angles alike

# Credible field strengths. Nothing is 0 (the sensors' noise alone is 0.006 nT). Hourly data have the flybys of
# Jupiter (3,330 nT, Ness et al. 1979, Science 204, 982) and Saturn; 48 s data begin in the heliosheath, where the
# strongest field so far is 0.74 nT.
HOURLY_FIELD_NT: Final = (1e-6, 10_000.0)
VIM_FIELD_NT: Final = (1e-6, 10.0)

# Credible distances from the Sun: 1.01 au at launch, and some 430 au at the end of 2099, at 3.6 au a year (JPL
# Horizons). The text of the hourly data names no fill value for its distance, which comes from an ephemeris; the
# three years recorded have none. Whatever stands there for "unknown" (all nines, -1e31) is outside of this.
DISTANCE_AU: Final = (0.5, 500.0)

# === magnetic field: what is published, and how it is read ====================================

# "Between 2013/130.6 and 2013/365.3, <B> = 0.464 ± 0.009 nT", and between 2013.00 and 2014.41 on average
# λ = 292.5° ± 1.4°, δ = 22.1° ± 1.2°: abstract of Burlaga & Ness 2014, ApJL 795, L19, doi:10.1088/2041-8205/795/1/L19.
VLISM_FIELD_NT: Final = 0.464
VLISM_FIELD_SIGMA_NT: Final = 0.009
VLISM_FIELD_UTC: Final = ("2013-05-10T14:24:00", "2013-12-31T07:12:00")  # days 130.6 and 365.3
VLISM_LAMBDA_DEG: Final = 292.5
VLISM_LAMBDA_SIGMA_DEG: Final = 1.4
VLISM_DELTA_DEG: Final = 22.1
VLISM_DELTA_SIGMA_DEG: Final = 1.2
VLISM_INTERVAL_UTC: Final = ("2013-01-01T00:00:00", "2014-05-27T00:00:00")  # 2013.0 to 2014.4

# Below, the direction of a 48 s vector is not known to better than 24°: 0.02 nT per component.
DIRECTION_FROM_NT: Final = 0.05
# Up to here a window is read from 48 s averages where they are stored.
LONGEST_48S_WINDOW_DAYS: Final = 400
