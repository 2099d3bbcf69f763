"""States between stored epochs: cubic Hermite on position and velocity."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from deepspace.constants import J2000_JD_TDB, SECONDS_PER_DAY
from voyager.constants import EPHEMERIS_JUMP_JD_TDB
from voyager.science.arrays import BoolArray, FloatArray, IndexArray

EXACT_EPOCH_TOLERANCE_S: Final = 1e-3
EPHEMERIS_JUMP_TDB_S: Final = (EPHEMERIS_JUMP_JD_TDB - J2000_JD_TDB) * SECONDS_PER_DAY


def hermite_state(
    t_s: ArrayLike,
    times_s: ArrayLike,
    positions: ArrayLike,
    velocities: ArrayLike,
    *,
    jump_s: float | None = EPHEMERIS_JUMP_TDB_S,
) -> tuple[FloatArray, FloatArray]:
    """Interpolate stored states with a cubic Hermite polynomial per interval.

    Parameters
    ----------
    t_s : array_like, shape (...)
        Instants asked for, TDB seconds past J2000.
    times_s : array_like, shape (n,)
        Stored epochs, TDB seconds past J2000, strictly increasing.
    positions, velocities : array_like, shape (n, 3)
        Stored states in au and au/d, on any axes and from any origin.
    jump_s : float or None
        Instant of a discontinuity that is never interpolated across, TDB seconds past J2000. The
        default is that of the Voyager 1 ephemeris; None for a body without one (the Earth).

    Returns
    -------
    position : ndarray of float64, shape (..., 3)
        In au. Within 1 ms of a stored epoch the stored numbers themselves.
    velocity : ndarray of float64, shape (..., 3)
        In au/d, the derivative of the position; stored numbers likewise.

    Raises
    ------
    ValueError
        If an instant lies outside the stored epochs, if the epochs do not increase, or if the
        shapes do not belong together.

    Notes
    -----
    The error is at most h**4 / 384 times the fourth derivative of the position: below 100 km with
    daily states in cruise and hourly states at the Jupiter and Saturn encounters (22 km at most
    on the hyperbola next to Saturn).

    At 1981-01-01 00:00 TDB the Voyager 1 ephemeris jumps by 65,180 km. In the interval that ends
    there the state at its start is held until the jump: with the row of 1980-12-31 23:59 TDB
    stored, the older part's last value for one minute. If no row is stored at the jump itself,
    the first state after it holds from the jump on.

    References
    ----------
    de Boor (1978), A Practical Guide to Splines, chapter IV; JPL Horizons object page of -31.
    """
    wanted = np.asarray(t_s, dtype=np.float64)
    times = np.asarray(times_s, dtype=np.float64)
    stored_position = np.asarray(positions, dtype=np.float64)
    stored_velocity = np.asarray(velocities, dtype=np.float64)
    _check_states(times, stored_position, stored_velocity)
    _check_span(wanted, times)

    left = np.clip(np.searchsorted(times, wanted, side="right") - 1, 0, max(times.size - 2, 0))
    right = np.minimum(left + 1, times.size - 1)
    position, velocity = _cubic(wanted, left, right, times, stored_position, stored_velocity)

    held = _held_row(wanted, left, right, times, jump_s)
    kept = (held >= 0)[..., np.newaxis]
    return (
        np.where(kept, stored_position[held], position),
        np.where(kept, stored_velocity[held], velocity),
    )


def reaches_over(jump_s: float, left_s: FloatArray, right_s: FloatArray) -> BoolArray:
    """Whether intervals between stored epochs begin before a jump and end at it or after it."""
    # epochs come from dates rounded to a microsecond, so that equality needs a tolerance
    edge_s = jump_s - EXACT_EPOCH_TOLERANCE_S
    return (left_s < edge_s) & (right_s >= edge_s)


def _check_states(times: FloatArray, positions: FloatArray, velocities: FloatArray) -> None:
    if times.ndim != 1 or times.size == 0 or not np.all(np.diff(times) > 0.0):
        msg = "stored epochs must be one strictly increasing sequence"
        raise ValueError(msg)
    if positions.shape != (times.size, 3) or velocities.shape != (times.size, 3):
        msg = f"{times.size} epochs need positions and velocities of shape ({times.size}, 3)"
        raise ValueError(msg)


def _check_span(wanted: FloatArray, times: FloatArray) -> None:
    first, last = times[0] - EXACT_EPOCH_TOLERANCE_S, times[-1] + EXACT_EPOCH_TOLERANCE_S
    # not (all inside), rather than any outside: NaN is neither
    if not np.all((wanted >= first) & (wanted <= last)):
        msg = f"instants must lie within the stored epochs, {times[0]} to {times[-1]} TDB s past J2000"
        raise ValueError(msg)


def _held_row(
    wanted: FloatArray, left: IndexArray, right: IndexArray, times: FloatArray, jump_s: float | None
) -> IndexArray:
    """Row whose state is returned unchanged, -1 where the polynomial is."""
    held = np.full(wanted.shape, -1, dtype=np.intp)
    if jump_s is not None:
        nearer_part = np.where(wanted < jump_s, left, right)
        held = np.where(reaches_over(jump_s, times[left], times[right]), nearer_part, held)
    held = np.where(np.abs(wanted - times[left]) <= EXACT_EPOCH_TOLERANCE_S, left, held)
    return np.where(np.abs(wanted - times[right]) <= EXACT_EPOCH_TOLERANCE_S, right, held)


def _cubic(
    wanted: FloatArray,
    left: IndexArray,
    right: IndexArray,
    times: FloatArray,
    positions: FloatArray,
    velocities: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    step_s = np.where(right > left, times[right] - times[left], 1.0)
    u = ((wanted - times[left]) / step_s)[..., np.newaxis]
    step_d = (step_s / SECONDS_PER_DAY)[..., np.newaxis]
    v0, v1 = velocities[left], velocities[right]
    # the offset from the left state, not a weighted sum of both: nothing cancels at 170 au
    chord = positions[right] - positions[left]
    bend = step_d * u * (1.0 - u) * ((1.0 - u) * v0 - u * v1)
    position = positions[left] + u * u * (3.0 - 2.0 * u) * chord + bend
    velocity = (
        6.0 * u * (1.0 - u) * chord / step_d + (1.0 - u) * (1.0 - 3.0 * u) * v0 + u * (3.0 * u - 2.0) * v1
    )
    return position, velocity
