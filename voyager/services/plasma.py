"""Plasma wave spectra: the last hours of the archive, averaged to what a picture can show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_window
from deepspace.provenance import Provenance, Tier
from deepspace.reading import read_columns
from voyager import synthetic_plasma
from voyager.parameters import PlasmaParameters
from voyager.science.hourly import hourly
from voyager.services.windows import AWAY_NOTE, inside, instant, newest, number
from voyager.services.windows import utc as utc_of
from voyager.spectra import (
    CHANNELS_HZ,
    HIGH,
    LOW,
    MEDIAN,
    QUANTILES,
    ChannelStatistics,
    Floats,
    PlasmaData,
    PlasmaStatistics,
    Times,
    Window,
    channels_between,
    rms_field,
)

PLASMA: Final = "voyager.plasma_wave"
SPECTRUM_S, HOUR_S = 4, 3_600  # ``cadence_s`` of single spectra and of hourly rows
COLUMNS: Final = 860  # at most: pixels across the axes of a picture
_COLUMNS_AT_ONCE: Final = 32
_KEPT: Final = 6  # windows held in memory, 0.6 MB each
_SUFFIXES = [f"{frequency:g}".replace(".", "_") + "_hz" for frequency in CHANNELS_HZ]
_MEANS, _PEAKS = [f"e_{one}" for one in _SUFFIXES], [f"peak_{one}" for one in _SUFFIXES]

Found = tuple[Window, Provenance]
_Asked = tuple[int, datetime | None]  # hours, end


def plasma(parameters: PlasmaParameters | None = None) -> PlasmaData:
    """Spectra of a window in the channels between two frequencies, from the best rung that holds.

    "The last hours" are the last ones of the archive; when nothing is stored in the hours before ``end``, the
    nearest earlier ones are taken, with a note. The model is shown when there is no spectrum at or before ``end``.
    """
    asked = parameters or PlasmaParameters()
    window, provenance = _window((asked.hours, asked.end))
    chosen = channels_between(asked.freq_min, asked.freq_max)
    return PlasmaData(window, chosen, provenance, asked.hours, _statistics(window, chosen, asked.hours))


def _while_away(asked: _Asked) -> Found:
    text = f"{AWAY_NOTE}{synthetic_plasma.SPECTRA_MODEL.statement}"
    return _model(*asked), Provenance(PLASMA, Tier.SYNTHETIC, "synthetic", note=text)


@per_window(PLASMA, capacity=_KEPT, otherwise=_while_away)
def _window(asked: _Asked) -> Found:
    hours, end = asked
    before = "" if end is None else f" at or before {end:%Y-%m-%d %H:%M} UTC"
    note = f"No real spectrum is stored{before}. Shown is a model: {synthetic_plasma.SPECTRA_MODEL.statement}"
    return climb(PLASMA, real=lambda: _real(hours, end), model=lambda: _model(hours, end), note=note)


def _rows() -> QuerySet[Any]:
    return stored_rows(product(PLASMA))


def _real(hours: int, end: datetime | None) -> Found | None:
    """The window that ends at ``end``, or at the newest spectrum before it."""
    last = newest(inside(_rows(), None, end))
    if last is None:
        return None
    length = timedelta(hours=hours)
    until, note = last, ""
    if end is not None and last > end - length:
        until = end
    elif end is not None:
        note = (
            f"Nothing is stored in the {hours} h before {end:%Y-%m-%d %H:%M} UTC: "
            f"shown are the {hours} h that end with the last spectrum before."
        )
    times, values, peaks = _read(inside(_rows(), until - length, until))
    if not len(times):  # replaced since the look at the newest
        return None
    window = reduced(times, values, peaks, until - length, until)
    provenance = real_provenance(
        PLASMA, observed_from=utc_of(times[0]), observed_until=utc_of(times[-1]), note=note
    )
    return window, provenance


def _read(chosen: QuerySet[Any]) -> tuple[Times, Floats, Floats | None]:
    """Times, amplitudes and peaks (None for single spectra) of a window.

    Single spectra where all of the window has them; else hourly rows, and single spectra reduced to such.
    """
    times, values = _whole(chosen.filter(cadence_s=SPECTRUM_S), _MEANS)
    hour_times, both = _whole(chosen.filter(cadence_s=HOUR_S), [*_MEANS, *_PEAKS])
    if not len(hour_times):
        return times, values, None
    extra = ~np.isin(hour_times, times.astype("datetime64[h]").astype("datetime64[us]"))
    if len(times) and not extra.any():
        return times, values, None
    hour_times, both = hour_times[extra], both[extra]
    mean, peak = np.split(both, 2, axis=1)
    if len(times):
        own = hourly(times, values)
        hour_times = np.concatenate([hour_times, own.start_utc])
        mean, peak = np.concatenate([mean, own.mean]), np.concatenate([peak, own.peak])
    order = np.argsort(hour_times, kind="stable")
    return hour_times[order], mean[order], peak[order]


def _whole(rows: QuerySet[Any], names: list[str]) -> tuple[Times, Floats]:
    """Columns of some rows; a block is let go as soon as it is copied, because together they are 80 MB."""
    blocks = list(read_columns(rows, "timestamp_utc", names))
    n = sum(len(times) for times, _ in blocks)
    utc, values = np.empty(n, dtype="datetime64[us]"), np.empty((n, len(names)))
    while blocks:
        times, part = blocks.pop()
        utc[n - len(times) : n], values[n - len(times) : n] = times, part
        n -= len(times)
    return utc, values


def reduced(
    times: Times, values: Floats, peaks: Floats | None, start: datetime, end: datetime, columns: int = COLUMNS
) -> Window:
    """Average records to columns of equal length that a picture can show.

    A column is at least two records long, so that a steady cadence leaves no empty ones; the mean of a column is
    that of its amplitudes, not of their logarithms. What lies outside of the window is not looked for.

    Parameters
    ----------
    times : array of datetime64[us], shape (n,), ascending
    values : array, shape (n, 16)
        V/m; NaN where there is none.
    peaks : array, shape (n, 16), or None
        For hourly rows, whose values are means.
    """
    is_hourly, largest = peaks is not None, values if peaks is None else peaks
    grid = _grid_of_hours(start, end) if is_hourly else _grid_of_spectra(times, start, end, columns)
    since_s = (times - grid.origin) / np.timedelta64(1, "s")
    column = np.clip((since_s // grid.column_s).astype(np.int64), 0, grid.n - 1)
    mean, square, lowest, highest = _by_column(values, largest, column, grid.n)
    quantiles, place = _by_channel(values, largest)
    return Window(
        start=start,
        end=end,
        cadence_s=HOUR_S if is_hourly else SPECTRUM_S,
        spectra=len(times),
        hours_covered=len(np.unique(times.astype("datetime64[h]"))),
        column_s=grid.column_s,
        utc=grid.origin + np.round(np.arange(grid.n) * grid.column_s * 1e6).astype("timedelta64[us]"),
        count=np.bincount(column, minlength=grid.n),
        mean=mean,
        low=mean if is_hourly else lowest,
        high=highest,
        mean_square=square,
        quantiles=quantiles,
        last_utc=times[-1],
        last=values[-1].copy(),  # not a view that would hold the whole window
        peak_utc=times[place],
    )


class _Grid(NamedTuple):
    """Columns of equal length."""

    origin: np.datetime64
    column_s: float
    n: int


def _grid_of_spectra(times: Times, start: datetime, end: datetime, columns: int) -> _Grid:
    span_s = (end - start).total_seconds()
    spacing_s = float(np.median(np.diff(times) / np.timedelta64(1, "s"))) if len(times) > 1 else SPECTRUM_S
    column_s = max(span_s / columns, min(2.0 * spacing_s, span_s))
    return _Grid(instant(start), column_s, max(1, int(np.ceil(round(span_s / column_s, 6)))))


def _grid_of_hours(start: datetime, end: datetime) -> _Grid:
    """Hours that begin in the window."""
    origin = (instant(start).astype("datetime64[h]") + np.timedelta64(1, "h")).astype("datetime64[us]")
    return _Grid(origin, float(HOUR_S), int((instant(end) - origin) // np.timedelta64(1, "h")) + 1)


def _by_column(values: Floats, largest: Floats, column: NDArray[np.int64], n: int) -> Floats:
    """Mean, mean square, smallest and largest value per column, (4, n, 16); NaN where there is none.

    Some columns at a time: what is in between takes several times the memory of the values.
    """
    found = np.full((4, n, values.shape[1]), np.nan)
    edges = np.append(np.flatnonzero(np.diff(column, prepend=-1)), len(column))
    for first in range(0, len(edges) - 1, _COLUMNS_AT_ONCE):
        part = edges[first : first + _COLUMNS_AT_ONCE + 1]
        rows, starts = slice(part[0], part[-1]), part[:-1] - part[0]
        present = ~np.isnan(values[rows])
        count = np.add.reduceat(present, starts, axis=0, dtype=np.int64)
        known = np.where(present, values[rows], 0.0)
        filled = column[part[:-1]]
        with np.errstate(invalid="ignore"):  # a channel without any value in a column: 0 / 0 is its NaN
            found[0, filled] = np.add.reduceat(known, starts, axis=0) / count
            found[1, filled] = np.add.reduceat(known**2, starts, axis=0) / count
        found[2, filled] = np.fmin.reduceat(values[rows], starts, axis=0)
        found[3, filled] = np.fmax.reduceat(largest[rows], starts, axis=0)
    return found


def _by_channel(values: Floats, largest: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Quantiles of each channel, (5, 16), the highest of which is that of the peaks; and where that is, (16,)."""
    found = np.full((len(QUANTILES), values.shape[1]), np.nan)
    place = np.zeros(values.shape[1], dtype=np.int64)
    for channel, (column, peak) in enumerate(zip(values.T, largest.T, strict=True)):
        present = column[~np.isnan(column)]
        if len(present):
            found[:, channel] = np.quantile(present, QUANTILES)
            found[-1, channel] = np.nanmax(peak)
        place[channel] = np.where(np.isnan(peak), -np.inf, peak).argmax()
    return found, place


def _model(hours: int, end: datetime | None) -> Window:
    until = end or synthetic_plasma.MODEL_END
    start = until - timedelta(hours=hours)
    times, values = synthetic_plasma.spectra(start, until)
    return reduced(times, values, None, start, until)


def _statistics(window: Window, chosen: slice, hours: int) -> PlasmaStatistics:
    rms = rms_field(window, chosen)
    quantiles = window.quantiles[:, chosen]
    excess = quantiles[-1] / quantiles[MEDIAN]
    loudest = int(np.nanargmax(excess)) if np.isfinite(excess).any() else None
    top = int(np.nanargmax(rms)) if np.isfinite(rms).any() else None
    channels = tuple(
        ChannelStatistics(
            frequency_hz=float(frequency),
            median_v_m=number(column[MEDIAN]),
            low_v_m=number(column[LOW]),
            high_v_m=number(column[HIGH]),
            peak_v_m=number(column[-1]),
            peak_at=utc_of(at) if np.isfinite(column[-1]) else None,
        )
        for frequency, column, at in zip(
            CHANNELS_HZ[chosen], quantiles.T, window.peak_utc[chosen], strict=True
        )
    )
    return PlasmaStatistics(
        count=window.spectra,
        coverage=min(1.0, window.hours_covered / hours),
        median_rms_v_m=None if top is None else float(np.nanmedian(rms)),
        peak_rms_v_m=None if top is None else float(rms[top]),
        peak_rms_at=None if top is None else utc_of(window.utc[top]),
        loudest_hz=None if loudest is None else channels[loudest].frequency_hz,
        loudest_db=None if loudest is None else float(20.0 * np.log10(excess[loudest])),
        loudest_v_m=None if loudest is None else channels[loudest].peak_v_m,
        loudest_at=None if loudest is None else channels[loudest].peak_at,
        channels=channels,
    )
