"""The model behind the `synthetic` tier: Voyager 1's trajectory as three patched conics.

Shown, labelled, when no real ephemeris row exists; never stored and never exported as data.

Voyager 1 is taken along heliocentric two-body conics that meet at the flybys:

=====================  =================================  =============================
leg                    from                               to
=====================  =================================  =============================
Earth to Jupiter       Horizons position of 1977-09-06    Jupiter's place at the flyby
Jupiter to Saturn      Jupiter's place at the flyby       start of the last leg
after Saturn           Horizons position of 1981-09-06    Horizons position of 2026-09-06
=====================  =================================  =============================

Each leg is the solution of Lambert's problem for its two positions and the time between them, so
that nothing is fitted: the inputs are three recorded positions, two dates of closest approach and
the mean elements of Jupiter. The last leg, followed back to the Saturn flyby, gives the end of
the second. Positions are therefore continuous; at the two flybys the velocity changes in no time,
as in the textbook zero-sphere-of-influence picture of a gravity assist.

Worst errors in position against JPL Horizons as recorded (1977-09-05 to 2031-01-01):

=====================  ==========  ===========  ============================================
leg                    au          when         why
=====================  ==========  ===========  ============================================
Earth to Jupiter       0.020       1979-01      Jupiter already pulls
Jupiter to Saturn      0.020       1979-05      Jupiter still pulls
after Saturn           0.013       2019         the Sun moves about the barycentre
=====================  ==========  ===========  ============================================

From 2031 to 2100 nothing was compared; the velocity error at the end of 2030, 6e-6 au/d, adds up
to 0.15 au by 2100 (0.04 % of the distance).

References
----------
Bate, Mueller & White (1971), Fundamentals of Astrodynamics, chapters 4, 5 and 8.
JPL Horizons, solution Voyager_1_ST+refit2022_m, https://ssd.jpl.nasa.gov/horizons/
E. M. Standish, Approximate Positions of the Planets, https://ssd.jpl.nasa.gov/planets/approx_pos.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from voyager.constants import (
    HORIZONS_1977_09_06_AU,
    HORIZONS_1977_09_06_JD_TDB,
    HORIZONS_1981_09_06_AU,
    HORIZONS_1981_09_06_JD_TDB,
    HORIZONS_2026_09_06_AU,
    HORIZONS_2026_09_06_JD_TDB,
    JUPITER_CLOSEST_APPROACH_JD_TDB,
    LAUNCH_JD_TDB,
    SATURN_CLOSEST_APPROACH_JD_TDB,
)
from voyager.science.arrays import FloatArray
from voyager.science.planets import planet_position, planet_state
from voyager.science.twobody import lambert, propagate

__all__ = [
    "MODEL",
    "MODEL_END_JD_TDB",
    "MODEL_START_JD_TDB",
    "SyntheticModel",
    "earth_state",
    "planet_position",
    "voyager_state",
]

MODEL_START_JD_TDB: Final = LAUNCH_JD_TDB
MODEL_END_JD_TDB: Final = 2_488_069.5  # 2100-01-01, the end of the Horizons ephemeris


@dataclass(frozen=True)
class SyntheticModel:
    """What a page prints beside modelled values."""

    name: str
    statement: str
    accuracy: str
    references: tuple[str, ...]


MODEL: Final = SyntheticModel(
    name="Patched-conic model of Voyager 1",
    statement=(
        "Three heliocentric two-body conics (Earth to Jupiter, Jupiter to Saturn, after Saturn), each the "
        "solution of Lambert's problem between cited positions; the Earth from mean Keplerian elements."
    ),
    accuracy=(
        "Within 0.021 au of JPL Horizons from launch to 1980 and within 0.013 au from 1981 to 2030; "
        "not compared after (about 0.15 au expected by 2100). The Earth within 0.00015 au until 2100."
    ),
    references=(
        "JPL Horizons, solution Voyager_1_ST+refit2022_m, https://ssd.jpl.nasa.gov/horizons/",
        "E. M. Standish, Approximate Positions of the Planets, https://ssd.jpl.nasa.gov/planets/approx_pos.html",
        "Bate, Mueller & White (1971), Fundamentals of Astrodynamics, chapters 4, 5 and 8",
    ),
)


class _Leg(NamedTuple):
    """One conic: its state at an epoch, and the dates between which it is flown."""

    start_jd: float
    end_jd: float
    epoch_jd: float
    position_au: FloatArray
    velocity_au_d: FloatArray

    def state(self, jd_tdb: ArrayLike) -> tuple[FloatArray, FloatArray]:
        elapsed_d = np.asarray(jd_tdb, dtype=np.float64) - self.epoch_jd
        return propagate(self.position_au, self.velocity_au_d, elapsed_d)


def _leg(start_jd: float, end_jd: float, *ends: tuple[float, FloatArray]) -> _Leg:
    """The conic through two dated positions, flown between two dates."""
    (epoch_jd, position), (last_jd, last_position) = ends
    departure, _arrival = lambert(position, last_position, last_jd - epoch_jd)
    return _Leg(start_jd, end_jd, epoch_jd, position, departure)


@lru_cache(maxsize=1)
def _legs() -> tuple[_Leg, _Leg, _Leg]:
    jupiter_jd, saturn_jd = JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB
    near_launch = (HORIZONS_1977_09_06_JD_TDB, np.asarray(HORIZONS_1977_09_06_AU))
    at_jupiter = (jupiter_jd, planet_position("jupiter", jupiter_jd))
    outbound = _leg(
        saturn_jd,
        MODEL_END_JD_TDB,
        (HORIZONS_1981_09_06_JD_TDB, np.asarray(HORIZONS_1981_09_06_AU)),
        (HORIZONS_2026_09_06_JD_TDB, np.asarray(HORIZONS_2026_09_06_AU)),
    )
    at_saturn = (saturn_jd, outbound.state(saturn_jd)[0])
    return (
        _leg(MODEL_START_JD_TDB, jupiter_jd, near_launch, at_jupiter),
        _leg(jupiter_jd, saturn_jd, at_jupiter, at_saturn),
        outbound,
    )


def voyager_state(jd_tdb: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Modelled heliocentric position and velocity of Voyager 1.

    Parameters
    ----------
    jd_tdb : array_like, shape (...)
        TDB Julian dates from `MODEL_START_JD_TDB` (launch) to `MODEL_END_JD_TDB` (2100-01-01).

    Returns
    -------
    position_au : ndarray of float64, shape (..., 3)
        Ecliptic and mean equinox J2000.
    velocity_au_d : ndarray of float64, shape (..., 3)
        At the instant of a flyby, the velocity after it.

    Raises
    ------
    ValueError
        If a date is outside the span of the model or not finite.

    Notes
    -----
    Within 0.021 au of JPL Horizons before 1981 and 0.013 au from 1981 to 2030; see the module.
    """
    dates = np.asarray(jd_tdb, dtype=np.float64)
    if not np.all((dates >= MODEL_START_JD_TDB) & (dates <= MODEL_END_JD_TDB)):
        msg = f"the model covers JD {MODEL_START_JD_TDB} to {MODEL_END_JD_TDB} TDB"
        raise ValueError(msg)
    position, velocity = np.empty((*dates.shape, 3)), np.empty((*dates.shape, 3))
    for leg in _legs():
        flown = (dates >= leg.start_jd) & (dates <= leg.end_jd)
        position[flown], velocity[flown] = leg.state(dates[flown])
    return position, velocity


def earth_state(jd_tdb: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Modelled heliocentric position (au) and velocity (au/d) of the Earth, shape (..., 3).

    The Earth-Moon barycentre on mean Keplerian elements, ecliptic J2000: within 0.00015 au
    (22,000 km) of the Earth's centre from 1977 to 2100. `jd_tdb` are TDB Julian dates, shape (...).
    """
    return planet_state("earth", jd_tdb)
