"""Electron densities: as published, and how a density is read off a wideband spectrum."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, TypeVar

import numpy as np
from django.db import Error as DatabaseFailure
from django.db.models import QuerySet

from deepspace import versions
from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_version
from deepspace.provenance import Provenance, Tier
from voyager import synthetic_plasma
from voyager.constants import WAVEFORM_BIN_HZ
from voyager.models import ElectronDensity, Event, WaveformSpectrum
from voyager.parameters import ProcessParameters, PublicationParameters
from voyager.science.plasma import electron_density_cm3, electron_density_sigma_cm3, plasma_frequency_hz
from voyager.services.columns import UtcText
from voyager.spectra import (
    Boundary,
    DensityStatistics,
    Floats,
    ProcessData,
    PublishedDensities,
    Recording,
    RidgeDensity,
    Times,
)

DENSITY: Final = "voyager.electron_density"
WAVEFORM: Final = "voyager.plasma_waveform"
RIDGE: Final = "voyager.electron_density_ridge"
EVENTS: Final = "voyager.events"

MOST_RECORDINGS: Final = 150  # in one picture: a year has some; each is a few pixels wide
_MODEL_DAYS: Final = 6_000  # of the publication plot's model: from before the heliopause on
_MODEL_STEPS: Final = 800
RUNNING_DAYS: Final = 180  # of the running mean, centred
RUNNING_FEWEST: Final = 5  # densities in it
_AWAY: Final = "The database does not answer, so that nothing stored can be shown."
_KEPT: Final = 4
_STATED = ("n_e_cm3", "n_e_min_cm3", "n_e_max_cm3", "f_pe_hz", "distance_au")

Values = TypeVar("Values")


# --- published densities --------------------------------------------------------------------------------------


def published(parameters: PublicationParameters | None = None) -> PublishedDensities:
    """Published densities of a window, from the best rung that holds.

    Without ``days`` everything up to ``end``. When nothing was published for the days before ``end``, the nearest
    earlier ones are taken, with a note; when nothing at all was published before it, the model is shown.
    """
    asked = parameters or PublicationParameters()
    return _once("published", asked, lambda: _published(asked), lambda: _published_while_away(asked))


def _published(asked: PublicationParameters) -> PublishedDensities:
    before = "" if asked.end is None else f" for {asked.end:%Y-%m-%d} or before"
    note = f"No published density is stored{before}. Shown is a model: {synthetic_plasma.DENSITY_MODEL.statement}"
    found, provenance = climb(
        DENSITY,
        real=lambda: _stored_densities(asked.days, asked.end),
        model=lambda: _modelled_densities(asked.days, asked.end),
        note=note,
    )
    boundaries, boundaries_provenance = _boundaries()
    return _publication(found, provenance, boundaries, boundaries_provenance)


def _published_while_away(asked: PublicationParameters) -> PublishedDensities:
    text = f"{_AWAY} Shown is a model: {synthetic_plasma.DENSITY_MODEL.statement}"
    provenance = Provenance(DENSITY, Tier.SYNTHETIC, "synthetic", note=text)
    nothing = Provenance(EVENTS, Tier.EMPTY, "none", note=_AWAY)
    return _publication(_modelled_densities(asked.days, asked.end), provenance, (), nothing)


Rows = tuple[Times, tuple[str, ...], Floats]  # instants, methods, the columns _STATED (5, n)


def _stored_densities(days: int | None, end: datetime | None) -> tuple[Rows, Provenance] | None:
    rows = stored_rows(product(DENSITY)).exclude(method=ElectronDensity.Method.RIDGE)
    if end is not None:
        rows = rows.filter(timestamp_utc__lte=end)
    newest = rows.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True).first()
    if newest is None:
        return None
    note = ""
    if days is not None:
        length, until = timedelta(days=days), end or newest
        if newest <= until - length:
            note = (
                f"Nothing was published for the {days} days before {until:%Y-%m-%d}: shown are the {days} days "
                "that end with the last density before."
            )
            until = newest
        rows = rows.filter(timestamp_utc__gt=until - length)
    stated = rows.order_by("timestamp_utc", "method").values_list(
        UtcText("timestamp_utc"), "method", *_STATED
    )
    columns = list(zip(*stated, strict=True))
    utc = np.array(columns[0], dtype="datetime64[us]")
    provenance = real_provenance(DENSITY, observed_from=_utc(utc[0]), observed_until=_utc(utc[-1]), note=note)
    return (utc, tuple(columns[1]), np.array(columns[2:], dtype=np.float64)), provenance


def _modelled_densities(days: int | None, end: datetime | None) -> Rows:
    until = end or synthetic_plasma.MODEL_END
    start = until - timedelta(days=days or _MODEL_DAYS)
    step = np.timedelta64(round((until - start) / timedelta(microseconds=1) / _MODEL_STEPS), "us")
    utc = _instant(until) - step * np.arange(_MODEL_STEPS)[::-1]
    density = synthetic_plasma.density_cm3(utc)
    unknown = np.full(len(utc), np.nan)
    stated = np.array(
        [density, unknown, unknown, plasma_frequency_hz(density), synthetic_plasma.distance_au(utc)]
    )
    return utc, ("model",) * len(utc), stated


def _publication(
    found: Rows,
    provenance: Provenance,
    boundaries: tuple[Boundary, ...],
    boundaries_provenance: Provenance,
) -> PublishedDensities:
    utc, method, (n_e, low, high, f_pe, distance) = found
    real = provenance.is_real
    return PublishedDensities(
        utc=utc,
        method=method,
        n_e_cm3=n_e,
        low_cm3=low,
        high_cm3=high,
        f_pe_hz=f_pe,
        distance_au=distance,
        running_cm3=running_mean(utc, n_e) if real else np.full(len(utc), np.nan),
        boundaries=boundaries,
        statistics=_statistics(found) if real else _NO_STATISTICS,
        provenance=provenance,
        boundaries_provenance=boundaries_provenance,
    )


def running_mean(utc: Times, values: Floats) -> Floats:
    """Mean of the densities within 90 days to either side; NaN where they are fewer than five."""
    half = np.timedelta64(RUNNING_DAYS // 2, "D")
    first = np.searchsorted(utc, utc - half, side="left")
    last = np.searchsorted(utc, utc + half, side="right")
    total = np.concatenate([[0.0], np.cumsum(values)])
    mean: Floats = (total[last] - total[first]) / (last - first)
    mean[last - first < RUNNING_FEWEST] = np.nan
    return mean


_NO_STATISTICS: Final = DensityStatistics(0, {}, *(None,) * 10)


def _statistics(found: Rows) -> DensityStatistics:
    utc, method, (n_e, _, _, f_pe, distance) = found
    return DensityStatistics(
        count=len(utc),
        by_method={name: method.count(name) for name in sorted(set(method))},
        mean_cm3=float(n_e.mean()),
        median_cm3=float(np.median(n_e)),
        std_cm3=float(n_e.std(ddof=1)) if len(n_e) > 1 else None,
        min_cm3=float(n_e.min()),
        max_cm3=float(n_e.max()),
        first_at=_utc(utc[0]),
        latest_at=_utc(utc[-1]),
        latest_cm3=float(n_e[-1]),
        latest_f_pe_hz=_number(f_pe[-1]),
        latest_distance_au=_number(distance[-1]),
    )


def _boundaries() -> tuple[tuple[Boundary, ...], Provenance]:
    """Crossings and fronts of the list of events: reviewed ones only, each with its citation."""
    rows: list[Event] = list(
        stored_rows(product(EVENTS)).filter(kind=Event.Kind.BOUNDARY).order_by("event_date")
    )

    def stored() -> tuple[tuple[Boundary, ...], Provenance] | None:
        if not rows:
            return None
        found = tuple(
            Boundary(
                row.event_name,
                row.timestamp_utc or datetime.combine(row.event_date, time.min, UTC),
                row.citation,
            )
            for row in rows
        )
        return found, real_provenance(EVENTS, observed_from=found[0].at, observed_until=found[-1].at)

    return climb(EVENTS, real=stored, nothing=lambda: ())


# --- wideband recordings --------------------------------------------------------------------------------------


def process(parameters: ProcessParameters | None = None) -> ProcessData:
    """Wideband recordings of a window, with the significance of their lines, from the best rung that holds."""
    asked = parameters or ProcessParameters()
    return _once("process", asked, lambda: _process(asked), lambda: _process_while_away(asked))


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


def _process_while_away(asked: ProcessParameters) -> ProcessData:
    text = f"{_AWAY} Shown is a model: {synthetic_plasma.WAVEFORM_MODEL.statement}"
    start, end, recordings, left_out = _modelled_recordings(asked.hours, asked.end)
    provenance = Provenance(WAVEFORM, Tier.SYNTHETIC, "synthetic", note=text)
    return ProcessData(start, end, WAVEFORM_BIN_HZ, tuple(recordings), (provenance,), left_out)


Found = tuple[datetime, datetime, list[Recording], int]


def _stored_recordings(hours: int, end: datetime | None) -> tuple[Found, Provenance] | None:
    rows = stored_rows(product(WAVEFORM))
    if end is not None:
        rows = rows.filter(timestamp_utc__lte=end)
    newest: datetime | None = rows.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True).first()
    if newest is None:
        return None
    until, note, length = end or newest, "", timedelta(hours=hours)
    if newest <= until - length:
        note = (
            f"Nothing was recorded in the {hours} h before {until:%Y-%m-%d %H:%M} UTC: "
            f"shown are the {hours} h that end with the last recording before."
        )
        until = newest
    inside = rows.filter(timestamp_utc__gt=until - length)
    starts = sorted(set(inside.values_list("recording_utc", flat=True)))
    shown = starts[-MOST_RECORDINGS:]
    left_out = len(starts) - len(shown)
    if left_out:
        note += f" Of {len(starts)} recordings the newest {len(shown)} are shown."
    chosen: QuerySet[WaveformSpectrum] = rows.filter(recording_utc__gte=shown[0]).order_by("timestamp_utc")
    recordings = _grouped(list(chosen), _ridge_densities(shown))
    provenance = real_provenance(
        WAVEFORM, observed_from=recordings[0].start, observed_until=newest, note=note.strip()
    )
    return (recordings[0].start, newest, recordings, left_out), provenance


def _ridge_densities(starts: Sequence[datetime]) -> dict[datetime, RidgeDensity]:
    rows = stored_rows(product(RIDGE)).filter(timestamp_utc__range=(starts[0], starts[-1]))
    found = {}
    for at, n_e, high, f_pe in rows.values_list("timestamp_utc", "n_e_cm3", "n_e_max_cm3", "f_pe_hz"):
        found[at] = RidgeDensity(n_e, (high if high is not None else n_e) - n_e, f_pe)
    return found


def _grouped(rows: Sequence[WaveformSpectrum], densities: dict[datetime, RidgeDensity]) -> list[Recording]:
    by_start: dict[datetime, list[WaveformSpectrum]] = {}
    for row in rows:
        by_start.setdefault(row.recording_utc, []).append(row)
    return [
        Recording(
            start=start,
            utc=np.array([row.timestamp_utc.replace(tzinfo=None) for row in group], dtype="datetime64[us]"),
            frames=np.array([row.frames for row in group]),
            power_db=np.array([row.power_db for row in group], dtype=np.float64),
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
            start=_utc(one.utc[0]),
            utc=one.utc,
            frames=np.full(len(one.utc), one.frames),
            power_db=one.power_db,
            ridge_hz=np.full(len(one.utc), one.f_pe_hz),
            sigma=None,  # nothing was looked for: the line is there because the model puts it there
            density=_density(one.f_pe_hz),
        )
        for one in models
    ]
    return recordings[0].start, _utc(recordings[-1].utc[-1]), recordings, 0


def _density(f_pe_hz: float) -> RidgeDensity:
    sigma_hz = WAVEFORM_BIN_HZ / float(np.sqrt(12.0))
    return RidgeDensity(
        float(electron_density_cm3(f_pe_hz)), float(electron_density_sigma_cm3(f_pe_hz, sigma_hz)), f_pe_hz
    )


# --- both -----------------------------------------------------------------------------------------------------


@per_version(DENSITY, WAVEFORM, RIDGE, EVENTS)
def _kept() -> OrderedDict[tuple[str, Any], Any]:
    """What was read lately: page, plots and statistics share one reading."""
    return OrderedDict()


def _once(kind: str, asked: Any, read: Callable[[], Values], otherwise: Callable[[], Values]) -> Values:
    kept, key = _kept(), (kind, asked)
    if key not in kept:
        try:
            value = read()
        except DatabaseFailure:
            versions.lost_database()
            return otherwise()
        kept[key] = value
        while len(kept) > _KEPT:
            kept.popitem(last=False)
        return value
    found: Values = kept[key]
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _instant(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def _utc(moment: np.datetime64) -> datetime:
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)
