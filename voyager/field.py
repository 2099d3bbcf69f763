"""What the magnetometer service hands to pages, plots and the API: arrays with their provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepspace.provenance import Provenance
from voyager.constants import DIRECTION_FROM_NT
from voyager.science.field import direction_deg, direction_sigma_deg

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]

STRENGTH, RADIAL, TANGENTIAL, NORMAL = range(4)  # columns of every array of values
NAMES: Final = ("b_nt", "br_nt", "bt_nt", "bn_nt")


@dataclass(frozen=True)
class Series:
    """Averages of the field, oldest first; NaN where a component is missing."""

    utc: Times  # (n,) start of each average
    values: Floats  # (n, 4) strength, R, T, N, nT
    sigma: (
        Floats | None
    )  # (n, 4) 1-sigma uncertainty, nT, or (1, 4) typical; None where the archive gives none
    cadence_s: int

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class Drawn:
    """What a picture of a window shows: the averages themselves, or their range in columns of equal length."""

    utc: Times  # (m,) start of each average or column
    step_s: float  # its length
    count: NDArray[np.int64]  # (m,) averages in it
    low: Floats  # (m, 4) nT
    mean: Floats  # (m, 4) nT
    high: Floats  # (m, 4) nT
    sigma: Floats  # (m, 4) 1-sigma uncertainty of one average, nT; NaN where the archive gives none
    is_envelope: bool

    @cached_property
    def direction_deg(self) -> tuple[Floats, Floats]:
        """λ and δ of the mean vectors, NaN where they are too short to have a direction."""
        return direction_deg(self.mean[:, RADIAL:], DIRECTION_FROM_NT)

    @property
    def direction_sigma_deg(self) -> Floats:
        """1-sigma uncertainty of the direction of one average."""
        length = np.sqrt((self.mean[:, RADIAL:] ** 2).sum(axis=1))
        return direction_sigma_deg(length, self.sigma[:, RADIAL])


@dataclass(frozen=True)
class FieldStatistics:
    """Of the field strengths in the window."""

    count: int
    mean_nt: float
    median_nt: float
    std_nt: float
    min_nt: float
    max_nt: float
    latest_nt: float
    latest_at: datetime
    coverage: float  # share of the window that averages cover
    lambda_deg: float | None  # direction of the mean vector; None when it is too short to have one
    delta_deg: float | None
    method: str


@dataclass(frozen=True)
class FieldMark:
    """A boundary, shock or encounter inside the window."""

    name: str
    kind: str
    at: datetime  # the published instant, or noon of the date
    has_instant: bool
    citation: str
    citation_url: str


@dataclass(frozen=True)
class FieldWindow:
    """Some days of the magnetic field."""

    days: int
    start: datetime
    end: datetime
    cadence_s: int
    drawn: Drawn
    statistics: FieldStatistics
    marks: tuple[FieldMark, ...]
    provenances: tuple[Provenance, ...]  # of the products that the values come from, the main one first
    marks_provenance: Provenance
    archive_until: datetime | None  # newest value stored, of any window

    @property
    def provenance(self) -> Provenance:
        """Of the main product."""
        return self.provenances[0]

    @property
    def shown(self) -> tuple[Provenance, ...]:
        """Of everything shown: the averages, and the list of events where something of it lies in the window."""
        return (*self.provenances, self.marks_provenance) if self.marks else self.provenances


@dataclass(frozen=True)
class Mission:
    """The whole archive at a glance, with a window on it."""

    drawn: Drawn
    first: datetime
    last: datetime
    marks: tuple[FieldMark, ...]
    window: FieldWindow
    provenances: tuple[Provenance, ...]


@dataclass(frozen=True)
class ArchiveMean:
    """Mean field strength of the stored averages in an interval, beside what was published for it."""

    start: datetime
    end: datetime
    mean_nt: float
    count: int
    cadence_s: int
