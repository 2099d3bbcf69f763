"""Wideband recordings: their spectra, and the densities of the lines that stand out of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_window
from deepspace.provenance import Provenance, Tier
from voyager import synthetic_plasma
from voyager.constants import WAVEFORM_BIN_HZ
from voyager.models import WaveformSpectrum
from voyager.parameters import ProcessParameters
from voyager.science.plasma import electron_density_cm3, electron_density_sigma_cm3
from voyager.services.windows import AWAY_NOTE, inside, newest
from voyager.services.windows import utc as utc_of
from voyager.spectra import ProcessData, Recording, RidgeDensity

WAVEFORM: Final = "voyager.plasma_waveform"
RIDGE: Final = "voyager.electron_density_ridge"

MOST_RECORDINGS: Final = 150  # in one picture: a year has some; each is a few pixels wide
_KEPT: Final = 4  # windows held in memory, at most 8 MB each
_ROWS_AT_ONCE: Final = 100  # whose spectra are Python objects at one time

Found = tuple[datetime, datetime, list[Recording], int]  # span, recordings, how many older ones are left out


class _Row(NamedTuple):
    """A stored spectrum. Its powers are stated to 0.01 dB, which single precision holds."""

    recording_utc: datetime
    timestamp_utc: datetime
    frames: int
    ridge_hz: float | None
    ridge_sigma: float | None
    power_db: NDArray[np.float32]


def process(parameters: ProcessParameters | None = None) -> ProcessData:
    """Wideband recordings of a window, with the significance of their lines, from the best rung that holds."""
    return _process(parameters or ProcessParameters())


def _process_while_away(asked: ProcessParameters) -> ProcessData:
    text = f"{AWAY_NOTE}{synthetic_plasma.WAVEFORM_MODEL.statement}"
    start, end, recordings, left_out = _modelled_recordings(asked.hours, asked.end)
    provenance = Provenance(WAVEFORM, Tier.SYNTHETIC, "synthetic", note=text)
    return ProcessData(start, end, WAVEFORM_BIN_HZ, tuple(recordings), (provenance,), left_out)


@per_window(WAVEFORM, RIDGE, capacity=_KEPT, otherwise=_process_while_away)
def _process(asked: ProcessParameters) -> ProcessData:
    before = "" if asked.end is None else f" at or before {asked.end:%Y-%m-%d %H:%M} UTC"
    note = f"No wideband recording is stored{before}. Shown is a model: {synthetic_plasma.WAVEFORM_MODEL.statement}"
    found, provenance = climb(
        WAVEFORM,
        real=lambda: _stored_recordings(asked.hours, asked.end),
        model=lambda: _modelled_recordings(asked.hours, asked.end),
        note=note,
    )
    start, end, recordings, left_out = found
    provenances = [provenance]
    if provenance.is_real and any(one.density for one in recordings):
        provenances.append(real_provenance(RIDGE, observed_from=start, observed_until=end))
    return ProcessData(start, end, WAVEFORM_BIN_HZ, tuple(recordings), tuple(provenances), left_out)


def _stored_recordings(hours: int, end: datetime | None) -> tuple[Found, Provenance] | None:
    rows = inside(stored_rows(product(WAVEFORM)), None, end)
    last = newest(rows)
    if last is None:
        return None
    until, note, length = end or last, "", timedelta(hours=hours)
    if last <= until - length:
        note = (
            f"Nothing was recorded in the {hours} h before {until:%Y-%m-%d %H:%M} UTC: "
            f"shown are the {hours} h that end with the last recording before."
        )
        until = last
    starts = sorted(set(inside(rows, until - length, until).values_list("recording_utc", flat=True)))
    shown = starts[-MOST_RECORDINGS:]
    left_out = len(starts) - len(shown)
    if left_out:
        note += f" Of {len(starts)} recordings the newest {len(shown)} are shown."
    recordings = _recordings(inside(rows, None, until), shown)
    if not recordings:  # replaced since the look at the newest
        return None
    provenance = real_provenance(
        WAVEFORM, observed_from=recordings[0].start, observed_until=last, note=note.strip()
    )
    return (recordings[0].start, last, recordings, left_out), provenance


def _recordings(rows: QuerySet[WaveformSpectrum], starts: Sequence[datetime]) -> list[Recording]:
    """Recordings with these beginnings, as far as their rows are among those given."""
    if not starts:
        return []
    chosen = rows.filter(recording_utc__gte=starts[0]).order_by("timestamp_utc")
    stated = chosen.values_list(*_Row._fields).iterator(chunk_size=_ROWS_AT_ONCE)
    found = (_Row(*row)._replace(power_db=np.array(row[-1], dtype=np.float32)) for row in stated)
    return _grouped(found, _ridge_densities(starts))


def _ridge_densities(starts: Sequence[datetime]) -> dict[datetime, RidgeDensity]:
    rows = stored_rows(product(RIDGE)).filter(timestamp_utc__range=(starts[0], starts[-1]))
    found = {}
    for at, n_e, high, f_pe in rows.values_list("timestamp_utc", "n_e_cm3", "n_e_max_cm3", "f_pe_hz"):
        found[at] = RidgeDensity(n_e, (high if high is not None else n_e) - n_e, f_pe)
    return found


def _grouped(rows: Iterable[_Row], densities: dict[datetime, RidgeDensity]) -> list[Recording]:
    by_start: dict[datetime, list[_Row]] = {}
    for row in rows:
        by_start.setdefault(row.recording_utc, []).append(row)
    return [
        Recording(
            start=start,
            utc=np.array([row.timestamp_utc.replace(tzinfo=None) for row in group], dtype="datetime64[us]"),
            frames=np.array([row.frames for row in group]),
            power_db=np.array([row.power_db for row in group]),
            ridge_hz=np.array([row.ridge_hz for row in group], dtype=np.float64),
            sigma=group[0].ridge_sigma,
            density=densities.get(start),
        )
        for start, group in by_start.items()
    ]


def _modelled_recordings(hours: int, end: datetime | None) -> Found:
    until = end or synthetic_plasma.MODEL_END
    models = synthetic_plasma.recordings(until - timedelta(hours=hours), until)[-MOST_RECORDINGS:]
    recordings = [
        Recording(
            start=utc_of(one.utc[0]),
            utc=one.utc,
            frames=np.full(len(one.utc), one.frames),
            power_db=one.power_db,
            ridge_hz=np.full(len(one.utc), one.f_pe_hz),
            sigma=None,  # nothing was looked for: the line is there because the model puts it there
            density=_density(one.f_pe_hz),
        )
        for one in models
    ]
    return recordings[0].start, utc_of(recordings[-1].utc[-1]), recordings, 0


def _density(f_pe_hz: float) -> RidgeDensity:
    sigma_hz = WAVEFORM_BIN_HZ / float(np.sqrt(12.0))
    return RidgeDensity(
        float(electron_density_cm3(f_pe_hz)), float(electron_density_sigma_cm3(f_pe_hz, sigma_hz)), f_pe_hz
    )
