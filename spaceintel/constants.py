"""Constants of the space intelligence domain: value, unit in the name, citation in the comment."""

from __future__ import annotations

from datetime import date
from typing import Final

# --- near-Earth objects -----------------------------------------------------------------------

LUNAR_DISTANCE_KM: Final = 384_400.0  # mean distance of the Moon, as CNEOS and IAU tables round it
EARTH_RADIUS_KM: Final = 6_371.0  # volumetric mean, IUGG
EARTH_ESCAPE_VELOCITY_KM_S: Final = 11.186  # sqrt(2 GM/R), GM 398,600.44 km3/s2 (IERS 2010), R as above
NEOWS_LUNAR_DISTANCES_PER_AU: Final = 389.0  # how NeoWs counts; CNEOS and this project use 389.17

# D = 1329 km / sqrt(albedo) * 10^(-H/5): Fowler & Chillemi 1992; Pravec & Harris 2007, doi:10.1016/j.icarus.2007.02.023
DIAMETER_AT_H0_KM: Final = 1_329.0
ALBEDO_DARK: Final = 0.05  # largest diameter; the range that NeoWs and CNEOS print
ALBEDO_TYPICAL: Final = 0.14  # CNEOS: H 22 is about 140 m
ALBEDO_BRIGHT: Final = 0.25  # smallest diameter

PHA_MOID_AU: Final = 0.05  # potentially hazardous: https://cneos.jpl.nasa.gov/about/neo_groups.html
PHA_MAGNITUDE_H: Final = 22.0

ASTEROID_DENSITY_KG_M3: Final = 2_600.0  # CNEOS Sentry assumes this where the mass is not known
JOULES_PER_MEGATON: Final = 4.184e15  # of TNT, by definition

# Background of impacts f_B = 0.03 E^-0.8 a year: Chesley et al. 2002, Icarus 159, 423, doi:10.1006/icar.2002.6910
PALERMO_BACKGROUND_PER_YEAR: Final = 0.03
PALERMO_BACKGROUND_EXPONENT: Final = -0.8

# Two products fill the table of close approaches; this day (TDB) parts them, so that neither touches the other's rows
RECENT_APPROACHES_FROM: Final = date(2026, 1, 1)

# A simple rank of approaches with weights of this project's forerunner: no probability, no scale of the field
RISK_PER_INVERSE_LD: Final = 20.0
RISK_INVERSE_LD_MAX: Final = 10.0
RISK_PER_KM: Final = 100.0
RISK_SIZE_MAX: Final = 30.0
RISK_VELOCITY_KM_S: Final = 50.0
RISK_VELOCITY_MAX: Final = 20.0
RISK_PHA: Final = 30.0
RISK_MAX: Final = 100.0
THREAT_HIGH_LD: Final = 1.0
THREAT_MEDIUM_LD: Final = 5.0
THREAT_LOW_LD: Final = 2.0
SIZE_CLASS_KM: Final = (0.025, 0.14, 1.0)  # small, medium, large, very large begin

# --- space weather ----------------------------------------------------------------------------

KP_INTERVAL_S: Final = (
    10_800  # Kp is a three-hour index (Bartels 1949; Matzka et al. 2021, doi:10.1029/2020SW002641)
)

# NOAA Space Weather Scales, version of 2023-12-11, https://www.swpc.noaa.gov/noaa-scales-explanation
RADIO_BLACKOUT_FLUX_W_M2: Final = (1e-5, 5e-5, 1e-4, 1e-3, 2e-3)  # R1 (M1) to R5 (X20), 0.1-0.8 nm
RADIATION_STORM_FLUX_PFU: Final = (10.0, 1e2, 1e3, 1e4, 1e5)  # S1 to S5, protons >= 10 MeV, /(cm2 sr s)
GEOMAGNETIC_STORM_KP_THIRDS: Final = (14, 17, 20, 23, 27)  # G1 (5-) to G4 (8-, 9- included), G5 (9o only)
SCALE_WORDS: Final = ("none", "minor", "moderate", "strong", "severe", "extreme")  # NOAA's, for levels 0 to 5

FLARE_CLASS_EXPONENTS: Final = {"A": -8, "B": -7, "C": -6, "M": -5, "X": -4}  # decade of the flux, W/m2
KP_MAX_THIRDS: Final = 27  # 9o; Kp has 28 values (Matzka et al. 2021)
# ap of each value of Kp, from 0o to 9o (Bartels; Matzka et al. 2021, table 1)
AP_OF_KP_THIRDS: Final = (
    *(0, 2, 3, 4, 5, 6, 7, 9, 12, 15, 18, 22, 27, 32),
    *(39, 48, 56, 67, 80, 94, 111, 132, 154, 179, 207, 236, 300, 400),
)
KP_TOLERANCE: Final = 0.01  # upstreams print thirds with two or three decimals: 4.67, 0.333
