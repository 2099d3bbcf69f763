"""CDF files of the wideband receiver, ``vg1_pws_wf_YYYY-MM-DDTHH_vX.Y.cdf``: frames of 1,600 samples.

A sample is a 4-bit number, times 2 minus 15: an odd number from -15 to 15, in arbitrary units. Frames begin with 16
zeros, which no sample can be.

References
----------
spase://VSPO/NumericalData/Voyager1/PWS/CDF/PT0.060S, and the global attributes of the files
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deepspace.upstream.errors import SchemaDrift
from voyager.constants import WAVEFORM_FRAME_SAMPLES, WAVEFORM_RATE_HZ
from voyager.readers.cdf import Floats, Times, opened

_RATE_TOLERANCE = 0.001
_PRESENT = 0.9  # share of a frame's samples that must be there
_TOLERATED = 0.1  # share of frames that may be unfit, as for rows elsewhere


@dataclass(frozen=True, slots=True)
class Frames:
    """Usable frames in the order of time, each instant once."""

    times_utc: Times  # shape (n,), first sample of each frame
    samples: Floats  # shape (n, 1600), raw units; NaN where a sample is missing
    unfit: tuple[str, ...]  # the others: record, and what is wrong with it


def read_frames(body: bytes, name: str) -> Frames:
    """Frames of one file.

    Raises
    ------
    SchemaDrift
        Not such a file, damaged, with another sampling rate, or with more than a tenth of its frames unfit.
    """
    with opened(body, name) as file:
        file.require("Epoch", "timeOffsets", "Waveform")
        times = file.times("Epoch")
        offsets_us = file.values("timeOffsets").ravel()
        samples = file.values("Waveform", records=len(times))
    if samples.ndim != 2 or samples.shape[1] != WAVEFORM_FRAME_SAMPLES:
        raise SchemaDrift(f"{name}: Waveform has shape {samples.shape}, not (n, {WAVEFORM_FRAME_SAMPLES})")
    _check_rate(offsets_us, name)
    if not (np.mod(samples, 1.0)[np.isfinite(samples)] != 0.0).any():
        samples[samples == 0.0] = np.nan
    samples[np.isinf(samples)] = np.nan
    flaws = _flaws(times, samples)
    unfit = tuple(f"record {record}: {flaw}" for record, flaw in enumerate(flaws) if flaw not in {"", _TWICE})
    if len(unfit) > _TOLERATED * len(times) or not len(times):
        raise SchemaDrift(
            f"{name}: {len(unfit)} of {len(times)} frames are unfit{''.join(f', {u}' for u in unfit[:1])}"
        )
    usable = np.flatnonzero(flaws == "")
    order = usable[np.argsort(times[usable], kind="stable")]
    return Frames(times[order], samples[order], unfit)


_TWICE = "there already"


def _check_rate(offsets_us: Floats, name: str) -> None:
    if len(offsets_us) != WAVEFORM_FRAME_SAMPLES or np.isnan(offsets_us).any():
        raise SchemaDrift(f"{name}: timeOffsets has {len(offsets_us)} values, not {WAVEFORM_FRAME_SAMPLES}")
    span_us = offsets_us[-1] - offsets_us[0]
    rate_hz = 1e6 * (len(offsets_us) - 1) / span_us if span_us > 0 else 0.0
    if abs(rate_hz - WAVEFORM_RATE_HZ) > _RATE_TOLERANCE * WAVEFORM_RATE_HZ:
        raise SchemaDrift(f"{name}: {rate_hz:.1f} samples per second, expected {WAVEFORM_RATE_HZ:.0f}")


def _flaws(times: Times, samples: Floats) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """What is wrong with each frame; nothing for most."""
    flaws = np.full(len(times), "", dtype=object)
    flaws[np.isnan(samples).mean(axis=1) > 1.0 - _PRESENT] = "samples are missing"
    flaws[np.isnat(times)] = "no time"
    seen: dict[int, int] = {}
    for record in np.flatnonzero(flaws == ""):
        first = seen.setdefault(int(times[record].astype(np.int64)), int(record))
        if first == record:
            continue
        if np.array_equal(samples[first], samples[record], equal_nan=True):
            flaws[record] = _TWICE
        else:
            flaws[record] = flaws[first] = "two frames of one instant differ"
    return flaws
