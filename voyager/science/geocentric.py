"""What happens to the Earth-spacecraft distance: its yearly seesaw and the one-light-day crossing.

The Earth's 30 km/s is faster than Voyager 1's 17 km/s, so that for some months of each year the
Earth catches up and the geocentric distance shrinks while the heliocentric one only grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from voyager.constants import LIGHT_DAY_AU
from voyager.science.arrays import BoolArray, FloatArray
from voyager.science.distances import norm
from voyager.science.interpolation import EPHEMERIS_JUMP_TDB_S, hermite_state, reaches_over

_BISECTION_TOLERANCE_S = 1e-6
_BISECTION_STEPS = 64  # halves a 30-year gap to below a microsecond


class Extrema(NamedTuple):
    """Local extrema of the geocentric distance, in the order of time."""

    times_s: FloatArray
    """Instants, TDB seconds past J2000, shape (m,)."""
    distance_au: FloatArray
    """Geometric Earth-spacecraft distance, shape (m,)."""
    is_maximum: BoolArray
    """True for a maximum, False for a minimum, shape (m,)."""


@dataclass(frozen=True)
class _States:
    """Stored heliocentric states of both bodies at the same epochs."""

    times_s: FloatArray
    voyager_xyz: FloatArray
    voyager_v: FloatArray
    earth_xyz: FloatArray
    earth_v: FloatArray

    def relative(self, t_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Geometric position and velocity of the spacecraft seen from the Earth, au and au/d."""
        position, velocity = hermite_state(t_s, self.times_s, self.voyager_xyz, self.voyager_v)
        earth, earth_v = hermite_state(t_s, self.times_s, self.earth_xyz, self.earth_v, jump_s=None)
        return position - earth, velocity - earth_v

    def distance_au(self, t_s: FloatArray) -> FloatArray:
        return norm(self.relative(t_s)[0])

    def receding(self, t_s: FloatArray) -> BoolArray:
        position, velocity = self.relative(t_s)
        growing: BoolArray = np.sum(position * velocity, axis=-1) > 0.0
        return growing


def _states(
    times_s: ArrayLike,
    voyager_xyz: ArrayLike,
    earth_xyz: ArrayLike,
    voyager_v: ArrayLike,
    earth_v: ArrayLike,
) -> _States:
    columns = (times_s, voyager_xyz, voyager_v, earth_xyz, earth_v)
    return _States(*(np.asarray(column, dtype=np.float64) for column in columns))


def geocentric_extrema(
    times_s: ArrayLike,
    voyager_xyz: ArrayLike,
    earth_xyz: ArrayLike,
    voyager_v: ArrayLike,
    earth_v: ArrayLike,
) -> Extrema:
    """Local maxima and minima of the geometric Earth-spacecraft distance.

    Parameters
    ----------
    times_s : array_like, shape (n,)
        Stored epochs, TDB seconds past J2000, strictly increasing; spaced by less than a month.
    voyager_xyz, earth_xyz : array_like, shape (n, 3)
        Heliocentric positions in au on the same axes.
    voyager_v, earth_v : array_like, shape (n, 3)
        Heliocentric velocities in au/d.

    Returns
    -------
    Extrema

    Raises
    ------
    ValueError
        As `hermite_state`.

    Notes
    -----
    Zeros of the range rate on the interpolated states, found by bisection to a microsecond. An
    extremum in the interval of the 1981-01-01 jump of the ephemeris would be one of the jump
    rather than of the motion and is left out.
    """
    return _extrema(_states(times_s, voyager_xyz, earth_xyz, voyager_v, earth_v))


def _extrema(states: _States) -> Extrema:
    times = states.times_s
    receding = states.receding(times)
    turns = receding[1:] != receding[:-1]
    turns &= ~reaches_over(EPHEMERIS_JUMP_TDB_S, times[:-1], times[1:])
    index = np.flatnonzero(turns)
    before, after, receding_before = times[index], times[index + 1], receding[index]
    for _ in range(_BISECTION_STEPS):
        if np.all(after - before <= _BISECTION_TOLERANCE_S):
            break
        middle = before + (after - before) / 2.0
        same_side = states.receding(middle) == receding_before
        before, after = np.where(same_side, middle, before), np.where(same_side, after, middle)
    return Extrema(after, states.distance_au(after), receding_before)


def light_day_crossing(
    times_s: ArrayLike,
    voyager_xyz: ArrayLike,
    earth_xyz: ArrayLike,
    voyager_v: ArrayLike,
    earth_v: ArrayLike,
) -> float | None:
    """First instant at which the geometric Earth-spacecraft distance reaches one light-day.

    Parameters
    ----------
    times_s : array_like, shape (n,)
        Stored epochs, TDB seconds past J2000, strictly increasing; spaced by less than a month.
    voyager_xyz, earth_xyz : array_like, shape (n, 3)
        Heliocentric positions in au on the same axes.
    voyager_v, earth_v : array_like, shape (n, 3)
        Heliocentric velocities in au/d.

    Returns
    -------
    float or None
        TDB seconds past J2000, or None when the crossing is not in the data: the distance never
        reaches one light-day, or is beyond it from the first epoch on.

    Raises
    ------
    ValueError
        As `hermite_state`.

    Notes
    -----
    One light-day is 86400 s times the speed of light, 25,902,068,371.2 km. The instant is that at
    which both bodies are this far apart, not that at which a signal is sent or received. The
    local maxima of the distance are looked at as well as the stored epochs, so that a crossing
    that lasts less than the spacing is not missed. At 15 to 30 km/s of range rate an error of
    100 km in the states moves the instant by less than 10 s.

    References
    ----------
    NASA, "Voyager 1: what is a light-day?", gives 2026-11-18 10:16:07 UTC,
    https://science.nasa.gov/mission/voyager/where-are-voyager-1-and-voyager-2-now/
    """
    states = _states(times_s, voyager_xyz, earth_xyz, voyager_v, earth_v)
    knots = np.union1d(states.times_s, _extrema(states).times_s)
    reached = states.distance_au(knots) >= LIGHT_DAY_AU
    first = int(np.argmax(reached))
    if not reached[first] or first == 0:
        return None
    before, after = knots[first - 1], knots[first]
    while after - before > _BISECTION_TOLERANCE_S:
        middle = before + (after - before) / 2.0
        if states.distance_au(middle) >= LIGHT_DAY_AU:
            after = middle
        else:
            before = middle
    return float(after)
