"""Plasma and cyclotron frequencies, and the electron density that follows from them.

References
----------
Gurnett, Kurth, Burlaga & Ness 2013, In Situ Observations of Interstellar Plasma with Voyager 1, Science 341,
1489, doi:10.1126/science.1241681. Kurth & Gurnett 2020, ApJL 900, L1, doi:10.3847/2041-8213/abae58.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from voyager.constants import CYCLOTRON_FREQUENCY_HZ_PER_NT, PLASMA_FREQUENCY_HZ_AT_1_CM3
from voyager.science.arrays import FloatArray


def electron_density_cm3(f_pe_hz: ArrayLike) -> FloatArray:
    """Electron density in cm^-3 of a plasma whose electron plasma frequency is ``f_pe_hz``.

    n_e = (f_pe / 8980 Hz)^2. The constant of the literature is 0.015 % above CODATA's, 0.03 % in density.
    """
    return (np.asarray(f_pe_hz, dtype=np.float64) / PLASMA_FREQUENCY_HZ_AT_1_CM3) ** 2


def electron_density_sigma_cm3(f_pe_hz: ArrayLike, f_pe_sigma_hz: ArrayLike) -> FloatArray:
    """1-sigma uncertainty of the density, cm^-3, from that of the frequency to first order: 2 n_e sigma_f / f."""
    f_pe = np.asarray(f_pe_hz, dtype=np.float64)
    return 2.0 * electron_density_cm3(f_pe) * np.asarray(f_pe_sigma_hz, dtype=np.float64) / f_pe


def plasma_frequency_hz(n_e_cm3: ArrayLike) -> FloatArray:
    """Electron plasma frequency in Hz at a density in cm^-3: the inverse of ``electron_density_cm3``."""
    return PLASMA_FREQUENCY_HZ_AT_1_CM3 * np.sqrt(np.asarray(n_e_cm3, dtype=np.float64))


def cyclotron_frequency_hz(b_nt: ArrayLike) -> FloatArray:
    """Electron cyclotron frequency in Hz in a field of ``b_nt`` nT: 27.99 Hz/nT."""
    return CYCLOTRON_FREQUENCY_HZ_PER_NT * np.asarray(b_nt, dtype=np.float64)
