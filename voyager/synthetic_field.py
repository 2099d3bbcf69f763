"""The model behind the `synthetic` tier of the magnetic field: levels by region, with a Parker spiral inside.

Shown, labelled, when no real average is stored at or before the end of a window; never stored and never exported
as data. It is a function of time alone: the same instant has the same field in every window.

=================  ==================  ===========================================================
region             heliocentric        field in RTN
=================  ==================  ===========================================================
solar wind         below 94.0 au       B_R = ±B_0 (r_0/r)^2, B_T = -B_R Ω r cos(θ) / V, B_N = 0
heliosheath        94.0 to 121.6 au    0.14 nT along the spiral
VLISM              above 121.6 au      0.464 nT towards λ = 292.5°, δ = 22.1°
=================  ==================  ===========================================================

with r from the patched-conic model of the trajectory (`voyager.synthetic`), θ the latitude of the path (0° to the
flyby of Saturn, 35° after it), and the sign changing each half solar rotation out to the heliopause. The strength
is multiplied by exp(s w(t)), w being smooth noise of unit variance made of three octaves (27, 3 and 0.25 days) from
a fixed seed. There is no planet in it, no shock, and no error of the instrument.

Parameters
----------
B_0 = 3.3 nT at r_0 = 1 au, V = 430 km/s, Ω = 2π / 25.38 d (sidereal, Carrington).
s = 0.3 in the solar wind and the heliosheath, 0.02 beyond: (0.009 nT / 0.464 nT, Burlaga & Ness 2014).
0.14 nT after the termination shock: Burlaga et al. 2005, Science 309, 2027, doi:10.1126/science.1117542.
94.0 au: Stone et al. 2005, Science 309, 2017. 121.6 au: Gurnett et al. 2013, Science 341, 1489.

References
----------
E. N. Parker 1958, ApJ 128, 664, doi:10.1086/146579 (the spiral).
L. F. Burlaga & N. F. Ness 2014, ApJL 795, L19, doi:10.1088/2041-8205/795/1/L19 (the VLISM).
M. J. Owens & R. J. Forsyth 2013, Living Rev. Sol. Phys. 10, 5, doi:10.12942/lrsp-2013-5 (B_0, V, Ω).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepspace.constants import AU_KM, SECONDS_PER_DAY
from voyager import synthetic
from voyager.constants import VLISM_DELTA_DEG, VLISM_FIELD_NT, VLISM_FIELD_SIGMA_NT, VLISM_LAMBDA_DEG
from voyager.synthetic import SyntheticModel

RADIAL_FIELD_1_AU_NT: Final = 3.3
WIND_KM_S: Final = 430.0
ROTATION_D: Final = 25.38
LATITUDE_DEG: Final = 35.0  # of the path after Saturn, and of the Sun's equator taken as the ecliptic
TERMINATION_SHOCK_AU: Final = 94.0
HELIOPAUSE_AU: Final = 121.6
HELIOSHEATH_NT: Final = 0.14
_WIND_SPREAD: Final = 0.3
_VLISM_SPREAD: Final = VLISM_FIELD_SIGMA_NT / VLISM_FIELD_NT
_SATURN_AU: Final = 9.5
_OCTAVES_D: Final = (27.0, 3.0, 0.25)
_SEED: Final = 19_770_905
_NODE_D: Final = 30.0
_UNIX_JD: Final = 2_440_587.5
_EPOCH: Final = np.datetime64("1977-09-01", "us")

FIELD_MODEL: Final = SyntheticModel(
    name="Magnetic field by region",
    statement=(
        f"Parker spiral inside {TERMINATION_SHOCK_AU:g} au ({RADIAL_FIELD_1_AU_NT:g} nT radial at 1 au, solar wind "
        f"of {WIND_KM_S:g} km/s, sign changing with the Sun's rotation), {HELIOSHEATH_NT:g} nT in the heliosheath, "
        f"{VLISM_FIELD_NT:g} nT towards λ {VLISM_LAMBDA_DEG:g}°, δ {VLISM_DELTA_DEG:g}° beyond {HELIOPAUSE_AU:g} au; "
        "with smooth noise from a fixed seed."
    ),
    accuracy="Levels within a factor of two; planets, shocks and solar cycle are not in it.",
    references=(
        "E. N. Parker 1958, ApJ 128, 664, https://doi.org/10.1086/146579",
        "L. F. Burlaga et al. 2005, Science 309, 2027, https://doi.org/10.1126/science.1117542",
        "L. F. Burlaga & N. F. Ness 2014, ApJL 795, L19, https://doi.org/10.1088/2041-8205/795/1/L19",
        "M. J. Owens & R. J. Forsyth 2013, Living Rev. Sol. Phys. 10, 5, https://doi.org/10.12942/lrsp-2013-5",
    ),
)

Floats = NDArray[np.float64]


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    """Days since 1970 and modelled distances from the Sun, au: a straight line between them is within 0.02 au."""
    jd = np.arange(synthetic.MODEL_START_JD_TDB, synthetic.MODEL_END_JD_TDB, _NODE_D)
    position, _velocity = synthetic.voyager_state(jd)
    return jd - _UNIX_JD, np.sqrt((position**2).sum(axis=1))


def distance_au(utc: NDArray[np.datetime64]) -> Floats:
    """Modelled distance of Voyager 1 from the Sun, au; before launch that of the launch."""
    days, distances = _nodes()
    unix_d = utc.astype("datetime64[us]").astype(np.int64) / (1e6 * SECONDS_PER_DAY)
    distance: Floats = np.interp(unix_d, days, distances)
    return distance


def field_nt(utc: NDArray[np.datetime64]) -> Floats:
    """Modelled field at some instants.

    Parameters
    ----------
    utc : ndarray of datetime64, shape (n,)
        From launch to 2099.

    Returns
    -------
    ndarray, shape (n, 4)
        Strength, R, T, N, nT.
    """
    r_au = distance_au(utc)
    beyond, sheath = r_au > HELIOPAUSE_AU, (r_au > TERMINATION_SHOCK_AU) & (r_au <= HELIOPAUSE_AU)
    vector = _spiral_nt(r_au, utc)
    vector[sheath] *= HELIOSHEATH_NT / np.sqrt((vector[sheath] ** 2).sum(axis=1))[:, None]
    vector[beyond] = VLISM_FIELD_NT * _towards(VLISM_LAMBDA_DEG, VLISM_DELTA_DEG)
    vector *= np.exp(np.where(beyond, _VLISM_SPREAD, _WIND_SPREAD) * _noise(utc))[:, None]
    return np.column_stack([np.sqrt((vector**2).sum(axis=1)), vector])


def _spiral_nt(r_au: Floats, utc: NDArray[np.datetime64]) -> Floats:
    turns = _days(utc) / ROTATION_D
    sign = np.where(turns % 1.0 < 0.5, 1.0, -1.0)
    radial = sign * RADIAL_FIELD_1_AU_NT / r_au**2
    latitude = np.radians(np.where(r_au > _SATURN_AU, LATITUDE_DEG, 0.0))
    winding = 2 * np.pi / (ROTATION_D * SECONDS_PER_DAY) * r_au * AU_KM * np.cos(latitude) / WIND_KM_S
    return np.column_stack([radial, -radial * winding, np.zeros_like(radial)])


def _towards(lambda_deg: float, delta_deg: float) -> Floats:
    azimuth, elevation = np.radians([lambda_deg, delta_deg])
    return np.array(
        [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]
    )


def _days(utc: NDArray[np.datetime64]) -> Floats:
    return (utc.astype("datetime64[us]") - _EPOCH).astype(np.int64) / (1e6 * SECONDS_PER_DAY)


def _noise(utc: NDArray[np.datetime64]) -> Floats:
    """Values between fixed random ones on a lattice per octave; about unit variance."""
    days = _days(utc)
    total = np.zeros(len(utc))
    for octave, period_d in enumerate(_OCTAVES_D):
        lattice = _lattice(octave)
        total += np.interp(days / period_d, np.arange(len(lattice)), lattice)
    scaled: Floats = total / np.sqrt(
        len(_OCTAVES_D) * 2 / 3
    )  # a straight line between two values has less variance
    return scaled


@lru_cache(maxsize=len(_OCTAVES_D))
def _lattice(octave: int) -> Floats:
    length = int(124 * 365.25 / _OCTAVES_D[octave])  # to the end of 2100
    return np.random.default_rng([_SEED, octave]).normal(size=length)
