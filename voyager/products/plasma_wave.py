"""Plasma waves: the 16-channel spectra of the spectrum analyser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from deepspace.ingestion.columns import SAMPLE
from deepspace.ingestion.known import Known
from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Unusable, Window
from deepspace.ingestion.store import TOLERATED_REJECTIONS, instant
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.request import Request
from deepspace.upstream.spdf import directory_request, file_request
from voyager import synthetic_plasma
from voyager.constants import PWS_CHANNELS_HZ, PWS_FULL_DAYS, PWS_VALID_V_M
from voyager.models import PlasmaWave
from voyager.products.dated_files import ROLE, Archive, DatedFile, take_files
from voyager.readers.pws_cdf import Spectra, read_spectra
from voyager.science.hourly import hourly

SPECTRUM_S, HOUR_S = 4, 3600
FULL = timedelta(days=PWS_FULL_DAYS)

_TREE = "wave_spectra_pws/spectrum_analyzer_cdf"
_IOWA = "https://space.physics.uiowa.edu/plasma-wave/voyager/data/voyager-1-pws-sa/data"
_MAX_BYTES = 16 * 2**20  # a day has 21,600 spectra at most: 1.7 MB
_CHANNELS = tuple(f"{frequency:g}".replace(".", "_") + "_hz" for frequency in PWS_CHANNELS_HZ)


class PlasmaWaveProduct(Product):
    """Daily CDF files of VG1_PWS_LR from SPDF, the same from CDAWeb or the instrument team where SPDF is down.

    https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/wave_spectra_pws/spectrum_analyzer_cdf/ has a directory per
    year and a file per day; names have no underscore after ``vg1`` at Iowa. A day is stored spectrum by spectrum, or
    as hourly means and peaks where more than 400 days are asked for at once; one that is stored in full stays so.
    """

    key: ClassVar[str] = "voyager.plasma_wave"
    title: ClassVar[str] = "Voyager 1 plasma wave spectra"
    summary: ClassVar[str] = (
        "Electric field amplitudes in 16 channels from 10 Hz to 56.2 kHz, every few seconds or as hourly mean and peak."
    )
    model: ClassVar = PlasmaWave
    source: ClassVar[str] = "nasa_spdf"
    upstream: ClassVar[str] = "NASA Space Physics Data Facility; second route: University of Iowa"
    info_url: ClassVar[str] = f"https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/{_TREE}/"
    citation: ClassVar[str] = (
        "Voyager 1 PWS calibrated spectrum analyser data (VG1_PWS_LR), W. S. Kurth & L. J. Granroth, Univ. of Iowa;"
        " doi:10.17189/wp0z-1c51"
    )
    licence: ClassVar[str] = "Public domain (NASA); acknowledge the PWS team and SPDF"
    refresh_every: ClassVar[timedelta] = timedelta(days=1)
    stale_after: ClassVar[timedelta] = timedelta(days=30)
    replaces: ClassVar = "window"
    first_window: ClassVar = timedelta(days=30)
    model_summary: ClassVar[str] = synthetic_plasma.SPECTRA_MODEL.statement
    bounds: ClassVar = {f"{kind}_{channel}": PWS_VALID_V_M for kind in ("e", "peak") for channel in _CHANNELS}

    def requests(self, window: Window) -> Conversation:
        """The listing of each year concerned, then its files: what is new or in a higher version."""
        return take_files(self, window, _ARCHIVE, _parameters)

    def parse(self, batch: Batch) -> Iterator[Columns | Unusable]:
        """Spectra, or their hourly means and peaks."""
        spectra = read_spectra(batch.body(ROLE), batch.upstream_version)
        if spectra.left_out:
            yield Unusable(
                f"{spectra.left_out} records hold fill in all channels", 0, (batch.upstream_version,)
            )
        if batch.parameters["cadence_s"] == SPECTRUM_S:
            yield _every_spectrum(spectra)
        else:
            yield from _by_hour(spectra, batch)


def _parameters(file: DatedFile, newest: DatedFile, known: Known | None) -> dict[str, int]:
    """How a day is stored: in full among the newest 400 days asked for, and where it is so already."""
    is_full = known is not None and known.parameters["cadence_s"] == SPECTRUM_S
    return {"cadence_s": SPECTRUM_S if is_full or file.start >= newest.start - FULL else HOUR_S}


def _directory(year: str) -> Request:
    request = directory_request(f"{_TREE}/{year}")
    return replace(request, alternatives=(*request.alternatives, "/".join(filter(None, (_IOWA, year))) + "/"))


def _file(year: str, name: str) -> Request:
    request = file_request(f"{_TREE}/{year}/{name}", expects="cdf", max_bytes=_MAX_BYTES)
    at_iowa = f"{_IOWA}/{year}/{name.replace('vg1_pws', 'vg1pws')}"
    return replace(request, alternatives=(*request.alternatives, at_iowa))


_ARCHIVE = Archive(
    _directory,
    _file,
    re.compile(r"vg1_?pws_lr_(?P<start>\d{8})_v(?P<version>\d+(?:\.\d+)*)\.cdf", re.ASCII),
    "%Y%m%d",
    timedelta(days=1),
    canonical=lambda name: name.replace("vg1pws", "vg1_pws"),
)


def _every_spectrum(spectra: Spectra) -> Columns:
    n = len(spectra.times_utc)
    return {
        "timestamp_utc": spectra.times_utc,
        "cadence_s": np.full(n, SPECTRUM_S),
        "samples": np.ones(n, dtype=np.int64),
        **_channels("e", spectra.amplitude_v_m),
        **_channels("peak", np.full_like(spectra.amplitude_v_m, np.nan)),
    }


def _by_hour(spectra: Spectra, batch: Batch) -> Iterator[Columns | Unusable]:
    """Hourly rows of the records that would be stored one by one.

    Raises
    ------
    SchemaDrift
        More than a tenth of the records is unfit: a mean would hide what the table refuses.
    """
    flaws = _flaws(spectra, batch)
    fit = flaws == ""
    unfit = np.flatnonzero(~fit & (flaws != _TWICE))
    where = tuple(f"record {record}: {flaws[record]}" for record in unfit[:SAMPLE])
    if len(unfit) > TOLERATED_REJECTIONS * len(flaws):
        raise SchemaDrift(
            f"{batch.upstream_version}: {len(unfit)} of {len(flaws)} records are unfit, {where[0]}"
        )
    if len(unfit):
        yield Unusable(f"{len(unfit)} of {len(flaws)} records left out of the hourly means", 0, where)
    hours = hourly(spectra.times_utc[fit], spectra.amplitude_v_m[fit])
    yield {
        "timestamp_utc": hours.start_utc,
        "cadence_s": np.full(len(hours.start_utc), HOUR_S),
        "samples": hours.records,
        **_channels("e", hours.mean),
        **_channels("peak", hours.peak),
    }


_TWICE = "there already"


def _flaws(spectra: Spectra, batch: Batch) -> NDArray[Any]:
    """What keeps each record out of the means; nothing for most."""
    times, amplitude = spectra.times_utc, spectra.amplitude_v_m
    flaws = np.full(len(times), "", dtype=object)
    low, high = PWS_VALID_V_M
    credible = np.isnan(amplitude) | ((amplitude >= low) & (amplitude <= high))
    flaws[~credible.all(axis=1)] = "an amplitude is outside the valid range"
    if batch.start is not None and batch.end is not None:
        flaws[~((times >= instant(batch.start)) & (times <= instant(batch.end)))] = "outside the day"
    flaws[np.isnat(times)] = "no time"
    _, first, inverse = np.unique(times, return_index=True, return_inverse=True)
    for record in np.flatnonzero(first[inverse] != np.arange(len(times))):
        original = first[inverse[record]]
        if np.array_equal(amplitude[record], amplitude[original], equal_nan=True):
            flaws[record] = flaws[record] or _TWICE
        else:
            flaws[record] = flaws[original] = "two records of one instant differ"
    return flaws


def _channels(kind: str, values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {f"{kind}_{channel}": column for channel, column in zip(_CHANNELS, values.T, strict=True)}
