"""What the plasma and density services hand to pages, plots and the API: arrays with their provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Provenance
from voyager.constants import PLASMA_LINE_SIGMA, PWS_CHANNELS_HZ

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]

CHANNELS_HZ: Final[Floats] = np.array(PWS_CHANNELS_HZ)
CHANNELS_HZ.flags.writeable = False
QUANTILES: Final = (0.0, 0.05, 0.5, 0.95, 1.0)  # of each channel in a window
LOWEST, LOW, MEDIAN, HIGH, HIGHEST = range(len(QUANTILES))


def _edges() -> Floats:
    between = np.sqrt(CHANNELS_HZ[1:] * CHANNELS_HZ[:-1])
    first, last = CHANNELS_HZ[0] ** 2 / between[0], CHANNELS_HZ[-1] ** 2 / between[-1]
    edges: Floats = np.concatenate([[first], between, [last]])
    edges.flags.writeable = False
    return edges


CHANNEL_EDGES_HZ: Final = _edges()  # geometric means of neighbours: (17,)


def channels_between(freq_min_hz: float, freq_max_hz: float) -> slice:
    """Channels whose share of the frequency axis touches an interval; at least one."""
    last = len(CHANNELS_HZ) - 1
    first_one = int(np.searchsorted(CHANNEL_EDGES_HZ[1:], freq_min_hz, side="right"))
    last_one = int(np.searchsorted(CHANNEL_EDGES_HZ[:-1], freq_max_hz, side="left")) - 1
    first_one, last_one = min(first_one, last), max(0, min(last_one, last))
    return slice(min(first_one, last_one), last_one + 1)


@dataclass(frozen=True)
class Window:
    """All 16 channels in a window, averaged over columns of equal length; amplitudes in V/m, NaN where none."""

    start: datetime
    end: datetime
    cadence_s: int  # 4: from single spectra; 3600: from hourly means and peaks
    spectra: int  # how many went in
    hours_covered: int  # hours of the window that hold a spectrum
    column_s: float
    utc: Times  # (n,) start of each column
    count: NDArray[np.int64]  # (n,) spectra in it
    mean: Floats  # (n, 16)
    low: Floats  # (n, 16) smallest; equal to the mean where only means are stored
    high: Floats  # (n, 16) largest
    mean_square: Floats  # (n, 16) (V/m)^2
    quantiles: Floats  # (5, 16) over the window, at QUANTILES
    last_utc: np.datetime64  # instant of the newest spectrum
    last: Floats  # (16,) that spectrum
    peak_utc: Times  # (16,) when each channel was largest


@dataclass(frozen=True)
class PlasmaStatistics:
    """Of the chosen channels in the window."""

    count: int
    coverage: float  # share of the window's hours that hold a spectrum
    median_rms_v_m: float | None  # root of the summed squares of the channels
    peak_rms_v_m: float | None
    peak_rms_at: datetime | None
    loudest_hz: float | None  # channel with the largest value above its own median
    loudest_db: float | None
    loudest_v_m: float | None
    loudest_at: datetime | None
    channels: tuple[ChannelStatistics, ...]


@dataclass(frozen=True)
class ChannelStatistics:
    """One channel in the window, V/m."""

    frequency_hz: float
    median_v_m: float | None
    low_v_m: float | None  # 5th percentile
    high_v_m: float | None  # 95th
    peak_v_m: float | None
    peak_at: datetime | None


@dataclass(frozen=True)
class PlasmaData:
    """A window of spectra in the channels chosen."""

    window: Window
    chosen: slice
    provenance: Provenance
    asked_hours: int
    statistics: PlasmaStatistics

    @property
    def frequency_hz(self) -> Floats:
        """Centres of the chosen channels."""
        return CHANNELS_HZ[self.chosen]

    @property
    def edges_hz(self) -> Floats:
        """Edges of the chosen channels, one more than there are channels."""
        return CHANNEL_EDGES_HZ[self.chosen.start : self.chosen.stop + 1]

    @cached_property
    def rms_v_m(self) -> Floats:
        """Root of the summed mean squares of the chosen channels, per column (n,)."""
        return rms_field(self.window, self.chosen)

    @property
    def column_edges(self) -> Times:
        """Edges of the time columns, one more than there are columns."""
        width = np.timedelta64(round(self.window.column_s * 1e6), "us")
        edges: Times = np.append(self.window.utc, self.window.utc[-1] + width)
        return edges


def rms_field(window: Window, chosen: slice) -> Floats:
    """Root of the summed mean squares of some channels, V/m per column; NaN where one of them has no value."""
    total: Floats = np.sqrt(window.mean_square[:, chosen].sum(axis=1))
    return total


@dataclass(frozen=True)
class RidgeDensity:
    """Density of a recording with a significant line."""

    n_e_cm3: float
    n_e_sigma_cm3: float
    f_pe_hz: float


@dataclass(frozen=True)
class Recording:
    """Spectra of one run of wideband frames, and its strongest line."""

    start: datetime
    utc: Times  # (rows,)
    frames: NDArray[np.int64]  # (rows,)
    power_db: Floats | NDArray[np.float32]  # (rows, bins) relative to the noise of the same frames
    ridge_hz: Floats  # (rows,) NaN where no line was looked for
    sigma: float | None  # after the trials factor; None where no line was looked for
    density: RidgeDensity | None

    @property
    def is_significant(self) -> bool:
        """Whether its line counts."""
        return self.sigma is not None and self.sigma >= PLASMA_LINE_SIGMA

    @cached_property
    def mean_db(self) -> Floats:
        """Power averaged over the frames, dB (bins,)."""
        linear = 10.0 ** (self.power_db.astype(np.float64) / 10.0)
        mean: Floats = 10.0 * np.log10((linear * self.frames[:, None]).sum(axis=0) / self.frames.sum())
        return mean

    @property
    def line_hz(self) -> float:
        """Where its strongest line stands: the published centre of the line, else the middle of its track."""
        if self.density is not None:
            return self.density.f_pe_hz
        return float(np.median(self.ridge_hz)) if np.isfinite(self.ridge_hz).all() else float("nan")


@dataclass(frozen=True)
class ProcessData:
    """Wideband recordings of a window, oldest first."""

    start: datetime
    end: datetime
    step_hz: float
    recordings: tuple[Recording, ...]
    provenances: tuple[Provenance, ...]
    left_out: int = 0  # older recordings of the window that the picture has no room for

    @property
    def significant(self) -> tuple[Recording, ...]:
        """Those with a density."""
        return tuple(one for one in self.recordings if one.is_significant)

    @property
    def strongest(self) -> Recording | None:
        """The recording with the most significant line."""
        looked = [one for one in self.recordings if one.sigma is not None]
        return max(looked, key=lambda one: one.sigma or 0.0, default=None)


@dataclass(frozen=True)
class Boundary:
    """A crossing, shock or front, from the list of events."""

    name: str
    at: datetime
    citation: str


@dataclass(frozen=True)
class DensityStatistics:
    """Of the published values in the window, and of nothing else."""

    count: int
    by_method: dict[str, int]
    mean_cm3: float | None
    median_cm3: float | None
    std_cm3: float | None
    min_cm3: float | None
    max_cm3: float | None
    first_at: datetime | None
    latest_at: datetime | None
    latest_cm3: float | None
    latest_f_pe_hz: float | None
    latest_distance_au: float | None


@dataclass(frozen=True)
class PublishedDensities:
    """Electron densities along the path, oldest first; from the model only when ``provenance`` says so."""

    utc: Times  # (n,)
    method: tuple[str, ...]  # epo, qtn or model
    n_e_cm3: Floats
    low_cm3: Floats  # bounds as published, NaN where none are
    high_cm3: Floats
    f_pe_hz: Floats
    distance_au: Floats
    running_cm3: Floats  # mean of the neighbours, NaN where they are too few
    boundaries: tuple[Boundary, ...]
    statistics: DensityStatistics
    provenance: Provenance
    boundaries_provenance: Provenance
    note: str = field(default="")
