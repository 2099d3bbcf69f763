"""Published electron densities along the path of Voyager 1."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

import numpy as np

from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_window
from deepspace.provenance import Provenance, Tier
from deepspace.reading import UtcText
from voyager import synthetic_plasma
from voyager.models import ElectronDensity, Event
from voyager.parameters import LAUNCH_UTC, PublicationParameters
from voyager.science.plasma import plasma_frequency_hz
from voyager.services.windows import AWAY_NOTE, inside, instant, newest, number
from voyager.services.windows import utc as utc_of
from voyager.spectra import Boundary, DensityStatistics, Floats, PublishedDensities, Times

DENSITY: Final = "voyager.electron_density"
EVENTS: Final = "voyager.events"

_MODEL_DAYS: Final = 6_000  # of the model, where no window is asked for: from before the heliopause on
_MODEL_STEPS: Final = 800
RUNNING_DAYS: Final = 180  # of the running mean, centred
RUNNING_FEWEST: Final = 5  # densities in it
_KEPT: Final = 4  # windows held in memory
_STATED = ("n_e_cm3", "n_e_min_cm3", "n_e_max_cm3", "f_pe_hz", "distance_au")

Rows = tuple[Times, tuple[str, ...], Floats]  # instants, methods, the columns _STATED (5, n)


def published(parameters: PublicationParameters | None = None) -> PublishedDensities:
    """Published densities of a window, from the best rung that holds.

    Without ``days`` everything up to ``end``. When nothing was published for the days before ``end``, the nearest
    earlier ones are taken, with a note; when nothing at all was published before it, the model is shown.
    """
    return _published(parameters or PublicationParameters())


def _published_while_away(asked: PublicationParameters) -> PublishedDensities:
    text = f"{AWAY_NOTE}{synthetic_plasma.DENSITY_MODEL.statement}"
    provenance = Provenance(DENSITY, Tier.SYNTHETIC, "synthetic", note=text)
    nothing = Provenance(EVENTS, Tier.EMPTY, "none", note="The database does not answer.")
    return _publication(_modelled_densities(asked.days, asked.end), provenance, (), nothing)


@per_window(DENSITY, EVENTS, capacity=_KEPT, otherwise=_published_while_away)
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


def _stored_densities(days: int | None, end: datetime | None) -> tuple[Rows, Provenance] | None:
    rows = inside(stored_rows(product(DENSITY)).exclude(method=ElectronDensity.Method.RIDGE), None, end)
    last = newest(rows)
    if last is None:
        return None
    note = ""
    if days is not None:
        length, until = timedelta(days=days), end or last
        if last <= until - length:
            note = (
                f"Nothing was published for the {days} days before {until:%Y-%m-%d}: shown are the {days} days "
                "that end with the last density before."
            )
            until = last
        rows = inside(rows, until - length, until)
    stated = rows.order_by("timestamp_utc", "method").values_list(
        UtcText("timestamp_utc"), "method", *_STATED
    )
    columns = list(zip(*stated, strict=True))
    if not columns:  # replaced since the look at the newest
        return None
    utc = np.array(columns[0], dtype="datetime64[us]")
    provenance = real_provenance(
        DENSITY, observed_from=utc_of(utc[0]), observed_until=utc_of(utc[-1]), note=note
    )
    return (utc, tuple(columns[1]), np.array(columns[2:], dtype=np.float64)), provenance


def _modelled_densities(days: int | None, end: datetime | None) -> Rows:
    until = end or synthetic_plasma.MODEL_END
    start = until - timedelta(days=days or _MODEL_DAYS)
    start = min(max(start, LAUNCH_UTC), until - timedelta(days=1))  # nothing was anywhere before launch
    step = np.timedelta64(round((until - start) / timedelta(microseconds=1) / _MODEL_STEPS), "us")
    utc = instant(until) - step * np.arange(_MODEL_STEPS)[::-1]
    density = synthetic_plasma.density_cm3(utc)
    unknown = np.full(len(utc), np.nan)
    distance_au = synthetic_plasma.distance_au(utc)
    distance_au = np.where(
        distance_au > 0.0, distance_au, np.nan
    )  # a straight line, of no meaning near the Sun
    stated = np.array([density, unknown, unknown, plasma_frequency_hz(density), distance_au])
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
        first_at=utc_of(utc[0]),
        latest_at=utc_of(utc[-1]),
        latest_cm3=float(n_e[-1]),
        latest_f_pe_hz=number(f_pe[-1]),
        latest_distance_au=number(distance[-1]),
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
