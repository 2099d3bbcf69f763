"""Plasma wave spectra: the last hours of the archive, averaged to what a picture can show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.provenance import Provenance, Tier
from voyager import synthetic_plasma
from voyager.parameters import PlasmaParameters
from voyager.science.hourly import hourly
from voyager.services.columns import read_columns
from voyager.services.windows import AWAY_NOTE, instant, kept_windows, number
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


@kept_windows(PLASMA, most=_KEPT, otherwise=_while_away)
def _window(asked: _Asked) -> Found:
    hours, end = asked
    before = "" if end is None else f" at or before {end:%Y-%m-%d %H:%M} UTC"
    note = f"No real spectrum is stored{before}. Shown is a model: {synthetic_plasma.SPECTRA_MODEL.statement}"
    return climb(PLASMA, real=lambda: _real(hours, end), model=lambda: _model(hours, end), note=note)


def _rows() -> QuerySet[Any]:
    return stored_rows(product(PLASMA))


def _real(hours: int, end: datetime | None) -> Found | None:
    """The window that ends at ``end``, or at the newest spectrum before it."""
    rows = _rows() if end is None else _rows().filter(timestamp_utc__lte=end)
    newest = rows.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True).first()
    if newest is None:
        return None
    length = timedelta(hours=hours)
    until, note = newest, ""
    if end is not None and newest > end - length:
        until = end
    elif end is not None:
        note = (
            f"Nothing is stored in the {hours} h before {end:%Y-%m-%d %H:%M} UTC: "
            f"shown are the {hours} h that end with the last spectrum before."
        )
    inside = _rows().filter(timestamp_utc__gt=until - length, timestamp_utc__lte=until)
    records = _read(inside)
    window = reduced(*records, until - length, until)
    provenance = real_provenance(
        PLASMA, observed_from=utc_of(records[0][0]), observed_until=utc_of(records[0][-1]), note=note
    )
    return window, provenance


def _read(inside: QuerySet[Any]) -> tuple[Times, Floats, Floats | None]:
    """Times, amplitudes and peaks (None for single spectra) of a window.

    Single spectra where all of the window has them; else hourly rows, and single spectra reduced to such.
    """
    blocks = list(read_columns(inside.filter(cadence_s=SPECTRUM_S), "timestamp_utc", _MEANS))
    by_hour = list(read_columns(inside.filter(cadence_s=HOUR_S), "timestamp_utc", [*_MEANS, *_PEAKS]))
    times = np.concatenate([block[0] for block in blocks]) if blocks else np.empty(0, dtype="datetime64[us]")
    values = np.concatenate([block[1] for block in blocks]) if blocks else np.empty((0, len(CHANNELS_HZ)))
    if not by_hour:
        return times, values, None
    hour_times = np.concatenate([block[0] for block in by_hour])
    both = np.concatenate([block[1] for block in by_hour])
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
    cadence_s = SPECTRUM_S if peaks is None else HOUR_S
    first, last = instant(start), instant(end)
    span_s = float((last - first) / np.timedelta64(1, "s"))
    if peaks is None:
        spacing_s = (
            float(np.median(np.diff(times) / np.timedelta64(1, "s"))) if len(times) > 1 else SPECTRUM_S
        )
        column_s = max(span_s / columns, min(2.0 * spacing_s, span_s))
        origin = first
    else:
        column_s = float(HOUR_S)
        origin = (first.astype("datetime64[h]") + np.timedelta64(1, "h")).astype("datetime64[us]")
    since_s = (times - origin) / np.timedelta64(1, "s")
    n = max(1, int(np.ceil(round(float((last - origin) / np.timedelta64(1, "s")) / column_s, 6))))
    if peaks is not None:
        n = int((last - origin) // np.timedelta64(1, "h")) + 1
    column = np.clip((since_s // column_s).astype(np.int64), 0, n - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    filled = column[starts]

    def spread(found: Floats) -> Floats:
        whole = np.full((n, values.shape[1]), np.nan)
        whole[filled] = found
        return whole

    present = ~np.isnan(values)
    count = np.add.reduceat(present, starts, axis=0, dtype=np.int64)
    known = np.where(present, values, 0.0)
    with np.errstate(invalid="ignore"):  # a channel without any value in a column: 0 / 0 is its NaN
        mean = np.add.reduceat(known, starts, axis=0) / count
        square = np.add.reduceat(known**2, starts, axis=0) / count
    largest = values if peaks is None else peaks
    lowest = np.fmin.reduceat(values, starts, axis=0) if peaks is None else mean
    place = np.where(np.isnan(largest), -np.inf, largest).argmax(axis=0)
    return Window(
        start=start,
        end=end,
        cadence_s=cadence_s,
        spectra=len(times),
        hours_covered=len(np.unique(times.astype("datetime64[h]"))),
        column_s=column_s,
        utc=origin + np.round(np.arange(n) * column_s * 1e6).astype("timedelta64[us]"),
        count=np.bincount(column, minlength=n),
        mean=spread(mean),
        low=spread(lowest),
        high=spread(np.fmax.reduceat(largest, starts, axis=0)),
        mean_square=spread(square),
        quantiles=_quantiles(values, largest),
        last_utc=times[-1],
        last=values[-1],
        peak_utc=times[place],
    )


def _quantiles(values: Floats, largest: Floats) -> Floats:
    """Quantiles of each channel, (5, 16); the highest is that of the peaks."""
    found = np.full((len(QUANTILES), values.shape[1]), np.nan)
    for channel, column in enumerate(values.T):
        present = column[~np.isnan(column)]
        if len(present):
            found[:, channel] = np.quantile(present, QUANTILES)
            found[-1, channel] = np.nanmax(largest[:, channel])
    return found


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
