"""How unusual is this? A value beside everything stored of its kind.

The samples are sorted once per data version and kept; a question costs two bisections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from deepspace.memo import per_version
from spaceintel.constants import KP_INTERVAL_S
from spaceintel.models import CloseApproach, PlanetaryK, SolarEvent
from spaceintel.science.percentiles import percentile_of
from spaceintel.services import stored_share
from spaceintel.services.keys import CLOSE_APPROACHES, EVERY_KP, FLARE_LIST, SOLAR_EVENTS
from spaceintel.services.rarity import FAST_TO_SLOW, SampleWords, told
from spaceintel.states import KpClimatology, Rarity

LEVELS: Final = 28  # values that Kp can have
_BLOCK: Final = 50_000
_LEAST_CLIMATE: Final = 11 * 365.25 * 8  # a cycle of the Sun's activity, in intervals


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything stored of one kind of value."""

    values: NDArray[np.float64]  # ascending, without NaN
    since: datetime | None
    until: datetime | None
    share: Callable[[datetime, datetime], float] | None = None  # how much of a span is stored


def percentile(metric: str, value: float) -> Rarity:
    """Where a value stands among all stored ones of its kind.

    Parameters
    ----------
    metric
        One of :data:`METRICS`.
    value
        In the unit of the metric.

    Raises
    ------
    KeyError
        There is no such metric.
    ValueError
        The value is not a number.
    """
    one = METRICS[metric]
    sample = one.sample()
    position = percentile_of(sample.values, one.on_grid(value))
    text = told(position, sample.since, one.words, until=sample.until if _has_gaps(sample) else None)
    return Rarity(metric, value, position, sample.since, sample.until, text)


def _has_gaps(sample: Sample) -> bool:
    """Whether so much is missing between its ends that it is not one "since" its first year."""
    if sample.share is None or sample.since is None or sample.until is None:
        return False
    return sample.share(sample.since, sample.until) < stored_share.WHOLE


def climatology() -> KpClimatology | None:
    """Share of all three-hour intervals at or above each level of Kp; None where what is stored has large gaps."""
    sample = _kp()
    if not len(sample.values) or sample.since is None or sample.until is None:
        return None
    intervals = (sample.until - sample.since).total_seconds() / KP_INTERVAL_S + 1
    if intervals < _LEAST_CLIMATE or len(sample.values) < stored_share.WHOLE * intervals:
        return None
    levels = np.round(np.arange(LEVELS) / 3, 3)
    below = np.searchsorted(sample.values, levels - 1 / 6)
    return KpClimatology(
        kp=levels,
        share=1.0 - below / len(sample.values),
        count=len(sample.values),
        since=sample.since,
        until=sample.until,
    )


# === samples ==================================================================================


def _nothing() -> Sample:
    return Sample(np.empty(0), None, None)


@per_version(*EVERY_KP, otherwise=_nothing)
def _kp() -> Sample:
    """Observed three-hour values: GFZ's, which reach back to 1932 and are one series; NOAA's where none is stored."""
    for source in ("gfz", "noaa_swpc"):
        rows = PlanetaryK.objects.filter(kind=PlanetaryK.Kind.OBSERVED, source=source)
        counts: dict[float, int] = dict(
            rows.values_list("kp").annotate(count=Count("pk")).values_list("kp", "count")
        )
        if counts:
            values = np.array([_third(kp) for kp in counts])
            order = np.argsort(values)
            repeated = np.repeat(values[order], np.array(list(counts.values()))[order])
            share = partial(_share_of_intervals, len(repeated))
            return Sample(repeated, *_span(rows), share)
    return _nothing()


def _share_of_intervals(count: int, since: datetime, until: datetime) -> float:
    return stored_share.of_series(count, since, until, KP_INTERVAL_S)


def _third(kp: float) -> float:
    """On the grid of thirds: upstreams round them differently."""
    return float(np.round(np.round(3 * kp) / 3, 3))


@per_version(SOLAR_EVENTS, FLARE_LIST, otherwise=_nothing)
def _flares() -> Sample:
    """Peak fluxes of DONKI's flares, or of NOAA's list where it is longer: never both, or flares would count twice."""
    own, listed = (
        _sample(
            SolarEvent.objects.filter(event_type=kind),
            "peak_flux_w_m2",
            partial(stored_share.of_events, key),
        )
        for kind, key in (
            (SolarEvent.EventType.FLR, SOLAR_EVENTS),
            (SolarEvent.EventType.XRA, FLARE_LIST),
        )
    )
    return own if len(own.values) >= len(listed.values) else listed


@per_version(SOLAR_EVENTS, otherwise=_nothing)
def _cme_speeds() -> Sample:
    ejections = SolarEvent.objects.filter(event_type=SolarEvent.EventType.CME)
    return _sample(ejections, "speed_km_s", partial(stored_share.of_events, SOLAR_EVENTS))


@per_version(*CLOSE_APPROACHES, otherwise=_nothing)
def _distances() -> Sample:
    return _sample(CloseApproach.objects.all(), "distance_au", stored_share.of_approaches)


@per_version(*CLOSE_APPROACHES, otherwise=_nothing)
def _magnitudes() -> Sample:
    return _sample(CloseApproach.objects.all(), "absolute_magnitude_h", stored_share.of_approaches)


@per_version(*CLOSE_APPROACHES, otherwise=_nothing)
def _velocities() -> Sample:
    return _sample(CloseApproach.objects.all(), "relative_velocity_km_s", stored_share.of_approaches)


def _sample(rows: QuerySet[Any], name: str, share: Callable[[datetime, datetime], float]) -> Sample:
    known = rows.filter(**{f"{name}__isnull": False})
    values = np.fromiter(known.values_list(name, flat=True).iterator(chunk_size=_BLOCK), np.float64)
    values.sort()
    return Sample(values, *_span(known), share)


def _span(rows: QuerySet[Any]) -> tuple[datetime | None, datetime | None]:
    """By the index: the smallest and the largest of a column, asked for at once, read every row."""
    times = rows.order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
    return times.first(), times.last()


def _as_it_is(value: float) -> float:
    return value


@dataclass(frozen=True, slots=True)
class Metric:
    """One kind of value."""

    words: SampleWords
    sample: Callable[[], Sample]
    on_grid: Callable[[float], float] = _as_it_is


_APPROACH: Final = ("approach", "approaches")
METRICS: Final[Mapping[str, Metric]] = {
    "kp": Metric(SampleWords("three-hour value", "three-hour values"), _kp, _third),
    "flare_peak_flux": Metric(SampleWords("flare", "flares"), _flares),
    "cme_speed": Metric(
        SampleWords("coronal mass ejection", "coronal mass ejections", *FAST_TO_SLOW), _cme_speeds
    ),
    "approach_distance": Metric(
        SampleWords(*_APPROACH, "farther", "farthest", "closer", "closest"), _distances
    ),
    "approach_velocity": Metric(SampleWords(*_APPROACH, *FAST_TO_SLOW), _velocities),
    "absolute_magnitude": Metric(
        SampleWords(*_APPROACH, "fainter", "faintest", "brighter", "brightest"), _magnitudes
    ),
}
"""Values that can be asked about: Kp; W/m²; km/s; au; km/s; H in mag (the smaller, the larger the object)."""
