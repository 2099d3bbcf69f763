"""Field records as columns of the table, and what all formats need: order in time, validity."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepspace.ingestion.product import Columns, Unusable

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]

MAGNITUDE, VECTOR = "magnitude", "vector"  # b_kind: mean of magnitudes; magnitude of the mean vector
_PLACES = 10


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one or more files as parallel arrays; NaN is "no value"."""

    utc: Times  # start of the averaging interval
    strength_nt: Floats
    vector_nt: Floats  # records x 3: R, T, N
    where: NDArray[np.int64]  # line or record number, for messages
    kind: NDArray[np.str_] | None = None  # of strength_nt; a magnitude where there is none
    sigma_nt: Floats | None = None  # records x 4: strength, R, T, N
    distance_au: Floats | None = None

    def __len__(self) -> int:
        return len(self.utc)

    def take(self, rows: NDArray[Any] | slice) -> Records:
        """Some of the records."""
        return Records(
            self.utc[rows],
            self.strength_nt[rows],
            self.vector_nt[rows],
            self.where[rows],
            None if self.kind is None else self.kind[rows],
            None if self.sigma_nt is None else self.sigma_nt[rows],
            None if self.distance_au is None else self.distance_au[rows],
        )

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Records that say nothing of the field: not data, and not bad data."""
        return np.asarray(np.isnan(self.strength_nt) & np.isnan(self.vector_nt).all(axis=1), dtype=np.bool_)


def settle(records: Records, name: str, unit: str) -> tuple[Records, list[Unusable]]:
    """The records that are data and stand in order of time, and those that cannot be used.

    Where time goes back, as few records as possible are left out, so that one that jumped does not take the others
    with it.
    """
    records = records.take(~records.filled)
    unusable = []
    timeless = np.isnat(records.utc)
    if timeless.any():
        unusable.append(left_out("it has no time", records.where[timeless], name, unit))
        records = records.take(~timeless)
    out_of_order = _out_of_order(records.utc)
    if out_of_order.any():
        unusable.append(left_out("its time is out of order", records.where[out_of_order], name, unit))
        records = records.take(~out_of_order)
    return records, unusable


def left_out(reason: str, places: NDArray[np.int64], name: str, unit: str) -> Unusable:
    """Records that are not used, with the first few places for the log."""
    return Unusable(
        reason, len(places), tuple(f"{name}, {unit} {place}" for place in places[:_PLACES].tolist())
    )


def columns(records: Records, cadence_s: int) -> Columns:
    """The records as a block of the table."""
    n = len(records)
    nothing = np.full(n, np.nan)
    sigma = np.full((n, 4), np.nan) if records.sigma_nt is None else records.sigma_nt
    return {
        "timestamp_utc": records.utc,
        "cadence_s": np.full(n, cadence_s, dtype=np.int64),
        "b_nt": records.strength_nt,
        "br_nt": records.vector_nt[:, 0],
        "bt_nt": records.vector_nt[:, 1],
        "bn_nt": records.vector_nt[:, 2],
        "b_sigma_nt": sigma[:, 0],
        "br_sigma_nt": sigma[:, 1],
        "bt_sigma_nt": sigma[:, 2],
        "bn_sigma_nt": sigma[:, 3],
        "b_kind": np.full(n, MAGNITUDE) if records.kind is None else records.kind,
        "distance_au": nothing if records.distance_au is None else records.distance_au,
    }


def strength_or_vector(magnitude_nt: Floats, of_mean_nt: Floats) -> tuple[Floats, NDArray[np.str_]]:
    """The mean of magnitudes, and where there is none the magnitude of the mean vector, with its ``b_kind``."""
    use_vector = np.isnan(magnitude_nt) & ~np.isnan(of_mean_nt)
    return np.where(use_vector, of_mean_nt, magnitude_nt), np.where(use_vector, VECTOR, MAGNITUDE)


def _out_of_order(utc: Times) -> NDArray[np.bool_]:
    """Marks the fewest records without which time never goes back (patience sorting)."""
    marks = np.zeros(len(utc), dtype=bool)
    ticks = utc.astype(np.int64)
    if len(ticks) < 2 or (np.diff(ticks) >= 0).all():
        return marks
    tails: list[int] = []  # smallest last time of an ordered run of each length
    ends: list[int] = []  # which record that is
    before = np.full(len(ticks), -1, dtype=np.int64)
    for i, tick in enumerate(ticks.tolist()):
        place = bisect_right(tails, tick)
        before[i] = ends[place - 1] if place else -1
        tails[place : place + 1] = [tick]
        ends[place : place + 1] = [i]
    marks[:] = True
    i = ends[-1]
    while i >= 0:
        marks[i] = False
        i = int(before[i])
    return marks
