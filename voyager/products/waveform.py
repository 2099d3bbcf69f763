"""Wideband waveforms: averaged spectra, and the densities of the lines that stand out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from deepspace.ingestion.columns import SAMPLE
from deepspace.ingestion.known import Known
from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Row, Unusable, Window
from deepspace.upstream.request import Request
from voyager import synthetic_plasma
from voyager.constants import PLASMA_LINE_SIGMA, WAVEFORM_BIN_HZ, WAVEFORM_RATE_HZ
from voyager.models import ElectronDensity, WaveformSpectrum
from voyager.products.dated_files import ROLE, Archive, DatedFile, take_files
from voyager.readers.waveform_cdf import read_frames
from voyager.science.plasma import electron_density_cm3, electron_density_sigma_cm3
from voyager.science.recording import ROW_S, Recording, recordings

_IOWA = "https://space.physics.uiowa.edu/plasma-wave/voyager/data/voyager-1-pws-wf/data"
_MAX_BYTES = 32 * 2**20  # 20,000 frames; the recordings of interstellar space have 155


class _Waveforms(Product):
    """Hourly CDF files of the wideband receiver at the University of Iowa, and what is computed from them.

    A file speaks for the time until the next one, one day at most.
    """

    source: ClassVar[str] = "computed"
    upstream: ClassVar[str] = "University of Iowa, Voyager plasma wave science (PWS)"
    info_url: ClassVar[str] = "https://space.physics.uiowa.edu/voyager/"
    licence: ClassVar[str] = "Public domain (NASA); pre-release data, peer review pending, may include errors"
    refresh_every: ClassVar[timedelta] = timedelta(days=7)
    stale_after: ClassVar[timedelta] = timedelta(days=180)
    replaces: ClassVar = "window"
    first_window: ClassVar = timedelta(days=30)

    def requests(self, window: Window) -> Conversation:
        """The listing of each year concerned, then its files: what is new or in a higher version."""
        return take_files(self, window, _ARCHIVE, _no_parameters)


class WaveformProduct(_Waveforms):
    """Spectra of 1,600 samples at 28,800 per second, averaged over three seconds.

    The gain is not known, so power is relative to the noise of the same frames between 1 and 5 kHz. Each row also has
    the recording's strongest line outside the interference, with its significance.
    """

    key: ClassVar[str] = "voyager.plasma_waveform"
    title: ClassVar[str] = "Voyager 1 wideband spectra"
    summary: ClassVar[str] = (
        "Spectra of the plasma wave receiver's wideband waveforms up to 14.4 kHz, averaged over three seconds."
    )
    model: ClassVar = WaveformSpectrum
    citation: ClassVar[str] = (
        "Voyager 1 PWS wideband waveforms, W. S. Kurth, University of Iowa; instrument: Scarf & Gurnett 1977,"
        " Space Sci. Rev. 21, 289; spectra computed here"
    )
    model_summary: ClassVar[str] = synthetic_plasma.WAVEFORM_MODEL.statement
    bounds: ClassVar = {"ridge_hz": (0.0, WAVEFORM_RATE_HZ / 2)}

    def parse(self, batch: Batch) -> Iterator[Columns | Unusable]:
        """One row per three seconds."""
        found, unfit = _analysed(batch)
        if unfit:
            yield Unusable(f"{len(unfit)} frames left out of the averages", 0, unfit[:SAMPLE])
        for recording in found:
            yield _spectra(recording)


class RidgeDensityProduct(_Waveforms):
    """Electron density of each recording whose strongest line is significant: 4 sigma after the trials factor.

    n_e = (f_pe / 8980 Hz)^2, bounds from the line's width. No line in the recording means no row.
    """

    key: ClassVar[str] = "voyager.electron_density_ridge"
    title: ClassVar[str] = "Voyager 1 electron densities from wideband spectra"
    summary: ClassVar[str] = (
        "Electron densities of significant plasma lines in wideband recordings, found and computed here."
    )
    model: ClassVar = ElectronDensity
    citation: ClassVar[str] = (
        "Computed here from Voyager 1 PWS wideband waveforms (W. S. Kurth, University of Iowa);"
        " method after Gurnett et al. 2013, doi:10.1126/science.1241681"
    )
    scope: ClassVar = {"method": ElectronDensity.Method.RIDGE.value}
    may_be_empty: ClassVar[bool] = True  # most recordings hold no significant line
    derived: ClassVar = frozenset({"n_e_cm3", "n_e_min_cm3", "n_e_max_cm3"})
    bounds: ClassVar = {"n_e_cm3": (1e-3, 1.0)}

    def parse(self, batch: Batch) -> Iterator[Row]:
        """A row per recording with a significant line."""
        found, _ = _analysed(batch)
        for recording in found:
            if recording.line is not None and recording.line.sigma >= PLASMA_LINE_SIGMA:
                yield _density(recording)


def _directory(year: str) -> Request:
    return Request("/".join(filter(None, (_IOWA, year))) + "/", expects="html")


def _file(year: str, name: str) -> Request:
    return Request(f"{_IOWA}/{year}/{name}", expects="cdf", max_bytes=_MAX_BYTES)


_ARCHIVE = Archive(
    _directory,
    _file,
    re.compile(r"vg1_pws_wf_(?P<start>\d{4}-\d\d-\d\dT\d\d)_v(?P<version>\d+(?:\.\d+)*)\.cdf", re.ASCII),
    "%Y-%m-%dT%H",
    timedelta(days=1),
)


def _no_parameters(_file: DatedFile, _newest: DatedFile, _known: Known | None) -> Mapping[str, Any]:
    return {}


def _analysed(batch: Batch) -> tuple[list[Recording], tuple[str, ...]]:
    frames = read_frames(batch.body(ROLE), batch.upstream_version)
    return list(recordings(frames.times_utc, frames.samples)), frames.unfit


def _spectra(recording: Recording) -> Columns:
    rows, line = recording.stretches, recording.line
    n = len(rows)
    return {
        "timestamp_utc": np.array([row.start_utc for row in rows]),
        "recording_utc": np.full(n, recording.start_utc),
        "cadence_s": np.full(n, ROW_S),
        "frames": np.array([row.frames for row in rows]),
        "sample_rate_hz": np.full(n, WAVEFORM_RATE_HZ),
        "frequency_step_hz": np.full(n, WAVEFORM_BIN_HZ),
        "power_db": np.fromiter((row.power_db for row in rows), dtype=object, count=n),
        "ridge_hz": np.array([row.ridge_hz for row in rows]),
        "ridge_sigma": np.full(n, np.nan if line is None else round(line.sigma, 3)),
    }


def _density(recording: Recording) -> Row:
    line = recording.line
    assert line is not None  # noqa: S101 (the caller looked)
    f_pe_hz = round(line.frequency_hz, 3)
    n_e, sigma = (
        float(electron_density_cm3(f_pe_hz)),
        float(electron_density_sigma_cm3(f_pe_hz, line.frequency_sigma_hz)),
    )
    return {
        "timestamp_utc": recording.start_utc.item(),
        "method": ElectronDensity.Method.RIDGE.value,
        "n_e_cm3": n_e,
        "n_e_min_cm3": n_e - sigma,
        "n_e_max_cm3": n_e + sigma,
        "f_pe_hz": f_pe_hz,
        "f_ce_hz": None,
        "b_nt": None,
        "distance_au": None,
        "past_heliopause_au": None,
        "significance_sigma": round(line.sigma, 3),
    }
