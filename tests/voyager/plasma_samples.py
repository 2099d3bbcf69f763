"""Rows of the plasma wave receiver, as ingests would leave them: spectra, densities, recordings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tests.support import stored
from voyager import services
from voyager.models import ElectronDensity, Event, PlasmaWave, WaveformSpectrum
from voyager.services.plasma import _MEANS, _PEAKS, HOUR_S, SPECTRUM_S
from voyager.spectra import CHANNELS_HZ

FLOOR_V_M = np.full(len(CHANNELS_HZ), 1e-6)
NOON = datetime(2014, 4, 5, 12, tzinfo=UTC)
BINS = 801


def log(product: str, source: str, **values: Any) -> Any:
    """A refresh of a product that succeeded some minutes ago."""
    return stored.batch(product, source=source, **values)


def spectra(
    until: datetime = NOON,
    hours: float = 24.0,
    *,
    every_s: float = 60.0,
    loud: dict[int, float] | None = None,
    lacking: int | None = None,
    **log_values: Any,
) -> Any:
    """Spectra of 1 µV/m up to and including ``until``; ``loud``: amplitude of channels at the newest one."""
    entry = log(services.PLASMA, "nasa_spdf", **log_values)
    count = round(hours * 3_600 / every_s)
    rows = []
    for number in range(count):
        values: list[float | None] = FLOOR_V_M.tolist()
        if number == 0:
            for channel, value in (loud or {}).items():
                values[channel] = value
        if lacking is not None:
            values[lacking] = None
        rows.append(_wave(entry, until - timedelta(seconds=every_s * number), SPECTRUM_S, values))
    PlasmaWave.objects.bulk_create(rows)
    return entry


def hours(first: datetime, count: int, *, mean: float = 2e-6, peak: float = 8e-6) -> Any:
    """Hourly means and peaks."""
    entry = log(services.PLASMA, "nasa_spdf")
    PlasmaWave.objects.bulk_create(
        _wave(
            entry,
            first + timedelta(hours=number),
            HOUR_S,
            [mean] * len(CHANNELS_HZ),
            [peak] * len(CHANNELS_HZ),
        )
        for number in range(count)
    )
    return entry


def _wave(
    entry: Any, at: datetime, cadence_s: int, values: list[Any], peaks: list[Any] | None = None
) -> PlasmaWave:
    columns = dict(zip(_MEANS, values, strict=True))
    if peaks is not None:
        columns |= dict(zip(_PEAKS, peaks, strict=True))
    return PlasmaWave(
        timestamp_utc=at,
        cadence_s=cadence_s,
        samples=1,
        source="nasa_spdf",
        ingested_at=entry.ingested_at,
        ingestion=entry,
        **columns,
    )


PUBLISHED = (
    ("2012-10-22T21:44:19.795", "epo", 0.060, 122.171),
    ("2013-04-09", "epo", 0.080, 123.826),
    ("2020-06-03", "qtn", 0.147, 149.379),
    ("2023-10-18", "qtn", 0.147, 161.397),
)


def densities(rows: Any = PUBLISHED, *, bounds: float | None = 0.003, **log_values: Any) -> Any:
    """Published densities: instant, method, density, distance."""
    entry = log(services.DENSITY, "nasa_pds", **log_values)
    ElectronDensity.objects.bulk_create(
        ElectronDensity(
            timestamp_utc=datetime.fromisoformat(at).replace(tzinfo=UTC),
            method=method,
            n_e_cm3=n_e,
            n_e_min_cm3=None if bounds is None else n_e - bounds,
            n_e_max_cm3=None if bounds is None else n_e + bounds,
            f_pe_hz=8980 * n_e**0.5,
            distance_au=distance,
            source="nasa_pds",
            ingested_at=entry.ingested_at,
            ingestion=entry,
        )
        for at, method, n_e, distance in rows
    )
    return entry


def recording(
    start: datetime, *, sigma: float | None = 0.6, line_hz: float = 3_042.0, rows: int = 4, **log_values: Any
) -> Any:
    """A recording; a line of 4 sigma or more is in its spectra, and has a density."""
    entry = log(services.WAVEFORM, "computed", **log_values)
    generator = np.random.default_rng(1)
    for number in range(rows):
        power = generator.gamma(10.0, 0.1, BINS)
        if sigma is not None and sigma >= 4.0:
            power[round(line_hz / 18.0)] += 4.0
        WaveformSpectrum.objects.create(
            timestamp_utc=start + timedelta(seconds=3 * number),
            recording_utc=start,
            cadence_s=3,
            frames=10,
            sample_rate_hz=28_800.0,
            frequency_step_hz=18.0,
            power_db=np.round(10 * np.log10(power), 2).tolist(),
            ridge_hz=None if sigma is None else line_hz,
            ridge_sigma=sigma,
            source="computed",
            ingested_at=entry.ingested_at,
            ingestion=entry,
        )
    if sigma is not None and sigma >= 4.0:
        ridge = log(services.RIDGE, "computed")
        n_e = (line_hz / 8980) ** 2
        ElectronDensity.objects.create(
            timestamp_utc=start,
            method="ridge",
            n_e_cm3=n_e,
            n_e_min_cm3=n_e - 0.0004,
            n_e_max_cm3=n_e + 0.0004,
            f_pe_hz=line_hz,
            significance_sigma=sigma,
            source="computed",
            ingested_at=ridge.ingested_at,
            ingestion=ridge,
        )
    return entry


def boundaries() -> None:
    """The heliopause, pf2, and an event that is neither."""
    entry = stored.batch("voyager.events")
    for day, name, kind in (
        ("2012-08-25", "Heliopause", "boundary"),
        ("2020-05-26", "Pressure front pf2", "boundary"),
        ("2023-11-14", "Unreadable data", "anomaly"),
    ):
        Event.objects.create(
            event_date=day,
            event_name=name,
            kind=kind,
            description=name,
            citation="a paper",
            is_milestone=True,
            source="curated",
            ingested_at=entry.ingested_at,
            ingestion=entry,
        )
