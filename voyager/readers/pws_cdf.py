"""Daily CDF files of the spectrum analyser, ``vg1_pws_lr_YYYYMMDD_vX.YY.cdf``: 16 amplitudes per spectrum.

References
----------
SPASE record of VG1_PWS_LR, doi:10.17189/wp0z-1c51
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deepspace.upstream.errors import SchemaDrift
from voyager.constants import PWS_CHANNELS_HZ
from voyager.readers.cdf import Floats, Times, opened

_CHANNEL_TOLERANCE = 0.01  # the files round centre frequencies to three digits


@dataclass(frozen=True, slots=True)
class Spectra:
    """Spectra in the order of the file."""

    times_utc: Times  # shape (n,); NaT where the file has no time
    amplitude_v_m: Floats  # shape (n, 16), V/m; NaN where the file has its fill value
    left_out: int  # records without a single value: the file's way to say that there was none


def read_spectra(body: bytes, name: str) -> Spectra:
    """Spectra of one file, without the records that hold no value at all.

    Raises
    ------
    SchemaDrift
        Not such a file, damaged, with other channels, or without a single value.
    """
    with opened(body, name) as file:
        file.require("epoch", "frequency", "electric_field")
        times = file.times("epoch")
        channels = file.values("frequency").ravel()
        amplitude = file.values("electric_field", records=len(times))
    if len(channels) != len(PWS_CHANNELS_HZ) or not np.allclose(
        channels, PWS_CHANNELS_HZ, rtol=_CHANNEL_TOLERANCE, atol=0.0
    ):
        raise SchemaDrift(f"{name}: frequency is not the {len(PWS_CHANNELS_HZ)} channels of the analyser")
    if amplitude.ndim != 2 or amplitude.shape[1] != len(channels):
        raise SchemaDrift(f"{name}: electric_field has shape {amplitude.shape}, not (n, {len(channels)})")
    measured = ~np.isnan(amplitude).all(axis=1)
    if not measured.any():
        raise SchemaDrift(f"{name}: every value of electric_field is fill, in {len(times):,} records")
    return Spectra(times[measured], amplitude[measured], int((~measured).sum()))
