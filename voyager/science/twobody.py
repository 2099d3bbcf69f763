"""Two-body motion: Kepler propagation with universal variables, and Lambert's problem.

References
----------
Battin (1999), An Introduction to the Mathematics and Methods of Astrodynamics, sections 4.5-4.6.
Prussing & Conway (1993), Orbital Mechanics, section 2.3 (Laguerre-Conway iteration).
Vallado (2013), Fundamentals of Astrodynamics and Applications, 4th ed., algorithms 8 and 58.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from voyager.constants import GM_SUN_AU3_D2
from voyager.science.arrays import FloatArray
from voyager.science.distances import norm

_SERIES_BELOW = 1.0  # |psi| under which the closed forms of the Stumpff functions lose digits
_SERIES_TERMS = 10  # the next term is below 1e-20 there
_LAGUERRE_ORDER = 5
_LAGUERRE_STEPS = 60
_RELATIVE_TOLERANCE = 1e-13
_LAMBERT_STEPS = 200
# bounds of psi, the squared anomaly difference: one revolution, and a very fast hyperbola
_PSI_ELLIPTIC_LIMIT = 4.0 * math.pi**2
_PSI_HYPERBOLIC_LIMIT = -400.0


def stumpff(psi: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Stumpff functions c2 and c3 of psi = alpha chi**2, any shape; accurate to about 1e-15."""
    value = np.asarray(psi, dtype=np.float64)
    root = np.sqrt(np.where(np.abs(value) < _SERIES_BELOW, 1.0, np.abs(value)))
    bound = value > 0.0
    # cosh only sees unbound arguments: on a large bound one it would overflow in vain
    unbound_root = np.where(bound, 1.0, root)
    c2 = np.where(bound, 1.0 - np.cos(root), np.cosh(unbound_root) - 1.0) / root**2
    c3 = np.where(bound, root - np.sin(root), np.sinh(unbound_root) - unbound_root) / root**3
    small = np.where(np.abs(value) < _SERIES_BELOW, value, 0.0)
    is_small = np.abs(value) < _SERIES_BELOW
    return np.where(is_small, _series(small, 2), c2), np.where(is_small, _series(small, 3), c3)


def _series(psi: FloatArray, order: int) -> FloatArray:
    """Sum of (-psi)**k / (2 k + order)! by Horner's rule."""
    total = np.zeros_like(psi)
    for k in reversed(range(_SERIES_TERMS)):
        total = total * -psi + 1.0 / math.factorial(2 * k + order)
    return total


def propagate(
    position: ArrayLike, velocity: ArrayLike, elapsed_d: ArrayLike, gm: float = GM_SUN_AU3_D2
) -> tuple[FloatArray, FloatArray]:
    """Move one state along its conic: ellipse, parabola or hyperbola.

    Parameters
    ----------
    position, velocity : array_like, shape (3,)
        State relative to the attracting body, au and au/d (or any unit of length and time that
        `gm` shares).
    elapsed_d : array_like, shape (...)
        Times since that state in days, of either sign.
    gm : float
        Gravitational parameter, au**3/d**2; the Sun's by default.

    Returns
    -------
    position, velocity : ndarray of float64, shape (..., 3)

    Raises
    ------
    ValueError
        If the state is at the attracting body, or a value is not finite.
    ArithmeticError
        If Kepler's equation does not converge (not seen in 60 steps for any tested conic).

    Notes
    -----
    Universal-variable Kepler equation, solved by Laguerre-Conway iteration for all times at once.
    Energy and angular momentum are kept to about 1e-13.
    """
    r0, v0 = np.asarray(position, dtype=np.float64), np.asarray(velocity, dtype=np.float64)
    elapsed = np.asarray(elapsed_d, dtype=np.float64)
    start_distance = float(norm(r0))
    if not (start_distance > 0.0 and np.all(np.isfinite(v0)) and np.all(np.isfinite(elapsed))):
        msg = "a conic needs a finite state away from the attracting body, and finite times"
        raise ValueError(msg)
    root_gm = math.sqrt(gm)
    alpha = 2.0 / start_distance - float(v0 @ v0) / gm
    sigma = float(r0 @ v0) / root_gm

    chi = _universal_anomaly(elapsed * root_gm, start_distance, sigma, alpha)
    c2, c3 = stumpff(alpha * chi**2)
    f = 1.0 - chi**2 / start_distance * c2
    g = elapsed - chi**3 / root_gm * c3
    moved = f[..., np.newaxis] * r0 + g[..., np.newaxis] * v0
    distance = norm(moved)
    f_dot = root_gm / (start_distance * distance) * chi * (alpha * chi**2 * c3 - 1.0)
    g_dot = 1.0 - chi**2 / distance * c2
    return moved, f_dot[..., np.newaxis] * r0 + g_dot[..., np.newaxis] * v0


def _universal_anomaly(scaled_time: FloatArray, r0: float, sigma: float, alpha: float) -> FloatArray:
    """Universal anomaly chi (square root of au) at times multiplied by the root of GM."""
    chi = _first_guess(scaled_time, r0, alpha)
    for _ in range(_LAGUERRE_STEPS):
        psi = alpha * chi**2
        c2, c3 = stumpff(psi)
        value = sigma * chi**2 * c2 + (1.0 - alpha * r0) * chi**3 * c3 + r0 * chi - scaled_time
        slope = sigma * chi * (1.0 - psi * c3) + (1.0 - alpha * r0) * chi**2 * c2 + r0
        curvature = sigma * (1.0 - psi * c2) + (1.0 - alpha * r0) * chi * (1.0 - psi * c3)
        n = _LAGUERRE_ORDER
        root = np.sqrt(np.abs((n - 1) ** 2 * slope**2 - n * (n - 1) * value * curvature))
        step = n * value / (slope + root)  # the slope is the distance: never negative
        chi = chi - step
        if np.all(np.abs(step) <= _RELATIVE_TOLERANCE * (1.0 + np.abs(chi))):
            return chi
    msg = "Kepler's equation did not converge"
    raise ArithmeticError(msg)


def _first_guess(scaled_time: FloatArray, r0: float, alpha: float) -> FloatArray:
    if alpha > 0.0:
        return scaled_time * alpha
    # late on a hyperbola chi grows with the logarithm of time; early on it is time over distance
    limit = math.sqrt(-1.0 / alpha) if alpha < 0.0 else math.inf
    early = scaled_time / r0
    if math.isinf(limit):
        return early
    late = np.sign(scaled_time) * limit * np.arcsinh(np.abs(early) / limit)
    return np.asarray(late, dtype=np.float64)


def lambert(
    start: ArrayLike, end: ArrayLike, flight_d: float, gm: float = GM_SUN_AU3_D2
) -> tuple[FloatArray, FloatArray]:
    """Velocities at both ends of the conic that joins two positions in a given time.

    Parameters
    ----------
    start, end : array_like, shape (3,)
        Positions relative to the attracting body in au; less than half a revolution apart.
    flight_d : float
        Time of flight in days, positive.
    gm : float
        Gravitational parameter, au**3/d**2; the Sun's by default.

    Returns
    -------
    departure, arrival : ndarray of float64, shape (3,)
        Velocities in au/d of the direct arc that turns by less than 180 degrees.

    Raises
    ------
    ValueError
        If the time is not positive, or the positions are in line with the attracting body (the
        plane of the orbit is then undefined).

    Notes
    -----
    Universal variables and bisection: slow and safe, and needed three times per process.
    """
    r1, r2 = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    d1, d2 = float(norm(r1)), float(norm(r2))
    reach = math.sqrt(max(d1 * d2 + float(r1 @ r2), 0.0))
    if not flight_d > 0.0 or float(norm(np.cross(r1, r2))) <= 1e-12 * d1 * d2:
        msg = "Lambert's problem needs a positive time and positions that are not in one line"
        raise ValueError(msg)

    def area(psi: float) -> tuple[float, float]:
        c2, c3 = (float(c) for c in stumpff(psi))
        y = d1 + d2 + reach * (psi * c3 - 1.0) / math.sqrt(c2)
        if y < 0.0:
            return y, -math.inf
        return y, ((y / c2) ** 1.5 * c3 + reach * math.sqrt(y)) / math.sqrt(gm)

    low, high = _PSI_HYPERBOLIC_LIMIT, _PSI_ELLIPTIC_LIMIT
    for _ in range(_LAMBERT_STEPS):
        psi = low + (high - low) / 2.0
        if area(psi)[1] <= flight_d:
            low = psi
        else:
            high = psi
    y = area(low)[0]
    f, g, g_dot = 1.0 - y / d1, reach * math.sqrt(y / gm), 1.0 - y / d2
    return (r2 - f * r1) / g, (g_dot * r2 - r1) / g
