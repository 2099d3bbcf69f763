"""The models behind the `synthetic` tier of plasma waves, wideband spectra and electron densities.

Shown, labelled, when there is no real row at or before what is asked; never stored and never exported as data.
Random numbers are drawn from generators that are seeded by the hour or the recording, so that the same instant
has the same value in every request, on every machine.

The density along the path is a step function with two slopes between published values:

=======================  ============  ===================================================================
from                     cm^-3         source
=======================  ============  ===================================================================
termination shock        0.002         heliosheath: Gurnett et al. 2013 [1]
heliopause, 2012-08-25   0.060         first official record, 2012-10-22, 122.171 au [2]
to 123.826 au            up to 0.080   2013-04-09, 2.6 kHz [1, 2]: 0.012 cm^-3 per au, the boundary layer
to pf2, 2020-05-26       up to 0.108   the level before a rise by 1.36 to 0.147 [3]: 0.0011 cm^-3 per au
after pf2                0.147         plateau of 2020 to 2023, to 161.4 au [4]; held beyond
=======================  ============  ===================================================================

References
----------
.. [1] Gurnett, Kurth, Burlaga & Ness 2013, Science 341, 1489, doi:10.1126/science.1241681
.. [2] Kurth, Voyager PWS VLISM electron densities v2.0, PDS, doi:10.17189/zkkc-we77
.. [3] Burlaga et al. 2021, ApJ 911, 61, doi:10.3847/1538-4357/abeb6a
.. [4] Kurth 2024, Voyager 1 Electron Densities in the Very Local Interstellar Medium to beyond 160 au
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from voyager.constants import (
    HELIOPAUSE_CROSSING_UTC,
    PWS_CHANNELS_HZ,
    SUPPLY_LINE_HZ,
    WAVEFORM_BIN_HZ,
    WAVEFORM_FRAME_SAMPLES,
)
from voyager.science.arrays import DatetimeArray, FloatArray
from voyager.science.plasma import plasma_frequency_hz
from voyager.synthetic import SyntheticModel

__all__ = [
    "DENSITY_MODEL",
    "HELIOSHEATH_CM3",
    "MODEL_END",
    "SPECTRA_MODEL",
    "VLISM_CM3",
    "WAVEFORM_MODEL",
    "ModelRecording",
    "density_cm3",
    "distance_au",
    "recordings",
    "spectra",
]

HELIOSHEATH_CM3: Final = 0.002  # Gurnett et al. 2013, abstract
VLISM_CM3: Final = (0.05, 0.15)  # range along Voyager 1's path, 2012 to 2023: Gurnett et al. 2013; Kurth 2024
MODEL_END: Final = datetime(2025, 1, 1, tzinfo=UTC)  # of a window without an end of its own

_GURNETT = "Gurnett, Kurth, Burlaga & Ness 2013, Science 341, 1489, doi:10.1126/science.1241681"
_BUNDLE = "W. S. Kurth, Voyager PWS VLISM electron densities v2.0, PDS4, doi:10.17189/zkkc-we77"
_BURLAGA = "Burlaga et al. 2021, ApJ 911, 61, doi:10.3847/1538-4357/abeb6a"
_KURTH = (
    "W. S. Kurth 2024, Voyager 1 Electron Densities in the Very Local Interstellar Medium to beyond 160 au"
)

DENSITY_MODEL: Final = SyntheticModel(
    name="Density steps along the path",
    statement=(
        "0.002 per cm³ in the heliosheath, 0.060 behind the heliopause (2012-08-25), rising to 0.080 at 123.8 au and "
        "to 0.108 at 149.2 au, 0.147 from the pressure front of 2020-05-26 on; linear in distance between."
    ),
    accuracy="Passes through published values; 10 to 20 % elsewhere. Nothing before the termination shock.",
    references=(_GURNETT, _BUNDLE, _BURLAGA, _KURTH),
)
SPECTRA_MODEL: Final = SyntheticModel(
    name="Receiver noise and one plasma line",
    statement=(
        "The noise floor of the 16 channels, as medians of 2014-04-03, with the scatter of that day; in quadrature a "
        "line of 2e-6 V/m (chosen, not measured) at the plasma frequency of the density model."
    ),
    accuracy="The floor within 1 dB of the recorded days of 2013 and 2014; the line's strength means nothing.",
    references=("VG1_PWS_LR, Kurth & Granroth, doi:10.17189/wp0z-1c51 (recorded 2014-04-03)", _GURNETT),
)
WAVEFORM_MODEL: Final = SyntheticModel(
    name="Receiver noise, supply lines and one plasma line",
    statement=(
        "Noise of ten averaged frames per row, the 2.4 kHz supply line and its harmonic as strong as on 2023-10-24, "
        "and a line four times the noise (chosen, not measured) at the plasma frequency of the density model."
    ),
    accuracy="The frequency follows the density model; the line's strength and significance mean nothing.",
    references=("Voyager 1 PWS wideband waveforms, University of Iowa (recorded 2023-10-24)", _GURNETT),
)

# Median and scatter (half the span from the 16th to the 84th percentile, dB) of each channel on 2014-04-03.
_FLOOR_V_M = np.array(
    [
        *(1.91e-6, 6.43e-7, 8.14e-7, 6.65e-7, 4.36e-7, 4.68e-7, 4.95e-7, 4.36e-7),
        *(1.28e-6, 1.37e-6, 1.28e-6, 1.47e-6, 1.23e-6, 1.27e-6, 1.35e-6, 1.30e-6),
    ]
)
_SCATTER_DB = np.array([0.4, 1.9, 0.6, 2.1, 2.5, 0.2, 0.4, 0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
_LINE_V_M: Final = 2e-6
_CHANNEL_WIDTH: Final = 0.15  # of a channel's response, in the logarithm of frequency
_CADENCE_S: Final = 16  # of the recorded days
_HOUR_S: Final = 3_600

_FIRST_RECORD: Final = (np.datetime64("2012-10-22T21:44:19.795", "us"), 122.171)  # au
_LAST_RECORD: Final = (np.datetime64("2023-10-18T00:00:00", "us"), 161.397)
_TERMINATION_SHOCK: Final = np.datetime64("2004-12-16", "us")  # Stone et al. 2005, Science 309, 2017
_HELIOPAUSE: Final = np.datetime64(HELIOPAUSE_CROSSING_UTC, "us")
_PF2: Final = np.datetime64("2020-05-26", "us")  # day 147: Burlaga et al. 2021
_PF2_RISE: Final = 1.36  # the same
_PLATEAU_CM3: Final = 0.147  # Kurth 2024

_RECORDING_EVERY: Final = timedelta(hours=84)  # "a few times a week"
_EPOCH: Final = datetime(2012, 8, 25, tzinfo=UTC)
_ROWS, _ROW_S, _FRAMES = 16, 3, 10
_LINE_POWER: Final = 4.0
_SUPPLY_DB: Final = (21.6, 16.8, 2.3)  # 2.4, 4.8 and 7.2 kHz on 2023-10-24


class ModelRecording(NamedTuple):
    """One modelled run of wideband frames."""

    utc: DatetimeArray  # (rows,)
    frames: int  # per row
    power_db: FloatArray  # (rows, bins)
    f_pe_hz: float


def distance_au(utc: DatetimeArray) -> FloatArray:
    """Distance from the Sun, au, on the straight line between two published records: 3.57 au a year."""
    (t0, d0), (t1, d1) = _FIRST_RECORD, _LAST_RECORD
    share = (utc - t0) / (t1 - t0)
    distance: FloatArray = d0 + (d1 - d0) * share.astype(np.float64)
    return distance


def density_cm3(utc: DatetimeArray) -> FloatArray:
    """Electron density of the model, cm^-3; NaN before the termination shock.

    Parameters
    ----------
    utc : array of datetime64[us], shape (n,)

    Notes
    -----
    See the table in the module's docstring.
    """
    before_pf2 = _PLATEAU_CM3 / _PF2_RISE
    pf2_au = float(distance_au(np.array([_PF2]))[0])
    density = np.interp(distance_au(utc), [_FIRST_RECORD[1], 123.826, pf2_au], [0.060, 0.080, before_pf2])
    density = np.where(utc >= _PF2, _PLATEAU_CM3, density)
    density = np.where(utc < _HELIOPAUSE, HELIOSHEATH_CM3, density)
    return np.where(utc < _TERMINATION_SHOCK, np.nan, density)


def spectra(start: datetime, end: datetime) -> tuple[DatetimeArray, FloatArray]:
    """Modelled spectra every 16 s in (start, end]: instants (n,) and amplitudes (n, 16) in V/m."""
    first, last = (int(moment.timestamp()) for moment in (start, end))
    hours = np.arange(first // _HOUR_S, last // _HOUR_S + 1)
    seconds = np.arange(0, _HOUR_S, _CADENCE_S)
    times = (hours[:, None] * _HOUR_S + seconds).ravel()
    noise = np.concatenate(
        [
            np.random.default_rng([1977, 9, 5, hour]).standard_normal((len(seconds), len(_FLOOR_V_M)))
            for hour in hours.tolist()
        ]
    )
    inside = (times > first) & (times <= last)
    utc = times[inside].astype("datetime64[s]").astype("datetime64[us]")
    floor = _FLOOR_V_M * 10.0 ** (_SCATTER_DB * noise[inside] / 20.0)
    f_pe_hz = np.nan_to_num(plasma_frequency_hz(density_cm3(utc)), nan=1.0)  # 1 Hz: in no channel
    octaves = np.log(f_pe_hz[:, None] / np.array(PWS_CHANNELS_HZ))
    line = _LINE_V_M * np.exp(-0.5 * (octaves / _CHANNEL_WIDTH) ** 2)
    return utc, np.hypot(floor, line)


def recordings(start: datetime, end: datetime) -> list[ModelRecording]:
    """Modelled wideband recordings in (start, end], oldest first; the last one before where none is inside."""
    last = (end - _EPOCH) // _RECORDING_EVERY
    first = max((start - _EPOCH) // _RECORDING_EVERY + 1, 0)
    numbers = range(min(first, max(last, 0)), max(last, 0) + 1)
    return [_recording(number) for number in numbers]


def _recording(number: int) -> ModelRecording:
    start = np.datetime64((_EPOCH + number * _RECORDING_EVERY).replace(tzinfo=None), "us")
    utc = start + np.arange(_ROWS) * np.timedelta64(_ROW_S, "s")
    bins = WAVEFORM_FRAME_SAMPLES // 2 + 1
    generator = np.random.default_rng([1977, 9, 5, number])
    power = generator.gamma(_FRAMES, 1.0 / _FRAMES, (_ROWS, bins))
    f_pe_hz = float(plasma_frequency_hz(density_cm3(utc[:1]))[0])
    power[:, round(f_pe_hz / WAVEFORM_BIN_HZ)] += _LINE_POWER
    decibels = 10.0 * np.log10(power)
    for harmonic, level_db in enumerate(_SUPPLY_DB, start=1):
        decibels[:, round(harmonic * SUPPLY_LINE_HZ / WAVEFORM_BIN_HZ)] = level_db
    return ModelRecording(utc, _FRAMES, np.round(decibels, 2), f_pe_hz)
