"""Made-up measurements of Voyager 1, as many and as spaced as the archive's: to measure with, never to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Columns = dict[str, NDArray[Any]]  # a block of a table, as Product.parse() gives it

DIRECTION: Final = (0.355, -0.856, 0.376)  # R, T, N: near that of the field beyond the heliopause
PASS_ROWS: Final = 375  # 48 s averages in a day: the antenna listens for some five hours
DENSE_PASS_ROWS: Final = 704  # as in 2013, the densest year recorded
SPECTRA_A_DAY: Final = 1750
_CHANNELS: Final = 16
_DAYS_OF_FILES: Final = (1, 31, 61, 91, 121, 151, 181, 211, 241, 271, 301, 331, 366)
_DAY: Final = np.timedelta64(1, "D")


def passes(first_day: str, days: int, rows: int, step_ms: int) -> Times:
    """Instants in one pass a day, whose start drifts as the Earth moves; milliseconds as in the archive's CDF."""
    drift_ms = np.timedelta64(236_123, "ms")  # a sidereal day is some four minutes shorter than a day
    number = np.arange(days)
    start = np.datetime64(first_day, "ms") + number * _DAY + (number * drift_ms) % np.timedelta64(12, "h")
    times = start[:, None] + np.arange(rows) * np.timedelta64(step_ms, "ms")
    return times.ravel().astype("datetime64[us]")


def vim_times() -> Times:
    """Starts of 2.5 million 48 s averages, 2009 to 2025, with two dense years among them."""
    return np.concatenate(
        [
            passes("2009-01-15", 1447, PASS_ROWS, 48_000),
            passes("2013-01-01", 730, DENSE_PASS_ROWS, 48_000),
            passes("2015-01-01", 3833, PASS_ROWS, 48_000),
        ]
    )


def vectors(n: int, *, seed: int = 1) -> NDArray[np.float64]:
    """Strength and components of a field, (n, 4), nT."""
    noise = np.random.default_rng(seed).normal(0.0, 0.02, (n, 3))
    vector = np.round(0.45 * np.array(DIRECTION) + noise, 5)
    return np.column_stack([np.round(np.sqrt((vector**2).sum(axis=1)), 5), vector])


def field_rows(utc: Times, cadence_s: int, sigma_nt: tuple[float, float] | None) -> Columns:
    """Columns of ``voyager1_magnetic_field``; uncertainties (strength, component) where the cadence has them."""
    n = len(utc)
    columns: Columns = {"timestamp_utc": utc, "cadence_s": np.full(n, cadence_s)}
    columns |= zip(("b_nt", "br_nt", "bt_nt", "bn_nt"), vectors(n).T, strict=True)
    if sigma_nt is not None:
        columns["b_sigma_nt"] = np.full(n, sigma_nt[0])
        columns |= {f"{axis}_sigma_nt": np.full(n, sigma_nt[1]) for axis in ("br", "bt", "bn")}
    return columns | {"b_kind": np.full(n, "magnitude"), "distance_au": np.linspace(110.0, 167.0, n)}


def spectra_rows(utc: Times, names: list[str]) -> Columns:
    """Columns of ``voyager1_plasma_wave`` for single spectra: amplitudes of the 16 channels, V/m."""
    n = len(utc)
    level = 10.0 ** np.linspace(-5.5, -6.5, _CHANNELS)
    amplitudes = level * np.random.default_rng(2).lognormal(0.0, 0.3, (n, _CHANNELS))
    columns: Columns = {"timestamp_utc": utc, "cadence_s": np.full(n, 4)}
    return columns | {"samples": np.ones(n, np.int64)} | dict(zip(names, amplitudes.T, strict=True))


def vim_year(year: int) -> Iterator[tuple[str, bytes]]:
    """One year's files of 48 s vectors as text: name and bytes."""
    utc = passes(f"{year}-01-01", 365, PASS_ROWS, 48_000)
    day = (utc - np.datetime64(f"{year}-01-01", "us")) / _DAY + 1
    for first, last in pairwise(_DAYS_OF_FILES):
        chosen = day[(day >= first) & (day < last)].tolist()
        rows = zip(chosen, vectors(len(chosen), seed=first).tolist(), strict=True)
        lines = [
            f"FLT1\t{year % 100}\t{when:.5f}\t{b:.5f}\t{r:.5f}\t{t:.5f}\t{n:.5f}"
            for when, (b, r, t, n) in rows
        ]
        header = "Made-up 48-sec averages.\r\n\r\n SC\tYr\t\tDOY\t  F1\t\t   Br\t\t   Bt\t\t   Bn"
        name = f"V1_48s_{year}_{first:03d}-{last:03d}_000000.dat"
        yield name, "\r\n".join([header, *lines, ""]).encode()
